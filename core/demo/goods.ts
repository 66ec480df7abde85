/** Oils, filters and everything else on the shelves, combined out of the tables. */
import { ACCESSORIES } from './tables/accessories.ts';
import { BELTS } from './tables/belts.ts';
import { brandOf } from './tables/brands.ts';
import { type Car, carName, CARS, type Origin } from './tables/cars.ts';
import { BULK, type OilCategory, OILS } from './tables/oils.ts';
import { CABIN_SEASON, type Shelf, SHELVES } from './tables/shelf.ts';
import type { Draft } from './catalogue.ts';
import { costOf, endingPrice, TIER_LEVEL } from './prices.ts';
import type { DemoRandom } from './random.ts';

/** What the articles of a table have in common. */
interface Given {
  name: string;
  brand: string;
  category: string;
  priceClp: number;
  margin: number;
  weight: number;
}

function goods(given: Given, more: Partial<Draft> & Pick<Draft, 'sort'>, random: DemoRandom): Draft {
  const { margin, ...rest } = given;
  const { tier, supplier } = brandOf(given.brand);
  // Some articles simply sell better than others of their kind.
  const weight = Number((given.weight * Math.exp(random.normal(0, 0.3))).toFixed(3));
  return {
    description: '',
    kind: 'GOODS',
    state: 'ACTIVE',
    costMilliClp: costOf(given.priceClp, margin + random.normal(0, 0.01), tier),
    unit: 'UN',
    viscosity: '',
    presentation: '',
    exempt: false,
    season: [],
    fits: '',
    box: 0,
    ...rest,
    supplier,
    weight,
    minimum: minimumOf(weight, given.priceClp),
    ...more,
  };
}

/** About a week's worth; of dear things one or two. */
function minimumOf(weight: number, priceClp: number): number {
  if (priceClp > 80_000) return weight > 1 ? 2 : 1;
  return Math.min(36, Math.max(2, Math.round(1.5 + weight * 2.2)));
}

interface Can {
  litres: number;
  /** Price of its litre against that of a 4 L can. */
  level: number;
  pull: number;
  margin: number;
  box: number;
}

const CANS: readonly Can[] = [
  { litres: 1, level: 1.14, pull: 1.5, margin: 0.34, box: 12 },
  { litres: 4, level: 1, pull: 3, margin: 0.31, box: 4 },
  { litres: 5, level: 0.97, pull: 1.8, margin: 0.3, box: 4 },
  { litres: 20, level: 0.86, pull: 0.2, margin: 0.23, box: 0 },
  { litres: 208, level: 0.74, pull: 0.02, margin: 0.17, box: 0 },
];

const OIL_PULL: Readonly<Record<OilCategory, number>> = {
  'Motor sintético': 0.9,
  'Motor semisintético': 1.7,
  'Motor mineral': 1,
  'Motor diésel': 0.8,
  Moto: 0.45,
  Transmisión: 0.35,
  Hidráulico: 0.5,
};
const GRADE_PULL: Readonly<Record<string, number>> = { '5W-30': 1.6, '0W-20': 0.5, '25W-60': 0.4, '20W-50': 1.1 };

const KIND: Readonly<Record<OilCategory, string>> = {
  'Motor sintético': 'sintético',
  'Motor semisintético': 'semisintético',
  'Motor mineral': 'mineral',
  'Motor diésel': 'diésel',
  Moto: 'moto',
  Transmisión: 'transmisión',
  Hidráulico: 'hidráulico',
};

const presentationOf = (litres: number): string => (litres === 208 ? 'Tambor 208 L' : `${litres} L`);

/** Oils in cans, pails and drums, and by the litre. */
export function oilGoods(random: DemoRandom): Draft[] {
  const canned = (Object.keys(OILS) as OilCategory[]).flatMap((category) =>
    OILS[category].flatMap(([brand, line, grade, spec, perLitreClp, sizes]) =>
      sizes.split(' ').map((size) => {
        const can = canOf(Number(size));
        const presentation = presentationOf(can.litres);
        const name = `Aceite ${line} ${grade} ${KIND[category]} ${presentation}`;
        const weight = can.pull * OIL_PULL[category] * (GRADE_PULL[grade] ?? 1) * brandOf(brand).pull;
        const priceClp = endingPrice(perLitreClp * can.litres * can.level);
        const more = {
          sort: 'oil',
          description: specText(category, spec),
          viscosity: grade,
          presentation,
          box: can.box,
        } as const;
        return goods({ name, brand, category, priceClp, margin: can.margin, weight }, more, random);
      }),
    ),
  );
  const bulk = BULK.map(([category, brand, line, grade, spec, priceClp]) => {
    const name = `Aceite a granel ${line} ${grade} ${KIND[category]} por litro`;
    const description = `${specText(category, spec)} Se vende por litro o fracción desde el tambor.`;
    const more = {
      sort: 'oil',
      unit: 'L',
      description,
      viscosity: grade,
      presentation: 'Granel',
      minimum: 60,
    } as const;
    return goods(
      { name, brand, category, priceClp, margin: 0.36, weight: category.startsWith('Motor') ? 5 : 1.5 },
      more,
      random,
    );
  });
  return [...canned, ...bulk];
}

function canOf(litres: number): Can {
  const can = CANS.find((each) => each.litres === litres);
  if (!can) throw new Error(`no can of ${litres} L`);
  return can;
}

const specText = (category: OilCategory, spec: string): string => `Aceite ${KIND[category]}, nivel ${spec}.`;

interface FilterKind {
  category: string;
  priceClp: number;
  /** Price of a diesel's against a petrol car's. */
  diesel: number;
  makers: (car: Car) => readonly string[];
  pull: number;
  season: readonly number[];
  box: number;
}

const ASIAN = ['Sakura', 'Mann', 'Wix', 'Mahle', 'Fram', 'Bosch'];
const EUROPEAN = ['Mann', 'Mahle', 'Bosch', 'Wix', 'Fram'];
const MAKERS: Readonly<Record<Origin, readonly string[]>> = {
  japan: ASIAN,
  korea: ASIAN,
  america: ['Sakura', 'Fram', 'Wix', 'Mann', 'Mahle'],
  europe: EUROPEAN,
  china: ['Sakura', 'Mann', 'Mahle'],
};

/** The commoner the car, the more makes are kept of its filter. */
const first =
  (most: number) =>
  (car: Car): readonly string[] =>
    MAKERS[car.origin].slice(0, Math.max(2, Math.min(most, Math.round(most * (0.55 + car.pull / 4)))));

const FILTERS: readonly FilterKind[] = [
  { category: 'Filtro de aceite', priceClp: 6_490, diesel: 1.7, makers: first(5), pull: 1, season: [], box: 10 },
  { category: 'Filtro de aire', priceClp: 9_490, diesel: 1.6, makers: first(3), pull: 0.6, season: [], box: 0 },
  { category: 'Filtro de combustible', priceClp: 12_990, diesel: 1.8, makers: first(2), pull: 0.3, season: [], box: 0 },
  {
    category: 'Filtro de habitáculo',
    priceClp: 9_990,
    diesel: 1.1,
    makers: first(3),
    pull: 0.4,
    season: CABIN_SEASON,
    box: 0,
  },
];

/** Filters for each car on the road. */
export function filterGoods(random: DemoRandom): Draft[] {
  return FILTERS.flatMap(({ category, priceClp, diesel, makers, pull, season, box }) =>
    CARS.flatMap((car) => {
      // Makes differ by their tier, cars by their size: both are one level for the whole row.
      const carLevel =
        (car.fuel === 'diesel' ? diesel : 1) * (car.origin === 'europe' ? 1.2 : 1) * (0.9 + random.next() * 0.3);
      return makers(car).map((brand) => {
        const { tier, pull: brandPull } = brandOf(brand);
        const price = endingPrice(priceClp * carLevel * TIER_LEVEL[tier]);
        const weight = pull * car.pull * brandPull;
        const given = { name: `${category} ${carName(car)}`, brand, category, priceClp: price, margin: 0.43, weight };
        const description = `${category} para ${carName(car)} ${car.fuel === 'diesel' ? 'diésel' : 'bencina'}, ${car.from}-${car.to}.`;
        return goods(given, { sort: 'filter', description, fits: carName(car), season, box }, random);
      });
    }),
  );
}

/** All the rest: every row of the shelves by each of its makers. */
export function brandedGoods(random: DemoRandom): Draft[] {
  return [...SHELVES, BELTS, ...ACCESSORIES].flatMap((shelf) =>
    shelf.rows.flatMap((row) => byMaker(shelf, row, random)),
  );
}

function byMaker(shelf: Shelf, [name, priceClp, brands, pull]: Shelf['rows'][number], random: DemoRandom): Draft[] {
  const makers = brands.split(', ');
  const presentation = /\d+(?:[.,]\d+)? (?:ml|L|g|kg)$/.exec(name)?.[0] ?? '';
  return makers.map((brand) => {
    const { tier, pull: brandPull } = brandOf(brand);
    const price = endingPrice(priceClp * TIER_LEVEL[tier] * (0.97 + random.next() * 0.06));
    const weight = (pull * brandPull * 1.6) / Math.sqrt(makers.length);
    const more = { sort: shelf.sort, presentation, season: shelf.season ?? [], box: shelf.box ?? 0 } as const;
    return goods(
      { name, brand, category: shelf.category, priceClp: price, margin: shelf.margin, weight },
      more,
      random,
    );
  });
}
