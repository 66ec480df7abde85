/** Runs the server host in this process: builds the page and the demonstration shop where they are missing, then serves. */
import { existsSync, rmSync } from 'node:fs';
import { databaseFile, openHost } from '#server/host.ts';
import { startServer } from '#server/server.ts';
import { DomainError } from '#core/shared/errors.ts';
import { ensureBuilt } from './build.ts';
import { PAGES, type serveOptions, version } from './arguments.ts';

export type HostOptions = ReturnType<typeof serveOptions>;

/** Serves until SIGTERM or SIGINT; prints `{"ready":true,"url":...}` when usable. Answers the URL. */
export async function serve(options: HostOptions): Promise<string> {
  await ensureBuilt();
  if (options.demo) await ensureDemo(options);
  const app = await openHost({ data: options.data, version, verbose: options.verbose }).catch((error: unknown) => {
    if (error instanceof DomainError) fail(error);
    throw error;
  });
  const server = await startServer({ app, port: options.port, address: options.address, lanAddresses: options.lanAddresses, pages: PAGES, version });
  const jobs = app.jobRunner();
  jobs.start();
  const stop = async (): Promise<void> => {
    await jobs.stop();
    await server.close();
    app.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  process.once('message', (message) => message === 'stop' && void stop());
  console.log(JSON.stringify({ ready: true, url: server.url }));
  return server.url;
}

/** Builds the demonstration shop unless the folder already holds one. */
async function ensureDemo(options: HostOptions): Promise<void> {
  const file = databaseFile(options.data);
  if (options.fresh) rmSync(options.data, { recursive: true, force: true });
  if (existsSync(file)) return;
  const { buildDemo } = await import('#core/demo/generate.ts');
  await buildDemo(options.data, { seed: options.seed, version, say: (line) => console.error(line) });
}

/** An expected failure to open, in words. */
function fail(error: DomainError): never {
  const words: Partial<Record<DomainError['code'], string>> = {
    DATABASE_IN_USE: 'Another Rep-Drill is using this shop. Close it, or use the one that is open. / Otro Rep-Drill ya está usando esta tienda.',
    DATABASE_FROM_FUTURE: 'This shop was written by a newer Rep-Drill. Update this one; nothing was changed. / Actualice Rep-Drill; no se modificó nada.',
    DATABASE_DAMAGED: 'The database is damaged. Nothing was changed; restore the latest backup. / La base de datos está dañada; restaure el último respaldo.',
  };
  console.error(words[error.code] ?? error.code, JSON.stringify(error.details));
  process.exit(1);
}
