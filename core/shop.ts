/** A shop in use: the application over its data folder, with log, jobs, print queue and the keeping of its file. Every host opens it so. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type App, type AppOptions, createApp } from '#core/app.ts';
import { DEMO_USERS } from '#core/demo/users.ts';
import { openLog } from '#core/engine/log.ts';
import { DomainError } from '#core/shared/errors.ts';

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

/** How long closing the shop waits for the copy that the last shift's close started. */
const BACKUP_GRACE_MS = 20_000;

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
    machine: join(homedir(), '.rep-drill', 'shops'),
    ...(launch ? { launch } : {}),
    ...(pepper === undefined ? {} : { pepper }),
  });
  const jobs = app.jobRunner();
  jobs.start();
  app.keeper.start();
  const stopPrinting = app.startPrinting();
  app.link.start();
  log.info({ version, installed: app.dispatcher.site !== undefined }, 'the shop is open');
  return {
    app,
    close: async () => {
      await jobs.stop();
      await app.link.stop();
      await stopPrinting();
      await app.backups?.finish(BACKUP_GRACE_MS);
      app.close();
      log.info({}, 'the shop is closed');
    },
  };
}

/** Why a shop could not be opened, in words for whoever started it; undefined for a bug. */
export function openingFailure(error: unknown): string | undefined {
  if (!(error instanceof DomainError)) return undefined;
  const words: Partial<Record<DomainError['code'], string>> = {
    DATABASE_IN_USE:
      'Otro Rep-Drill ya está usando esta tienda. Ciérrelo, o use el que está abierto. / Another Rep-Drill is using this shop.',
    DATABASE_FROM_FUTURE:
      'Esta tienda fue escrita por un Rep-Drill más nuevo. Actualice este; no se modificó nada. / This shop was written by a newer Rep-Drill; nothing was changed.',
    DATABASE_DAMAGED:
      'La base de datos está dañada. No se modificó nada: restaure el último respaldo. / The database is damaged; nothing was changed. Restore the latest backup.',
    DISK_FULL: 'El disco está lleno. Libere espacio y vuelva a abrir. / The disk is full.',
  };
  return words[error.code] ?? error.code;
}
