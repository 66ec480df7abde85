/** Goal: anybody is found by anything that is known of them; a RUT, plate or code belongs to one; salaries reach whom they are meant for. */
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
  for (const text of ['jose nunez', 'NÚÑEZ jo', '12.345.678-5', '123456785', '12345678-5', 'jose@ex', '87654321', '9 8765 4321']) {
    const { rows } = await cashier.customers.list({ text });
    expect([text, rows.map((row) => row.id)]).toEqual([text, [id]]);
  }
  for (const text of ["'; drop table customer", '%', '_', '\\', '"']) expect((await cashier.customers.list({ text })).rows).toEqual([]);
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
  await test.client(test.as.manager).customers.create({ ...person, accountLimitClp: 100_000 });
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
  const row = { userId: null, code: 'E1', firstName: 'Pedro', lastName: 'Paz', rut: null, department: 'Taller', hiredOn: '2020-01-15' };
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
});
