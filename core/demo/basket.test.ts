// Goal: tickets are what people really buy: parts that fit the car, labour with its oil, tenders in their shares, nothing that is not there.
import { expect, test } from 'vitest';
import { aislesOf } from './aisles.ts';
import { nextTicket, type Ticket } from './basket.ts';
import { demoCatalogue } from './catalogue.ts';
import { demoPeople } from './people.ts';
import { demoRandom } from './random.ts';
import { carName } from './tables/cars.ts';

const shop = { aisles: aislesOf(demoCatalogue(demoRandom(1))), people: demoPeople(1) };
const COUNT = 12_000;

function tickets(seed: number, count: number, month = 0): Ticket[] {
  const random = demoRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const of = String(month === 0 ? (index % 12) + 1 : month).padStart(2, '0');
    return nextTicket(random, `2025-${of}-10`, shop);
  });
}
const all = tickets(7, COUNT).filter(({ lines }) => lines.length > 0);
const share = (fits: (ticket: Ticket) => boolean): number => all.filter(fits).length / all.length;

test('the same seed gives the same bytes', () => {
  const codes = (seed: number) => JSON.stringify(tickets(seed, 300));
  expect(codes(3)).toBe(codes(3));
  expect(codes(3)).not.toBe(codes(4));
});

test('hardly anybody leaves with nothing, and lines are legal', () => {
  expect(all.length / COUNT).toBeGreaterThan(0.995);
  for (const { lines, totalClp, orderDiscountClp } of all) {
    expect(new Set(lines.map(({ product }) => product)).size).toBe(lines.length);
    let sum = 0;
    for (const { product, quantityMilli, discountClp } of lines) {
      expect(product.state).toBe('ACTIVE');
      expect(Number.isInteger(quantityMilli) && quantityMilli > 0).toBe(true);
      if (product.unit === 'UN') expect(quantityMilli % 1_000).toBe(0);
      const grossClp = Math.round((product.priceClp * quantityMilli) / 1_000);
      expect(discountClp).toBeLessThanOrEqual(grossClp);
      sum += grossClp - discountClp;
    }
    expect(totalClp).toBe(sum - orderDiscountClp);
    expect(totalClp).toBeGreaterThanOrEqual(0);
  }
});

test('tenders, customers, discounts and returns in their shares', () => {
  for (const [tender, wanted] of [
    ['CASH', 0.35],
    ['DEBIT', 0.4],
    ['CREDIT', 0.15],
    ['TRANSFER', 0.06],
    ['ACCOUNT', 0.04],
  ] as const) {
    expect(Math.abs(share((ticket) => ticket.tender === tender) - wanted), tender).toBeLessThan(0.015);
  }
  expect(Math.abs(share(({ customer }) => customer !== null) - 0.3)).toBeLessThan(0.02);
  expect(
    share(({ orderDiscountClp, lines }) => orderDiscountClp > 0 || lines.some(({ discountClp }) => discountClp > 0)),
  ).toBeLessThan(0.06);
  const back = share(({ comesBack }) => comesBack !== null);
  expect(back).toBeGreaterThan(0.002);
  expect(back).toBeLessThan(0.015);
});

test('an account only for whom it was granted; a factura only for a firm; a car with its owner', () => {
  for (const { tender, customer, vehicle, document } of all) {
    const person = customer === null ? undefined : shop.people.customers[customer];
    if (tender === 'ACCOUNT') expect(person?.accountLimitClp).toBeGreaterThan(0);
    if (document === 'FACTURA') expect(person?.kind).toBe('COMPANY');
    if (vehicle !== null) expect(shop.people.vehicles[vehicle]?.customer).toBe(customer);
  }
});

test('filters on one ticket are for one car, and for the car that is known', () => {
  for (const { lines, vehicle } of all) {
    const cars = new Set(lines.map(({ product }) => product.fits).filter((fits) => fits !== ''));
    expect(cars.size).toBeLessThanOrEqual(1);
    const car = vehicle === null ? undefined : shop.people.vehicles[vehicle];
    if (car && cars.size === 1) expect([...cars]).toEqual([carName(car)]);
  }
});

test('a quarter or more are oil changes, most of them with their filter', () => {
  const isChange = ({ lines }: Ticket): boolean =>
    lines.some(({ product }) => product.name.startsWith('Cambio de aceite') || product.kind === 'KIT');
  expect(share(isChange)).toBeGreaterThan(0.25);
  const changes = all.filter(isChange);
  const withFilter = changes.filter(({ lines }) =>
    lines.some(({ product }) => product.category === 'Filtro de aceite' || product.kind === 'KIT'),
  );
  expect(withFilter.length / changes.length).toBeGreaterThan(0.85);
});

test('batteries in winter, cabin filters in summer', () => {
  const count = (category: string, month: number): number =>
    tickets(11, 6_000, month).filter(({ lines }) => lines.some(({ product }) => product.category === category)).length;
  expect(count('Baterías', 7)).toBeGreaterThan(count('Baterías', 1) * 1.2);
  expect(count('Filtro de habitáculo', 1)).toBeGreaterThan(count('Filtro de habitáculo', 7) * 1.2);
});

test('what is not there is not sold; what comes back was bought', () => {
  const random = demoRandom(9);
  const isThere = (product: { sku: string }): boolean => Number(product.sku) % 2 === 0;
  for (let index = 0; index < 2_000; index += 1) {
    const { lines } = nextTicket(random, '2025-06-10', { ...shop, isThere });
    for (const { product } of lines) expect(isThere(product)).toBe(true);
  }
  expect(nextTicket(random, '2025-06-10', { ...shop, isThere: () => false }).lines).toEqual([]);
  for (const { comesBack, lines } of all) {
    if (!comesBack) continue;
    const line = lines[comesBack.line];
    expect(line?.product.kind).toBe('GOODS');
    expect(comesBack.quantityMilli).toBeLessThanOrEqual(line?.quantityMilli ?? 0);
  }
});
