/**
 * Scans survive any focus: the page listens at its root, before any field, and a burst is one code even if the focus moved in the middle
 * of it. What it left in fields is taken out again. With no field focused, what is typed goes to the scan box.
 */
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useSession } from '../session/store.ts';
import { Scanner } from './scanner.ts';

interface Options {
  onScan: (code: string) => void;
  /** A scan while a payment is open: refused aloud. */
  onRefused: () => void;
}

type Held = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** One for the whole page. */
export const scanner = new Scanner();

/** The scan box, while the sell screen shows it. */
const box = (): HTMLInputElement | null => document.querySelector('[data-scan-box]');

export function useScans(options: Options): void {
  // The listener outlives every drawing of the screen: one may fall into the middle of a burst.
  const latest = useRef(options);
  useLayoutEffect(() => void (latest.current = options));
  useEffect(() => {
    // What fields held before the burst began, so that it can be put back.
    const before = new Map<Held, string>();
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      if (isSecret(event.target)) return scanner.reset();
      if (event.key.length === 1) note(event, box(), before);
      const verdict = scanner.press(event.key, event.timeStamp);
      if (verdict.kind === 'PASS') return;
      // A whole burst in the box, and whatever was typed before it there (`3*`), is the box's own.
      if (verdict.kind === 'SCAN' && event.target === box() && box()?.value.endsWith(verdict.code) === true) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (verdict.kind === 'SWALLOW') return;
      for (const [field, value] of before) putBack(field, value);
      before.clear();
      if (isPaying()) latest.current.onRefused();
      else latest.current.onScan(verdict.code);
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, []);
}

/** Remembers the field that gets a key, and gives keys that no field gets to the box. */
function note(event: KeyboardEvent, box: HTMLInputElement | null, before: Map<Held, string>): void {
  if (!scanner.isBursting(event.timeStamp)) before.clear();
  const { target } = event;
  if (isField(target)) {
    if (!before.has(target)) before.set(target, target.value);
  } else if (box && event.key !== ' ' && document.querySelector('[data-dialog]') === null) {
    // What stands in the box is older than this key: it makes room.
    if (!before.has(box)) before.set(box, '');
    if (!scanner.isBursting(event.timeStamp)) box.select();
    box.focus();
  }
}

const isField = (target: EventTarget | null): target is Held =>
  (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)) ||
  target instanceof HTMLTextAreaElement ||
  target instanceof HTMLSelectElement;

/** A badge is scanned into a PIN field on purpose; and a locked till sells nothing. */
const isSecret = (target: EventTarget | null): boolean =>
  (target instanceof HTMLInputElement && target.type === 'password') || useSession.getState().isLocked;

const isPaying = (): boolean => document.querySelector('[data-pay]') !== null;

/** Sets a field's value so that React hears of it. */
function putBack(field: Held, value: string): void {
  if (field.value === value) return;
  const prototype =
    field instanceof HTMLInputElement
      ? HTMLInputElement.prototype
      : field instanceof HTMLTextAreaElement
        ? HTMLTextAreaElement.prototype
        : HTMLSelectElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
}
