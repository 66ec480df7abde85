/** Runs the server host in this process: builds the page and the demonstration shop where they are missing, then serves. */
import { existsSync, rmSync } from 'node:fs';
import { databaseFile, openingFailure, openShop } from '#core/shop.ts';
import { startLan } from '#server/lan.ts';
import { startServer } from '#server/server.ts';
import { PAGES, type serveOptions, version } from './arguments.ts';
import { ensureBuilt } from './build.ts';

export type HostOptions = ReturnType<typeof serveOptions>;

/** Serves until SIGTERM or SIGINT; prints `{"ready":true,"url":...}` when usable. Answers the URL. */
export async function serve(options: HostOptions): Promise<string> {
  if (options.pages === PAGES) await ensureBuilt();
  if (options.demo) await ensureDemo(options);
  const { data, verbose, port, lanPort, lanAddresses, pages } = options;
  const shop = await openShop({ data, version, verbose }).catch((error: unknown) => {
    const why = openingFailure(error);
    if (why === undefined) throw error;
    console.error(why);
    process.exit(1);
  });
  const { app } = shop;
  const server = await startServer({ app, port, pages, version });
  const addresses = lanAddresses.length > 0 ? () => lanAddresses : undefined;
  const lan = await startLan({ app, data, port: lanPort, pages, version, addresses });
  whenToldToStop(async () => {
    await Promise.all([server.close(), lan.stop()]);
    await shop.close();
  });
  console.log(JSON.stringify({ ready: true, url: server.url }));
  return server.url;
}

/** Runs `stop` once on SIGTERM, Ctrl+C, or the message 'stop' (Windows knows no SIGTERM), then leaves. */
export function whenToldToStop(stop: () => Promise<void>): void {
  let stopping = false;
  const once = (): void => {
    if (stopping) return;
    stopping = true;
    void stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', once);
  process.on('SIGINT', once);
  process.on('message', (message) => message === 'stop' && once());
}

/** Builds the demonstration shop unless the folder already holds one. */
export async function ensureDemo(options: Pick<HostOptions, 'data' | 'fresh' | 'seed'>): Promise<void> {
  const file = databaseFile(options.data);
  if (options.fresh) rmSync(options.data, { recursive: true, force: true });
  if (existsSync(file)) return;
  const { buildDemo } = await import('#core/demo/generate.ts');
  await buildDemo(file, { seed: options.seed, nowMs: Date.now(), log: (line: string) => console.error(line) });
}
