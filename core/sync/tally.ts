/**
 * What the documents of a transaction add to the day's figures, counted together at its end: a product that was sold a hundred times is
 * written once.
 */
import { sqlFor, type Writer } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { countManyPayments, countSales } from '#core/metrics/index.ts';

const { db, select } = sqlFor<EngineTables>();
const zoneRow = select((p: { branchId: string }) =>
  db.selectFrom('branch').select('timeZone').where('id', '=', p.branchId),
);

/** The day and hour that a document is counted in are its branch's. */
export const zoneOf = (writer: Writer, branchId: string): string =>
  zoneRow.first(writer, { branchId })?.timeZone ?? 'America/Santiago';

interface Sale {
  id: string;
  branchId: string;
  atMs: number;
  hasParts: boolean;
}
interface Payment {
  id: string;
  documentId: string;
}

export class Tally {
  readonly #sales: Sale[] = [];
  readonly #payments: Payment[] = [];

  /** An order that has become a sale; nothing of it changes any more. */
  sale(sale: Sale): void {
    this.#sales.push(sale);
  }

  /** A payment that has been written; nothing that is counted of it changes any more. */
  payment({ id, documentId }: Payment): void {
    this.#payments.push({ id, documentId });
  }

  count(writer: Writer): void {
    const zones = new Map<string, string>();
    const sales = this.#sales.map(({ id, branchId, atMs, hasParts }) => {
      const timeZone = zones.get(branchId) ?? zoneOf(writer, branchId);
      zones.set(branchId, timeZone);
      return { id, atMs, timeZone, hasParts };
    });
    countSales(writer, sales);
    countManyPayments(writer, this.#payments);
  }
}
