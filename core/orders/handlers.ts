/** Joins orders, sales, returns and carts to their contract. */
import type { Handlers } from '#core/engine/module.ts';
import * as carts from './carts.ts';
import { checkout } from './checkout.ts';
import type { ordersContract } from './contract.ts';
import { priceAsked } from './draft.ts';
import * as queries from './queries.ts';
import { createReturn, previewReturn } from './returns.ts';
import * as service from './service.ts';
import { businessDate } from '#core/shared/time.ts';

const seesCost = (context: { actor: { permissions: ReadonlySet<string> } }): boolean =>
  context.actor.permissions.has('cost.read');

export const ordersHandlers: Handlers<typeof ordersContract> = {
  orders: {
    create: (context, input) => service.createOrder(context, input),
    update: (context, { id, ...asked }) => service.updateOrder(context, id, asked),
    confirm: (context, { id }) => service.advanceOrder(context, id, 'CONFIRMED'),
    process: (context, { id }) => service.advanceOrder(context, id, 'PROCESSING'),
    ship: (context, { id }) => service.advanceOrder(context, id, 'SHIPPED'),
    deliver: (context, { id }) => service.advanceOrder(context, id, 'DELIVERED'),
    complete: (context, { id }) => service.completeOrder(context, id),
    pay: (context, { id, payments }) => service.payOrder(context, id, payments),
    cancel: (context, { id, reason, refundTender }) => service.cancelOrder(context, { id, reason, refundTender }),
    inspect: (context, { id, condition, reason }) => service.inspectReturned(context, { id, condition, reason }),
    get: (context, { id }) => queries.orderCard(context.reader, id, seesCost(context)),
    list: (context, input) => queries.listOrders(context.reader, input),
    statistics: (context, { from, to }) => queries.orderStatistics(context.reader, from, to),
  },
  sales: {
    checkout: (context, input) => checkout(context, input),
    quote: (context, input) => {
      const today = businessDate(context.nowMs, context.site.timeZone);
      const { totals, lines, inputs } = priceAsked(context.reader, input, today);
      return {
        totals,
        lines: input.lines.map(({ productId }, index) => ({
          productId,
          unitPriceClp: inputs[index]?.unitPriceClp ?? 0,
          totalClp: lines[index]?.totalClp ?? 0,
        })),
      };
    },
    list: (context, input) => queries.listSales(context.reader, input),
    get: (context, { id }) => queries.saleCard(context.reader, id, seesCost(context)),
    byNumber: (context, { number }) => queries.saleByNumber(context.reader, number, seesCost(context)),
    lastOfVehicle: (context, { plate }) => queries.lastOfVehicle(context.reader, plate),
    statistics: (context, { from, to }) => queries.saleStatistics(context.reader, from, to),
    ofShift: (context, { shiftId }) => queries.shiftSales(context.reader, shiftId),
  },
  returns: {
    preview: (context, { saleId, lines }) => previewReturn(context.reader, { saleId, lines }),
    create: (context, input) => createReturn(context, input),
    get: (context, { id }) => queries.returnCard(context.reader, id),
    list: (context, input) => queries.listReturns(context.reader, input),
  },
  carts: {
    draft: (context) => carts.readDraft(context.reader, context.actor.terminalId, context.actor.userId),
    save: (context, cart) => {
      carts.saveDraft(context, cart);
      return Promise.resolve(null);
    },
    park: (context, cart) => carts.parkCart(context, cart),
    parked: (context) => carts.listParked(context.reader, context.actor.terminalId),
    resume: (context, { id }) => carts.resumeCart(context, id),
    void: (context, cart) => {
      carts.voidCart(context, cart);
      return null;
    },
  },
};
