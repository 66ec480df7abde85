/** What the centre says of the other branches: kept with its age, shown while there is no network too. */
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { Centre, OverviewAnswer, StockAnswer } from './protocol.ts';
import { patchState, readState } from './state.ts';
import type { SyncTables } from './tables.ts';

const { db, select, change } = sqlFor<SyncTables & EngineTables>();
const saveStock = change((p: SyncTables['branchStock']) =>
  db
    .insertInto('branchStock')
    .values({
      productId: p.productId,
      branchId: p.branchId,
      warehouseId: p.warehouseId,
      onHandMilli: p.onHandMilli,
      changedAtMs: p.changedAtMs,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['productId', 'branchId', 'warehouseId'])
        .doUpdateSet({ onHandMilli: p.onHandMilli, changedAtMs: p.changedAtMs }),
    ),
);
const saveContact = change((p: SyncTables['branchContact']) =>
  db
    .insertInto('branchContact')
    .values({ branchId: p.branchId, lastContactMs: p.lastContactMs })
    .onConflict((conflict) => conflict.column('branchId').doUpdateSet({ lastContactMs: p.lastContactMs })),
);
const saveOverview = change((p: SyncTables['branchOverview']) =>
  db
    .insertInto('branchOverview')
    .values({
      branchId: p.branchId,
      code: p.code,
      name: p.name,
      lastContactMs: p.lastContactMs,
      pending: p.pending,
      appVersion: p.appVersion,
      salesToday: p.salesToday,
      salesTodayClp: p.salesTodayClp,
      cashDifferenceClp: p.cashDifferenceClp,
      quarantined: p.quarantined,
      deferred: p.deferred,
    })
    .onConflict((conflict) =>
      conflict.column('branchId').doUpdateSet({
        code: p.code,
        name: p.name,
        lastContactMs: p.lastContactMs,
        pending: p.pending,
        appVersion: p.appVersion,
        salesToday: p.salesToday,
        salesTodayClp: p.salesTodayClp,
        cashDifferenceClp: p.cashDifferenceClp,
        quarantined: p.quarantined,
        deferred: p.deferred,
      }),
    ),
);
const stockOf = select((p: { productId: string }) =>
  db
    .selectFrom('branchStock')
    .leftJoin('branch', 'branch.id', 'branchStock.branchId')
    .leftJoin('branchContact', 'branchContact.branchId', 'branchStock.branchId')
    .select((eb) => [
      'branchStock.branchId',
      'branch.code',
      'branch.name',
      eb.fn.sum<number>('onHandMilli').as('onHandMilli'),
      eb.fn.max<number>('changedAtMs').as('changedAtMs'),
      'branchContact.lastContactMs',
    ])
    .where('branchStock.productId', '=', p.productId)
    .groupBy('branchStock.branchId')
    .orderBy('branch.name'),
);
const overviewRows = select(() =>
  db
    .selectFrom('branchOverview')
    .select([
      'branchId',
      'code',
      'name',
      'lastContactMs',
      'pending',
      'appVersion',
      'salesToday',
      'salesTodayClp',
      'cashDifferenceClp',
      'quarantined',
      'deferred',
    ]),
);

const contactRows = select(() => db.selectFrom('branchContact').select(['branchId', 'lastContactMs']));
const knownBranches = select(() => db.selectFrom('branch').select(['id', 'code', 'name']).orderBy('name'));

/** Two transactions at the centre may end in another order than they began: the question overlaps a little. */
const OVERLAP_MS = 60_000;
const STEP_ROWS = 300;
const HOUR_MS = 3_600_000;

/** Asks for what changed in the other branches and for the overview. */
export async function fetchFigures(
  centre: Centre,
  ports: { reader: Reader; local: <T>(work: (writer: Writer) => T) => T; breathe: () => Promise<void> },
): Promise<void> {
  const sinceMs = Math.max(0, (readState(ports.reader)?.stockAsOfMs ?? 0) - OVERLAP_MS);
  const stock: StockAnswer = await centre.stock({ sinceMs });
  for (let from = 0; from < stock.levels.length; from += STEP_ROWS) {
    ports.local((writer) => {
      for (const row of stock.levels.slice(from, from + STEP_ROWS)) saveStock.run(writer, row);
    });
    await ports.breathe();
  }
  const overview: OverviewAnswer = await centre.overview();
  ports.local((writer) => {
    for (const row of overview.branches) saveOverview.run(writer, row);
    for (const row of stock.contacts ?? []) saveContact.run(writer, row);
    patchState(writer, { stockAsOfMs: stock.asOfMs, overviewAsOfMs: overview.nowMs });
  });
}

/** When the centre last heard of each other branch. */
export const contacts = (reader: Reader): ReadonlyMap<string, number> =>
  new Map(contactRows.all(reader, {}).map((row) => [row.branchId, row.lastContactMs]));

/** The branches of the company, by name. */
export const listBranches = (reader: Reader, ownBranchId: string) =>
  knownBranches.all(reader, {}).map(({ id, code, name }) => ({
    branchId: id,
    code,
    name,
    isThis: id === ownBranchId ? ('YES' as const) : ('NO' as const),
  }));

/** Stock of a product in the other branches, each with the moment up to which its figure is known: both by the centre's clock. */
export function otherStock(reader: Reader, productId: string) {
  const asOfMs = readState(reader)?.stockAsOfMs ?? null;
  const rows = stockOf.all(reader, { productId }).map(({ lastContactMs, code, name, ...row }) => ({
    ...row,
    code: code ?? '',
    name: name ?? '',
    knownAtMs: Math.min(asOfMs ?? row.changedAtMs, lastContactMs ?? row.changedAtMs),
  }));
  return { asOfMs, rows };
}

/** Every branch that the centre told of, those in trouble first. */
export function branchesOverview(reader: Reader, ownBranchId: string) {
  const asOfMs = readState(reader)?.overviewAsOfMs ?? null;
  const rows = overviewRows.all(reader, {}).map((row) => {
    const silentHours = row.lastContactMs === null ? 48 : ((asOfMs ?? 0) - row.lastContactMs) / HOUR_MS;
    const trouble =
      row.quarantined * 10 +
      row.deferred +
      (silentHours > 1 ? Math.floor(silentHours) : 0) +
      (row.cashDifferenceClp === 0 ? 0 : 1);
    return { ...row, isThis: row.branchId === ownBranchId ? ('YES' as const) : ('NO' as const), trouble };
  });
  return { asOfMs, rows: rows.toSorted((a, b) => b.trouble - a.trouble || (a.code < b.code ? -1 : 1)) };
}
