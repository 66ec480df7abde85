/** Binds the registry to the keyboard, once, and takes away the keys that would reload or close a till. */
import { useEffect } from 'react';
import { tinykeys } from 'tinykeys';
import { activeCommands, useRegistry } from './commands.ts';

const GUARDED = ['F5', 'F11', 'F12', 'Control+r', 'Control+F5', 'Control+w', 'Control+Shift+r'];

/** What belongs to a field that holds something: deleting a character, undoing what was typed. */
const OF_FIELDS = ['Delete', 'Control+z'];

export function useKeys(): void {
  const layers = useRegistry((state) => state.layers);
  useEffect(() => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    for (const key of GUARDED) bindings[key] = (event) => event.preventDefault();
    for (const command of activeCommands(layers)) {
      const { key } = command;
      if (key === undefined) continue;
      bindings[key] = (event) => {
        if (OF_FIELDS.includes(key) && isFilledField(event.target)) return;
        event.preventDefault();
        // A key that is held down is one intention, but for the steps back.
        if (!event.repeat || key === 'Control+z') command.run();
      };
    }
    // Function keys work inside fields too: the scan box nearly always has the focus.
    return tinykeys(window, bindings, { capture: true, ignore: (event) => event.isComposing });
  }, [layers]);
}

const isFilledField = (target: EventTarget | null): boolean =>
  (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && target.value !== '';
