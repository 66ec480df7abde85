/** The periods of the picker, as local days. */
import { addDays } from '#core/shared/time.ts';

export const PERIODS = ['TODAY', 'YESTERDAY', 'WEEK', 'MONTH', 'YEAR', 'CUSTOM'] as const;
export type Period = (typeof PERIODS)[number];

export interface Days {
  from: string;
  to: string;
}

/** The days of a period that ends today; `custom` where the user chose them. */
export function daysOf(period: Period, today: string, custom: Days): Days {
  switch (period) {
    case 'TODAY':
      return { from: today, to: today };
    case 'YESTERDAY':
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case 'WEEK':
      return { from: addDays(today, -6), to: today };
    case 'MONTH':
      return { from: `${today.slice(0, 7)}-01`, to: today };
    case 'YEAR':
      return { from: `${today.slice(0, 4)}-01-01`, to: today };
    case 'CUSTOM':
      return custom.from <= custom.to ? custom : { from: custom.to, to: custom.from };
  }
}
