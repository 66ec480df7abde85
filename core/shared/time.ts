/** A local calendar date, `2026-11-24`. */
export type LocalDate = string;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  let found = formatters.get(timeZone);
  if (!found) {
    // h23: es-CL and en-US otherwise print hour 24 or "p. m.".
    found = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(timeZone, found);
  }
  return found;
}

/** Calendar parts of an instant (epoch milliseconds) in a time zone. */
export function localParts(
  atMs: number,
  timeZone: string,
): { date: LocalDate; hour: number; minute: number; second: number } {
  const parts: Record<string, string> = {};
  for (const part of formatter(timeZone).formatToParts(atMs)) parts[part.type] = part.value;
  return {
    date: `${parts['year'] ?? ''}-${parts['month'] ?? ''}-${parts['day'] ?? ''}`,
    hour: Number(parts['hour']),
    minute: Number(parts['minute']),
    second: Number(parts['second']),
  };
}

const QUARTER_MS = 900_000;
const dates = new Map<string, LocalDate>();

/**
 * The business date: the calendar date in the branch's zone at that moment. Cached by quarter of an hour, since every zone
 * changes its date or its offset on one, and a checkout cannot afford Intl's 5 microseconds twice.
 */
export function businessDate(atMs: number, timeZone: string): LocalDate {
  const key = `${timeZone}/${String(Math.floor(atMs / QUARTER_MS))}`;
  let date = dates.get(key);
  if (date === undefined) {
    if (dates.size > 5_000) dates.clear();
    date = localParts(atMs, timeZone).date;
    dates.set(key, date);
  }
  return date;
}

/** Adds whole days to a local date. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The instant (epoch milliseconds) at which a local wall-clock time happens; in a gap the later, in an overlap the first. */
export function localToMs(date: LocalDate, hour: number, minute: number, timeZone: string): number {
  const wall = Date.parse(`${date}T00:00:00Z`) + (hour * 60 + minute) * 60_000;
  const offsetAt = (atMs: number): number => {
    const { date: day, hour: h, minute: m, second: s } = localParts(atMs, timeZone);
    return Date.parse(`${day}T00:00:00Z`) + ((h * 60 + m) * 60 + s) * 1000 - Math.floor(atMs / 1000) * 1000;
  };
  const first = wall - offsetAt(wall - 86_400_000);
  const second = wall - offsetAt(wall + 86_400_000);
  const candidates = [first, second].filter((atMs) => atMs + offsetAt(atMs) === wall);
  return candidates.length > 0 ? Math.min(...candidates) : Math.max(first, second);
}
