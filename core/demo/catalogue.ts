/**
 * What a Chilean lubricentro has on its shelves: real makes of real articles (no wiper blades by an oil brand), viscosities and sizes as they
 * are sold, the filters of the cars on the road here, prices as in a shop. Pure data and its combinations.
 */
import type { DemoRandom } from './random.ts';

export interface DemoProduct {
  sku: string;
  name: string;
  brand: string;
  category: string;
  supplier: number;
  kind: 'GOODS' | 'SERVICE' | 'KIT';
  state: 'ACTIVE' | 'INACTIVE' | 'DISCONTINUED';
  priceClp: number;
  costMilliClp: number;
  unit: string;
  viscosity: string;
  presentation: string;
  location: string;
  exempt: boolean;
  barcodes: { barcode: string; quantityMilli: number }[];
  /** How much of it sells, relative to the others. */
  weight: number;
  /** Months (1-12) in which it sells twice as much. */
  season: readonly number[];
  minimum: number;
  /** Parts of a kit, by name. */
  parts?: { name: string; quantityMilli: number }[];
}

/** Category and its parent. */
export const CATEGORIES: readonly (readonly [name: string, parent: string | null])[] = [
  ['Aceites', null],
  ['Motor', 'Aceites'],
  ['Diésel', 'Aceites'],
  ['Moto', 'Aceites'],
  ['Transmisión', 'Aceites'],
  ['Hidráulico', 'Aceites'],
  ['Filtros', null],
  ['Filtro de aceite', 'Filtros'],
  ['Filtro de aire', 'Filtros'],
  ['Filtro de combustible', 'Filtros'],
  ['Filtro de habitáculo', 'Filtros'],
  ['Líquidos', null],
  ['Baterías', null],
  ['Plumillas', null],
  ['Ampolletas', null],
  ['Bujías', null],
  ['Aditivos', null],
  ['Grasas', null],
  ['Accesorios', null],
  ['Servicios', null],
  ['Packs', null],
];

const CARS = [
  'Toyota Yaris 1.5',
  'Toyota Hilux 2.8',
  'Toyota Corolla 1.8',
  'Hyundai Accent 1.4',
  'Hyundai Tucson 2.0',
  'Hyundai Grand i10',
  'Kia Morning 1.2',
  'Kia Rio 1.4',
  'Kia Sportage 2.0',
  'Chevrolet Sail 1.4',
  'Chevrolet Spark 1.2',
  'Chevrolet D-Max 2.5',
  'Suzuki Swift 1.2',
  'Suzuki Baleno 1.4',
  'Nissan Versa 1.6',
  'Nissan NP300 2.3',
  'Mazda 3 2.0',
  'Mazda CX-5 2.0',
  'Mitsubishi L200 2.4',
  'Ford Ranger 3.2',
  'Peugeot 208 1.2',
  'Citroën C3 1.2',
  'Renault Symbol 1.6',
  'Volkswagen Gol 1.6',
  'Honda Civic 1.8',
  'MG ZS 1.5',
  'Chery Tiggo 2 1.5',
  'JAC S2 1.5',
  'Great Wall Poer 2.0',
  'Subaru XV 2.0',
  'Suzuki Vitara 1.6',
  'Nissan X-Trail 2.5',
  'Kia Cerato 1.6',
  'Hyundai Santa Fe 2.2',
  'Chevrolet Groove 1.5',
] as const;

/** Make and price level against the cheapest. */
const OIL_BRANDS = [
  ['Castrol', 1.25],
  ['Mobil', 1.3],
  ['Shell Helix', 1.22],
  ['Petronas', 1.05],
  ['Total Quartz', 1.12],
  ['Motul', 1.55],
  ['Liqui Moly', 1.6],
  ['Valvoline', 1.1],
  ['Repsol', 1.08],
  ['YPF Elaion', 1],
  ['Gulf', 1],
] as const;
const OILS = [
  ['Motor', 'sintético', '0W-20', 8_900],
  ['Motor', 'sintético', '5W-30', 7_600],
  ['Motor', 'sintético', '5W-40', 7_400],
  ['Motor', 'semisintético', '10W-40', 5_300],
  ['Motor', 'mineral', '15W-40', 4_200],
  ['Motor', 'mineral', '20W-50', 3_900],
  ['Diésel', 'sintético', '5W-30', 8_100],
  ['Diésel', 'mineral', '15W-40', 4_300],
  ['Moto', 'semisintético 4T', '10W-40', 6_900],
  ['Transmisión', 'ATF Dexron III', 'ATF', 5_600],
  ['Transmisión', 'GL-5', '80W-90', 5_200],
  ['Hidráulico', 'AW', 'ISO 68', 3_400],
] as const;
const SIZES = [
  ['1 L', 1, 1.12],
  ['4 L', 4, 1],
  ['5 L', 5, 0.98],
  ['20 L', 20, 0.86],
] as const;

const FILTERS = [
  ['Filtro de aceite', ['Mann', 'Sakura', 'Wix', 'Mahle', 'Fram', 'Bosch'], 5_990],
  ['Filtro de aire', ['Mann', 'Sakura', 'Wix', 'Mahle', 'Fram'], 8_990],
  ['Filtro de combustible', ['Mann', 'Sakura', 'Bosch', 'Mahle'], 11_990],
  ['Filtro de habitáculo', ['Mann', 'Sakura', 'Bosch', 'Mahle'], 9_490],
] as const;

interface Simple {
  category: string;
  names: readonly string[];
  brands: readonly string[];
  from: number;
  to: number;
  weight: number;
  season?: readonly number[];
  unit?: string;
}

const SIMPLE: readonly Simple[] = [
  { category: 'Baterías', names: ['12V 45Ah', '12V 55Ah', '12V 60Ah', '12V 70Ah', '12V 90Ah', '12V 100Ah'].map((size) => `Batería ${size}`), brands: ['Bosch', 'Varta', 'Hankook', 'Rocket'], from: 54_990, to: 149_990, weight: 1.2, season: [5, 6, 7, 8] },
  { category: 'Plumillas', names: [13, 14, 16, 18, 19, 20, 21, 22, 24, 26].map((size) => `Plumilla ${String(size)}"`), brands: ['Bosch', 'Trico', 'Valeo'], from: 5_990, to: 14_990, weight: 1.5, season: [4, 5, 6, 7, 8] },
  { category: 'Ampolletas', names: ['H1', 'H3', 'H4', 'H7', 'H11', 'HB3', 'HB4', 'T10', '1157', '1156'].map((size) => `Ampolleta ${size} 12V`), brands: ['Osram', 'Philips', 'Narva'], from: 1_990, to: 12_990, weight: 1.4 },
  { category: 'Bujías', names: ['BKR6E', 'BKR5E', 'ZFR6F', 'LZKAR6', 'ILKR8', 'K20PR', 'IK20', 'SC20HR11'].map((code) => `Bujía ${code}`), brands: ['NGK', 'Denso', 'Bosch'], from: 2_990, to: 12_990, weight: 1 },
  { category: 'Líquidos', names: ['Líquido de frenos DOT 4 500 ml', 'Refrigerante verde 1 L', 'Refrigerante rojo 1 L', 'Refrigerante rosado 5 L', 'Agua destilada 1 L', 'Agua destilada 5 L', 'Limpiaparabrisas 5 L', 'Líquido dirección hidráulica 1 L', 'Urea AdBlue 10 L'], brands: ['Prestone', 'Castrol', 'Bosch', 'Petronas', 'Vistony'], from: 1_990, to: 16_990, weight: 2.2, season: [12, 1, 2, 6, 7] },
  { category: 'Aditivos', names: ['Limpia inyectores 300 ml', 'Tratamiento de motor 443 ml', 'Flush de motor 450 ml', 'Antifugas de radiador', 'Limpia carburador spray', 'Limpia contactos spray', 'Sellador de culata', 'Mejorador de octanaje'], brands: ['Liqui Moly', 'STP', 'Wynn’s', 'Würth'], from: 4_990, to: 18_990, weight: 1.1 },
  { category: 'Grasas', names: ['Grasa multiuso litio 500 g', 'Grasa grafitada 500 g', 'Grasa rodamientos 1 kg', 'Grasa chasis 1 kg', 'Lubricante en spray 400 ml', 'Silicona en spray 300 ml'], brands: ['Shell', 'Mobil', 'Castrol', 'WD-40'], from: 3_990, to: 14_990, weight: 0.8 },
  { category: 'Accesorios', names: ['Aromatizante pino', 'Aromatizante vainilla', 'Paño microfibra', 'Shampoo para autos 1 L', 'Cera líquida 500 ml', 'Silicona tablero 250 ml', 'Embudo plástico', 'Bidón 5 L', 'Triángulo de emergencia', 'Botiquín', 'Extintor 1 kg', 'Chaleco reflectante', 'Cable roba corriente', 'Gata botella 2 t', 'Llave de filtro', 'Esponja', 'Guantes nitrilo par', 'Tapa válvula juego'], brands: ['Simoniz', 'Sonax', 'Little Trees', 'Genérico'], from: 990, to: 24_990, weight: 0.9 },
];

const SERVICES: readonly (readonly [name: string, price: number, weight: number])[] = [
  ['Cambio de aceite auto', 9_990, 9],
  ['Cambio de aceite camioneta', 12_990, 5],
  ['Cambio de aceite furgón', 14_990, 2],
  ['Cambio de filtro de aire', 2_990, 3],
  ['Cambio de filtro de habitáculo', 3_990, 2],
  ['Cambio de plumillas', 1_990, 2],
  ['Cambio de batería', 4_990, 1.5],
  ['Engrase general', 11_990, 1],
  ['Revisión de niveles', 0, 2],
  ['Lavado de motor', 15_990, 1],
  ['Cambio de líquido de frenos', 19_990, 0.8],
  ['Cambio de refrigerante', 17_990, 0.8],
];

/** Price endings as shops write them. */
const shopPrice = (pesos: number): number => Math.max(490, Math.round(pesos / 500) * 500 - 10);

const eanCheck = (twelve: string): string =>
  String((10 - ([...twelve].reduce((sum, digit, index) => sum + Number(digit) * (index % 2 === 0 ? 1 : 3), 0) % 10)) % 10);

/** Every article of the shop, about 1,500 of them, the best sellers with the short codes. */
export function demoCatalogue(random: DemoRandom): DemoProduct[] {
  const made: Omit<DemoProduct, 'sku' | 'barcodes' | 'location'>[] = [];
  const add = (product: Partial<DemoProduct> & { name: string; category: string; priceClp: number }, margin = 0.32): void => {
    const netClp = product.priceClp / 1.19;
    made.push({
      brand: '',
      supplier: made.length % 12,
      kind: 'GOODS',
      state: random.chance(0.02) ? (random.chance(0.5) ? 'DISCONTINUED' : 'INACTIVE') : 'ACTIVE',
      costMilliClp: Math.round(netClp * (1 - margin) * 1000),
      unit: 'UN',
      viscosity: '',
      presentation: '',
      exempt: false,
      weight: 1,
      season: [],
      minimum: 4,
      ...product,
    });
  };
  for (const [category, kind, viscosity, perLitre] of OILS) {
    for (const [brand, level] of OIL_BRANDS) {
      for (const [presentation, litres, factor] of SIZES) {
        const weight = (presentation === '4 L' ? 3 : presentation === '1 L' ? 1.5 : 0.4) * (category === 'Motor' ? 2 : 0.6);
        add({ name: `Aceite ${category.toLowerCase()} ${viscosity} ${kind} ${presentation}`, brand, category, priceClp: shopPrice(perLitre * litres * factor * level), viscosity, presentation, weight });
      }
    }
  }
  for (const [viscosity, perLitre] of [['15W-40', 3_490], ['10W-40', 4_490], ['ISO 68', 2_990]] as const) {
    add({ name: `Aceite a granel ${viscosity} (tambor 208 L)`, brand: 'Petronas', category: 'Motor', priceClp: perLitre, viscosity, presentation: 'Tambor 208 L', unit: 'L', weight: 3, minimum: 60 });
  }
  for (const [category, brands, base] of FILTERS) {
    for (const brand of brands) {
      for (const car of CARS) {
        const summer = category === 'Filtro de habitáculo' ? [11, 12, 1, 2] : [];
        add({ name: `${category} ${car}`, brand, category, priceClp: shopPrice(base * (0.8 + random.next() * 0.8)), weight: category === 'Filtro de aceite' ? 1.2 : 0.5, season: summer, minimum: 2 }, 0.4);
      }
    }
  }
  for (const { category, names, brands, from, to, weight, season = [] } of SIMPLE) {
    for (const [index, name] of names.entries()) {
      for (const brand of brands) {
        const level = from + ((to - from) * (index + random.next())) / names.length;
        add({ name, brand, category, priceClp: shopPrice(level), weight, season, minimum: 3 }, 0.38);
      }
    }
  }
  for (const [name, priceClp, weight] of SERVICES) {
    add({ name, category: 'Servicios', kind: 'SERVICE', priceClp, costMilliClp: 0, weight, minimum: 0, state: 'ACTIVE', exempt: name === 'Revisión de niveles' });
  }
  for (const [viscosity, service, priceClp] of [['5W-30', 'auto', 49_990], ['10W-40', 'auto', 39_990], ['15W-40', 'camioneta', 44_990]] as const) {
    const oil = made.find((product) => product.viscosity === viscosity && product.presentation === '4 L' && product.brand === 'Castrol');
    const filter = made.find((product) => product.category === 'Filtro de aceite' && product.brand === 'Sakura');
    if (!oil || !filter) continue;
    oil.state = 'ACTIVE';
    filter.state = 'ACTIVE';
    const parts = [oil, filter].map((part) => ({ name: `${part.name}|${part.brand}`, quantityMilli: 1_000 }));
    const kit = { name: `Pack cambio de aceite ${viscosity} ${service}`, category: 'Packs', kind: 'KIT' as const, state: 'ACTIVE' as const, costMilliClp: 0, minimum: 0 };
    add({ ...kit, priceClp, weight: 3, parts: [...parts, { name: `Cambio de aceite ${service}|`, quantityMilli: 1_000 }] });
  }
  return withCodes(made);
}

/** Three digits for the 200 best sellers, five for the rest; an EAN-13 of Chile's range, and a box of twelve for litres. */
function withCodes(made: Omit<DemoProduct, 'sku' | 'barcodes' | 'location'>[]): DemoProduct[] {
  const ranked = [...made].sort((a, b) => b.weight - a.weight);
  const rank = new Map(ranked.map((product, index) => [product, index]));
  return made.map((product, index) => {
    const place = rank.get(product) ?? index;
    const twelve = `780${String(1_000_000 + index * 37).padStart(9, '0')}`;
    const ean = twelve + eanCheck(twelve);
    const isBoxed = product.presentation === '1 L' && product.kind === 'GOODS';
    const goods = product.kind === 'GOODS';
    return {
      ...product,
      sku: place < 200 ? String(100 + place) : String(10_000 + index),
      location: goods ? `${'ABCDEFGH'[index % 8] ?? 'A'}-${String((index % 24) + 1).padStart(2, '0')}-${String((index % 5) + 1)}` : '',
      barcodes: goods ? [{ barcode: ean, quantityMilli: 1_000 }, ...(isBoxed ? [{ barcode: `1${twelve}${eanCheck(twelve)}`, quantityMilli: 12_000 }] : [])] : [],
    };
  });
}
