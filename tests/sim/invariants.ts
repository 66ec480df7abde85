/**
 * The fifteen invariants of the design, checked against the real files and the centre's log. Each violation begins with its number.
 *
 * | | what proves it | at |
 * |---|---|---|
 * | 1 | `documentsAreThere`: every sale that a living machine printed is in the log | end |
 * | 2 | `check`: ids and places; `documentsAreThere`: numbers of sales, orders and transfers, and tills; `run.ts`: a number is printed once, by burnt machines too | step, end |
 * | 3 | `streamsArrived`: every row of others once; `masterAgrees`: all master data; `branchAgrees`: files of one branch hold one set of documents; `ordersAgree`: each order as the log tells it | end |
 * | 4 | `booksAgree`: the product's own self-check of the shelves; `accountsAgree`: drawers and accounts | end |
 * | 5 | `run.ts`: no counter, not even a copy's, gives away what it holds; `check`: in a branch of one file nothing is ever short; `booksAgree`: what is reserved is what is held; `ordersAgree`: every file holds for each order what the log says | step, end |
 * | 6 | `salesArePaid`: payments = total + rounding; `accountsAgree`: per shift and tender | end |
 * | 7 | `check`: effective = min(stamp, received + 10 s); `masterAgrees`: each column is what the log says by that time | step, end |
 * | 8 | `check`: dense; `streamsArrived`: cursor at the head, every row below it noted | step, end |
 * | 9 | `check`: a client believes in no more than the centre has, and that is in the log; never less within an epoch | step |
 * | 10 | `streamsArrived`: every line of a sale; `booksAgree`: no half of a failed operation, no broken reference | end |
 * | 11 | `transfersBalance`: one reception, what left = what arrived + what was lost, shelves of both branches | end |
 * | 12 | `heal` (run.ts): drained in bounded rounds; `streamsArrived`: only the poisoned are put aside | end |
 * | 13 | `finalCheck`: a sale's row is what it was when it was printed | end |
 * | 14 | `everythingSent`: after restores too, every event of every living file is in the log; places (2) | end |
 * | 15 | `documentsAreThere`: nothing altered or of a foreign branch; `masterAgrees`: the owner's kinds; unknown kinds wait (12) | end |
 *
 * In the product too run: 1 and 8 (`sync.checkIntegrity`, nightly: stream by stream and day by day against the centre), 2 (`DUPLICATE_NUMBER`
 * of the centre, unique keys of the file), 4 (`inventory` self-check; `sync.self_check` of the centre), 6 (payments in the same transaction;
 * `SALE_PAYMENTS` of `sync.self_check`), 13 (triggers of the file, the append-only log).
 */
import { selfCheck } from '#core/inventory/index.ts';
import { masterPatches } from '#core/sync/masterFacts.ts';
import { type Base, EMPTY_BASE, fold } from '#core/sync/merge.ts';
import {
  BINDING_VERDICTS,
  branchStream,
  MASTER_STREAM,
  OWNER_KINDS,
  type PulledOperation,
} from '#core/sync/protocol.ts';
import { ownHash, ownHead, ownNames, readCursor, readState } from '#core/sync/state.ts';
import { isPoisoned } from './model.ts';
import {
  accountsAgree,
  branchAgrees,
  isContested,
  numbersAreUnique,
  ordersAgree,
  salesArePaid,
  salesOf,
} from './orderInvariants.ts';
import { shortages } from './orders.ts';
import type { World } from './run.ts';
import { HALF } from './steps.ts';
import { type Replica, saleRow } from './world.ts';

const rowsOf = <T>(replica: Replica, text: string, ...values: (string | number)[]): T[] =>
  replica.app.database.reader.prepare(text).all(...values) as T[];

const living = (world: World): Replica[] => world.replicas.filter(({ isGone }) => !isGone);

/** What must hold at every moment. */
export function check(world: World): string[] {
  const found: string[] = [];
  const { model } = world;
  for (const [stream, rows] of Object.entries(model.tables.streams)) {
    if (rows.some(({ seq }, index) => seq !== index + 1)) found.push(`8: the numbers of ${stream} are not dense`);
    for (const { effective, receivedAtMs, hlc } of rows) {
      const latest = `${String(receivedAtMs + 10_000).padStart(15, '0')}-00000`;
      if (effective > latest) found.push('7: an effective time lies beyond what the centre allows');
      else if (effective !== (hlc < latest ? hlc : latest))
        found.push('7: an effective time is another than the stamp says');
    }
  }
  const log = model.everything();
  const ids = new Set(log.map(({ id }) => id));
  const places = new Set(log.map(({ deviceId, sequence }) => `${deviceId} ${String(sequence)}`));
  if (ids.size < log.length || places.size < log.length) found.push('2: an operation is in the log twice');
  for (const replica of living(world)) {
    if (!isContested(world, replica) && shortages(replica).size > 0)
      found.push(`5: reserved stock of ${replica.name} is gone`);
    const state = readState(replica.app.database.reader);
    const incarnation = model.tables.incarnations[state?.incarnation ?? ''];
    if (!state || !incarnation || state.epoch !== model.epoch) continue;
    if (state.acked > incarnation.acked) found.push(`9: ${replica.name} believes in more than the centre has`);
    const { heard } = replica;
    if (heard?.name === state.incarnation && heard.epoch === state.epoch && state.acked < heard.acked)
      found.push(`9: ${replica.name} was told less than before`);
    replica.heard = { name: state.incarnation, epoch: state.epoch, acked: state.acked };
  }
  for (const { deviceId, ...row } of log) {
    const incarnation = model.tables.incarnations[deviceId];
    if (!incarnation || row.sequence > incarnation.acked) found.push('9: the log holds what was not acknowledged');
  }
  for (const [name, { base, acked, known }] of Object.entries(model.tables.incarnations)) {
    const held = log.filter(({ deviceId }) => deviceId === name).length + known;
    if (held < acked - base) found.push('9: acknowledged and not in the log');
  }
  return found;
}

/** What must hold once everything has arrived. */
export function finalCheck(world: World): string[] {
  const found = new Set<string>();
  const log = world.model.everything();
  const byId = new Map(log.map((row) => [row.id, row]));
  documentsAreThere(world, log, found);
  for (const replica of living(world)) {
    everythingSent(replica, byId, found);
    streamsArrived(world, replica, found);
    booksAgree(replica, found);
    for (const [id, { row }] of replica.sold)
      if (saleRow(replica, id) !== row) found.add(`13: a sale changed at ${replica.name}`);
  }
  if (isLost(world)) return [...found];
  masterAgrees(world, found);
  transfersBalance(world, log, found);
  salesArePaid(world, log, found);
  branchAgrees(world, living(world), log, found);
  for (const replica of living(world)) {
    ordersAgree(world, replica, log, found);
    accountsAgree(world, replica, log, found);
  }
  return [...found];
}

/**
 * Burnt with its machine and gone from the restored centre: only outboxes that were kept can fill a centre again (14), others still know of
 * it. Then replicas cannot be compared with the log.
 */
export function isLost(world: World): boolean {
  const ids = new Set(world.model.everything().map(({ id }) => id));
  return [...world.model.everLogged].some((id) => !ids.has(id));
}

function documentsAreThere(world: World, log: readonly PulledOperation[], found: Set<string>): void {
  const tills = new Map<string, string>();
  for (const { kind, branchId, payload } of log) {
    if (kind !== 'sync.renewed' || isPoisoned({ payload })) continue;
    const { terminals } = JSON.parse(payload) as { terminals: { id: string; code: string }[] };
    for (const { id, code } of terminals) {
      const key = `${branchId} ${code}`;
      if ((tills.get(key) ?? id) !== id) found.add('2: two tills have one code');
      tills.set(key, id);
    }
  }
  const numbers = salesOf(log, found);
  numbersAreUnique(log, found);
  for (const replica of living(world))
    for (const { number } of replica.sold.values())
      if (!numbers.has(number)) found.add(`1: a printed receipt of ${replica.name} is not in the centre`);
  for (const { verdict, kind, payload } of log)
    if (verdict === 'ALTERED' || verdict === 'FOREIGN_BRANCH')
      found.add(`15: ${verdict} ${kind} ${payload.slice(0, 40)}`);
}

function everythingSent(replica: Replica, byId: ReadonlyMap<string, PulledOperation>, found: Set<string>): void {
  const { reader } = replica.app.database;
  const state = readState(reader);
  if (state?.acked !== ownHead(reader)) found.add(`12: ${replica.name} still waits to send`);
  for (const { id, hash } of rowsOf<{ id: string; hash: string }>(replica, 'select id, hash from event'))
    if (byId.get(id)?.hash !== hash) found.add(`14: an event of ${replica.name} is not in the centre`);
}

/** Cursor at the head, every operation of others noted once, and nothing half applied. */
function streamsArrived(world: World, replica: Replica, found: Set<string>): void {
  const { reader } = replica.app.database;
  const names = ownNames(reader);
  for (const stream of [MASTER_STREAM, branchStream(replica.branchId)]) {
    const rows = world.model.tables.streams[stream] ?? [];
    if (readCursor(reader, stream).cursor !== rows.length)
      found.add(`8: the cursor of ${replica.name} is not at the head of ${stream}`);
    const foreign = rows.filter(
      ({ deviceId, sequence, hash }) => sequence > (names.get(deviceId) ?? -1) && ownHash(reader, sequence) !== hash,
    );
    const logged = new Set(
      rowsOf<{ deviceId: string; sequence: number }>(
        replica,
        'select deviceId, sequence from syncLog where stream = ?',
        stream,
      ).map(({ deviceId, sequence }) => `${deviceId} ${String(sequence)}`),
    );
    const held = new Map(
      rowsOf<{ deviceId: string; sequence: number; reason: string }>(
        replica,
        'select deviceId, sequence, reason from syncHeld where stream = ?',
        stream,
      ).map((row) => [`${row.deviceId} ${String(row.sequence)}`, row.reason]),
    );
    for (const row of foreign) {
      const key = `${row.deviceId} ${String(row.sequence)}`;
      if (!logged.has(key)) found.add(`3: ${replica.name} missed an operation of ${stream}`);
      const isBad = isPoisoned(row) || isOtherReception(replica, row);
      if (isBad && !held.has(key) && !isRefused(row)) found.add(`12: a poisoned operation vanished at ${replica.name}`);
      // What it refers to burnt: it waits for good.
      const isOrphan = held.get(key) === 'MISSING_REFERENCE' && isLost(world);
      if (!isBad && held.has(key) && !isOrphan && !world.orders.disputed.has(row.subjectId))
        found.add(`12: ${row.kind} was put aside at ${replica.name}: ${held.get(key) ?? ''}`);
      if (row.kind !== 'sales.checkedOut') continue;
      const { lines } = JSON.parse(row.payload) as { lines: object[] };
      const there = rowsOf<{ n: number }>(
        replica,
        'select count(*) as n from orderLine where orderId = ?',
        row.subjectId,
      )[0]?.n;
      if (there !== lines.length) found.add(`10: ${replica.name} shows part of a sale`);
    }
  }
}

function booksAgree(replica: Replica, found: Set<string>): void {
  const { reader } = replica.app.database;
  if (rowsOf<object>(replica, 'select 1 from terminal where name = ?', HALF).length > 0)
    found.add(`10: ${replica.name} shows half of what it could not apply`);
  for (const { what } of selfCheck(reader).differences)
    found.add(
      what === 'RESERVED'
        ? `5: ${replica.name} reserves other goods than it holds`
        : `4: levels of ${replica.name} are not the sum of their movements`,
    );
  const broken = rowsOf<object>(replica, 'pragma foreign_key_check');
  if (broken.length > 0) found.add(`10: ${replica.name} holds rows without what they refer to`);
}

/** Here another reception stands: the one that came first to this file, be it the file's own. */
const isOtherReception = (replica: Replica, { kind, subjectId, payload }: PulledOperation): boolean =>
  kind === 'transfers.received' &&
  rowsOf<{ receivedAtMs: number }>(replica, 'select receivedAtMs from transfer where id = ?', subjectId)[0]
    ?.receivedAtMs !== (JSON.parse(payload) as { transfer: { receivedAtMs: number } }).transfer.receivedAtMs;

const isRefused = (row: PulledOperation): boolean =>
  (row.verdict !== null && BINDING_VERDICTS.includes(row.verdict)) ||
  (OWNER_KINDS.includes(row.kind) && row.scope !== 'OWNER');

/** Every replica holds the same base, and it is what the log says by effective time; nobody changed what is not his. */
function masterAgrees(world: World, found: Set<string>): void {
  const expected = new Map<string, Base>();
  const scopes = new Map(world.template.devices.map(({ branchId, scope }) => [branchId, scope]));
  const organisation = world.replicas[0]?.app.dispatcher.site?.organisationId ?? '';
  for (const row of world.model.tables.streams[MASTER_STREAM] ?? []) {
    if (OWNER_KINDS.includes(row.kind) && scopes.get(row.branchId) !== 'OWNER')
      found.add('15: a branch did what only the owner may');
    if (isRefused(row) || isPoisoned(row) || row.version > 1) continue;
    for (const { table, id, columns } of masterPatches(row, JSON.parse(row.payload) as object, () => organisation)) {
      if (row.scope !== 'OWNER' && ['organisation', 'user', 'role'].includes(table)) continue;
      const key = `${table} ${id}`;
      expected.set(key, fold(expected.get(key) ?? EMPTY_BASE, columns, [row.effective, row.deviceId, row.sequence]));
    }
  }
  for (const replica of living(world)) {
    const rows = rowsOf<{ tableName: string; rowId: string; columnValues: string }>(
      replica,
      "select tableName, rowId, columnValues from masterBase where tableName <> 'stockMinimum'",
    );
    for (const { tableName, rowId, columnValues } of rows) {
      const base = expected.get(`${tableName} ${rowId}`);
      if (!base || canonical(base.values) !== canonical(JSON.parse(columnValues) as object))
        found.add(`7: ${tableName} is not the same at ${replica.name}`);
    }
    if (rows.length !== expected.size) found.add(`3: ${replica.name} does not hold all master data`);
    for (const product of rowsOf<{
      id: string;
      sku: string;
      name: string;
      brand: string;
      priceClp: number;
      location: string;
    }>(replica, 'select id, sku, name, brand, priceClp, location from product')) {
      const values = expected.get(`product ${product.id}`)?.values;
      const { name, brand, priceClp, location } = product;
      const isShown =
        values &&
        values['name'] === name &&
        values['brand'] === brand &&
        values['priceClp'] === priceClp &&
        values['location'] === location;
      if (!isShown) found.add(`7: ${replica.name} shows another product than the log says`);
      if (values && typeof values['sku'] === 'string' && !product.sku.startsWith(values['sku']))
        found.add(`7: an SKU was lost at ${replica.name}`);
    }
  }
}

const canonical = (value: object): string =>
  JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Each transfer is received once at most, and no goods appear or vanish on the way; both branches know the same of it. */
function transfersBalance(world: World, log: readonly PulledOperation[], found: Set<string>): void {
  const received = new Map<string, number>();
  for (const row of log) {
    if (!row.kind.startsWith('transfers.')) continue;
    const { transfer, lines, movements } = JSON.parse(row.payload) as {
      transfer: { fromBranchId: string; toBranchId: string };
      lines: { quantityMilli: number; receivedMilli: number | null }[];
      movements: { quantityMilli: number }[];
    };
    const moved = movements.reduce((sum, { quantityMilli }) => sum + quantityMilli, 0);
    const due = lines.reduce(
      (sum, line) => sum + (row.kind === 'transfers.dispatched' ? -line.quantityMilli : (line.receivedMilli ?? 0)),
      0,
    );
    if (moved !== due) found.add('11: a transfer moved other goods than it says');
    if (row.kind === 'transfers.received' && row.verdict === null)
      received.set(row.subjectId, (received.get(row.subjectId) ?? 0) + 1);
    for (const replica of living(world)) {
      if (replica.branchId !== transfer.fromBranchId && replica.branchId !== transfer.toBranchId) continue;
      const known = rowsOf<{ receivedAtMs: number | null }>(
        replica,
        'select receivedAtMs from transfer where id = ?',
        row.subjectId,
      )[0];
      if (!known || (row.kind === 'transfers.received' && known.receivedAtMs === null))
        found.add(`11: ${replica.name} does not know of a transfer`);
    }
  }
  if ([...received.values()].some((times) => times > 1)) found.add('11: a transfer was received twice');
}
