/**
 * Goal: what the centre answers to pushes that overlap, skip, repeat, fork or cannot be projected; that nothing is lost, nothing blocks and
 * streams stay dense; that columns converge whatever order they arrive in; that a restored centre and a copied machine are recognised.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GENESIS } from '#core/engine/events.ts';
import { asCentre } from '#core/sync/centre/install.ts';
import { beginEpoch, provisionDevice } from '#core/sync/centre/provision.ts';
import { connectCentre, type Sql } from '#core/sync/postgres.ts';
import { branchStream, CentreError } from '#core/sync/protocol.ts';
import { Chain, device, newId, ports, type PostgresServer, startPostgres, type TestDevice } from './support.ts';

let postgres: PostgresServer;
let sql: Sql;
let urlOf: (credentials: { role: string; password: string }) => string;
let owner: TestDevice;
let till: TestDevice;

beforeAll(async () => {
  postgres = await startPostgres();
}, 120_000);
beforeEach(async () => {
  ({ sql, urlOf } = await postgres.centre());
  owner = await device(sql, urlOf, { code: 'HQ' });
  till = await device(sql, urlOf, { code: 'MA' });
  return async () => {
    await owner.centre.close();
    await till.centre.close();
    expect(await asCentre(sql, 'select * from sync.self_check()')).toEqual([]);
    await sql.close();
  };
}, 60_000);
afterAll(() => postgres.stop(), 60_000);

const sell = (count: number, chain = till.chain) =>
  Array.from({ length: count }, () =>
    chain.sell(`MA1-${String(chain.events.length + 1).padStart(6, '0')}`, ['oil', 'filter'], 'shelf'),
  );
const home = (of: TestDevice = till): string => branchStream(of.credentials.branchId);
const logged = async (): Promise<number> =>
  (await sql.query<{ n: number }>('select count(*)::integer as n from sync.log'))[0]?.n ?? 0;
const sold = async (): Promise<number> =>
  (await sql.query<{ n: number }>('select count(*)::integer as n from shop.sale'))[0]?.n ?? 0;

describe('pull', () => {
  const page = () => till.centre.pull({ stream: home(), epoch: till.epoch, after: 2, limit: 4, except: 'nobody' });

  it('answers the same as rows and in one value', async () => {
    await till.push(sell(8));
    const rows = await page();
    expect(rows).toMatchObject({ answer: 'page', through: 6, head: 8 });
    await sql.exec('alter function sync.pull_rows(jsonb) rename to rows_of_page');
    await sql.exec(
      `do $$ begin execute replace(pg_get_functiondef('sync.pull'::regproc), 'pull_rows', 'rows_of_page'); end $$`,
    );
    expect(await page()).toEqual(rows);
    const stranger = await till.centre.pull({ stream: home(owner), epoch: till.epoch, after: 0, limit: 4 });
    expect(stranger).toEqual({ answer: 'refused', reason: 'STREAM' });
  });

  it('goes on with a centre that was installed before pages came as rows', async () => {
    const installed = readFileSync(join(import.meta.dirname, '../../migrations/postgres/040_sync.sql'), 'utf8');
    const before = /create function sync\.pull\(.*?\nend \$\$;/s.exec(installed)?.[0] ?? '';
    await till.push(sell(8));
    const now = await page();
    await sql.exec(`drop function sync.pull_rows; ${before.replace('create', 'create or replace')}`);
    expect(await page()).toEqual(now);
    expect(await page()).toEqual(now);
  });
});

describe('push', () => {
  it('acks what is new, answers dup to what is not and gap to what is missing, and trims what overlaps', async () => {
    const all = sell(10);
    expect(await till.push(all.slice(0, 4))).toEqual({ answer: 'acked', acked: 4, verdicts: [] });
    expect(await till.push(all.slice(0, 4))).toEqual({ answer: 'dup', acked: 4 });
    expect(await till.push(all.slice(1, 3))).toEqual({ answer: 'dup', acked: 4 });
    expect(await till.push(all.slice(6))).toEqual({ answer: 'gap', acked: 4 });
    expect(await till.push(all.slice(2, 8))).toEqual({ answer: 'acked', acked: 8, verdicts: [] });
    expect(await till.push(all)).toEqual({ answer: 'acked', acked: 10, verdicts: [] });
    const rows = await till.pullAll(home());
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(rows.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(await sold()).toBe(10);
  });

  it('refuses what is not numbered as it says', async () => {
    const all = sell(3);
    await expect(till.push([all[0]!, all[2]!])).rejects.toMatchObject({ sqlState: '22023', transient: false });
    expect(await logged()).toBe(0);
  });

  it('recognises another history, in what is new and in what is repeated', async () => {
    const all = sell(3);
    await till.push(all);
    const fork = new Chain(till.chain.branchId, till.chain.incarnation);
    sell(5, fork);
    expect(await till.push(fork.events.slice(0, 2))).toEqual({ answer: 'diverged', acked: 3 });
    expect(await till.push(fork.events.slice(3))).toEqual({ answer: 'diverged', acked: 3 });
    expect(await till.push(fork.events)).toEqual({ answer: 'diverged', acked: 3 });
    expect(await logged()).toBe(3);
  });

  it('keeps an altered operation, projects it not, and lets those behind it through', async () => {
    const all = sell(4);
    all[1] = { ...all[1]!, payload: all[1]!.payload.replace('1000', '9000') };
    expect(await till.push(all)).toMatchObject({
      answer: 'acked',
      acked: 4,
      verdicts: [{ sequence: 2, verdict: 'ALTERED' }],
    });
    expect(await logged()).toBe(4);
    expect(await sold()).toBe(3);
  });

  it('quarantines a poisoned operation alone: the others of its push are projected', async () => {
    const before = sell(3);
    const poisons = [
      till.chain.add('sales.checkedOut', { order: { id: 'x' }, lines: [], movements: [], payments: [] }),
      till.chain.add('sales.checkedOut', {}, { payload: '{"not json' }),
      till.chain.add('sales.checkedOut', {}, { payload: String.raw`{"order":{"note":"\u0000"}}` }),
      till.chain.add('orders.completed', { id: 'nowhere' }),
    ];
    const after = sell(3);
    const answer = await till.push([...before, ...poisons, ...after]);
    expect(answer).toMatchObject({ answer: 'acked', acked: 10 });
    expect(answer.answer === 'acked' && answer.verdicts.map(({ sequence, verdict }) => [sequence, verdict])).toEqual(
      poisons.map(({ sequence }) => [sequence, 'PROJECTION']),
    );
    expect(await sold()).toBe(6);
    expect((await till.pullAll(home())).filter(({ verdict }) => verdict !== null)).toHaveLength(4);
    const { tasks, branches } = await owner.centre.overview();
    expect(tasks.filter(({ kind }) => kind === 'PROJECTION')).toHaveLength(4);
    expect(branches.find(({ code }) => code === 'MA')?.quarantined).toBe(4);
  });

  it('flags a number given twice, and refuses neither sale', async () => {
    const twice = [till.chain.sell('MA1-000001', ['oil'], 'shelf')];
    await till.push(twice);
    const again = [till.chain.sell('MA1-000001', ['oil'], 'shelf')];
    expect(await till.push(again)).toMatchObject({ answer: 'acked', verdicts: [] });
    expect(await sold()).toBe(2);
    expect((await owner.centre.overview()).tasks).toMatchObject([{ kind: 'DUPLICATE_NUMBER', detail: 'MA1-000001' }]);
  });

  it('numbers densely and loses nothing when eight machines of a branch push at once', async () => {
    const machines: TestDevice[] = [];
    for (let index = 0; index < 8; index += 1) machines.push(await device(sql, urlOf, { code: 'MA' }));
    await Promise.all(
      machines.map(async (machine) => {
        for (let round = 0; round < 5; round += 1) {
          const operations = [
            machine.chain.sell(`X-${newId()}`, ['oil', 'filter', 'belt'], 'shelf'),
            machine.chain.add('people.customerChanged', { id: 'shared', patch: { firstName: newId() } }),
          ];
          for (let done = false; !done;)
            done = await machine.push(operations).then(
              () => true,
              (error: unknown) => {
                if (!(error instanceof CentreError && error.transient)) throw error;
                return false;
              },
            );
        }
      }),
    );
    const rows = await till.pullAll(home());
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(await till.pullAll('master')).toHaveLength(40);
    await Promise.all(machines.map(({ centre }) => centre.close()));
  }, 60_000);
});

describe('hello', () => {
  it('tells an empty machine its branch, and gives a branch founded by its code the id of the first shop', async () => {
    const empty = await device(sql, urlOf, { code: 'NU' });
    expect(await empty.hello({ branchId: '' })).toMatchObject({ answer: 'welcome', branch: { code: 'NU' } });
    const founded = await device(sql, urlOf, { code: 'PA' });
    const shop = newId();
    const first = await provisionDevice(sql, { branchCode: 'XX' }, ports());
    const centre = connectCentre(urlOf(first));
    const ask = {
      protocol: 1,
      incarnation: newId(),
      branchId: shop,
      sequence: 0,
      hash: GENESIS,
      epoch: '',
      appVersion: '',
      pending: 0,
    };
    expect(await centre.hello(ask)).toMatchObject({ answer: 'welcome', branch: { id: shop, code: 'XX' } });
    expect(await centre.hello({ ...ask, branchId: newId() })).toEqual({ answer: 'refused', reason: 'BRANCH' });
    expect(await founded.hello({ branchId: shop })).toEqual({ answer: 'refused', reason: 'BRANCH' });
    expect(await centre.hello({ ...ask, protocol: 2 })).toEqual({ answer: 'refused', reason: 'OUTDATED_CENTRE' });
    await Promise.all([empty.centre, founded.centre, centre].map((it) => it.close()));
  });
});

describe('kinds and versions', () => {
  it('are all known that a shop of this version writes', async () => {
    const kinds = await sql.query<{ kind: string; version: number }>('select kind, version from sync.kind');
    const known = new Map(kinds.map(({ kind, version }) => [kind, version]));
    const core = join(import.meta.dirname, '../../core');
    const declared = readdirSync(core, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('events.ts'))
      .flatMap((file) => [...readFileSync(join(core, file), 'utf8').matchAll(/'([a-z]+\.[a-zA-Z]+)',\s*(\d+)/g)]);
    expect(declared.length).toBeGreaterThan(50);
    for (const [, kind = '', version] of declared) expect(known.get(kind), kind).toBe(Number(version));
  });

  it('defers what it does not know, and projects and delivers it once it does', async () => {
    const customer = { id: 'c1', firstName: 'Hugo' };
    const operations = [
      till.chain.add('people.customerCreated', { row: customer }, { version: 2 }),
      till.chain.add('loyalty.pointsGiven', { points: 3 }),
      ...sell(1),
    ];
    expect(await till.push(operations)).toMatchObject({
      answer: 'acked',
      verdicts: [{ verdict: 'DEFERRED' }, { verdict: 'DEFERRED', detail: 'loyalty.pointsGiven 1' }],
    });
    expect(await sold()).toBe(1);
    await asCentre(sql, `update sync.kind set version = 2 where kind = 'people.customerCreated'`);
    await asCentre(sql, `insert into sync.kind values ('loyalty.pointsGiven', 1, 'MASTER', 'ANY')`);
    expect(await asCentre(sql, 'select sync.replay() as n')).toEqual([{ n: 2 }]);
    expect(await sql.query('select first_name from shop.customer')).toEqual([{ first_name: 'Hugo' }]);
    expect((await owner.pullAll('master')).map(({ id }) => id)).toEqual([operations[0]!.id, operations[1]!.id]);
    expect((await owner.centre.overview()).tasks).toEqual([]);
  });
});

describe('master data', () => {
  it('gives the last writer each column, whatever arrives first', async () => {
    const early = Date.now() - 100_000;
    const at = (ms: number) => ({ hlc: `${String(ms).padStart(15, '0')}-00000` });
    const later = till.chain.add(
      'people.customerChanged',
      { id: 'c', patch: { firstName: 'B', phone: '2' } },
      at(early + 2),
    );
    const created = owner.chain.add(
      'people.customerCreated',
      { row: { id: 'c', firstName: 'A', email: 'a@b.cl', phone: '1' } },
      at(early),
    );
    const between = owner.chain.add(
      'people.customerChanged',
      { id: 'c', patch: { phone: '9', email: 'z@b.cl' } },
      at(early + 1),
    );
    await till.push([later]);
    await owner.push([created, between]);
    expect(await sql.query('select first_name, phone, email from shop.customer')).toEqual([
      { first_name: 'B', phone: '2', email: 'z@b.cl' },
    ]);
  });

  it('moves the time of change of products whose prices change in a batch; early versions told none', async () => {
    const priced = (priceClp: number, more: object = {}) =>
      owner.chain.add('catalog.pricesChanged', { prices: [{ id: 'oil', priceClp, previousPriceClp: 1 }], ...more });
    const shown = () => sql.query('select price_clp::integer, updated_at_ms::integer from shop.product');
    await owner.push([priced(100, { updatedAtMs: 70 })]);
    expect(await shown()).toEqual([{ price_clp: 100, updated_at_ms: 70 }]);
    await owner.push([priced(200)]);
    expect(await shown()).toEqual([{ price_clp: 200, updated_at_ms: 70 }]);
  });

  it('lets no clock win for longer than ten seconds', async () => {
    const wild = till.chain.add(
      'people.customerCreated',
      { row: { id: 'c', firstName: 'Futuro' } },
      { hlc: `${String(Date.now() + 30 * 86_400_000).padStart(15, '0')}-00007` },
    );
    await till.push([wild]);
    const rows = await sql.query<{ effective: string }>('select effective from sync.log');
    const effectiveMs = Number(rows[0]?.effective.slice(0, 15));
    expect(effectiveMs).toBeLessThanOrEqual(Date.now() + 10_000);
    const corrected = owner.chain.add(
      'people.customerChanged',
      { id: 'c', patch: { firstName: 'Ahora' } },
      { hlc: `${String(effectiveMs + 1).padStart(15, '0')}-00000` },
    );
    await owner.push([corrected]);
    expect(await sql.query('select first_name from shop.customer')).toEqual([{ first_name: 'Ahora' }]);
  });

  it('keeps both products of one SKU or barcode and tells the owner', async () => {
    const product = (id: string) => ({
      id,
      sku: 'ACE-1',
      name: id,
      priceClp: 1,
      barcodes: [{ barcode: '780', quantityMilli: 1_000 }],
    });
    await till.push([till.chain.add('catalog.productCreated', { product: product('p1') })]);
    await owner.push([owner.chain.add('catalog.productCreated', { product: product('p2') })]);
    expect(await sql.query('select id from shop.product order by 1')).toEqual([{ id: 'p1' }, { id: 'p2' }]);
    expect((await owner.centre.overview()).tasks.map(({ kind }) => kind).sort()).toEqual([
      'BARCODE_CLASH',
      'SKU_CLASH',
    ]);
  });
});

describe('transfers', () => {
  const fact = (from: TestDevice, to: TestDevice, receivedMilli: number | null) => ({
    transfer: {
      id: 't',
      number: 'HQ-T1',
      fromBranchId: from.credentials.branchId,
      toBranchId: to.credentials.branchId,
    },
    lines: [
      { transferId: 't', lineNumber: 1, productId: 'oil', quantityMilli: 5_000, valueMilliClp: 0, receivedMilli },
    ],
    movements: [],
  });

  it('reach the other branch, and resolve once', async () => {
    await owner.push([owner.chain.add('transfers.dispatched', fact(owner, till, null))]);
    expect(await till.pullAll(home())).toHaveLength(1);
    await till.push([till.chain.add('transfers.received', fact(owner, till, 4_000))]);
    expect(await owner.pullAll(home(owner))).toHaveLength(2);
    const again = await till.push([till.chain.add('transfers.received', fact(owner, till, 5_000))]);
    expect(again).toMatchObject({ answer: 'acked', verdicts: [{ verdict: 'PROJECTION' }] });
    const foreign = await till.push([till.chain.add('transfers.dispatched', fact(owner, till, null))]);
    expect(foreign).toMatchObject({ answer: 'acked', verdicts: [{ verdict: 'AUTHORITY' }] });
    expect(
      await sql.query('select phase, quantity_milli::integer as q from shop.transfer_line order by phase'),
    ).toEqual([
      { phase: 'DISPATCH', q: 5_000 },
      { phase: 'RECEPTION', q: 4_000 },
    ]);
  });
});

describe('a machine that is not what it was', () => {
  it('finds where its copy parted, and goes on under a new name and terminal', async () => {
    await till.push([
      till.chain.add('auth.terminalAdded', {
        terminal: { id: 't1', branchId: till.credentials.branchId, code: '1', name: 'Caja 1' },
      }),
      ...sell(9),
    ]);
    const copy = new Chain(till.chain.branchId, newId());
    copy.events.push(...till.chain.events.slice(0, 6));
    sell(3, copy);
    const welcome = await till.hello({ probe: [5, 6, 7] });
    expect(welcome.answer === 'welcome' && welcome.probed.map(({ sequence }) => sequence)).toEqual([5, 6, 7]);
    const probed = welcome.answer === 'welcome' ? welcome.probed : [];
    const common = probed.filter(({ sequence, hash }) => copy.events[sequence - 1]?.hash === hash).at(-1);
    expect(common?.sequence).toBe(6);
    const ask = { incarnation: copy.incarnation, from: till.chain.incarnation, base: 6, baseHash: common?.hash ?? '' };
    expect(await till.centre.incarnate({ ...ask, baseHash: GENESIS })).toEqual({
      answer: 'refused',
      reason: 'UNKNOWN_INCARNATION',
    });
    const answer = await till.centre.incarnate(ask);
    expect(answer).toEqual({ answer: 'incarnated', acked: 6, terminalCode: '2' });
    const push = { incarnation: copy.incarnation, base: 6 };
    expect(await till.push(copy.events.slice(6), push)).toMatchObject({ answer: 'acked', acked: 9 });
    // The original is not chased out by its copy.
    expect(await till.push(sell(1))).toMatchObject({ answer: 'acked', acked: 11 });
    expect(await logged()).toBe(14);
  });
});

describe('a restored centre', () => {
  it('says so, takes again what it lost, and tells how much of a cursor holds', async () => {
    const first = sell(4);
    await till.push(first);
    const known = till.epoch;
    const backup = await postgres.copyOf(sql);
    await till.push(sell(3));
    const restored = await postgres.reopen(backup);
    await till.centre.close();
    const again = await device(restored.sql, restored.urlOf, { code: 'HQ' });
    await beginEpoch(restored.sql);
    const centre = restored.connect(till.credentials);
    const epoch = {
      incarnation: till.chain.incarnation,
      epoch: known,
      base: 4,
      operations: till.chain.events.slice(4),
    };
    const answer = await centre.push(epoch);
    expect(answer.answer).toBe('epoch');
    const welcome = await centre.hello({
      protocol: 1,
      incarnation: till.chain.incarnation,
      branchId: till.chain.branchId,
      sequence: 7,
      hash: till.chain.head,
      epoch: known,
      appVersion: '',
      pending: 0,
    });
    expect(welcome).toMatchObject({
      answer: 'welcome',
      acked: 4,
      streams: [{ head: 4, resume: 4 }, { stream: 'master' }],
    });
    const now = welcome.answer === 'welcome' ? welcome.epoch : '';
    expect(await centre.push({ ...epoch, epoch: now })).toMatchObject({ answer: 'acked', acked: 7 });
    const held = await restored.sql.query<{ n: number }>('select count(*)::integer as n from sync.log');
    expect(held).toEqual([{ n: 7 }]);
    await centre.close();
    await again.centre.close();
    await restored.sql.close();
  }, 60_000);
});

describe('snapshots', () => {
  it('are given whole, to their branch alone', async () => {
    const bytes = Buffer.from('a packed file');
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const facts = {
      branchId: till.credentials.branchId,
      epoch: till.epoch,
      positions: { master: 0 },
      schemaVersion: 130,
      bytes: bytes.length,
      chunkCount: 1,
      sha256,
    };
    const begun = await owner.centre.snapshotBegin(facts);
    const id = begun.answer === 'begun' ? begun.id : '';
    expect(await owner.centre.snapshotFinish({ id })).toEqual({ answer: 'refused', reason: 'SNAPSHOT' });
    const chunk = { id, index: 0, sha256, bytes: bytes.toString('base64') };
    expect(await owner.centre.snapshotPut({ ...chunk, sha256: GENESIS })).toEqual({
      answer: 'refused',
      reason: 'SNAPSHOT',
    });
    expect(await owner.centre.snapshotPut(chunk)).toEqual({ answer: 'done' });
    const ask = { branchId: till.credentials.branchId, schemaVersion: 130 };
    expect(await till.centre.snapshot(ask)).toEqual({ answer: 'none' });
    expect(await owner.centre.snapshotFinish({ id })).toEqual({ answer: 'done' });
    expect(await till.centre.snapshot(ask)).toMatchObject({ answer: 'snapshot', id, facts });
    expect(await till.centre.snapshotChunk({ id, index: 0 })).toEqual({
      answer: 'chunk',
      index: 0,
      sha256,
      bytes: chunk.bytes,
    });
    const other = await device(sql, urlOf, { code: 'SB' });
    expect(await other.centre.snapshot(ask)).toEqual({ answer: 'none' });
    expect(await other.centre.snapshotChunk({ id, index: 0 })).toEqual({ answer: 'refused', reason: 'SNAPSHOT' });
    expect(await other.centre.snapshotBegin(facts)).toEqual({ answer: 'refused', reason: 'SCOPE' });
    await other.centre.close();
  });
});

describe('hints', () => {
  it('tell a listener which stream moved', async () => {
    const heard: string[] = [];
    const stop = await owner.centre.onHint((stream) => void heard.push(stream));
    await till.push(sell(1));
    await expect.poll(() => heard).toEqual([home()]);
    stop();
  });
});
