/**
 * Orders in the workload: made, changed, paid, moved on, given up; their holds run out. What two files of one branch did to the same order
 * without knowing of each other is disputed: its owner must look, and no rule says what it should be. All others must agree everywhere.
 */
import { systemActor } from '#core/engine/dispatch.ts';
import { inventoryModule } from '#core/inventory/index.ts';
import { ownHash, ownHead } from '#core/sync/state.ts';
import { attempt, type World } from './run.ts';
import { callerOf, type Replica, run, saleRow } from './world.ts';

export interface OrderBook {
  /** The events that touched each order, by hash, in whatever file. */
  touched: Map<string, string[]>;
  disputed: Set<string>;
}
export const newBook = (): OrderBook => ({ touched: new Map(), disputed: new Set() });

/** How much is missing on each shelf for what is held there; also what lies below zero. */
export function shortages({ app }: Replica): Map<string, number> {
  const rows = app.database.reader
    .prepare(
      'select productId, warehouseId, max(reservedMilli, 0) - onHandMilli as missing from stockLevel where missing > 0',
    )
    .all() as { productId: string; warehouseId: string; missing: number }[];
  return new Map(rows.map(({ productId, warehouseId, missing }) => [`${productId} ${warehouseId}`, missing]));
}

/** A receipt left the printer. */
export function printed(world: World, replica: Replica, sale: { saleId: string; number: string }): void {
  world.sales += 1;
  numbered(world, replica, sale.number);
  replica.sold.set(sale.saleId, { number: sale.number, row: saleRow(replica, sale.saleId) });
}

function numbered(world: World, replica: Replica, number: string): void {
  // What a burnt disk had printed and not sent, its own image cannot know.
  if (world.printed.has(number) && !replica.isImage) world.problems.add('2: a number was printed twice');
  world.printed.add(number);
}

/** Whether this file has all that was done to an order. */
function knows({ app }: Replica, hashes: readonly string[]): boolean {
  const { reader } = app.database;
  const known = reader
    .prepare('select 1 from event where hash = ? union all select 1 from syncLog where hash = ?')
    .pluck();
  const held = reader.prepare("select 1 from syncHeld where operation ->> '$.hash' = ?").pluck();
  return hashes.every((hash) => known.get(hash, hash) !== undefined && held.get(hash) === undefined);
}

/** Does something to orders, and notes who knew what then. */
function touch<T>(world: World, replica: Replica, ids: readonly string[], work: () => T): T | undefined {
  const { reader } = replica.app.database;
  const { touched, disputed } = world.orders;
  const head = ownHead(reader);
  const unknown = ids.filter((id) => !knows(replica, touched.get(id) ?? []));
  const answer = attempt(world, work);
  if (ownHead(reader) === head) return answer;
  const hash = ownHash(reader, ownHead(reader)) ?? '';
  for (const id of ids) touched.set(id, [...(touched.get(id) ?? []), hash]);
  for (const id of unknown) disputed.add(id);
  return answer;
}

function wanted({ chance, template }: World): { productId: string; quantityMilli: number }[] {
  const most = chance.happens(0.4) ? 25 : 4;
  const first = chance.below(template.products.length);
  return Array.from({ length: 1 + chance.below(2) }, (_, index) => ({
    productId: template.products[(first + index) % template.products.length] ?? '',
    quantityMilli: 1_000 * (1 + chance.below(most)),
  }));
}

/** An order that waits, its goods held. */
export function order(world: World, replica: Replica): void {
  if (replica.mustTalk) return;
  const caller = callerOf(replica.app, world.template.userId);
  const lines = wanted(world);
  const made = attempt(world, () =>
    run<{ id: string; number: string }>(replica.app, caller, 'orders.create', { lines }),
  );
  if (!made) return;
  numbered(world, replica, made.number);
  const { reader } = replica.app.database;
  world.orders.touched.set(made.id, [ownHash(reader, ownHead(reader)) ?? '']);
}

interface Open {
  id: string;
  state: string;
  remainingClp: number;
}
const OPEN = `
  select o.id, o.state,
    o.totalClp - coalesce((select sum(amountClp - roundingClp) from payment where documentId = o.id), 0) as remainingClp
  from salesOrder o where o.number is not null and o.branchId = ? and (
    o.state not in ('COMPLETED', 'CANCELLED')
    or o.state = 'CANCELLED' and exists (
      select from stockMovement m where m.sourceId = o.id and m.kind = 'EXIT'
      and not exists (select from stockMovement u where u.undoesId = m.id)
    )
  ) order by o.id`.replaceAll('select from', 'select 1 from');

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['update', 'confirm', 'confirm', 'pay', 'cancel'],
  CONFIRMED: ['process', 'ship', 'deliver', 'settle', 'settle', 'pay', 'cancel'],
  PROCESSING: ['ship', 'deliver', 'settle', 'pay', 'cancel'],
  SHIPPED: ['deliver', 'settle', 'pay', 'cancel'],
  DELIVERED: ['settle', 'settle', 'pay', 'cancel'],
  CANCELLED: ['inspect'],
};

/** Somebody goes on with one of the orders that wait. */
export function tend(world: World, replica: Replica): void {
  const { app, branchId, mustTalk } = replica;
  const { chance } = world;
  const rows = app.database.reader.prepare(OPEN).all(branchId) as Open[];
  if (mustTalk || rows.length === 0) return;
  const one = chance.pick(rows);
  const { id } = one;
  const caller = callerOf(app, world.template.userId);
  const act = <T>(path: string, more: object = {}): T | undefined =>
    touch(world, replica, [id], () => run<T>(app, caller, path, { id, ...more }));
  const action = chance.pick(ACTIONS[one.state] ?? []);
  switch (action) {
    case 'update':
      act('orders.update', { lines: wanted(world) });
      break;
    case 'pay':
      act('orders.pay', { payments: [payment(world, chance.happens(0.5) ? one.remainingClp : one.remainingClp / 2)] });
      break;
    case 'settle': {
      if (one.remainingClp > 0) act('orders.pay', { payments: [payment(world, one.remainingClp)] });
      const sale = act<{ saleId: string; number: string }>('orders.complete');
      if (sale) printed(world, replica, sale);
      break;
    }
    case 'cancel':
      act('orders.cancel', { reason: 'El cliente desistió', refundTender: chance.pick(['CASH', 'DEBIT']) });
      break;
    case 'inspect':
      act('orders.inspect', { condition: chance.pick(['SELLABLE', 'DAMAGED']), reason: 'Volvió' });
      break;
    default:
      act(`orders.${action}`);
  }
}

function payment({ chance }: World, amountClp: number) {
  const tender = chance.pick(['CASH', 'DEBIT']);
  const exactClp = Math.max(10, Math.floor(amountClp));
  return { tender, amountClp: tender === 'CASH' ? Math.ceil(exactClp / 10) * 10 : exactClp, operationNumber: '1' };
}

const expireJob = inventoryModule.jobs.find(({ name }) => name === 'inventory.expireReservations');

/** The time of holds is over: the shop's own job lets them go. */
export function expire(world: World, replica: Replica): void {
  const { app } = replica;
  const due = app.database.reader
    .prepare("select distinct orderId from reservation where state = 'HELD' and expiresAtMs <= ?")
    .pluck()
    .all(app.clock.nowMs()) as string[];
  if (due.length === 0) return;
  const actor = systemActor(app.dispatcher.site?.terminalId ?? '');
  void touch(world, replica, due, () =>
    expireJob?.run(app.dispatcher.taskContext({ actor, origin: 'internal' }), () => undefined),
  );
}

/** A planted fault: the counter does not look at what is held. */
export function withoutHolds<T>({ app }: Replica, work: () => T): T {
  const set = (text: string): void =>
    app.dispatcher.local((writer) => void writer.prepare(`update stockLevel set reservedMilli = ${text}`).run());
  set('0');
  try {
    return work();
  } finally {
    set(`coalesce((select sum(quantityMilli) from reservation r
      where r.state = 'HELD' and r.productId = stockLevel.productId and r.warehouseId = stockLevel.warehouseId), 0)`);
  }
}
