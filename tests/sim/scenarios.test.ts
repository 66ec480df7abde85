/**
 * Goal: each misfortune of the design, told one by one over the real application and the model of the centre: every case ends converged, and
 * the user is told in words (the Spanish texts of the page).
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { eventKind } from '#core/engine/events.ts';
import { systemActor } from '#core/engine/dispatch.ts';
import { listTasks } from '#core/sync/attention.ts';
import { exportPending, sendCarried } from '#core/sync/carried.ts';
import { backoffMs, reasonOf } from '#core/sync/link.ts';
import { es } from '#renderer/text/es.ts';
import { ownHead, readState } from '#core/sync/state.ts';
import { CentreModel } from './model.ts';
import { Chance } from './random.ts';
import { callerOf, makeTemplate, Replica, run, START_MS, type Template } from './world.ts';

let template: Template;
beforeAll(async () => {
  template = await makeTemplate();
}, 60_000);

function world() {
  const now = { ms: START_MS + 86_400_000 };
  const model = new CentreModel(() => now.ms);
  model.tables = structuredClone(template.tables);
  const chance = new Chance(7);
  const open = (index: number, image = template.images[index]): Replica => {
    const device = template.devices[index];
    if (!device || !image) throw new Error('no such branch');
    const centre = (): ReturnType<CentreModel['connect']> => model.connect(device);
    return new Replica({ name: device.branchCode, device, image, nowMs: () => now.ms, chance, flaws: {}, centre });
  };
  return { now, model, open };
}

function sell(replica: Replica): { saleId: string; number: string } {
  const caller = callerOf(replica.app, template.userId);
  const lines = [{ productId: template.products[0], quantityMilli: 1_000 }];
  const quote = replica.app.call('sales.quote', { lines }, caller) as { totals: { totalClp: number } };
  const { totalClp } = quote.totals;
  const payments = [{ tender: 'DEBIT', amountClp: totalClp, operationNumber: '1' }];
  return run(replica.app, caller, 'sales.checkout', { lines, payments, expectedTotalClp: totalClp });
}

const nameOf = (replica: Replica): string =>
  replica.app.database.reader
    .prepare('select name from product where id = ?')
    .pluck()
    .get(template.products[0] ?? '') as string;
const rename = (replica: Replica, name: string): void =>
  void run(replica.app, callerOf(replica.app, template.userId), 'products.update', {
    id: template.products[0],
    patch: { name },
  });
const saleIds = (model: CentreModel): string[] =>
  model
    .everything()
    .filter(({ kind }) => kind === 'sales.checkedOut')
    .map(({ subjectId }) => subjectId);
const status = (replica: Replica) =>
  replica.app.call('sync.status', {}, callerOf(replica.app, template.userId)) as Record<string, unknown>;

/** What the page of the link asks somebody to look at, in the words that it shows. */
const told = (replica: Replica): string[] =>
  listTasks(replica.app.database.reader).map(({ kind }) => es.syncReasons[kind as keyof typeof es.syncReasons]);

describe('branches and their centre', () => {
  it('a restored centre gets back what it lost, once', async () => {
    const { model, open } = world();
    const branch = open(1);
    const backup = model.backup();
    const sale = sell(branch);
    expect(await branch.converse()).toBe(true);
    model.restore(backup);
    expect(saleIds(model)).not.toContain(sale.saleId);
    expect(await branch.converse()).toBe(true);
    expect(saleIds(model).filter((id) => id === sale.saleId)).toHaveLength(1);
    expect(status(branch)).toMatchObject({ pending: 0, reason: '' });
    expect(told(branch)).toEqual([es.syncReasons.CENTRE_RESTORED]);
    expect(told(branch)[0]).toMatch(/respaldo/);
  });

  it('a restored centre gives no till’s code twice', async () => {
    const { model, open } = world();
    const image = open(1).app.database.raw.serialize();
    const codes: unknown[] = [];
    const backup = model.backup();
    for (let round = 0; round < 2; round += 1) {
      const first = open(1);
      sell(first);
      await first.converse();
      const copy = open(1, image);
      await copy.converse();
      codes.push(copy.app.database.reader.prepare('select code from terminal order by createdAtMs desc').pluck().get());
      model.restore(backup);
    }
    expect(new Set(codes).size).toBe(2);
  });

  it('a cloned branch file: both sell without a network, under numbers of their own, and the user is told', async () => {
    const { model, open } = world();
    const [owner, original] = [open(0), open(1)];
    const before = sell(original);
    const clone = open(1, original.app.database.raw.serialize());
    clone.noticeCopy('COPY');
    expect(told(clone)).toEqual([es.syncReasons.RENEWED_COPY]);
    const sales = [before, sell(original), sell(clone), sell(original), sell(clone)];
    expect(new Set(sales.map(({ number }) => number)).size).toBe(5);
    // The clone is the first to send what both hold, under its own name.
    for (const replica of [clone, original, clone, original, owner]) expect(await replica.converse()).toBe(true);
    expect(saleIds(model).toSorted()).toEqual(sales.map(({ saleId }) => saleId).toSorted());
    const held = (replica: Replica): unknown[] =>
      replica.app.database.reader
        .prepare('select id from salesOrder where saleNumber is not null order by id')
        .pluck()
        .all();
    expect(held(clone)).toEqual(held(original));
    for (const replica of [clone, original])
      expect(status(replica)).toMatchObject({ pending: 0, quarantined: 0, deferred: 0 });
    expect(told(original)).toEqual([]);
  });

  it('a restored file goes on under another name and another till, with its lost sales back', async () => {
    const { model, open } = world();
    const first = open(1);
    const image = first.app.database.raw.serialize();
    const sales = [sell(first), sell(first)];
    await first.converse();
    const second = open(1, image);
    expect(await second.converse()).toBe(true);
    const later = sell(second);
    expect(sales.map(({ number }) => number)).not.toContain(later.number);
    expect(await second.converse()).toBe(true);
    const numbers = second.app.database.reader.prepare('select saleNumber from salesOrder').pluck().all();
    expect(numbers).toEqual(expect.arrayContaining([...sales.map(({ number }) => number), later.number]));
    expect(saleIds(model)).toHaveLength(3);
    expect(told(second)).toEqual([es.syncReasons.RENEWED_COPY]);
  });

  it('a clock that is days ahead neither wins nor diverges, and is told', async () => {
    const { now, open } = world();
    const [owner, branch] = [open(0), open(1)];
    branch.skewMs = 5 * 86_400_000;
    rename(branch, 'del futuro');
    await branch.converse();
    expect(status(branch)['clockIsWrong']).toBe('YES');
    expect(es.sync.clockIsWrong).toMatch(/reloj/);
    now.ms += 60_000;
    rename(owner, 'de hoy');
    for (let round = 0; round < 2; round += 1) for (const replica of [owner, branch]) await replica.converse();
    expect([nameOf(owner), nameOf(branch)]).toEqual(['de hoy', 'de hoy']);
  });

  it('an unknown kind waits for the update; a poisoned operation is shown and holds up nobody', async () => {
    const { open } = world();
    const [owner, branch] = [open(0), open(1)];
    const actor = systemActor('');
    const record = (kind: string, version: number): void =>
      void owner.app.dispatcher
        .taskContext({ actor, origin: 'internal' })
        .command('test', (command) =>
          command.record(eventKind<object>(kind, version), command.newId(), { poison: true }),
        );
    record('people.customerCreated', 2);
    record('catalog.categoryChanged', 1);
    rename(owner, 'después');
    for (const replica of [owner, branch]) await replica.converse();
    expect(nameOf(branch)).toBe('después');
    expect(status(branch)).toMatchObject({ deferred: 1, quarantined: 1 });
    const held = branch.app.call('sync.held', { state: 'DEFERRED' }, callerOf(branch.app, template.userId));
    expect(held).toMatchObject({ rows: [{ reason: 'NEWER_VERSION', remedy: 'UPDATE_APP' }] });
    expect(es.syncReasons.NEWER_VERSION).toMatch(/versión más nueva/);
    const bad = branch.app.call('sync.held', { state: 'QUARANTINED' }, callerOf(branch.app, template.userId));
    expect(bad).toMatchObject({ rows: [{ kind: 'catalog.categoryChanged', remedy: 'RETRY' }] });
  });

  it('versions N and N-1 together: what the older one does not know waits there, and is applied after the update', async () => {
    const { model, open } = world();
    const [owner, old] = [open(0), open(1)];
    const customer = {
      kind: 'PERSON',
      firstName: 'Ana',
      lastName: 'Ríos',
      giro: '',
      email: '',
      phone: '',
      address: '',
    };
    run(owner.app, callerOf(owner.app, template.userId), 'customers.create', {
      ...{ ...customer, comuna: '', rut: null, accountLimitClp: 0 },
    });
    rename(owner, 'de la versión nueva');
    await owner.converse();
    // To version N-1 the kind of the first one is a stranger's.
    const rows = Object.values(model.tables.streams).flat();
    const created = rows.filter(({ kind }) => kind === 'people.customerCreated');
    for (const row of created) row.kind = 'future.customerCreated';
    expect(await old.converse()).toBe(true);
    for (const row of created) row.kind = 'people.customerCreated';
    const { reader } = old.app.database;
    const names = (): unknown[] =>
      reader.prepare("select firstName from customer where firstName = 'Ana'").pluck().all();
    expect(names()).toEqual([]);
    expect(nameOf(old)).toBe('de la versión nueva');
    expect(status(old)).toMatchObject({ deferred: 1, quarantined: 0, pending: 0 });
    const caller = callerOf(old.app, template.userId);
    const held = old.app.call('sync.held', { state: 'DEFERRED' }, caller);
    expect(held).toMatchObject({ rows: [{ reason: 'UNKNOWN_KIND', remedy: 'UPDATE_APP' }] });
    expect(es.syncReasons.UNKNOWN_KIND).toMatch(/versión/);
    // The update knows it.
    old.app.dispatcher.local((writer) =>
      writer.prepare("update syncHeld set operation = replace(operation, 'future.', 'people.')").run(),
    );
    expect(old.retryHeld()).toBe(1);
    expect(names()).toEqual(['Ana']);
    expect(status(old)).toMatchObject({ deferred: 0, quarantined: 0 });
  });

  it('a full disk stops the page, not the shop; with room again it goes on', async () => {
    const { open } = world();
    const [owner, branch] = [open(0), open(1)];
    for (let index = 0; index < 40; index += 1) rename(owner, `nombre ${String(index)} ${'x'.repeat(80)}`);
    await owner.converse();
    const { raw } = branch.app.database;
    raw.pragma(`max_page_count = ${String(raw.pragma('page_count', { simple: true }))}`);
    expect(await branch.converse()).toBe(false);
    expect(reasonOf(branch.failure)).toBe('DISK_FULL');
    expect(es.syncReasons.DISK_FULL).toMatch(/libere espacio/);
    raw.pragma('max_page_count = 1073741823');
    expect(await branch.converse()).toBe(true);
    expect(nameOf(branch)).toBe(nameOf(owner));
  });

  it('a SKU and a barcode invented twice both stay, and become tasks', async () => {
    const { open } = world();
    const [owner, branch] = [open(0), open(1)];
    for (const replica of [owner, branch]) {
      const categoryId = replica.app.database.reader.prepare('select id from category').pluck().get();
      const product = {
        sku: 'DOBLE',
        name: 'Doble',
        categoryId,
        priceClp: 100,
        barcodes: [{ barcode: '123', quantityMilli: 1_000 }],
      };
      run(replica.app, callerOf(replica.app, template.userId), 'products.create', product);
    }
    for (let round = 0; round < 2; round += 1) for (const replica of [owner, branch]) await replica.converse();
    const skus = (replica: Replica) =>
      replica.app.database.reader.prepare("select sku from product where name = 'Doble' order by id").pluck().all();
    expect(skus(owner)).toHaveLength(2);
    expect(skus(branch)).toEqual(skus(owner));
    expect(
      listTasks(owner.app.database.reader)
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['CLASH_BARCODE', 'CLASH_SKU']);
  });

  it('a price that a branch set against the rules is refused and shown no longer', async () => {
    const { open } = world();
    const branch = open(1);
    const price = (): unknown =>
      branch.app.database.reader
        .prepare('select priceClp from product where id = ?')
        .pluck()
        .get(template.products[0] ?? '');
    const before = price();
    const prices = [{ id: template.products[0], priceClp: 77 }];
    run(branch.app, callerOf(branch.app, template.userId), 'products.setPrices', { prices });
    expect(price()).toBe(77);
    await branch.converse();
    expect(price()).toBe(before);
    expect(status(branch)['quarantined']).toBe(1);
  });

  it('goods on their way: a shortage is recorded as lost', async () => {
    const { open } = world();
    const [owner, branch] = [open(0), open(1)];
    const caller = callerOf(owner.app, template.userId);
    const warehouses = owner.app.call('warehouses.list', {}, caller) as { id: string; purpose: string }[];
    const warehouseId = warehouses.find(({ purpose }) => purpose === 'SALES')?.id;
    const lines = [{ productId: template.products[0], quantityMilli: 5_000 }];
    const sent = run<{ id: string }>(owner.app, caller, 'transfers.dispatch', {
      toBranchId: branch.branchId,
      warehouseId,
      lines,
    });
    for (const replica of [owner, branch]) await replica.converse();
    const shelves = branch.app.call('warehouses.list', {}, callerOf(branch.app, template.userId)) as typeof warehouses;
    const input = {
      id: sent.id,
      warehouseId: shelves.find(({ purpose }) => purpose === 'SALES')?.id,
      lines: [{ lineNumber: 1, receivedMilli: 4_000 }],
    };
    expect(run(branch.app, callerOf(branch.app, template.userId), 'transfers.receive', input)).toMatchObject({
      lostMilli: 1_000,
    });
    for (const replica of [branch, owner]) await replica.converse();
    expect(owner.app.call('transfers.list', {}, caller)).toMatchObject({
      rows: [{ state: 'RECEIVED', lines: [{ lostMilli: 1_000 }] }],
    });
  });

  it('what waits can be carried by hand', async () => {
    const { model, open } = world();
    const branch = open(1);
    await branch.converse();
    const sale = sell(branch);
    const { content, count } = exportPending(branch.app.database.reader);
    expect(count).toBe(1);
    const centre = model.connect(branch.device);
    await sendCarried(centre, model.epoch, content);
    expect(saleIds(model)).toContain(sale.saleId);
    await expect(sendCarried(centre, model.epoch, content.replace('DEBIT', 'CREDIT'))).rejects.toThrow('INVALID_INPUT');
    await branch.converse();
    expect(readState(branch.app.database.reader)?.acked).toBe(ownHead(branch.app.database.reader));
  });

  it('waits up to five minutes between attempts, with full jitter', () => {
    expect(backoffMs(0, 0)).toBe(1_000);
    expect(backoffMs(30, 0.999_999)).toBeGreaterThan(299_000);
    expect(backoffMs(30, 0.999_999)).toBeLessThanOrEqual(300_000);
  });
});
