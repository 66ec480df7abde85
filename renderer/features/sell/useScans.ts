/**
 * Scans survive any focus: the page listens at its root, before any field. A burst into a number field is taken out of it again; with no
 * field focused, what is typed goes to the scan box.
 */
import { useEffect } from 'react';
import { Scanner } from './scanner.ts';

interface Options {
  /** The scan box, while the sell screen shows it. */
  box: () => HTMLInputElement | null;
  onScan: (code: string) => void;
  /** A scan while a payment is open: refused aloud. */
  onRefused: () => void;
}

/** One for the whole page: the box's own submit tells it what it handled. */
export const scanner = new Scanner();

const isField = (target: EventTarget | null): target is HTMLInputElement | HTMLTextAreaElement =>
  (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)) || target instanceof HTMLTextAreaElement;

export function useScans({ box, onScan, onRefused }: Options): void {
  useEffect(() => {
    // What a field held before the burst began, so that it can be put back.
    let before: { field: HTMLInputElement | HTMLTextAreaElement; value: string } | undefined;
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const { target } = event;
      if (target === box()) return;
      const at = event.timeStamp;
      const field = isField(target) ? target : undefined;
      if (event.key.length === 1 && field && !scanner.isBursting(at)) before = { field, value: field.value };
      if (event.key.length === 1 && !field && isFreeForBox(event, box())) {
        // A person's first letter and a scanner's first digit alike: from here on the box has them all.
        box()?.focus();
        scanner.reset();
        return;
      }
      const verdict = scanner.press(event.key, at);
      if (verdict.kind === 'PASS') return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (verdict.kind === 'SWALLOW') return;
      if (before && field === before.field) putBack(field, before.value);
      if (isPaying()) onRefused();
      else onScan(verdict.code);
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, [box, onScan, onRefused]);
}

const isPaying = (): boolean => document.querySelector('[data-pay]') !== null;

/** Printable keys with no field focused belong to the box; a space on a button presses it, and a dialog keeps its own. */
const isFreeForBox = (event: KeyboardEvent, box: HTMLInputElement | null): boolean =>
  box !== null && event.key !== ' ' && document.querySelector('[data-dialog]') === null && !(event.target instanceof HTMLSelectElement);

/** Sets a field's value so that React hears of it. */
function putBack(field: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
