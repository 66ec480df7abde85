/** Opens a shop's data folder: database, log and application, as every host does. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type App, createApp } from '#core/app.ts';
import { DEMO_USERS } from '#core/demo/users.ts';
import { openLog } from '#core/engine/log.ts';

export interface HostOptions {
  /** The folder of the shop: database, backups, logs, secrets. */
  data: string;
  version: string;
  /** Logs every answer, not only what is worth a line. */
  verbose?: boolean;
}

export const databaseFile = (data: string): string => join(data, 'shop.db');

/** Opens the application over a data folder, making what is missing. */
export async function openHost(options: HostOptions): Promise<App> {
  const { data, version } = options;
  mkdirSync(data, { recursive: true });
  const log = await openLog(join(data, 'logs'), options.verbose === true ? 'debug' : 'info');
  return createApp({ file: databaseFile(data), log, version, demoUsers: () => DEMO_USERS });
}
