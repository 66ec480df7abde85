/** What orders do by themselves. */
import { savePopularity } from '#core/catalog/index.ts';
import type { Job } from '#core/engine/jobs.ts';
import { sqlFor } from '#core/engine/sql.ts';
import { firstIdAt } from '#core/shared/ids.ts';
import type { OrderTables } from './tables.ts';

const { db, select } = sqlFor<OrderTables>();
const LATELY_MS = 90 * 86_400_000;

const timesSold = select((p: { firstId: string }) =>
  db
    .selectFrom('orderLine')
    .select((eb) => ['productId', eb.fn.countAll<number>().as('count')])
    .where('orderId', '>=', p.firstId)
    .groupBy('productId'),
);

export const ordersJobs: readonly Job[] = [
  {
    // The counter's tiles and search show first what sold most often in the last 90 days.
    name: 'orders.popularity',
    schedule: { dailyAt: { hour: 4, minute: 10 } },
    timeoutMs: 60_000,
    run: (context) => {
      const rows = context.read((reader) => timesSold.all(reader, { firstId: firstIdAt(context.clock() - LATELY_MS) }));
      return context.local((writer) => savePopularity(writer, rows));
    },
  },
];
