/** What was thrown away instead of sold, noted by the command that threw it away and by what tells of it from another machine. */
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import type { OrderTables } from '#core/orders/index.ts';
import type { MetricsTables } from './tables.ts';

const { db, change } = sqlFor<MetricsTables & OrderTables>();

/** Who threw it away, where and when. */
interface Traced {
  id: string;
  branchId: string;
  actorId: string;
  occurredAtMs: number;
  businessDate: string;
}

const insertCart = change((p: Traced & { totalClp: number }) =>
  db
    .insertInto('voidedDocument')
    .values({
      id: p.id,
      kind: 'CART',
      branchId: p.branchId,
      actorId: p.actorId,
      occurredAtMs: p.occurredAtMs,
      businessDate: p.businessDate,
      totalClp: p.totalClp,
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const insertOrder = change((p: Traced) =>
  db
    .insertInto('voidedDocument')
    .columns(['id', 'kind', 'branchId', 'actorId', 'occurredAtMs', 'businessDate', 'totalClp'])
    .expression((eb) =>
      eb
        .selectFrom('salesOrder')
        .select((column) => [
          'id',
          column.val('ORDER' as const).as('kind'),
          'branchId',
          column.val(p.actorId).as('actorId'),
          column.val(p.occurredAtMs).as('occurredAtMs'),
          column.val(p.businessDate).as('businessDate'),
          'totalClp',
        ])
        .where('id', '=', p.id),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

/** A cart that was emptied before it was paid; `totalClp` is what lay in it. */
export const countVoidedCart = (writer: Writer, cart: Traced & { totalClp: number }): void =>
  void insertCart.run(writer, cart);

/** An order that was cancelled, for what it came to. */
export const countVoidedOrder = (writer: Writer, order: Traced): void => void insertOrder.run(writer, order);
