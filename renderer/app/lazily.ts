/** Screens and dialogs that are loaded when they are first needed, also where the machine they come from does not answer just then. */
import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

const AGAIN_MS = 1_000;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as React's own lazy: the component's props are its own
type Anything = ComponentType<any>;

/** As React's `lazy`, but a file that could not be had is asked for until it can: an error here would take the cart off the screen. */
export function lazily<T extends Anything>(load: () => Promise<{ default: T }>): LazyExoticComponent<T> {
  return lazy(async () => {
    for (;;) {
      try {
        return await load();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  });
}

/** Fetches files ahead, once the page has nothing better to do: what they show must not need the machine later. */
export function loadEarly(loads: readonly (() => Promise<unknown>)[]): () => void {
  const timer = setTimeout(() => {
    for (const load of loads) load().catch(() => undefined);
  }, AGAIN_MS);
  return () => clearTimeout(timer);
}
