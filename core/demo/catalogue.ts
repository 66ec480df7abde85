/**
 * What a Chilean lubricentro has on its shelves: real makers' articles, grades and sizes as they are sold, the filters of the cars on the
 * road here, prices as in a shop. Pure: the same random gives the same catalogue. Part numbers, EAN and costs are invented.
 */
import { brandOf, type Sort } from './tables/brands.ts';
import { brandedGoods, filterGoods, oilGoods } from './goods.ts';
import { EXEMPT_SERVICES, type Pack, PACKS, SERVICES } from './tables/services.ts';
import { dun14, ean13 } from './codes.ts';
import { endingPrice } from './prices.ts';
import type { DemoRandom } from './random.ts';

export interface DemoProduct {
  sku: string;
  name: string;
  description: string;
  brand: string;
  category: string;
  /** Index in `demoSuppliers`. */
  supplier: number;
  kind: 'GOODS' | 'SERVICE' | 'KIT';
  state: 'ACTIVE' | 'INACTIVE' | 'DISCONTINUED';
  /** Gross, of one unit (or one litre). */
  priceClp: number;
  /** Net of IVA, of one unit (or one litre), thousandths of a peso. */
  costMilliClp: number;
  unit: 'UN' | 'L';
  viscosity: string;
  presentation: string;
  location: string;
  exempt: boolean;
  barcodes: { barcode: string; quantityMilli: number }[];
  /** How much of it sells, relative to the others. */
  weight: number;
  /** Months (1-12) in which it sells twice as much. */
  season: readonly number[];
  /** Least stock to keep, in whole units. */
  minimum: number;
  /** The car it is made for, as `carName` says it; empty where it fits any. */
  fits: string;
  /** Parts of a kit, as `name|brand`. */
  parts?: { name: string; quantityMilli: number }[];
}

/** An article before it has its code, barcodes and place. */
export interface Draft extends Omit<DemoProduct, 'sku' | 'barcodes' | 'location'> {
  sort: Sort | 'none';
  /** How many come in a box; 0 where boxes are not received. */
  box: number;
}

/** Category and its parent; a parent stands before its children, names are unique. */
export const CATEGORIES: readonly (readonly [name: string, parent: string | null])[] = [
  ['Aceites', null],
  ['Motor sintético', 'Aceites'],
  ['Motor semisintético', 'Aceites'],
  ['Motor mineral', 'Aceites'],
  ['Motor diésel', 'Aceites'],
  ['Moto', 'Aceites'],
  ['Transmisión', 'Aceites'],
  ['Hidráulico', 'Aceites'],
  ['Filtros', null],
  ['Filtro de aceite', 'Filtros'],
  ['Filtro de aire', 'Filtros'],
  ['Filtro de combustible', 'Filtros'],
  ['Filtro de habitáculo', 'Filtros'],
  ['Líquidos', null],
  ['Refrigerantes', 'Líquidos'],
  ['Líquido de frenos', 'Líquidos'],
  ['Limpiaparabrisas', 'Líquidos'],
  ['Otros líquidos', 'Líquidos'],
  ['Baterías', null],
  ['Plumillas', null],
  ['Ampolletas', null],
  ['Bujías', null],
  ['Aditivos', null],
  ['Grasas', null],
  ['Correas', null],
  ['Accesorios', null],
  ['Limpieza y cuidado', 'Accesorios'],
  ['Aromatizantes', 'Accesorios'],
  ['Seguridad', 'Accesorios'],
  ['Herramientas y otros', 'Accesorios'],
  ['Servicios', null],
  ['Packs', null],
];

/** Every article of the shop, some 1,500, kits after their parts; the best sellers have the short codes. */
export function demoCatalogue(random: DemoRandom): DemoProduct[] {
  const goods = [...oilGoods(random), ...filterGoods(random), ...brandedGoods(random)].map((draft) =>
    retired(draft, random),
  );
  const services = [...SERVICES.map((row) => service(row, false)), ...EXEMPT_SERVICES.map((row) => service(row, true))];
  const packs = PACKS.map((row) => packed(row, [...goods, ...services]));
  return withCodes([...goods, ...services, ...packs]);
}

/** A few slow articles are no longer bought, or are kept from sale. */
function retired(draft: Draft, random: DemoRandom): Draft {
  if (draft.weight > 1.5 || !random.chance(0.035)) return draft;
  return { ...draft, state: random.chance(0.6) ? 'DISCONTINUED' : 'INACTIVE' };
}

const NOTHING = {
  description: '',
  brand: '',
  supplier: 0,
  state: 'ACTIVE',
  costMilliClp: 0,
  unit: 'UN',
  viscosity: '',
  presentation: '',
  exempt: false,
  season: [],
  minimum: 0,
  fits: '',
  sort: 'none',
  box: 0,
} as const;

function service([name, priceClp, weight]: readonly [string, number, number], exempt: boolean): Draft {
  return { ...NOTHING, name, category: 'Servicios', kind: 'SERVICE', priceClp, weight, exempt };
}

function packed({ name, oil, filter, labour, pull }: Pack, made: readonly Draft[]): Draft {
  const [brand, line, grade, presentation, cans] = oil;
  const find = (what: string, fits: (draft: Draft) => boolean): Draft => {
    const found = made.find(fits);
    if (!found) throw new Error(`${name}: no ${what}`);
    // What a pack needs is on sale.
    found.state = 'ACTIVE';
    return found;
  };
  const can = find(
    'oil',
    (draft) => draft.brand === brand && draft.presentation === presentation && draft.name.includes(` ${line} ${grade}`),
  );
  const cartridge = find(
    'filter',
    (draft) => draft.category === 'Filtro de aceite' && draft.fits === filter[0] && draft.brand === filter[1],
  );
  const work = find('labour', (draft) => draft.name === labour);
  const sumClp = can.priceClp * cans + cartridge.priceClp + work.priceClp;
  const part = (draft: Draft, count: number) => ({
    name: `${draft.name}|${draft.brand}`,
    quantityMilli: count * 1_000,
  });
  return {
    ...NOTHING,
    name,
    category: 'Packs',
    kind: 'KIT',
    description: `${can.name} ${brand}, filtro de aceite ${cartridge.brand} y mano de obra.`,
    priceClp: endingPrice(sumClp * 0.94),
    viscosity: grade,
    weight: pull,
    fits: filter[0],
    parts: [part(can, cans), part(cartridge, 1), part(work, 1)],
  };
}

/** Aisles by what stands in them. */
const AISLES: Readonly<Record<Sort, string>> = {
  oil: 'A',
  filter: 'B',
  fluid: 'C',
  additive: 'D',
  grease: 'D',
  battery: 'E',
  wiper: 'F',
  bulb: 'F',
  plug: 'F',
  belt: 'G',
  care: 'H',
  scent: 'H',
  safety: 'H',
  tool: 'H',
};

/** Three digits for the 200 best sellers, best first, five for the rest. */
function withCodes(drafts: readonly Draft[]): DemoProduct[] {
  const best = drafts.filter((draft) => draft.state === 'ACTIVE').sort((a, b) => b.weight - a.weight);
  const short = new Map(best.slice(0, 200).map((draft, index) => [draft, String(100 + index)]));
  const inAisle = new Map<string, number>();
  return drafts.map(({ sort, box, ...product }, index) => {
    const draft = drafts[index] as Draft;
    const sku = short.get(draft) ?? String(10_000 + index);
    if (sort === 'none') return { ...product, sku, location: '', barcodes: [] };
    const aisle = AISLES[sort];
    const place = inAisle.get(aisle) ?? 0;
    inAisle.set(aisle, place + 1);
    return { ...product, sku, location: shelfOf(aisle, place), barcodes: barcodesOf(product, box, index) };
  });
}

/** Twelve articles to a shelf, five shelves to a bay: `A-03-2`. */
function shelfOf(aisle: string, place: number): string {
  const shelf = Math.floor(place / 12);
  return `${aisle}-${String(Math.floor(shelf / 5) + 1).padStart(2, '0')}-${(shelf % 5) + 1}`;
}

const MAKER_NUMBER = 7_100;

function barcodesOf(
  product: Omit<DemoProduct, 'sku' | 'location' | 'barcodes'>,
  box: number,
  index: number,
): DemoProduct['barcodes'] {
  const { gs1, supplier } = brandOf(product.brand);
  const ean = ean13(`${gs1}${MAKER_NUMBER + supplier}`, index);
  // A drum's own code: nothing is printed on a litre of it.
  if (product.unit === 'L') return [{ barcode: ean, quantityMilli: 208_000 }];
  const one = { barcode: ean, quantityMilli: 1_000 };
  return box > 1 ? [one, { barcode: dun14(ean), quantityMilli: box * 1_000 }] : [one];
}
