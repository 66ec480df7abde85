/** `npm run dev`: the page with hot reloading on 4781, and behind it the shop of a data folder on 4780. */
import { join } from 'node:path';
import { createServer } from 'vite';
import { openShop } from '#core/shop.ts';
import { startServer } from '#server/server.ts';
import { PAGES, ROOT, serveOptions, version } from './arguments.ts';
import { whenToldToStop } from './host.ts';

const options = serveOptions({ data: join(ROOT, 'data/shop'), port: 4780 });
const shop = await openShop({ data: options.data, version, verbose: true });
const server = await startServer({ app: shop.app, port: options.port, pages: PAGES, version });

// The page comes from another port here, so the proxy speaks in the shop's own name.
const target = server.url.replace(/\/$/, '');
const forward = { target, changeOrigin: true, headers: { origin: target } };
const vite = await createServer({
  configFile: join(ROOT, 'vite.config.ts'),
  server: {
    port: 4781,
    strictPort: true,
    proxy: { '/api': forward, '/events': forward, '/healthz': forward, '/health': forward },
  },
});
await vite.listen();
vite.printUrls();
whenToldToStop(async () => {
  await vite.close();
  await server.close();
  await shop.close();
});
