/** How figures and times are written on screens. */
import { formatClp, formatMilli } from '#core/shared/money.ts';
import { useLook } from '../app/look.ts';

export { formatClp, formatMilli };

const clockIn = (timeZone: string) => ({
  timeZone,
  time: new Intl.DateTimeFormat('es-CL', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  day: new Intl.DateTimeFormat('es-CL', { timeZone, day: '2-digit', month: '2-digit', year: 'numeric' }),
  date: new Intl.DateTimeFormat('en-CA', { timeZone }),
});
let clock = clockIn('America/Santiago');

/** Times are shown as the branch's clock shows them: papers and business days follow it too, a machine's own zone may be set wrong. */
export function setTimeZone(timeZone: string): void {
  if (timeZone !== clock.timeZone) clock = clockIn(timeZone);
}

/** A figure with at most one decimal. */
export const formatDecimal = (value: number): string => decimal.format(value);

/** A share as whole percent: 0.25 is `25 %`, never broken; a dash where there is none. */
export const formatShare = (share: number | null): string =>
  share === null ? '—' : `${(share * 100).toFixed(0)}\u00a0%`;

export const formatTime = (atMs: number): string => clock.time.format(atMs);
export const formatDay = (atMs: number): string => clock.day.format(atMs);
export const formatDayTime = (atMs: number): string => `${formatDay(atMs)} ${formatTime(atMs)}`;

/** The local day of a moment, `2026-03-10`. */
export const localDay = (atMs: number): string => clock.date.format(atMs);

const decimal = new Intl.NumberFormat('es-CL', { maximumFractionDigits: 1 });
const inBoth = (options: Intl.DateTimeFormatOptions) => ({
  es: new Intl.DateTimeFormat('es-CL', { ...options, timeZone: 'UTC' }),
  en: new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }),
});
const weekdays = inBoth({ weekday: 'short' });
const months = inBoth({ month: 'short', year: 'numeric' });

/** Figures and the order of a date are the country's; words are those of the language on the screen. */
const language = (): 'es' | 'en' => useLook.getState().language;

/** How many: `3.765`. */
export const formatCount = (count: number): string => formatMilli(count * 1000);

/** A local date, `2026-03-10`, with its weekday: `mar, 10-03`. */
export const formatDate = (date: string): string => `${formatWeekday(date)}, ${date.slice(8)}-${date.slice(5, 7)}`;

/** The weekday of a local date that is near: `jue`. */
export const formatWeekday = (date: string): string => weekdays[language()].format(Date.parse(`${date}T00:00:00Z`));

/** A month, `2026-03`: `mar 2026`. */
export const formatMonth = (month: string): string => months[language()].format(Date.parse(`${month}-01T00:00:00Z`));

/** An amount on an axis: `$1,2 M`, `$350 mil`. */
export const formatMillions = (clp: number): string => {
  const size = Math.abs(clp);
  const sign = clp < 0 ? '-' : '';
  if (size >= 1_000_000) return `${sign}$${decimal.format(size / 1_000_000)} M`;
  return size >= 10_000
    ? `${sign}$${String(Math.round(size / 1000))} ${language() === 'es' ? 'mil' : 'k'}`
    : formatClp(clp);
};

/** A length of time in one unit: `< 1 min`, `3 min`, `2 h`, `5 d`. */
export function formatAge(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes === 0) return '< 1 min';
  if (minutes < 60) return `${String(minutes)} min`;
  return minutes < 48 * 60 ? `${String(Math.round(minutes / 60))} h` : `${String(Math.round(minutes / 1440))} d`;
}

/** An expected quantity: nobody reads thousandths of what has not happened. */
export const formatExpected = (quantityMilli: number, unit: string): string => {
  const step = quantityMilli >= 10_000 ? 1000 : 100;
  return formatQuantity(Math.round(quantityMilli / step) * step, unit);
};

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
