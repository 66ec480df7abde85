/**
 * The one registry of commands. The F-bar, the palette, the help sheet and the keyboard are all drawn from it: a key that works is a key
 * that is shown.
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { TextKey } from '../text/index.ts';

export interface AppCommand {
  id: string;
  /** tinykeys' notation: `F9`, `Control+z`, `Insert`. */
  key?: string;
  text: TextKey;
  /** A shorter word for the F-bar; absent: not in the bar. */
  bar?: TextKey;
  /** How many wait behind it. */
  badge?: number;
  run: () => void;
}

interface Registry {
  /** Sets of commands, the newest screen's or dialog's last; a later one wins a key. */
  layers: { owner: string; commands: readonly AppCommand[]; isModal: boolean }[];
}

export const useRegistry = create<Registry>(() => ({ layers: [] }));

/**
 * Offers commands while the component is mounted. A modal layer (a dialog) hides those below it.
 */
export function useCommands(owner: string, commands: readonly AppCommand[], isModal = false): void {
  useEffect(() => {
    useRegistry.setState(({ layers }) => {
      const others = layers.filter((layer) => layer.owner !== owner);
      const index = layers.findIndex((layer) => layer.owner === owner);
      const layer = { owner, commands, isModal };
      // Keeps its place when it changes, so that a dialog does not fall behind its screen.
      return { layers: index < 0 ? [...others, layer] : layers.map((old, at) => (at === index ? layer : old)) };
    });
  }, [owner, commands, isModal]);
  useEffect(
    () => () => useRegistry.setState(({ layers }) => ({ layers: layers.filter((layer) => layer.owner !== owner) })),
    [owner],
  );
}

/** The commands that can be used now, in order; of two with one key the later counts. */
export function activeCommands(layers: Registry['layers']): AppCommand[] {
  const from = layers.findLastIndex((layer) => layer.isModal);
  const byKey = new Map<string, AppCommand>();
  for (const layer of layers.slice(Math.max(0, from))) {
    for (const command of layer.commands) {
      byKey.delete(command.key ?? command.id);
      byKey.set(command.key ?? command.id, command);
    }
  }
  return [...byKey.values()];
}

/** A key as it is written on a keycap. */
export const keyLabel = (key: string): string =>
  key
    .replace('Control+', 'Ctrl ')
    .replace('Insert', 'Ins')
    .replace('Delete', 'Supr')
    .replace('Escape', 'Esc')
    .replace(/^Ctrl (\w)$/, (_, letter: string) => `Ctrl ${letter.toUpperCase()}`);
