/** A series as the models see it at an origin: which days count, and single days cut down to what the level should learn from. */
import { isClosed, type ShopCalendar } from './calendar.ts';
import { dayOf } from './days.ts';
import type { DemandSeries } from './types.ts';

export interface Prepared {
  id: string;
  category: string | null;
  startDay: number;
  /** Days from the launch to the origin. */
  count: number;
  /** Demand as booked; NaN where it is missing. */
  raw: Float64Array;
  /** Winsorised demand; 0 where the day does not count. */
  clean: Float64Array;
  /** 1 = the shop was open (or sold all the same) and the demand is known. */
  open: Uint8Array;
}

/** Why a series cannot be used at all. */
export type Refusal = 'INVALID_DEMAND' | 'INVALID_DATE' | 'TOO_LONG' | 'NOT_ENOUGH_DATA';

/** Longest history taken: thirty years; more is a mistake in the data. */
const MAX_DAYS = 11_000;

/** Checks that a series can be read at all. */
export function checkSeries({ firstDate, demand }: DemandSeries, originDay: number): Refusal | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(firstDate) || !Number.isFinite(dayOf(firstDate))) return 'INVALID_DATE';
  if (demand.length > MAX_DAYS || originDay - dayOf(firstDate) >= MAX_DAYS) return 'TOO_LONG';
  for (let i = 0; i < demand.length; i += 1) {
    const value = demand[i];
    if (typeof value !== 'number' || value === Infinity || value === -Infinity || Math.abs(value) > 1e12) {
      return 'INVALID_DEMAND';
    }
  }
  return null;
}

/** Cuts a series at `originDay` (the last day known). Missing days before the first known one are before the launch. */
export function prepare(series: DemandSeries, calendar: ShopCalendar, originDay: number): Prepared {
  let startDay = dayOf(series.firstDate);
  const known = Math.max(0, Math.min(series.demand.length, originDay - startDay + 1));
  let skip = 0;
  while (skip < known && Number.isNaN(series.demand[skip]!)) skip += 1;
  startDay += skip;
  const count = skip === known ? 0 : Math.max(0, originDay - startDay + 1);
  const raw = new Float64Array(count).fill(NaN);
  const open = new Uint8Array(count);
  for (let i = 0; i < count && skip + i < known; i += 1) {
    const value = series.demand[skip + i]!;
    if (Number.isNaN(value)) continue;
    // More returned than sold in a day: no demand, and no negative one either.
    raw[i] = Math.max(0, value);
    open[i] = isClosed(calendar, startDay + i) ? 0 : 1;
  }
  return { id: series.id, category: series.category, startDay, count, raw, clean: winsorise(raw, open), open };
}

/** Single days above max(P95 of the non-zero days, 4 x their median) are cut to it. */
function winsorise(raw: Float64Array, open: Uint8Array): Float64Array {
  const sizes = raw.filter((value, i) => open[i] === 1 && value > 0).sort();
  const cap =
    sizes.length === 0
      ? 0
      : Math.max(sizes[Math.ceil(sizes.length * 0.95) - 1]!, 4 * sizes[Math.floor((sizes.length - 1) / 2)]!);
  return Float64Array.from(raw, (value, i) => (open[i] === 1 ? Math.min(value, cap) : 0));
}
