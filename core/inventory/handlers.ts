/** Joins stock to its contract. */
import { readSetting } from '#core/auth/index.ts';
import { taxRateOn } from '#core/catalog/index.ts';
import type { QueryContext } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import { sqlFor } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import { businessDate } from '#core/shared/time.ts';
import type { inventoryContract } from './contract.ts';
import * as counter from './counter.ts';
import * as documents from './documents.ts';
import { inventoryEvents } from './events.ts';
import * as queries from './queries.ts';
import { selfCheck } from './selfCheck.ts';
import type { InventoryTables } from './tables.ts';
import { createWarehouse, listWarehouses, renameWarehouse, requireWarehouse } from './warehouses.ts';

const { db, change } = sqlFor<InventoryTables>();
const saveMinimum = change((p: InventoryTables['stockMinimum']) =>
  db
    .insertInto('stockMinimum')
    .values({ productId: p.productId, warehouseId: p.warehouseId, minimumMilli: p.minimumMilli })
    .onConflict((conflict) => conflict.columns(['productId', 'warehouseId']).doUpdateSet({ minimumMilli: p.minimumMilli })),
);
const resolve = change((p: { id: string; nowMs: number; userId: string }) =>
  db
    .updateTable('stockTask')
    .set({ resolvedAtMs: p.nowMs, resolvedById: p.userId })
    .where('id', '=', p.id)
    .where('resolvedAtMs', 'is', null),
);

const place = (context: QueryContext): counter.Place => ({ reader: context.reader, branchId: context.site.branchId });
const seesCost = (context: QueryContext): boolean => context.actor.permissions.has('cost.read');

export const inventoryHandlers: Handlers<typeof inventoryContract> = {
  counter: {
    tiles: (context, { categoryId, limit }) => counter.tiles(place(context), categoryId, limit),
    search: (context, { text, limit }) => counter.search(place(context), text, limit),
    terms: ({ reader, nowMs, site }) => ({
      ivaBasisPoints: taxRateOn(reader, businessDate(nowMs, site.timeZone)),
      discountLimitBasisPoints: readSetting(reader, 'discountLimitBasisPoints'),
    }),
    byCode: (context, { code }) => counter.byCode(place(context), code),
    byIds: (context, { ids }) => counter.byIds(place(context), ids),
  },
  warehouses: {
    list: (context) => listWarehouses(context.reader, context.site.branchId),
    create: (context, { code, name, purpose }) => createWarehouse(context, { code, name, purpose }),
    update: (context, { id, name }) => renameWarehouse(context, id, name),
  },
  stock: {
    levels: (context, input) => queries.listLevels(context.reader, context.site.branchId, input),
    movements: (context, input) => queries.listMovements(context.reader, input, seesCost(context)),
    cost: (context, { productId }) => queries.productCost(context.reader, productId, context.site.branchId),
    valuation: (context, { date }) => queries.valuation(context.reader, context.site.branchId, date),
    receive: (context, input) => {
      const { costChanges, ...document } = documents.receiveStock(context, input);
      // Whoever may receive goods typed their cost himself; the average it is compared with is not his to see.
      return { ...document, costChanges: context.actor.permissions.has('cost.read') ? costChanges : [] };
    },
    issue: (context, input) => documents.issueByHand(context, input),
    adjust: (context, input) => documents.adjustStock(context, input),
    transfer: (context, input) => documents.transferStock(context, input),
    returnToSupplier: (context, input) => documents.returnToSupplier(context, input),
    setMinimum: (context, { productId, warehouseId, minimumMilli }) => {
      requireWarehouse(context, warehouseId);
      const minimum = { productId, warehouseId, minimumMilli };
      saveMinimum.run(context.writer, minimum);
      context.record(inventoryEvents.minimumSet, productId, minimum);
      return { id: productId };
    },
    reservations: (context, { productId }) => queries.listReservations(context.reader, productId),
    tasks: (context) => queries.listTasks(context.reader),
    resolveTask: (context, { id }) => {
      if (resolve.run(context.writer, { id, nowMs: context.nowMs, userId: context.actor.userId }) === 0) {
        throw new DomainError('NOT_FOUND', { task: id });
      }
      context.record(inventoryEvents.taskResolved, id, { id });
      return { id };
    },
    selfCheck: (context) => selfCheck(context.reader),
  },
};
