/**
 * Goal: the drawer's arithmetic holds to the peso. Float, cash movements and payments give what is expected; a blind count stays
 * blind until the shift is closed; a close is numbered without gaps, never refused for its difference, and never changes again.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testApp, type TestApp, type TestClient } from '#tests/support/testApp.ts';
import { ageing, countTotal, expectedCash } from './rules.ts';

let test: TestApp;
let cashier: TestClient;
let manager: TestClient;
let admin: TestClient;

beforeEach(async () => {
  test = await testApp();
  cashier = test.client(test.as.cashier);
  manager = test.client(test.as.manager);
  admin = test.client(test.as.admin);
});
afterEach(() => test.close());

const FLOAT = { '20000': 1, '10000': 2, '1000': 10 };
const FLOAT_CLP = 50_000;

const person = {
  kind: 'PERSON' as const,
  firstName: 'Hugo',
  lastName: 'Rojas',
  giro: '',
  email: '',
  phone: '',
  address: '',
  comuna: '',
  rut: null,
  accountLimitClp: 100_000,
};
/** Pays on a customer's account: the simplest document that brings money into the drawer. */
async function payOnAccount(tender: 'CASH' | 'DEBIT' | 'TRANSFER', amountClp: number): Promise<string> {
  const { id } = await manager.customers.create(person);
  await manager.accounts.pay({ customerId: id, amountClp, payments: [{ tender, amountClp }] });
  return id;
}

describe('rules', () => {
  it('values a count', () => {
    expect(countTotal({ '20000': 3, '500': 2, '10': 7 })).toBe(61_070);
    expect(countTotal({})).toBe(0);
  });

  it('expects float + cash kept - refunds + in - out', () => {
    const figures = {
      floatClp: 50_000,
      cashSalesClp: 37_970,
      cashRefundsClp: 19_990,
      cashInClp: 5_000,
      cashOutClp: 20_000,
    };
    expect(expectedCash(figures)).toBe(52_980);
  });

  it('settles the oldest charges first and sorts the rest by age', () => {
    const day = (days: number): number => (100 - days) * 86_400_000;
    const movements = [
      { amountClp: 10_000, occurredAtMs: day(95) },
      { amountClp: 20_000, occurredAtMs: day(61) },
      { amountClp: -15_000, occurredAtMs: day(40) },
      { amountClp: 7_000, occurredAtMs: day(31) },
      { amountClp: 1_000, occurredAtMs: day(30) },
    ];
    expect(ageing(movements, day(0))).toEqual({ upTo30Clp: 1_000, upTo60Clp: 7_000, upTo90Clp: 15_000, over90Clp: 0 });
  });

  it('a credit ages nothing', () => {
    expect(ageing([{ amountClp: -500, occurredAtMs: 0 }], 0)).toEqual({
      upTo30Clp: 0,
      upTo60Clp: 0,
      upTo90Clp: 0,
      over90Clp: 0,
    });
  });
});

describe('opening', () => {
  it('opens one shift per terminal with its counted float', async () => {
    expect((await cashier.shifts.current({})).shift).toBeNull();
    const { floatClp } = await cashier.shifts.open({ count: FLOAT });
    expect(floatClp).toBe(FLOAT_CLP);
    const { shift } = await cashier.shifts.current({});
    expect(shift).toMatchObject({ state: 'OPEN', floatClp: FLOAT_CLP, cashierName: 'Camila Rojas', number: null });
    await expect(manager.shifts.open({ count: {} })).rejects.toMatchObject({ code: 'SHIFT_ALREADY_OPEN' });
  });

  it('refuses cash and payments without a shift', async () => {
    await expect(cashier.shifts.cashMove({ kind: 'IN', amountClp: 1_000, reason: 'cambio' })).rejects.toMatchObject({
      code: 'SHIFT_NOT_OPEN',
    });
    await expect(payOnAccount('CASH', 1_000)).rejects.toMatchObject({ code: 'SHIFT_NOT_OPEN' });
    await expect(cashier.shifts.close({ count: {}, leftInDrawerClp: 0 })).rejects.toMatchObject({
      code: 'SHIFT_NOT_OPEN',
    });
  });

  it('suggests what the last close left', async () => {
    await cashier.shifts.open({ count: FLOAT });
    await cashier.shifts.close({ count: FLOAT, leftInDrawerClp: FLOAT_CLP });
    expect(await cashier.shifts.current({})).toEqual({
      shift: null,
      suggestedFloatClp: FLOAT_CLP,
      suggestedCount: FLOAT,
    });
    await cashier.shifts.open({ count: FLOAT });
    await cashier.shifts.close({ count: FLOAT, leftInDrawerClp: 20_000 });
    expect(await cashier.shifts.current({})).toEqual({ shift: null, suggestedFloatClp: 20_000, suggestedCount: {} });
  });
});

describe('during the shift', () => {
  beforeEach(() => cashier.shifts.open({ count: FLOAT }));

  it('counts cash in, out and the opening of the drawer', async () => {
    const first = await cashier.shifts.cashMove({ kind: 'IN', amountClp: 5_000, reason: 'cambio del banco' });
    const second = await cashier.shifts.cashMove({ kind: 'OUT', amountClp: 20_000, reason: 'retiro de valores' });
    const third = await cashier.shifts.cashMove({ kind: 'NO_SALE', amountClp: 0, reason: 'dar sencillo' });
    expect([first.number, second.number, third.number]).toEqual(['MA1-C000001', 'MA1-C000002', 'MA1-C000003']);
    const { shift } = await manager.shifts.current({});
    expect(shift).toMatchObject({ cashInClp: 5_000, cashOutClp: 20_000, noSaleCount: 1, expectedCashClp: 35_000 });
    expect(shift?.movements.map((row) => row.reason)).toEqual([
      'cambio del banco',
      'retiro de valores',
      'dar sencillo',
    ]);
  });

  it('wants a reason, an amount for cash and none for opening the drawer', async () => {
    await expect(cashier.shifts.cashMove({ kind: 'OUT', amountClp: 10, reason: '' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    await expect(cashier.shifts.cashMove({ kind: 'OUT', amountClp: 0, reason: 'nada' })).rejects.toMatchObject({
      code: 'TENDER_INVALID',
    });
    await expect(cashier.shifts.cashMove({ kind: 'NO_SALE', amountClp: 10, reason: 'nada' })).rejects.toMatchObject({
      code: 'TENDER_INVALID',
    });
  });

  it('counts cash as it stays in the drawer: after change, with the legal rounding', async () => {
    const { id } = await manager.customers.create(person);
    const paid = await manager.accounts.pay({
      customerId: id,
      amountClp: 19_996,
      payments: [{ tender: 'CASH', amountClp: 50_000 }],
    });
    expect(paid).toMatchObject({ changeClp: 30_000, balanceClp: -19_996 });
    const { shift } = await manager.shifts.current({});
    expect(shift).toMatchObject({ cashSalesClp: 20_000, expectedCashClp: FLOAT_CLP + 20_000 });
    expect(shift?.tenders).toEqual([{ tender: 'CASH', count: 1, amountClp: 20_000, roundingClp: 4 }]);
  });

  it('shows a blind cashier nothing from which the expected could be worked out, until the shift is closed', async () => {
    await payOnAccount('CASH', 7_770);
    await payOnAccount('DEBIT', 8_880);
    const { shift } = await cashier.shifts.current({});
    expect(shift).toMatchObject({
      tenders: [],
      cashSalesClp: null,
      cashRefundsClp: null,
      expectedCashClp: null,
      counted: [],
    });
    expect(JSON.stringify(shift)).not.toMatch(/7770|8880|57770/);
    const { id } = await cashier.shifts.close({
      count: { ...FLOAT, '1000': 17, '500': 1, '100': 2, '10': 7 },
      leftInDrawerClp: 0,
    });
    expect(await cashier.shifts.get({ id })).toMatchObject({
      expectedCashClp: 57_770,
      countedCashClp: 57_770,
      cashSalesClp: 7_770,
    });
  });

  it('shows it where the shop does not count blindly', async () => {
    await admin.settings.update({ patch: { blindClose: 'NO' } });
    expect((await cashier.shifts.current({})).shift).toMatchObject({ expectedCashClp: FLOAT_CLP });
  });
});

describe('closing', () => {
  beforeEach(() => cashier.shifts.open({ count: FLOAT }));

  it('splits what was counted and numbers the Z', async () => {
    const closed = await cashier.shifts.close({ count: FLOAT, leftInDrawerClp: 20_000 });
    expect(closed).toMatchObject({ number: 'MA1-Z000001', differenceClp: 0, expectedCashClp: FLOAT_CLP });
    expect(await cashier.shifts.get({ id: closed.id })).toMatchObject({
      state: 'CLOSED',
      leftInDrawerClp: 20_000,
      depositedClp: 30_000,
      closedByName: 'Camila Rojas',
      counted: [{ tender: 'CASH', expectedClp: FLOAT_CLP, countedClp: FLOAT_CLP }],
    });
  });

  it('is never refused for a difference, but above the tolerance wants a reason', async () => {
    const short = { '20000': 1, '10000': 2, '1000': 5 };
    await expect(cashier.shifts.close({ count: short, leftInDrawerClp: 0 })).rejects.toMatchObject({
      code: 'DIFFERENCE_REASON_REQUIRED',
      details: {},
    });
    const closed = await cashier.shifts.close({ count: short, leftInDrawerClp: 0, differenceReason: 'faltó sencillo' });
    expect(closed).toMatchObject({ number: 'MA1-Z000001', differenceClp: -5_000 });
  });

  it('tolerates a small difference without a word', async () => {
    const closed = await cashier.shifts.close({ count: { ...FLOAT, '1000': 9 }, leftInDrawerClp: 0 });
    expect(closed.differenceClp).toBe(-1_000);
  });

  it('compares each other tender with what was counted of it', async () => {
    await payOnAccount('DEBIT', 8_880);
    await payOnAccount('TRANSFER', 5_000);
    const count = { count: FLOAT, leftInDrawerClp: 0 };
    const others = [
      { tender: 'DEBIT' as const, countedClp: 880 },
      { tender: 'CHEQUE' as const, countedClp: 300 },
    ];
    await expect(cashier.shifts.close({ ...count, others })).rejects.toMatchObject({
      code: 'DIFFERENCE_REASON_REQUIRED',
    });
    const { id } = await cashier.shifts.close({ ...count, others, differenceReason: 'voucher perdido' });
    expect((await cashier.shifts.get({ id })).counted).toEqual([
      { tender: 'CASH', expectedClp: FLOAT_CLP, countedClp: FLOAT_CLP },
      { tender: 'CHEQUE', expectedClp: 0, countedClp: 300 },
      { tender: 'DEBIT', expectedClp: 8_880, countedClp: 880 },
      { tender: 'TRANSFER', expectedClp: 5_000, countedClp: 5_000 },
    ]);
  });

  it('cannot leave more than was counted', async () => {
    await expect(cashier.shifts.close({ count: FLOAT, leftInDrawerClp: FLOAT_CLP + 10 })).rejects.toMatchObject({
      code: 'TENDER_INVALID',
    });
  });

  it('answers the same close again to the same command, and closes once', async () => {
    const commandId = test.newId();
    const first = await cashier.shifts.close({ count: FLOAT, leftInDrawerClp: 0, commandId });
    expect(await cashier.shifts.close({ count: FLOAT, leftInDrawerClp: 0, commandId })).toEqual(first);
    expect((await manager.shifts.list({})).total).toBe(1);
  });

  it('numbers without gaps, whatever was refused in between', async () => {
    const numbers: string[] = [];
    for (let day = 0; day < 3; day += 1) {
      if (day > 0) await cashier.shifts.open({ count: FLOAT });
      await expect(cashier.shifts.close({ count: {}, leftInDrawerClp: 0 })).rejects.toMatchObject({
        code: 'DIFFERENCE_REASON_REQUIRED',
      });
      numbers.push((await cashier.shifts.close({ count: FLOAT, leftInDrawerClp: 0 })).number);
      test.clock.advance(60_000);
    }
    expect(numbers).toEqual(['MA1-Z000001', 'MA1-Z000002', 'MA1-Z000003']);
    const list = await manager.shifts.list({});
    expect(list.rows.map((row) => row.number)).toEqual([...numbers].reverse());
  });

  it('never changes again, not even by hand', async () => {
    await payOnAccount('CASH', 1_000);
    await cashier.shifts.cashMove({ kind: 'IN', amountClp: 1_000, reason: 'cambio' });
    const { id } = await cashier.shifts.close({ count: { ...FLOAT, '1000': 12 }, leftInDrawerClp: 0 });
    const { raw } = test.app.database;
    expect(() => raw.prepare('update shift set countedCashClp = 1 where id = ?').run(id)).toThrow('never changes');
    expect(() => raw.prepare('delete from shift where id = ?').run(id)).toThrow('never');
    expect(() => raw.prepare('update shiftTender set countedClp = 1').run()).toThrow('never');
    expect(() => raw.prepare('delete from shiftTender').run()).toThrow('never');
    expect(() => raw.prepare('update payment set amountClp = 1').run()).toThrow('never');
    expect(() => raw.prepare('delete from payment').run()).toThrow('append-only');
    expect(() => raw.prepare('update cashMovement set amountClp = 1').run()).toThrow('append-only');
  });
});

describe('accounts', () => {
  beforeEach(() => cashier.shifts.open({ count: FLOAT }));

  it('takes what was paid off the debt, before the cash rounding', async () => {
    const id = await payOnAccount('CASH', 10_003);
    const statement = await manager.accounts.statement({ customerId: id });
    expect(statement).toMatchObject({ balanceClp: -10_003, limitClp: 100_000 });
    expect(statement.movements).toHaveLength(1);
  });

  it('is not paid with itself', async () => {
    const { id } = await manager.customers.create(person);
    await expect(
      manager.accounts.pay({ customerId: id, amountClp: 500, payments: [{ tender: 'ACCOUNT', amountClp: 500 }] }),
    ).rejects.toMatchObject({ code: 'TENDER_INVALID' });
  });

  it('lists a transfer until somebody saw it at the bank', async () => {
    await payOnAccount('TRANSFER', 12_000);
    const [transfer] = await manager.payments.unverified({});
    expect(transfer).toMatchObject({ tender: 'TRANSFER', amountClp: 12_000, verifiedAtMs: null });
    await manager.payments.verify({ id: transfer?.id ?? '' });
    expect(await manager.payments.unverified({})).toEqual([]);
    await expect(manager.payments.verify({ id: transfer?.id ?? '' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
