/**
 * Goal: several files of one branch, each by real code over the model of the centre: a machine that joins knows every order as it was left, in
 * whatever order a restored centre was told of it; a file whose twin wrote at its till goes on at another one, and sells on.
 */
import { beforeAll, expect, it } from 'vitest';
import { CentreModel } from './model.ts';
import { Chance } from './random.ts';
import { callerOf, joinedImage, makeTemplate, Replica, run, START_MS, type Template } from './world.ts';

let template: Template;
beforeAll(async () => {
  template = await makeTemplate();
}, 60_000);

function branch() {
  let nowMs = START_MS + 86_400_000;
  const clock = (): number => (nowMs += 1);
  const model = new CentreModel(clock);
  model.tables = structuredClone(template.tables);
  const chance = new Chance(7);
  const device = template.devices[1];
  const first = template.images[1];
  if (!device || !first) throw new Error('no such branch');
  const centre = (): ReturnType<CentreModel['connect']> => model.connect(device);
  const open = (image: Buffer = first): Replica =>
    new Replica({ name: 'BB', device, image, nowMs: clock, chance, flaws: {}, centre });
  const join = async (): Promise<Replica> =>
    open(await joinedImage(template, { centre: centre(), chance, nowMs: clock }));
  return { model, open, join };
}

const call = <T = { id: string }>({ app }: Replica, path: string, input: object): T =>
  run<T>(app, callerOf(app, template.userId), path, input);
const line = (index: number, units: number) => ({
  productId: template.products[index],
  quantityMilli: units * 1_000,
});
function sell(replica: Replica): string {
  const lines = [line(0, 1)];
  const caller = callerOf(replica.app, template.userId);
  const quote = replica.app.call('sales.quote', { lines }, caller) as { totals: { totalClp: number } };
  const { totalClp } = quote.totals;
  const payments = [{ tender: 'DEBIT', amountClp: totalClp, operationNumber: '1' }];
  return call<{ number: string }>(replica, 'sales.checkout', { lines, payments, expectedTotalClp: totalClp }).number;
}

/** Orders, what is held for them, and what lies on the shelves. */
const shown = ({ app }: Replica): unknown[] =>
  [
    'select state, totalClp, saleNumber from salesOrder order by id',
    "select orderId, quantityMilli from reservation where state = 'HELD' order by id",
    'select productId, warehouseId, onHandMilli, reservedMilli from stockLevel where onHandMilli <> 0 or reservedMilli <> 0 order by 1, 2',
    'select documentId, amountClp from payment order by id',
    'select reason from syncHeld',
  ].map((text) => app.database.reader.prepare(text).all());

it('a machine that joins knows each order as it was left, also where the centre heard of its end before its beginning', async () => {
  const { model, open, join } = branch();
  const one = open();
  const two = await join();
  for (const replica of [two, one]) expect(await replica.converse()).toBe(true);
  const backup = model.backup();
  const order = (units: number) =>
    call<{ id: string; totalClp: number }>(one, 'orders.create', { lines: [line(1, units)] });
  const [sold, cancelled, changed] = [order(2), order(3), order(4)];
  for (const replica of [one, two]) expect(await replica.converse()).toBe(true);
  // The centre burns; the second machine goes on with the orders, and is the first to tell it of them again.
  model.restore(backup);
  call(two, 'orders.confirm', { id: sold.id });
  call(two, 'orders.pay', {
    id: sold.id,
    payments: [{ tender: 'DEBIT', amountClp: sold.totalClp, operationNumber: '1' }],
  });
  call(two, 'orders.complete', { id: sold.id });
  call(two, 'orders.cancel', { id: cancelled.id, reason: 'El cliente desistió' });
  call(two, 'orders.update', { id: changed.id, lines: [line(1, 5)] });
  for (const replica of [two, one, two]) expect(await replica.converse()).toBe(true);
  const three = await join();
  expect(await three.converse()).toBe(true);
  expect(shown(two)).toEqual(shown(one));
  expect(shown(three)).toEqual(shown(one));
  expect(shown(three)[0]).toMatchObject([{ state: 'COMPLETED' }, { state: 'CANCELLED' }, { state: 'PENDING' }]);
});

it('a confirmed order does not go back to waiting because another file changed it before it heard of that', async () => {
  const { open, join } = branch();
  const one = open();
  const { id } = call(one, 'orders.create', { lines: [line(2, 4)] });
  expect(await one.converse()).toBe(true);
  const two = await join();
  call(one, 'orders.confirm', { id });
  call(two, 'orders.update', { id, lines: [line(2, 6)] });
  for (const replica of [two, one, two]) expect(await replica.converse()).toBe(true);
  const [orders, held, , , aside] = shown(one);
  expect(orders).toMatchObject([{ state: 'CONFIRMED' }]);
  expect(held).toEqual([]);
  expect(aside).toEqual([{ reason: 'FAILED' }]);
});

it('a picture of a disk that hears of sales at its own till takes another one, and sells on', async () => {
  const { open } = branch();
  const original = open();
  sell(original);
  expect(await original.converse()).toBe(true);
  const earlier = original.app.database.raw.serialize();
  const unsent = sell(original);
  const later = original.app.database.raw.serialize();
  // The disk burns. Its earlier picture goes on as if it were the original: nobody can tell. Then the later one turns up.
  const picture = open(earlier);
  expect(await picture.converse()).toBe(true);
  const found = open(later);
  found.noticeCopy('COPY');
  for (const replica of [found, picture, found]) expect(await replica.converse()).toBe(true);
  const number = sell(picture);
  expect(number).not.toBe(unsent);
  expect(number.split('-')[0]).not.toBe(unsent.split('-')[0]);
  for (const replica of [picture, found]) expect(await replica.converse()).toBe(true);
  const numbers = (replica: Replica): unknown[] =>
    replica.app.database.reader.prepare('select saleNumber from salesOrder order by saleNumber').pluck().all();
  expect(numbers(picture)).toEqual(numbers(found));
  expect(new Set(numbers(picture)).size).toBe(3);
});
