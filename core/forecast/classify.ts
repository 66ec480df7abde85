/** What kind of demand a series is: how often it sells and how unequal the sizes are (Syntetos & Boylan), over the last two years. */
import type { Prepared } from './prepare.ts';

export type DemandClass = 'smooth' | 'erratic' | 'intermittent' | 'lumpy';

export interface Traits {
  demandClass: DemandClass;
  /** Mean number of open days from one selling day to the next; infinite without a sale. */
  adi: number;
  /** Squared coefficient of variation of the non-zero days. */
  cv2: number;
  openDays: number;
  sellingDays: number;
  /** Calendar days from the launch to the origin, both included. */
  ageDays: number;
  /** Calendar days since the last selling day; infinite without a sale. */
  idleDays: number;
}

const TWO_YEARS = 731;
const ADI_CUT = 1.32;
const CV2_CUT = 0.49;

/** Traits of a series at its origin. */
export function classify(series: Prepared): Traits {
  const { count, raw, open } = series;
  let openDays = 0;
  let sellingDays = 0;
  let sum = 0;
  let squares = 0;
  let last = -Infinity;
  for (let i = Math.max(0, count - TWO_YEARS); i < count; i += 1) {
    if (open[i] !== 1) continue;
    openDays += 1;
    const value = raw[i]!;
    if (!(value > 0)) continue;
    sellingDays += 1;
    sum += value;
    squares += value * value;
    last = i;
  }
  const adi = sellingDays > 0 ? openDays / sellingDays : Infinity;
  const mean = sellingDays > 0 ? sum / sellingDays : 0;
  const cv2 = sellingDays > 0 ? Math.max(0, squares / sellingDays / (mean * mean) - 1) : 0;
  return {
    demandClass: classOf(adi, cv2),
    adi,
    cv2,
    openDays,
    sellingDays,
    ageDays: count,
    idleDays: count - 1 - last,
  };
}

export function classOf(adi: number, cv2: number): DemandClass {
  if (adi < ADI_CUT) return cv2 < CV2_CUT ? 'smooth' : 'erratic';
  return cv2 < CV2_CUT ? 'intermittent' : 'lumpy';
}

/** No sale for half a year, or for six times the usual gap: "sin rotación". */
export const isDead = (traits: Traits): boolean =>
  traits.idleDays >= Math.max(180, Number.isFinite(traits.adi) ? 6 * traits.adi : 0);
