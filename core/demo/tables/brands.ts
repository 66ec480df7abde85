/** Makers sold here: what they really make, how dear they are, and who delivers them. */

/** A sort of article, as makers specialise in them. */
export type Sort =
  | 'oil'
  | 'filter'
  | 'fluid'
  | 'battery'
  | 'wiper'
  | 'bulb'
  | 'plug'
  | 'additive'
  | 'grease'
  | 'belt'
  | 'care'
  | 'scent'
  | 'tool'
  | 'safety';

export interface Brand {
  makes: readonly Sort[];
  /** 1 is the cheap end of the shelf, 3 the dear one: dearer makes leave a little more. */
  tier: 1 | 2 | 3;
  /** Index of the distributor in `demoSuppliers`. */
  supplier: number;
  /** GS1 prefix of the country, 780 where the importer labels. The maker's number after it is invented. */
  gs1: string;
  /** How well it sells here, 1 is ordinary. */
  pull: number;
}

const brand = (makes: string, tier: 1 | 2 | 3, supplier: number, gs1: string, pull: number): Brand => ({
  makes: makes.split(' ') as Sort[],
  tier,
  supplier,
  gs1,
  pull,
});

export const BRANDS: Readonly<Record<string, Brand>> = {
  Castrol: brand('oil fluid grease', 2, 0, '500', 1.35),
  Mobil: brand('oil fluid grease', 2, 6, '780', 1.3),
  Shell: brand('oil fluid grease', 2, 0, '871', 1.2),
  Petronas: brand('oil fluid grease', 2, 6, '800', 0.9),
  Total: brand('oil fluid grease', 2, 1, '342', 0.95),
  Elf: brand('oil', 2, 1, '326', 0.45),
  Motul: brand('oil fluid additive', 3, 7, '337', 0.45),
  'Liqui Moly': brand('oil fluid additive grease', 3, 7, '410', 0.5),
  Valvoline: brand('oil fluid grease', 2, 1, '780', 0.8),
  Repsol: brand('oil fluid grease', 2, 6, '841', 0.65),
  YPF: brand('oil fluid grease', 1, 0, '779', 0.6),
  Gulf: brand('oil fluid', 1, 1, '780', 0.55),
  Texaco: brand('oil', 1, 6, '780', 0.5),
  Mann: brand('filter', 3, 2, '401', 0.9),
  Mahle: brand('filter', 2, 2, '400', 0.9),
  Sakura: brand('filter', 1, 3, '899', 1.6),
  Wix: brand('filter', 2, 2, '590', 0.9),
  Fram: brand('filter', 1, 3, '780', 1),
  Bosch: brand('filter fluid battery wiper bulb plug', 3, 4, '404', 1.2),
  Varta: brand('battery', 3, 5, '401', 0.8),
  Hankook: brand('battery', 2, 5, '880', 1.3),
  Rocket: brand('battery', 1, 5, '880', 1.2),
  ACDelco: brand('battery', 2, 5, '780', 0.7),
  Trico: brand('wiper', 2, 11, '780', 1.1),
  Valeo: brand('wiper', 3, 11, '327', 0.7),
  'Rain-X': brand('wiper fluid', 3, 11, '780', 0.6),
  Osram: brand('bulb', 3, 10, '405', 1.2),
  Philips: brand('bulb', 3, 10, '871', 1),
  Narva: brand('bulb', 1, 10, '872', 0.9),
  NGK: brand('plug', 2, 4, '490', 1.5),
  Denso: brand('plug', 3, 4, '490', 0.9),
  Prestone: brand('fluid', 2, 7, '780', 1.2),
  Zerex: brand('fluid', 2, 1, '780', 0.8),
  ATE: brand('fluid', 3, 4, '400', 0.6),
  Simoniz: brand('fluid care', 1, 9, '780', 1.3),
  Sonax: brand('fluid care', 3, 9, '406', 0.6),
  "Meguiar's": brand('care', 3, 9, '780', 0.5),
  Air1: brand('fluid', 2, 7, '780', 0.8),
  STP: brand('additive', 2, 7, '780', 1.1),
  Bardahl: brand('additive', 2, 7, '780', 1.1),
  "Wynn's": brand('additive fluid', 2, 7, '541', 0.9),
  Permatex: brand('additive', 2, 7, '780', 0.6),
  'WD-40': brand('grease', 2, 9, '780', 1.4),
  SKF: brand('grease belt', 3, 8, '731', 0.5),
  Gates: brand('belt', 2, 8, '541', 1.2),
  Dayco: brand('belt', 2, 8, '802', 0.9),
  ContiTech: brand('belt', 3, 8, '401', 0.6),
  Bando: brand('belt', 1, 3, '490', 0.8),
  'Little Trees': brand('scent', 1, 9, '780', 1.5),
  Glade: brand('scent', 2, 9, '780', 1),
  'California Scents': brand('scent', 2, 9, '780', 0.8),
  Truper: brand('tool safety', 1, 9, '750', 1),
  Stanley: brand('tool', 2, 9, '780', 0.7),
  '3M': brand('care safety', 3, 9, '780', 0.8),
  Genérico: brand('fluid care tool safety', 1, 9, '780', 1),
};

/** The brand of that name; an unknown one is a slip in the tables. */
export function brandOf(name: string): Brand {
  const found = BRANDS[name];
  if (!found) throw new Error(`no brand called ${name}`);
  return found;
}
