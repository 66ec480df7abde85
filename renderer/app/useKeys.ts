/** Binds the registry to the keyboard, once, and takes away the keys that would reload or close a till. */
import { useEffect } from 'react';
import { tinykeys } from 'tinykeys';
import { activeCommands, useRegistry } from './commands.ts';

const GUARDED = ['F5', 'F11', 'F12', 'Control+r', 'Control+w', 'Control+Shift+r'];

export function useKeys(): void {
  const layers = useRegistry((state) => state.layers);
  useEffect(() => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    for (const key of GUARDED) bindings[key] = (event) => event.preventDefault();
    for (const command of activeCommands(layers)) {
      if (command.key === undefined) continue;
      bindings[command.key] = (event) => {
        // A plain Delete inside a field belongs to the field.
        if (command.key === 'Delete' && isFilledField(event.target)) return;
        event.preventDefault();
        command.run();
      };
    }
    return tinykeys(window, bindings, { capture: true });
  }, [layers]);
}

const isFilledField = (target: EventTarget | null): boolean =>
  (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && target.value !== '';
