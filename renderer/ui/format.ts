/** How figures and times are written on screens. */
import { formatClp, formatMilli } from '#core/shared/money.ts';

export { formatClp, formatMilli };

const time = new Intl.DateTimeFormat('es-CL', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('es-CL', { day: '2-digit', month: '2-digit', year: 'numeric' });

export const formatTime = (atMs: number): string => time.format(atMs);
export const formatDay = (atMs: number): string => day.format(atMs);
export const formatDayTime = (atMs: number): string => `${day.format(atMs)} ${time.format(atMs)}`;

const weekday = new Intl.DateTimeFormat('es-CL', {
  weekday: 'short',
  day: '2-digit',
  month: '2-digit',
  timeZone: 'UTC',
});

/** A local date, `2026-03-10`, with its weekday: `mar 10-03`. */
export const formatDate = (date: string): string => weekday.format(Date.parse(`${date}T00:00:00Z`));

/** Quantity with its unit after a thin space. */
export const formatQuantity = (quantityMilli: number, unit: string): string =>
  `${formatMilli(quantityMilli)}${unit === '' ? '' : `\u2009${unit === 'UN' ? 'un.' : unit}`}`;

/** Reads pesos as they are typed: `$12.990`, `12990`. Undefined where it is no amount. */
export function parseClp(text: string): number | undefined {
  const digits = text.replace(/[$.\s]/g, '');
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}

/** Reads a quantity as it is typed: `1`, `0,5`, `2.5`. Thousandths; undefined where it is none. */
export function parseQuantity(text: string): number | undefined {
  const match = /^(\d{1,6})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  return match ? Number(match[1]) * 1000 + Number((match[2] ?? '').padEnd(3, '0')) : undefined;
}

/** A quantity as it is written into a field: without the dots that reading would take for decimals. */
export const quantityText = (quantityMilli: number): string => formatMilli(quantityMilli).replaceAll('.', '');

/** Reads a unit cost as it is typed: `3.333,5`. Thousandths of a peso; undefined where it is none. */
export function parseCost(text: string): number | undefined {
  const match = /^(\d{1,9})(?:,(\d{1,3}))?$/.exec(text.replace(/[$.\s]/g, ''));
  return match ? Number(match[1]) * 1000 + Number((match[2] ?? '').padEnd(3, '0')) : undefined;
}
