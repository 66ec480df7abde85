/** What somebody at the counter takes, how it is paid, and whether some of it comes back. Pure: no stock is moved here. */
import type { Tender } from '#core/shared/tender.ts';
import type { LocalDate } from '#core/shared/time.ts';
import { fillBasket } from './visits.ts';
import type { DemoProduct } from './catalogue.ts';
import type { Aisles } from './aisles.ts';
import type { DemoCustomer, DemoOwnedVehicle, DemoPeople } from './people.ts';
import type { DemoRandom } from './random.ts';

export interface TicketLine {
  product: DemoProduct;
  quantityMilli: number;
  /** Gross pesos off this line; 0 nearly always. */
  discountClp: number;
}

/** A line that will come back, and when. */
export interface ComingBack {
  /** Index in the ticket's lines. */
  line: number;
  quantityMilli: number;
  afterDays: number;
  condition: 'SELLABLE' | 'DAMAGED' | 'WARRANTY';
  reason: string;
}

export interface Ticket {
  lines: TicketLine[];
  /** Off the whole ticket, in pesos. */
  orderDiscountClp: number;
  /** What is due: the lines, rounded half up each, less the discounts. */
  totalClp: number;
  document: 'BOLETA' | 'FACTURA';
  tender: Tender;
  /** Index in `people.customers`. */
  customer: number | null;
  /** Index in `people.vehicles`. */
  vehicle: number | null;
  comesBack: ComingBack | null;
}

export interface TicketShop {
  aisles: Aisles;
  people: Pick<DemoPeople, 'customers' | 'vehicles'>;
  /** Whether so much of it is on the shelf; without it everything is. */
  isThere?: (product: DemoProduct, quantityMilli: number) => boolean;
}

/** Tenders as people pay here; an account only where the customer has one. */
export const TENDER_MIX: readonly (readonly [Tender, number])[] = [
  ['CASH', 35],
  ['DEBIT', 40],
  ['CREDIT', 15],
  ['TRANSFER', 6],
  ['ACCOUNT', 4],
];

/** Share of the tickets with a customer and his car. */
const KNOWN = 0.3;
/** Whoever buys on account comes every week, so account tickets reach their share. */
const ACCOUNT_SHARE = 0.04;

/** The next ticket of a day. A ticket without lines means that nothing asked for was there: the person left. */
export function nextTicket(random: DemoRandom, date: LocalDate, shop: TicketShop): Ticket {
  const { people, aisles, isThere = () => true } = shop;
  const who = visitor(random, people);
  const car = who.vehicle === null ? undefined : people.vehicles[who.vehicle];
  const wanted = fillBasket({ random, month: Number(date.slice(5, 7)), aisles, car, isThere });
  const lines = wanted.map(({ product, quantityMilli }) => ({
    product,
    quantityMilli,
    discountClp: lineDiscount(random, product, quantityMilli),
  }));
  const subtotalClp = lines.reduce((sum, line) => sum + grossOf(line), 0);
  const orderDiscountClp =
    subtotalClp > 20_000 && random.chance(0.015) ? tens(subtotalClp * random.pick([0.03, 0.05, 0.1])) : 0;
  const totalClp = subtotalClp - orderDiscountClp;
  return {
    lines,
    orderDiscountClp,
    totalClp,
    document: who.person?.kind === 'COMPANY' && random.chance(0.8) ? 'FACTURA' : 'BOLETA',
    tender: who.onAccount && totalClp > 0 ? 'ACCOUNT' : tenderOf(random, totalClp),
    customer: who.customer,
    vehicle: who.vehicle,
    comesBack: lines.length > 0 && random.chance(0.008) ? comingBack(random, lines) : null,
  };
}

interface Visitor {
  customer: number | null;
  vehicle: number | null;
  person: DemoCustomer | undefined;
  onAccount: boolean;
}

const accounts = new WeakMap<readonly DemoCustomer[], number[]>();
const fleets = new WeakMap<readonly DemoOwnedVehicle[], Map<number, number[]>>();

function visitor(random: DemoRandom, { customers, vehicles }: TicketShop['people']): Visitor {
  const withAccount = remembered(accounts, customers, () =>
    customers.flatMap(({ accountLimitClp }, index) => (accountLimitClp > 0 ? [index] : [])),
  );
  const cars = remembered(fleets, vehicles, () => byOwner(vehicles));
  const onAccount = withAccount.length > 0 && random.chance(ACCOUNT_SHARE);
  if (!onAccount && !random.chance((KNOWN - ACCOUNT_SHARE) / (1 - ACCOUNT_SHARE))) {
    return { customer: null, vehicle: null, person: undefined, onAccount };
  }
  const customer = onAccount ? random.pick(withAccount) : random.int(0, customers.length - 1);
  const own = cars.get(customer) ?? [];
  return { customer, vehicle: own.length > 0 ? random.pick(own) : null, person: customers[customer], onAccount };
}

function byOwner(vehicles: readonly DemoOwnedVehicle[]): Map<number, number[]> {
  const owned = new Map<number, number[]>();
  for (const [index, { customer }] of vehicles.entries()) owned.set(customer, [...(owned.get(customer) ?? []), index]);
  return owned;
}

function remembered<K extends object, V>(memory: WeakMap<K, V>, key: K, make: () => V): V {
  const found = memory.get(key) ?? make();
  memory.set(key, found);
  return found;
}

/** The other tenders in their proportions; hardly anybody pays little by credit or transfer, or much in cash. */
function tenderOf(random: DemoRandom, totalClp: number): Tender {
  if (totalClp === 0) return 'CASH';
  const lean = (tender: Tender): number => {
    if (tender === 'CASH') return totalClp < 10_000 ? 1.45 : totalClp > 60_000 ? 0.55 : 0.95;
    if (tender === 'DEBIT') return 1;
    return totalClp < 10_000 ? 0.35 : totalClp > 60_000 ? 1.9 : 1.15;
  };
  return random.weighted(
    TENDER_MIX.filter(([tender]) => tender !== 'ACCOUNT').map(
      ([tender, share]) => [tender, share * lean(tender)] as const,
    ),
  );
}

const tens = (pesos: number): number => Math.floor(pesos / 10) * 10;

function lineDiscount(random: DemoRandom, { priceClp }: DemoProduct, quantityMilli: number): number {
  if (!random.chance(0.012)) return 0;
  return tens(((priceClp * quantityMilli) / 1_000) * random.pick([0.05, 0.1, 0.15]));
}

const grossOf = ({ product, quantityMilli, discountClp }: TicketLine): number =>
  Math.floor((product.priceClp * quantityMilli + 500) / 1_000) - discountClp;

const REASONS = ['No correspondía al vehículo', 'Producto fallado', 'Cliente se arrepintió', 'Compró de más'] as const;

function comingBack(random: DemoRandom, lines: readonly TicketLine[]): ComingBack | null {
  const line = lines.findIndex(({ product }) => product.kind === 'GOODS' && product.unit === 'UN');
  const taken = lines[line];
  if (!taken) return null;
  const reason = random.pick(REASONS);
  return {
    line,
    quantityMilli: taken.quantityMilli > 1_000 && random.chance(0.5) ? 1_000 : taken.quantityMilli,
    afterDays: Math.min(30, random.poisson(3)),
    condition: reason === 'Producto fallado' ? random.pick(['DAMAGED', 'WARRANTY'] as const) : 'SELLABLE',
    reason,
  };
}
