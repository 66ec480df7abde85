/**
 * Adds documents to the stored figures. One text of SQL counts both the document that a command just wrote and all documents of a day,
 * so that what is kept as it happens and what the night rebuilds cannot differ in how they count.
 */
import { type RawBuilder, sql } from 'kysely';
import { type Change, sqlFor, type Writer } from '#core/engine/sql.ts';
import { localParts } from '#core/shared/time.ts';
import type { MetricsTables } from './tables.ts';

const { db, change } = sqlFor<MetricsTables>();

/** `hours`: JSON [[hour, first millisecond], ...] of the local day, ascending. */
interface OfDocument {
  id: string;
  hours: string;
}
export interface OfDay {
  branchId: string;
  date: string;
  fromMs: number;
  hours: string;
}

/** Several documents at once: `ids` a JSON array, `hours` as a document's. */
interface OfDocuments {
  ids: string;
  hours: string;
}

/** The same INSERT over one document and over a day; where many documents arrive at once, over these too. */
interface Counter {
  table: keyof MetricsTables;
  ofDocument: Change<OfDocument>;
  ofDay: Change<OfDay>;
}
type BulkCounter = Counter & { ofDocuments: Change<OfDocuments> };

type Scope = RawBuilder<unknown>;

function counter(
  table: keyof MetricsTables,
  build: (scope: Scope, hours: string) => RawBuilder<unknown>,
  document: (p: OfDocument) => Scope,
  day: (p: OfDay) => Scope,
): Counter {
  return {
    table,
    ofDocument: change((p: OfDocument) => ({ compile: () => build(document(p), p.hours).compile(db) })),
    ofDay: change((p: OfDay) => ({ compile: () => build(day(p), p.hours).compile(db) })),
  };
}

function bulkCounter(
  table: keyof MetricsTables,
  build: (scope: Scope, hours: string) => RawBuilder<unknown>,
  document: (p: OfDocument) => Scope,
  day: (p: OfDay) => Scope,
  documents: (p: OfDocuments) => Scope,
): BulkCounter {
  return {
    ...counter(table, build, document, day),
    ofDocuments: change((p: OfDocuments) => ({ compile: () => build(documents(p), p.hours).compile(db) })),
  };
}

const hourOf = (hours: string, atMs: RawBuilder<unknown>) => sql`coalesce(
  (select "value" ->> 0 from json_each(${hours}) where "value" ->> 1 <= ${atMs} order by "key" desc limit 1), 0)`;

/** `part` of `whole` up to a cumulated amount, rounded half up, so that all parts add up to the whole. */
const shareUpTo = (whole: string, cumulated: string, of: string) =>
  sql.raw(`coalesce((2 * ${whole} * (${cumulated}) + ${of}) / nullif(2 * ${of}, 0), 0)`);

const added = (...columns: string[]) =>
  sql.raw(columns.map((column) => `"${column}" = "${column}" + excluded."${column}"`).join(', '));

const orderOf = (p: OfDocument): Scope => sql`o."id" = ${p.id} and o."saleDate" is not null`;
const ordersIn = (p: OfDocuments): Scope =>
  sql`o."id" in (select "value" from json_each(${p.ids})) and o."saleDate" is not null`;
const ordersOn = (p: OfDay): Scope => sql`o."saleDate" = ${p.date} and o."branchId" = ${p.branchId}`;
const returnOf = (p: OfDocument): Scope => sql`r."id" = ${p.id}`;
const returnsOn = (p: OfDay): Scope => sql`r."businessDate" = ${p.date} and r."branchId" = ${p.branchId}`;

const sales = bulkCounter(
  'dailySales',
  (scope, hours) => sql`
    insert into "dailySales" ("branchId", "businessDate", "hour", "cashierId", "saleCount", "totalClp", "netClp", "ivaClp",
      "exemptClp", "discountClp", "costMilliClp", "overrideCount", "overrideClp", "returnCount", "returnTotalClp", "returnNetClp", "returnIvaClp",
      "returnExemptClp", "returnCostMilliClp", "lastAtMs")
    select o."branchId", o."saleDate", ${hourOf(hours, sql`o."soldAtMs"`)} as "localHour", o."saleCashierId", count(*),
      sum(o."totalClp"), sum(o."netClp"), sum(o."ivaClp"), sum(o."exemptClp"), sum(o."discountClp"), sum(o."costMilliClp"),
      coalesce(sum((select count(*) from "orderLine" l where l."orderId" = o."id" and l."unitPriceClp" <> l."listPriceClp")), 0),
      coalesce(sum((select sum(l."grossClp" - (l."listPriceClp" * l."quantityMilli" + 500) / 1000) from "orderLine" l
        where l."orderId" = o."id" and l."unitPriceClp" <> l."listPriceClp")), 0),
      0, 0, 0, 0, 0, 0, max(o."soldAtMs")
    from "salesOrder" o where ${scope}
    group by o."branchId", o."saleDate", "localHour", o."saleCashierId"
    on conflict do update set ${added('saleCount', 'totalClp', 'netClp', 'ivaClp', 'exemptClp', 'discountClp', 'costMilliClp', 'overrideCount', 'overrideClp')},
      "lastAtMs" = max("lastAtMs", excluded."lastAtMs")`,
  orderOf,
  ordersOn,
  ordersIn,
);

const returns = counter(
  'dailySales',
  (scope, hours) => sql`
    insert into "dailySales" ("branchId", "businessDate", "hour", "cashierId", "saleCount", "totalClp", "netClp", "ivaClp",
      "exemptClp", "discountClp", "costMilliClp", "overrideCount", "overrideClp", "returnCount", "returnTotalClp", "returnNetClp", "returnIvaClp",
      "returnExemptClp", "returnCostMilliClp", "lastAtMs")
    select r."branchId", r."businessDate", ${hourOf(hours, sql`r."occurredAtMs"`)} as "localHour", r."actorId",
      0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), sum(r."totalClp"), sum(r."netClp"), sum(r."ivaClp"), sum(r."exemptClp"),
      sum(r."costMilliClp"), max(r."occurredAtMs")
    from "saleReturn" r where ${scope}
    group by r."branchId", r."businessDate", "localHour", r."actorId"
    on conflict do update set ${added('returnCount', 'returnTotalClp', 'returnNetClp', 'returnIvaClp', 'returnExemptClp', 'returnCostMilliClp')},
      "lastAtMs" = max("lastAtMs", excluded."lastAtMs")`,
  returnOf,
  returnsOn,
);

const PRODUCT_COLUMNS = sql.raw(
  `"branchId", "businessDate", "productId", "soldMilli", "totalClp", "netClp", "discountClp", "costMilliClp", "returnedMilli",
   "returnTotalClp", "returnNetClp", "returnCostMilliClp", "demandMilli"`,
);

const soldLines = bulkCounter(
  'productDay',
  (scope) => sql`
    insert into "productDay" (${PRODUCT_COLUMNS})
    select "branchId", "saleDate", "productId", sum("quantityMilli"), sum("totalClp"),
      sum(iif("taxKind" = 'EXEMPT', "totalClp", ${shareUpTo('"net"', '"cumulated"', '"taxed"')}
        - ${shareUpTo('"net"', '"cumulated" - "totalClp"', '"taxed"')})),
      sum("discountClp"), sum("costMilliClp"), 0, 0, 0, 0, sum(iif("kind" = 'KIT', 0, "quantityMilli"))
    from (
      select o."branchId", o."saleDate", l."productId", l."quantityMilli", l."totalClp", l."taxKind", l."kind",
        l."costMilliClp", l."discountClp" + l."orderDiscountClp" as "discountClp",
        o."netClp" as "net", o."totalClp" - o."exemptClp" as "taxed",
        sum(iif(l."taxKind" = 'EXEMPT', 0, l."totalClp")) over (partition by l."orderId" order by l."lineNumber")
          as "cumulated"
      from "salesOrder" o join "orderLine" l on l."orderId" = o."id" where ${scope}
    )
    where true group by "branchId", "saleDate", "productId"
    on conflict do update set ${added('soldMilli', 'totalClp', 'netClp', 'discountClp', 'costMilliClp', 'demandMilli')}`,
  orderOf,
  ordersOn,
  ordersIn,
);

const soldParts = bulkCounter(
  'productDay',
  (scope) => sql`
    insert into "productDay" (${PRODUCT_COLUMNS})
    select o."branchId", o."saleDate", c."productId", 0, 0, 0, 0, 0, 0, 0, 0, 0, sum(c."quantityMilli")
    from "salesOrder" o join "orderLineComponent" c on c."orderId" = o."id" where ${scope}
    group by o."branchId", o."saleDate", c."productId"
    on conflict do update set ${added('demandMilli')}`,
  orderOf,
  ordersOn,
  ordersIn,
);

const returnedLines = counter(
  'productDay',
  (scope) => sql`
    insert into "productDay" (${PRODUCT_COLUMNS})
    select "branchId", "businessDate", "productId", 0, 0, 0, 0, 0, sum("quantityMilli"), sum("totalClp"),
      sum(iif("taxKind" = 'EXEMPT', "totalClp", ${shareUpTo('"net"', '"cumulated"', '"taxed"')}
        - ${shareUpTo('"net"', '"cumulated" - "totalClp"', '"taxed"')})),
      sum("costMilliClp"), 0
    from (
      select r."branchId", r."businessDate", l."productId", b."quantityMilli", b."totalClp", b."costMilliClp", l."taxKind",
        r."netClp" as "net", r."totalClp" - r."exemptClp" as "taxed",
        sum(iif(l."taxKind" = 'EXEMPT', 0, b."totalClp")) over (partition by b."returnId" order by b."lineNumber")
          as "cumulated"
      from "saleReturn" r join "saleReturnLine" b on b."returnId" = r."id"
        join "orderLine" l on l."orderId" = r."saleId" and l."lineNumber" = b."lineNumber"
      where ${scope}
    )
    where true group by "branchId", "businessDate", "productId"
    on conflict do update set ${added('returnedMilli', 'returnTotalClp', 'returnNetClp', 'returnCostMilliClp')}`,
  returnOf,
  returnsOn,
);

const takenBack = counter(
  'productDay',
  (scope) => sql`
    insert into "productDay" (${PRODUCT_COLUMNS})
    select o."branchId", o."saleDate", l."productId", 0, 0, 0, 0, 0, 0, 0, 0, 0, -sum(b."quantityMilli")
    from "salesOrder" o join "saleReturn" r on r."saleId" = o."id" join "saleReturnLine" b on b."returnId" = r."id"
      join "orderLine" l on l."orderId" = o."id" and l."lineNumber" = b."lineNumber"
    where ${scope} and l."kind" <> 'KIT'
    group by o."branchId", o."saleDate", l."productId"
    on conflict do update set ${added('demandMilli')}`,
  returnOf,
  ordersOn,
);

/** The parts of a kit that came back, as the difference of cumulated shares: a kit that came back in parts came back whole. */
const takenBackParts = counter(
  'productDay',
  (scope) => sql`
    insert into "productDay" (${PRODUCT_COLUMNS})
    select "branchId", "saleDate", "productId", 0, 0, 0, 0, 0, 0, 0, 0, 0,
      -sum(${shareUpTo('"part"', '"before" + "back"', '"whole"')} - ${shareUpTo('"part"', '"before"', '"whole"')})
    from (
      select o."branchId", o."saleDate", c."productId", c."quantityMilli" as "part", l."quantityMilli" as "whole",
        b."quantityMilli" as "back",
        coalesce((
          select sum(eb."quantityMilli") from "saleReturn" er join "saleReturnLine" eb on eb."returnId" = er."id"
          where er."saleId" = o."id" and eb."lineNumber" = b."lineNumber" and er."id" < r."id"), 0) as "before"
      from "salesOrder" o join "saleReturn" r on r."saleId" = o."id" join "saleReturnLine" b on b."returnId" = r."id"
        join "orderLine" l on l."orderId" = o."id" and l."lineNumber" = b."lineNumber"
        join "orderLineComponent" c on c."orderId" = o."id" and c."lineNumber" = b."lineNumber"
      where ${scope}
    )
    where true group by "branchId", "saleDate", "productId"
    on conflict do update set ${added('demandMilli')}`,
  returnOf,
  ordersOn,
);

/** `id` of a document here: JSON [document, ...ids of its new payments]. */
const tenders = bulkCounter(
  'dailyTender',
  (scope) => sql`
    insert into "dailyTender" ("branchId", "businessDate", "tender", "documentKind", "cashierId", "paymentCount", "amountClp",
      "roundingClp")
    select s."branchId", p."businessDate", p."tender", p."documentKind", s."cashierId", count(*), sum(p."amountClp"),
      sum(p."roundingClp")
    from ${scope}
    group by s."branchId", p."businessDate", p."tender", p."documentKind", s."cashierId"
    on conflict do update set ${added('paymentCount', 'amountClp', 'roundingClp')}`,
  (p) => sql`"payment" p join "shift" s on s."id" = p."shiftId"
    where p."documentId" = ${p.id} ->> 0 and p."id" in (select "value" from json_each(${p.id}))`,
  // A day's payments lie in the shifts that were open on it; payments have no index by date.
  (p) => sql`"shift" s cross join "payment" p on p."shiftId" = s."id"
    where s."branchId" = ${p.branchId} and s."businessDate" <= ${p.date}
      and (s."closedAtMs" is null or s."closedAtMs" >= ${p.fromMs}) and p."businessDate" = ${p.date}`,
  // Here JSON [[document, payment], ...].
  (p) => sql`json_each(${p.ids}) j cross join "payment" p
      on p."documentId" = j."value" ->> 0 and p."id" = j."value" ->> 1
    join "shift" s on s."id" = p."shiftId"
    where true`,
);

const OF_RETURN: readonly Counter[] = [returns, returnedLines, takenBack, takenBackParts];

/** Every counter, in the order in which a day is rebuilt. */
const ALL: readonly Counter[] = [sales, soldLines, soldParts, tenders, ...OF_RETURN];

const run = (writer: Writer, counters: readonly Counter[], document: OfDocument): void => {
  for (const { table, ofDocument } of counters) {
    // Raw SQL names no table to the writer.
    if (ofDocument.run(writer, document) > 0) writer.touch(table);
  }
};

/** Every zone changes its hour on one. */
const QUARTER_MS = 900_000;

const runBulk = (writer: Writer, counters: readonly BulkCounter[], documents: OfDocuments): void => {
  for (const { table, ofDocuments } of counters) if (ofDocuments.run(writer, documents) > 0) writer.touch(table);
};

const hourAt = (atMs: number, timeZone: string): string => {
  const quarter = Math.floor(atMs / QUARTER_MS);
  let hours = lastHours.get(timeZone);
  if (hours?.quarter !== quarter) {
    hours = { quarter, json: JSON.stringify([[localParts(atMs, timeZone).hour, 0]]) };
    lastHours.set(timeZone, hours);
  }
  return hours.json;
};
// The last quarter of an hour asked for, by zone: Intl is too slow for every sale.
const lastHours = new Map<string, { quarter: number; json: string }>();

/** An order that has just become a sale. `hasParts`: one of its lines is a kit. */
export interface NewSale {
  id: string;
  atMs: number;
  timeZone: string;
  hasParts: boolean;
}

/** Counts an order that has just become a sale. */
export function countSale(writer: Writer, sale: NewSale): void {
  const document = { id: sale.id, hours: hourAt(sale.atMs, sale.timeZone) };
  run(writer, sale.hasParts ? [sales, soldLines, soldParts] : [sales, soldLines], document);
}

/** Counts many sales at once, which costs a third of counting each. Nothing of them may have been counted before. */
export function countSales(writer: Writer, fresh: readonly NewSale[]): void {
  for (const timeZone of new Set(fresh.map((sale) => sale.timeZone))) {
    const here = fresh.filter((sale) => sale.timeZone === timeZone);
    const hours = hoursOf(here, timeZone);
    const of = (some: readonly NewSale[]): OfDocuments => ({ ids: JSON.stringify(some.map(({ id }) => id)), hours });
    runBulk(writer, [sales, soldLines], of(here));
    const withParts = here.filter(({ hasParts }) => hasParts);
    if (withParts.length > 0) runBulk(writer, [soldParts], of(withParts));
  }
}

/** The local hours in which some moments lie, each with the first quarter of an hour of it that one of them lies in. */
function hoursOf(moments: readonly { atMs: number }[], timeZone: string): string {
  const quarters = [...new Set(moments.map(({ atMs }) => Math.floor(atMs / QUARTER_MS)))].sort((a, b) => a - b);
  const hours: [hour: number, fromMs: number][] = [];
  for (const quarter of quarters) {
    const fromMs = quarter * QUARTER_MS;
    const { hour } = localParts(fromMs, timeZone);
    if (hours.at(-1)?.[0] !== hour) hours.push([hour, fromMs]);
  }
  return JSON.stringify(hours);
}

/** Counts a return that has just been written. */
export function countReturn(writer: Writer, back: { id: string; atMs: number; timeZone: string }): void {
  run(writer, OF_RETURN, { id: back.id, hours: hourAt(back.atMs, back.timeZone) });
}

/** Counts payments of a document that have just been written. */
export function countPayments(writer: Writer, documentId: string, payments: readonly { id: string }[]): void {
  if (payments.length === 0) return;
  run(writer, [tenders], { id: JSON.stringify([documentId, ...payments.map(({ id }) => id)]), hours: '[]' });
}

/** Counts payments of many documents at once. */
export function countManyPayments(writer: Writer, payments: readonly { id: string; documentId: string }[]): void {
  if (payments.length === 0) return;
  const ids = JSON.stringify(payments.map(({ documentId, id }) => [documentId, id]));
  runBulk(writer, [tenders], { ids, hours: '[]' });
}

/** Counts all documents of a local day of a branch; the day's rows must be gone. */
export function countDay(writer: Writer, day: OfDay): void {
  for (const { table, ofDay } of ALL) if (ofDay.run(writer, day) > 0) writer.touch(table);
}
