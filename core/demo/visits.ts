/** The errands people come on, and what each puts on the counter. */
import type { Aisles, Wheel } from './aisles.ts';
import type { DemoProduct } from './catalogue.ts';
import { type Car, carName, CARS } from './tables/cars.ts';
import { OIL_CHANGE } from './tables/services.ts';
import type { DemoRandom } from './random.ts';

export interface Wanted {
  product: DemoProduct;
  quantityMilli: number;
}

export interface Visit {
  random: DemoRandom;
  /** 1-12. */
  month: number;
  aisles: Aisles;
  /** The car that is outside, where it is known. */
  car: { make: string; model: string; engine: string } | undefined;
  isThere: (product: DemoProduct, quantityMilli: number) => boolean;
}

interface Counter extends Visit {
  /** Puts a draw on the counter if it is there; a few tries, as one asks for another make. */
  take: (wheel: Wheel, quantityMilli?: (product: DemoProduct) => number) => DemoProduct | undefined;
  add: (product: DemoProduct | undefined, quantityMilli?: number) => boolean;
  takes: (probability: number) => boolean;
}

const CAR_ODDS = CARS.map((each) => [each, each.pull] as const);

type Errand = (counter: Counter, car: Car) => void;

/** One visit: an errand by its share and the season, and now and then something more at the till. Empty where nothing was there. */
export function fillBasket(visit: Visit): Wanted[] {
  const { random, month } = visit;
  const lines: Wanted[] = [];
  const counter = counterOf(visit, lines);
  const known = CARS.find(
    ({ make, model, engine }) => make === visit.car?.make && model === visit.car.model && engine === visit.car.engine,
  );
  const car = known ?? random.weighted(CAR_ODDS);
  const errands = ERRANDS.map(
    ([errand, share, season]) =>
      [errand, share * (season.includes(month) ? 1.7 : 1) * (known && errand === oilChange ? 3 : 1)] as const,
  );
  random.weighted(errands)(counter, car);
  if (lines.length > 0 && random.chance(0.07)) counter.take(visit.aisles.of(random.pick(IMPULSE)));
  return lines;
}

function counterOf(visit: Visit, lines: Wanted[]): Counter {
  const { random, month, isThere } = visit;
  const add = (product: DemoProduct | undefined, quantityMilli = 1_000): boolean => {
    if (!product || lines.some((line) => line.product === product) || !isThere(product, quantityMilli)) return false;
    lines.push({ product, quantityMilli });
    return true;
  };
  return {
    ...visit,
    add,
    takes: (probability) => random.chance(probability),
    take: (wheel, quantityMilli = () => 1_000) => {
      for (let tries = 0; tries < 4; tries += 1) {
        const product = wheel.draw(random, month);
        if (!product) return undefined;
        if (add(product, quantityMilli(product))) return product;
      }
      return undefined;
    },
  };
}

/** Cans that make up a filling: a 4 L and a 1 L for 4.2 L, two of 4 L for a pickup. */
function pourOil(counter: Counter, car: Car): boolean {
  const { random, aisles, take, add, month } = counter;
  if (random.chance(0.12) && take(aisles.bulk, () => Math.ceil(car.oilMilli / 500) * 500)) return true;
  const wheel = aisles.motorOil(car.viscosity, car.fuel === 'diesel');
  for (let tries = 0; tries < 6; tries += 1) {
    const can = wheel.draw(random, month);
    const litres = can ? litresOf(can) : 0;
    if (!can || (litres !== 4 && litres !== 5)) continue;
    const big = Math.max(1, Math.floor((car.oilMilli + 700) / (litres * 1_000)));
    if (!add(can, big * 1_000)) continue;
    const missing = Math.ceil((car.oilMilli - big * litres * 1_000 - 300) / 1_000);
    if (missing > 0) topUp(counter, wheel, can.brand, missing);
    return true;
  }
  return false;
}

function topUp({ random, add, month }: Counter, wheel: Wheel, brand: string, litres: number): void {
  for (let tries = 0; tries < 40; tries += 1) {
    const can = wheel.draw(random, month);
    if (can?.brand === brand && litresOf(can) === 1 && add(can, litres * 1_000)) return;
  }
}

const litresOf = ({ presentation }: DemoProduct): number => Number(/^(\d+) L$/.exec(presentation)?.[1] ?? 0);

/** The labour that goes with a car. */
function labourFor(car: Car): string {
  if (car.model === 'Porter' || car.model === 'Partner' || car.model === 'Berlingo') return `${OIL_CHANGE} furgón`;
  if (car.isPickup) return `${OIL_CHANGE} camioneta`;
  return `${OIL_CHANGE} ${SUVS.has(car.model) ? 'SUV' : 'auto'}`;
}

const SUVS = new Set([
  'RAV4',
  'Vitara',
  'X-Trail',
  'CX-5',
  'XV',
  'ASX',
  'Tucson',
  'Creta',
  'Sportage',
  'Groove',
  'EcoSport',
  'ZS',
  'Tiggo 2',
  'S2',
  'CX70',
  'Santa Fe',
  'Terrano',
]);

const oilChange: Errand = (counter, car) => {
  const { aisles, take, add, takes } = counter;
  const name = carName(car);
  if (takes(0.3) && take(aisles.fitting('Packs', name))) return extras(counter, name);
  if (!pourOil(counter, car)) return;
  if (takes(0.95)) take(aisles.fitting('Filtro de aceite', name));
  add(aisles.service(labourFor(car)));
  extras(counter, name);
};

function extras({ aisles, take, add, takes, month }: Counter, name: string): void {
  if (takes(0.22) && take(aisles.fitting('Filtro de aire', name))) add(aisles.service('Cambio filtro de aire'));
  const isSummer = month >= 11 || month <= 2;
  if (takes(isSummer ? 0.16 : 0.08) && take(aisles.fitting('Filtro de habitáculo', name))) {
    if (takes(0.7)) add(aisles.service('Cambio filtro de habitáculo'));
  }
  if (takes(0.05)) take(aisles.of('Aditivos'));
  if (takes(0.05)) take(aisles.of('Refrigerantes'));
}

const oilOnly: Errand = (counter, car) => {
  const { aisles, take, takes } = counter;
  // A litre to top up, or a filling to pour at home.
  if (takes(0.35)) take(aisles.anyMotorOil, (product) => (litresOf(product) === 1 && takes(0.4) ? 2_000 : 1_000));
  else if (pourOil(counter, car) && takes(0.5)) take(aisles.fitting('Filtro de aceite', carName(car)));
};

const bulkOil: Errand = ({ random, aisles, take }) => void take(aisles.bulk, () => random.int(1, 10) * 500);

const filterOnly: Errand = ({ random, aisles, take }, car) => {
  const category = random.weighted([
    ['Filtro de aceite', 5],
    ['Filtro de aire', 3],
    ['Filtro de combustible', 1.4],
    ['Filtro de habitáculo', 1.6],
  ] as const);
  take(aisles.fitting(category, carName(car)));
};

const wipers: Errand = ({ aisles, take, add, takes }) => {
  const first = take(aisles.of('Plumillas'));
  if (!first) return;
  // Left and right are seldom of one length.
  if (takes(0.55)) take(aisles.of('Plumillas'));
  if (takes(0.3)) add(aisles.service('Cambio de plumillas'));
  if (takes(0.12)) take(aisles.of('Limpiaparabrisas'));
};

const newBattery: Errand = ({ aisles, take, add, takes }) => {
  add(
    takes(0.75) && take(aisles.of('Baterías'))
      ? aisles.service('Cambio de batería con prueba')
      : aisles.service('Prueba de batería y alternador'),
  );
};

const bulbs: Errand = ({ aisles, take, add, takes }) => {
  if (
    take(aisles.of('Ampolletas'), ({ name }) => (!name.endsWith('par') && takes(0.4) ? 2_000 : 1_000)) &&
    takes(0.35)
  ) {
    add(aisles.service('Cambio de ampolleta'));
  }
};

const plugs: Errand = ({ aisles, take, add, takes }) => {
  const isForMotorbike = (name: string): boolean => name.includes('moto');
  const plug = take(aisles.of('Bujías'), ({ name }) => (isForMotorbike(name) ? 1_000 : 4_000));
  if (plug && !isForMotorbike(plug.name) && takes(0.3)) add(aisles.service('Cambio de bujías 4 cilindros'));
};

const fluids: Errand = ({ random, aisles, take, add, takes }) => {
  const category = random.weighted([
    ['Refrigerantes', 5],
    ['Líquido de frenos', 2],
    ['Limpiaparabrisas', 1.6],
    ['Otros líquidos', 1.6],
  ] as const);
  const taken = take(aisles.of(category), ({ presentation }) => (presentation === '1 L' && takes(0.3) ? 2_000 : 1_000));
  if (!taken || !takes(0.1)) return;
  if (category === 'Refrigerantes') add(aisles.service('Cambio de refrigerante'));
  if (category === 'Líquido de frenos') add(aisles.service('Cambio de líquido de frenos'));
};

const motorbike: Errand = ({ aisles, take, add, takes }) => {
  const oil = take(aisles.of('Moto'), ({ presentation }) => (presentation === '1 L' && takes(0.3) ? 2_000 : 1_000));
  if (oil && takes(0.3)) add(aisles.service(`${OIL_CHANGE} moto`));
};

const ofCategory =
  (category: string): Errand =>
  ({ aisles, take }) =>
    void take(aisles.of(category));

const things: Errand = ({ random, aisles, take }) => {
  const count = random.weighted([
    [1, 7],
    [2, 2.4],
    [3, 0.6],
  ] as const);
  for (let index = 0; index < count; index += 1) take(aisles.of(random.pick(THINGS)));
};

const THINGS = ['Limpieza y cuidado', 'Aromatizantes', 'Seguridad', 'Herramientas y otros', 'Grasas'] as const;
const IMPULSE = ['Aromatizantes', 'Limpieza y cuidado', 'Limpiaparabrisas'] as const;

const RAIN = [4, 5, 6, 7, 8] as const;
const WINTER = [5, 6, 7, 8] as const;
const EXTREMES = [12, 1, 2, 6, 7] as const;

/** Errand, share of the visits, months in which it is commoner. */
const ERRANDS: readonly (readonly [errand: Errand, share: number, season: readonly number[]])[] = [
  [oilChange, 26, []],
  [oilOnly, 15, []],
  [bulkOil, 3, []],
  [filterOnly, 8, []],
  [wipers, 6, RAIN],
  [newBattery, 2.2, WINTER],
  [bulbs, 6, WINTER],
  [plugs, 2.5, []],
  [fluids, 9, EXTREMES],
  [motorbike, 3, []],
  [ofCategory('Aditivos'), 5, []],
  [ofCategory('Transmisión'), 1.5, []],
  [ofCategory('Hidráulico'), 0.3, []],
  [ofCategory('Correas'), 1, []],
  [ofCategory('Servicios'), 3, []],
  [things, 9, []],
];
