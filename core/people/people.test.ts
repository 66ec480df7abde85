/** Goal: anybody is found by anything that is known of them; a RUT, plate or code belongs to one; salaries reach whom they are meant for. */
import fc from 'fast-check';
import { words } from '#core/shared/text.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testApp, type TestApp, type TestClient } from '#tests/support/testApp.ts';

let test: TestApp;
let cashier: TestClient;
const person = {
  kind: 'PERSON' as const,
  firstName: 'José',
  lastName: 'Núñez',
  giro: '',
  email: 'jose@example.cl',
  phone: '+56 9 8765 4321',
  address: '',
  comuna: 'Maipú',
  rut: '12.345.678-5',
  accountLimitClp: 0,
};

beforeEach(async () => {
  test = await testApp();
  cashier = test.client(test.as.cashier);
});
afterEach(() => test.close());

it('finds a customer by name without accents, RUT in any form, e-mail and phone', async () => {
  const { id } = await cashier.customers.create(person);
  await cashier.customers.create({ ...person, firstName: 'Ana', rut: null, email: '', phone: '' });
  for (const text of [
    'jose nunez',
    'NÚÑEZ jo',
    '12.345.678-5',
    '123456785',
    '12345678-5',
    'jose@ex',
    '87654321',
    '9 8765 4321',
  ]) {
    const { rows } = await cashier.customers.list({ text });
    expect([text, rows.map((row) => row.id)]).toEqual([text, [id]]);
  }
  for (const text of ['8765-4321', '12 345 678-5', '56987654321', 'jose@example.cl', 'nunez jose'])
    expect([text, (await cashier.customers.list({ text })).total]).toEqual([text, 1]);
  for (const text of ["'; drop table customer", '%', '_', '\\', '"'])
    expect((await cashier.customers.list({ text })).rows).toEqual([]);
});

it('keeps a RUT for one customer, the anonymous one excepted', async () => {
  await cashier.customers.create(person);
  await expect(cashier.customers.create({ ...person, rut: '12345678-5' })).rejects.toThrow('RUT_TAKEN');
  await expect(cashier.customers.create({ ...person, rut: '12345678-9' })).rejects.toThrow('INVALID_INPUT');
  await cashier.customers.create({ ...person, rut: '66.666.666-6' });
  await cashier.customers.create({ ...person, rut: '66.666.666-6' });
  expect((await cashier.customers.list({})).total).toBe(3);
});

it('gives no credit without the right to', async () => {
  await expect(cashier.customers.create({ ...person, accountLimitClp: 100_000 })).rejects.toThrow('OVERRIDE_REQUIRED');
  const { id } = await test.client(test.as.manager).customers.create({ ...person, accountLimitClp: 100_000 });
  await cashier.customers.update({ id, patch: { phone: '2 2345 6789', accountLimitClp: 100_000 } });
  await expect(cashier.customers.update({ id, patch: { accountLimitClp: 100_001 } })).rejects.toThrow(
    'OVERRIDE_REQUIRED',
  );
});

it('orders and finds in the alphabet of people, not of bytes', async () => {
  for (const firstName of ['Zoila', 'Ángela', 'Óscar', 'berta'])
    await cashier.customers.create({ ...person, firstName, rut: null });
  expect((await cashier.customers.list({})).rows.map((row) => row.firstName)).toEqual([
    'Ángela',
    'berta',
    'Óscar',
    'Zoila',
  ]);
  expect((await cashier.customers.list({ limit: 2, offset: 1 })).rows.map((row) => row.firstName)).toEqual([
    'berta',
    'Óscar',
  ]);
});

it('finds whatever was stored, however it is typed: any text, any words of it, any case', async () => {
  const typed = fc
    .string({ unit: fc.constantFrom(...'aáñÑZz019.-%_\\\'"@ /·ºü漢'), minLength: 1, maxLength: 12 })
    .filter((text) => text.trim() !== '');
  await fc.assert(
    fc.asyncProperty(typed, typed, async (firstName, lastName) => {
      const { id } = await cashier.customers.create({
        ...person,
        firstName,
        lastName,
        rut: null,
        email: '',
        phone: '',
      });
      for (const text of [firstName, lastName.toUpperCase(), `${lastName} ${firstName}`.slice(0, 80)]) {
        if (words(text).length === 0) continue;
        const { rows } = await cashier.customers.list({ text, limit: 500 });
        expect(rows.map((row) => row.id)).toContain(id);
      }
    }),
    { numRuns: 60 },
  );
});

it('refuses rows that name nobody', async () => {
  const nobody = test.newId();
  const admin = test.client(test.as.admin);
  await expect(
    cashier.vehicles.create({ customerId: nobody, plate: 'BBCL12', make: '', model: '', year: null, note: '' }),
  ).rejects.toThrow('NOT_FOUND');
  const row = { code: 'E1', firstName: 'P', lastName: 'P', rut: '12.345.678-5', department: '', hiredOn: '2020-01-15' };
  await expect(admin.employees.create({ ...row, userId: nobody })).rejects.toThrow('NOT_FOUND');
  await admin.employees.create({ ...row, userId: test.users.cashier });
  await expect(admin.employees.create({ ...row, code: 'E2', rut: null, userId: test.users.cashier })).rejects.toThrow(
    'CONFLICT',
  );
  await expect(admin.employees.create({ ...row, code: 'E2', userId: null })).rejects.toThrow('RUT_TAKEN');
  await expect(admin.employees.create({ ...row, rut: null, userId: null })).rejects.toThrow('CODE_TAKEN');
});

it('keeps suppliers like customers', async () => {
  const manager = test.client(test.as.manager);
  const supplier = {
    name: 'Lubricantes Ñuñoa',
    contactName: 'Íñigo',
    email: '',
    phone: '',
    address: '',
    rut: '76.192.083-9',
  };
  const { id } = await manager.suppliers.create(supplier);
  await expect(manager.suppliers.create(supplier)).rejects.toThrow('RUT_TAKEN');
  for (const text of ['nunoa', 'inigo', '761920839', '76.192.083-9'])
    expect((await manager.suppliers.list({ text })).rows.map((row) => row.id)).toEqual([id]);
  await manager.suppliers.update({ id, patch: { contactName: 'Ximena' } });
  expect((await manager.suppliers.list({ text: 'inigo' })).total).toBe(0);
  expect(await manager.suppliers.get({ id })).toMatchObject({ contactName: 'Ximena', rut: '76192083-9' });
  await expect(manager.suppliers.get({ id: test.newId() })).rejects.toThrow('NOT_FOUND');
});

it('answers a repeated command once, and rebuilds nothing for it', async () => {
  const commandId = test.newId();
  const first = await cashier.customers.create({ ...person, commandId });
  expect(await cashier.customers.create({ ...person, commandId })).toEqual(first);
  await expect(cashier.customers.create({ ...person, firstName: 'Other', commandId })).rejects.toThrow(
    'COMMAND_REUSED',
  );
  expect((await cashier.customers.list({})).total).toBe(1);
});

it('finds a car by its plate however it is typed, with its owner', async () => {
  const { id: customerId } = await cashier.customers.create(person);
  const car = { customerId, make: 'Toyota', model: 'Yaris', year: 2018, note: '' };
  await cashier.vehicles.create({ ...car, plate: 'bbcl-12' });
  await expect(cashier.vehicles.create({ ...car, plate: 'BB CL 12' })).rejects.toThrow('PLATE_TAKEN');
  await expect(cashier.vehicles.create({ ...car, plate: '12' })).rejects.toThrow('INVALID_INPUT');
  expect((await cashier.vehicles.byPlate({ plate: 'BB·CL·12' }))?.vehicle.customerName).toBe('José Núñez');
  expect(await cashier.vehicles.byPlate({ plate: 'ZZZZ99' })).toBeNull();
  expect((await cashier.vehicles.list({ text: 'nunez yaris' })).total).toBe(1);
});

it('shows salaries to the owner alone, leaves a trace of it, and puts none in an event', async () => {
  const admin = test.client(test.as.admin);
  const manager = test.client(test.as.manager);
  const row = {
    userId: null,
    code: 'E1',
    firstName: 'Pedro',
    lastName: 'Paz',
    rut: null,
    department: 'Taller',
    hiredOn: '2020-01-15',
  };
  const { id } = await admin.employees.create({ ...row, salaryClp: 987_654 });
  expect((await admin.employees.list({})).rows[0]?.salaryClp).toBe(987_654);
  expect((await manager.employees.list({ text: 'pedro' })).rows[0]?.salaryClp).toBeNull();
  await expect(manager.employees.update({ id, patch: { salaryClp: 1 } })).rejects.toThrow('FORBIDDEN');
  await expect(cashier.employees.list({})).rejects.toThrow('FORBIDDEN');
  expect((await admin.audit.list({ stream: 'LOCAL', kind: 'people.salariesRead' })).total).toBe(1);
  const events = JSON.stringify(test.app.database.raw.prepare('select payload, reply from event').all());
  expect(events).not.toContain('987654');
});

it('retires without deleting', async () => {
  const { id } = await cashier.customers.create(person);
  await cashier.customers.archive({ id });
  expect((await cashier.customers.list({})).total).toBe(0);
  expect((await cashier.customers.list({ archived: 'YES' })).total).toBe(1);
  await expect(cashier.customers.create(person)).rejects.toThrow('RUT_TAKEN');
  await cashier.customers.archive({ id, archived: 'NO' });
  expect((await cashier.customers.list({})).total).toBe(1);
  const { id: car } = await cashier.vehicles.create({
    customerId: id,
    plate: 'BBCL12',
    make: 'Citroën',
    model: 'C3',
    year: null,
    note: '',
  });
  expect((await cashier.customers.get({ id })).vehicles).toHaveLength(1);
  expect((await cashier.vehicles.list({ text: 'bb-cl.12 citroen' })).total).toBe(1);
  await cashier.vehicles.archive({ id: car });
  expect((await cashier.customers.get({ id })).vehicles).toEqual([]);
  expect((await cashier.vehicles.get({ id: car })).archivedAtMs).not.toBeNull();
});
