/** The log: one JSON object a line, rotated, with secrets struck out. The only file that knows pino. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import roll from 'pino-roll';
import type { Log } from './ports.ts';

/** Keys whose values never reach a log, at any of the first three levels. */
const SECRET_KEYS = ['password', 'currentPassword', 'newPassword', 'pin', 'token', 'authorization', 'pepper', 'passwordHash', 'pinHash', 'lastFour', 'operationNumber', 'salaryClp'];
const redact = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** Opens `folder`/rep-drill.N.log: a new file each day or 10 MB, the last 14 kept. */
export async function openLog(folder: string, level: 'debug' | 'info' | 'warn' = 'info'): Promise<Log> {
  mkdirSync(folder, { recursive: true });
  const stream = await roll({ file: join(folder, 'rep-drill'), extension: '.log', frequency: 'daily', size: '10m', limit: { count: 14 }, sync: true });
  return pino({ level, redact: { paths: redact, censor: '[struck out]' }, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream) as Log;
}
