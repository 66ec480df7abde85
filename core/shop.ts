/** A shop in use: the application over its data folder, with log, jobs, print queue and the keeping of its file. Every host opens it so. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type App, type AppOptions, createApp } from '#core/app.ts';
import { DEMO_USERS } from '#core/demo/users.ts';
import { openLog } from '#core/engine/log.ts';

export interface ShopOptions extends Pick<AppOptions, 'launch' | 'pepper'> {
  /** The folder of the shop: database, backups, logs. */
  data: string;
  version: string;
  /** Logs every answer, not only what is worth a line. */
  verbose?: boolean;
}

export interface Shop {
  readonly app: App;
  /** Ends the work in the background, then closes the database. */
  close(): Promise<void>;
}

export const databaseFile = (data: string): string => join(data, 'shop.db');

/** Opens the shop of a data folder, making what is missing, and starts what it does by itself. */
export async function openShop(options: ShopOptions): Promise<Shop> {
  const { data, version, launch, pepper } = options;
  mkdirSync(data, { recursive: true });
  const log = await openLog(join(data, 'logs'), options.verbose === true ? 'debug' : 'info');
  const app = createApp({
    file: databaseFile(data),
    log,
    version,
    demoUsers: () => DEMO_USERS,
    ...(launch ? { launch } : {}),
    ...(pepper === undefined ? {} : { pepper }),
  });
  const jobs = app.jobRunner();
  jobs.start();
  app.keeper.start();
  const stopPrinting = app.startPrinting();
  log.info({ version, installed: app.dispatcher.site !== undefined }, 'the shop is open');
  return {
    app,
    close: async () => {
      await jobs.stop();
      await stopPrinting();
      app.close();
      log.info({}, 'the shop is closed');
    },
  };
}
