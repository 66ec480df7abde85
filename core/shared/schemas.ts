/** The zod schemas that every module's contract is made of. Each bounds its input: nothing unbounded enters the shop. */
import { z } from 'zod';
import { parseRut } from './rut.ts';

/** Far beyond any shop's figures, far below 2^53, so that sums of products stay exact. */
export const MAX_CLP = 1_000_000_000;
export const MAX_MILLI = 1_000_000_000;

// NUL and lone surrogates are refused everywhere: SQLite stops at the first and UTF-8 cannot hold the second.
const wellFormed = (value: string): boolean => value.isWellFormed() && !value.includes('\u0000');

/** Text without surrounding space, NUL or broken surrogates, of `min` to `max` UTF-16 units. */
export const text = (max = 200, min = 0) => z.string().trim().min(min).max(max).refine(wellFormed, 'malformed text');
/** Required text. */
export const name = (max = 120) => text(max, 1);
/** A UUID of any version, lower case. */
export const id = z.uuid().transform((value) => value.toLowerCase());
/** Zero or more pesos. */
export const clpAmount = z.int().min(0).max(MAX_CLP);
/** Any number of pesos. */
export const signedClp = z.int().min(-MAX_CLP).max(MAX_CLP);
/** A positive quantity in thousandths of the base unit. */
export const quantity = z.int().min(1).max(MAX_MILLI);
/** Any quantity in thousandths of the base unit. */
export const signedMilli = z.int().min(-MAX_MILLI).max(MAX_MILLI);
/** A unit cost in thousandths of a peso per base unit. */
export const unitCost = z.int().min(0).max(1_000_000_000_000);
/** A stock value in thousandths of a peso; sums may be large, but never unsafe. */
export const milliClpValue = z.int();
/** A rate in hundredths of a percent, 0 to 100 %. */
export const rate = z.int().min(0).max(10_000);
/** An instant in epoch milliseconds. */
export const instant = z.int().min(0).max(8_640_000_000_000_000);
/** A local date `YYYY-MM-DD` that exists. */
export const localDate = z.iso.date();
/** E-mail as typed; compared case-blind. */
export const email = z
  .email()
  .max(254)
  .transform((value) => value.trim());
/** A RUT with or without dots and hyphen, turned to the stored form `12345678-5`. */
export const rut = z
  .string()
  .max(20)
  .transform((value, context) => {
    const parsed = parseRut(value);
    if (parsed === undefined) {
      context.addIssue({ code: 'custom', message: 'invalid RUT', params: { code: 'RUT_INVALID' } });
      return z.NEVER;
    }
    return parsed;
  });
/** Page of a list: how many rows, after how many. */
export const page = { limit: z.int().min(1).max(500).default(100), offset: z.int().min(0).max(10_000_000).default(0) };
