/** Joins stock to its contract. */
import { readSetting } from '#core/auth/index.ts';
import { taxRateOn } from '#core/catalog/index.ts';
import type { QueryContext } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import { businessDate } from '#core/shared/time.ts';
import type { inventoryContract } from './contract.ts';
import * as counter from './counter.ts';
import * as documents from './documents.ts';
import * as queries from './queries.ts';
import { selfCheck } from './selfCheck.ts';
import { setMinimum } from './shelves.ts';
import { resolveTask } from './tasks.ts';
import { createWarehouse, listWarehouses, renameWarehouse } from './warehouses.ts';

const branch = (context: QueryContext): counter.Branch => ({ reader: context.reader, branchId: context.site.branchId });
const seesCost = (context: QueryContext): boolean => context.actor.permissions.has('cost.read');

export const inventoryHandlers: Handlers<typeof inventoryContract> = {
  counter: {
    codes: (context, { limit }) => counter.codes(branch(context), limit),
    tiles: (context, { categoryId, limit }) => counter.tiles(branch(context), categoryId, limit),
    search: (context, { text, limit }) => counter.search(branch(context), text, limit),
    terms: ({ reader, nowMs, site }) => ({
      ivaBasisPoints: taxRateOn(reader, businessDate(nowMs, site.timeZone)),
      discountLimitBasisPoints: readSetting(reader, 'discountLimitBasisPoints'),
    }),
    byCode: (context, { code }) => counter.byCode(branch(context), code),
    byIds: (context, { ids }) => counter.byIds(branch(context), ids),
  },
  warehouses: {
    list: (context) => listWarehouses(context.reader, context.site.branchId),
    create: (context, { code, name, purpose }) => createWarehouse(context, { code, name, purpose }),
    update: (context, { id, name }) => renameWarehouse(context, id, name),
  },
  stock: {
    levels: (context, input) => queries.listLevels(context.reader, context.site.branchId, input),
    movements: (context, input) => queries.listMovements(context.reader, context.site, input, seesCost(context)),
    cost: (context, { productId }) => queries.productCost(context.reader, productId, context.site.branchId),
    valuation: (context, { date }) => queries.valuation(context.reader, context.site, date),
    receive: (context, input) => {
      const { costChanges, ...document } = documents.receiveStock(context, input);
      // Whoever may receive goods typed their cost himself; the average it is compared with is not his to see.
      return { ...document, costChanges: context.actor.permissions.has('cost.read') ? costChanges : [] };
    },
    issue: (context, input) => documents.issueByHand(context, input),
    adjust: (context, input) => documents.adjustStock(context, input),
    transfer: (context, input) => documents.transferStock(context, input),
    returnToSupplier: (context, input) => documents.returnToSupplier(context, input),
    setMinimum: (context, { productId, warehouseId, minimumMilli }) =>
      setMinimum(context, { productId, warehouseId, minimumMilli }),
    reservations: (context, { productId }) => queries.listReservations(context.reader, productId),
    tasks: (context) => queries.listTasks(context.reader),
    resolveTask: (context, { id }) => resolveTask(context, id),
    selfCheck: (context) => selfCheck(context.reader),
  },
};
