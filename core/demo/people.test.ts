// Goal: the people of the demonstration are valid where the law or a form looks: RUT, plate, e-mail, phone; none twice.
import { expect, test } from 'vitest';
import { parseRut } from '#core/shared/rut.ts';
import { peopleContract } from '#core/people/contract.ts';
import { demoPeople, demoVehicle } from './people.ts';
import { demoRandom } from './random.ts';
import { carName, CARS } from './tables/cars.ts';

const people = demoPeople(1);
const { suppliers, customers, vehicles, employees } = people;

/** By its definition, apart from core/shared: from the right times 2..7; 11 is 0, 10 is K. */
function checkDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((all, digit, index) => all + Number(digit) * (2 + (index % 6)), 0);
  return ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'K'][(11 - (sum % 11)) % 11] ?? '';
}

test('the same seed gives the same bytes', () => {
  expect(JSON.stringify(demoPeople(1))).toBe(JSON.stringify(people));
  expect(JSON.stringify(demoPeople(2))).not.toBe(JSON.stringify(people));
});

test('every RUT is valid and belongs to one', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const all = demoPeople(seed);
    const ruts = [...all.suppliers, ...all.customers, ...all.employees].map(({ rut }) => rut);
    for (const rut of ruts) {
      const [digits = '', check] = rut.split('-');
      expect(check, rut).toBe(checkDigit(digits));
      expect(parseRut(rut)).toBe(rut);
    }
    expect(new Set(ruts).size).toBe(ruts.length);
  }
});

test('counts, firms with a trade, accounts', () => {
  expect([suppliers.length, customers.length, employees.length]).toEqual([12, 600, 11]);
  const firms = customers.filter(({ kind }) => kind === 'COMPANY');
  expect(firms).toHaveLength(60);
  expect(firms.every(({ giro }) => giro !== '')).toBe(true);
  expect(customers.filter(({ accountLimitClp }) => accountLimitClp > 0)).toHaveLength(30);
  expect(customers.filter(({ comuna }) => comuna === 'Maipú').length).toBeGreaterThan(200);
  expect(employees.filter(({ department }) => department === 'Caja')).toHaveLength(3);
  expect(new Set(employees.map(({ code }) => code)).size).toBe(employees.length);
});

test('mail goes nowhere real; phones are Chilean', () => {
  for (const { email, phone } of [...suppliers, ...customers]) {
    if (email !== '') expect(email).toMatch(/^[a-z0-9.]+@([a-z]+\.)?example\.cl$/);
    expect(phone).toMatch(/^\+56 (9 \d{4}|2 2\d{3}) \d{4}$/);
  }
});

test('plates are of their year, unique, and on a car that is known here', () => {
  for (const seed of [1, 2, 3]) {
    const plates = demoPeople(seed).vehicles.map(({ plate }) => plate);
    expect(new Set(plates).size).toBe(plates.length);
  }
  const known = new Set(CARS.map(carName));
  for (const vehicle of vehicles) {
    expect(vehicle.plate).toMatch(vehicle.year >= 2007 ? /^[BCDFGHJKLPRSTVWXYZ]{4}\d{2}$/ : /^[A-Z]{2}\d{4}$/);
    expect(known).toContain(carName(vehicle));
    expect(vehicle.odometerKm).toBeGreaterThanOrEqual(0);
    expect(customers[vehicle.customer]).toBeDefined();
  }
  expect(vehicles.length).toBeGreaterThan(650);
  expect(vehicles.filter(({ year }) => year < 2007).length).toBeGreaterThan(3);
});

test('all of it passes the contract of people', () => {
  const { suppliers: s, customers: c, vehicles: v, employees: e } = peopleContract;
  const commandId = '01890000-0000-7000-8000-000000000001';
  const accepts = (
    procedure: { input: { safeParse(input: unknown): { success: boolean; error?: unknown } } },
    input: object,
  ) => {
    const parsed = procedure.input.safeParse({ commandId, ...input });
    expect(parsed.success, JSON.stringify([input, parsed.error])).toBe(true);
  };
  for (const supplier of suppliers) accepts(s.create, supplier);
  for (const customer of customers) accepts(c.create, customer);
  for (const employee of employees) accepts(e.create, { userId: null, ...employee });
  for (const [index] of customers.entries())
    accepts(v.create, { ...demoVehicle(demoRandom(index), index), customerId: commandId });
});
