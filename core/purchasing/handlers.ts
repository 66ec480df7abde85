/** Joins buying to its contract. */
import { branchCard } from '#core/auth/index.ts';
import type { CommandContext, QueryContext, TaskContext } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import type { Reader } from '#core/engine/sql.ts';
import { formatRut } from '#core/shared/rut.ts';
import { businessDate } from '#core/shared/time.ts';
import type { purchasingContract } from './contract.ts';
import { purchasePdf } from './pdf.ts';
import * as purchases from './purchases.ts';
import * as queries from './queries.ts';
import { keepCounting, lineOfCode, receivePurchase, returnGoods } from './receive.ts';
import * as requests from './requests.ts';
import { listSupply, listTerms, setSupply, setTerms, supplyOfProduct } from './supply.ts';

const seesCost = (context: QueryContext | CommandContext | TaskContext): boolean =>
  context.actor.permissions.has('cost.read');
const view = (context: QueryContext | TaskContext, nowMs: number): queries.View => ({
  branchId: context.site.branchId,
  today: businessDate(nowMs, context.site.timeZone),
  seesCost: seesCost(context),
});

/** The shop's legal data, as the paper shows it. */
function shopOf(reader: Reader, context: TaskContext) {
  const { organisationName, rut, giro, name, address, comuna } = branchCard(reader, context.site);
  return { name: organisationName, rut: formatRut(rut), giro, branch: name, address, comuna };
}

export const purchasingHandlers: Handlers<typeof purchasingContract> = {
  requests: {
    list: (context, input) => requests.listRequests(context.reader, context.site.branchId, input, seesCost(context)),
    lowStock: (context, { limit }) => requests.listLowStock(context.reader, context.site.branchId, limit),
    create: (context, { source, note, lines }) => ({ ids: requests.createRequests(context, source, note, lines) }),
    update: (context, { id, quantityMilli, supplierId }) =>
      requests.updateRequest(context, id, { quantityMilli, supplierId }),
    approve: (context, { ids }) => ({ approved: requests.decideRequests(context, ids, 'APPROVED') }),
    reject: (context, { ids, reason }) => ({ rejected: requests.decideRequests(context, ids, 'REJECTED', reason) }),
  },
  purchases: {
    list: (context, input) => queries.listPurchases(context.reader, view(context, context.nowMs), input),
    get: (context, { id }) => queries.getPurchase(context.reader, view(context, context.nowMs), id),
    byCode: (context, { id, code }) => lineOfCode(context, id, code),
    fromRequests: (context, { ids }) => purchases.draftFromRequests(context, ids),
    create: (context, input) => purchases.createPurchase(context, input),
    update: (context, { id, note, lines }) => purchases.updatePurchase(context, id, { note, lines }),
    send: (context, { id, expectedOn }) => purchases.sendPurchase(context, id, expectedOn),
    cancel: (context, { id, reason }) => purchases.cancelPurchase(context, id, reason),
    close: (context, { id, reason }) => purchases.closePurchase(context, id, reason),
    saveCounting: async (context, { id, reference, lines }) =>
      Promise.resolve(keepCounting(context, id, { reference, lines })),
    receive: (context, input) => {
      const { costChanges, ...received } = receivePurchase(context, input);
      return { ...received, costChanges: seesCost(context) ? costChanges : [] };
    },
    returnGoods: (context, input) => returnGoods(context, input),
    pdf: async (context, { id, language }) => {
      const nowMs = context.clock();
      const paper = context.read((reader) => ({
        purchase: queries.getPurchase(reader, view(context, nowMs), id),
        shop: shopOf(reader, context),
      }));
      const { purchase, shop } = paper;
      const date = businessDate(purchase.sentAtMs ?? purchase.createdAtMs, context.site.timeZone);
      const bytes = await purchasePdf({ purchase, shop, date, language });
      return {
        fileName: `${purchase.number ?? purchase.id}.pdf`,
        base64: Buffer.from(bytes).toString('base64'),
      };
    },
  },
  supply: {
    terms: (context) => listTerms(context.reader, businessDate(context.nowMs, context.site.timeZone)),
    setTerms: (context, { supplierId, statedLeadDays, reviewDays, minimumOrderClp }) =>
      setTerms(context, { supplierId, statedLeadDays, reviewDays, minimumOrderClp }),
    products: (context, filter) => {
      const { rows, total } = listSupply(context.reader, filter);
      return {
        total,
        rows: rows.map((row) => ({ ...row, unitCostMilliClp: seesCost(context) ? row.unitCostMilliClp : null })),
      };
    },
    ofProduct: (context, { productId }) =>
      supplyOfProduct(context.reader, productId).map((row) => ({
        ...row,
        unitCostMilliClp: seesCost(context) ? row.unitCostMilliClp : null,
      })),
    setProduct: (context, { productId, supplierId, supplierCode, packMilli, minimumMilli, unitCostMilliClp }) =>
      setSupply(context, { productId, supplierId, supplierCode, packMilli, minimumMilli, unitCostMilliClp }),
  },
};
