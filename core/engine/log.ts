/** The log: one JSON object a line, rotated, with secrets struck out. The only file that knows pino. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import roll from 'pino-roll';
import type { Log } from './ports.ts';

const STRUCK_OUT = '[struck out]';
/** Names of fields whose values never reach a log, in any spelling and at any depth. */
const SECRET =
  /password|passphrase|secret|^pin$|pinhash|token|authorization|cookie|pepper|apikey|^key$|recoverykey|lastfour|operationnumber|salary/i;
const BEARER = /\bBearer\s+[\w.~+/-]+=*/gi;
/** Card numbers have 14 to 19 digits, perhaps in groups; a barcode has at most 13. */
const CARD = /\b\d(?:[ -]?\d){13,18}\b/g;
/** Arrays and texts are cut here: a log tells what happened, not what everything was. */
const MAX_ITEMS = 100;
const MAX_TEXT = 4_000;
const MAX_DEPTH = 6;

/** A copy of what is to be logged without passwords, PINs, tokens, keys and card digits. */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value === 'string')
    return value.slice(0, MAX_TEXT).replace(BEARER, `Bearer ${STRUCK_OUT}`).replace(CARD, STRUCK_OUT);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => scrub(item, depth + 1));
  if (value instanceof Error) return scrub({ message: value.message, stack: value.stack }, depth);
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [
    key,
    SECRET.test(key) ? STRUCK_OUT : scrub(item, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** Opens `folder`/rep-drill.N.log: a new file each day or 10 MB, the last 14 kept. */
export async function openLog(folder: string, level: 'debug' | 'info' | 'warn' = 'info'): Promise<Log> {
  mkdirSync(folder, { recursive: true });
  const stream = await roll({
    file: join(folder, 'rep-drill'),
    extension: '.log',
    frequency: 'daily',
    size: '10m',
    limit: { count: 14 },
    sync: true,
  });
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  const at =
    (name: keyof Log) =>
    (fields: object, message: string): void =>
      logger[name](scrub(fields) as object, scrub(message) as string);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
