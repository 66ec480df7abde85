/** Joins the drawer to its contract. */
import { readSetting } from '#core/auth/index.ts';
import type { Actor } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import type { Reader } from '#core/engine/sql.ts';
import { customerForSale } from '#core/people/index.ts';
import type { shiftsContract } from './contract.ts';
import { account, findOpenShift, listShifts, report, suggestedFloat, unverifiedTransfers } from './queries.ts';
import * as service from './service.ts';

/** The count is blind unless the shop says otherwise or the role may look. */
const seesExpected = (reader: Reader, actor: Actor): boolean =>
  actor.permissions.has('shifts.see-expected') || readSetting(reader, 'blindClose') === 'NO';

export const shiftsHandlers: Handlers<typeof shiftsContract> = {
  shifts: {
    current: ({ reader, actor }) => {
      const open = findOpenShift(reader, actor.terminalId);
      return {
        shift: open ? report(reader, open.id, seesExpected(reader, actor)) : null,
        ...suggestedFloat(reader, actor.terminalId),
      };
    },
    open: (context, { count }) => service.openShift(context, count),
    cashMove: (context, { kind, amountClp, reason }) => service.moveCash(context, { kind, amountClp, reason }),
    close: (context, input) => service.closeShift(context, input),
    get: ({ reader, actor }, { id }) => report(reader, id, seesExpected(reader, actor)),
    list: ({ reader, actor }, input) => listShifts(reader, input, seesExpected(reader, actor)),
  },
  accounts: {
    statement: ({ reader, nowMs }, { customerId }) => ({
      ...account(reader, customerId, nowMs),
      limitClp: customerForSale(reader, customerId).accountLimitClp,
    }),
    pay: (context, { customerId, amountClp, payments }) =>
      service.payAccount(context, { customerId, amountClp, payments }),
  },
  payments: {
    unverified: ({ reader }) => unverifiedTransfers(reader),
    verify: (context, { id }) => service.verifyTransfer(context, id),
  },
};
