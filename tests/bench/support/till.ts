/** A till in a process of its own, for measurements: serves the shop of a data folder and tells how much CPU it has used. */
import { openShop } from '#core/shop.ts';
import { startServer } from '#server/server.ts';

const [data = '', pages = ''] = process.argv.slice(2);
const shop = await openShop({ data, version: 'bench' });
const server = await startServer({ app: shop.app, port: 0, pages, version: 'bench' });

process.on('message', (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000 });
  } else if (message === 'stop') {
    void server
      .close()
      .then(() => shop.close())
      .then(() => process.exit(0));
  }
});
process.send?.({ url: server.url });
