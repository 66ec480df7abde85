/** Belts by their standard size: ribs, profile and length; the price follows the size. */
import type { Shelf, ShelfRow } from './shelf.ts';

const MAKERS = ['Gates, Bando', 'Gates, Dayco', 'ContiTech, Bando', 'Gates, Dayco, Bando'] as const;

/** Ribs and the lengths in millimetres that are kept. */
const RIBBED: readonly (readonly [ribs: number, lengths: readonly number[]])[] = [
  [3, [668, 710, 753]],
  [4, [675, 780, 830, 855, 890, 1015]],
  [5, [868, 970, 1090, 1130, 1200]],
  [6, [1090, 1230, 1355, 1570, 1660, 1780, 1905, 2080, 2260, 2415]],
  [7, [1640, 1795, 2035, 2855]],
];

const ribbed = RIBBED.flatMap(([ribs, lengths]) =>
  lengths.map((length, index): ShelfRow => [
    `Correa poly-V ${ribs}PK ${length}`,
    3_500 + Math.round(ribs * length * 1.25),
    MAKERS[(ribs + index) % MAKERS.length] ?? 'Gates',
    ribs === 4 || ribs === 6 ? 0.7 : 0.4,
  ]),
);

const vee = [800, 875, 925, 975, 1050].map((length): ShelfRow => [
  `Correa en V 10x${length}`,
  2_900 + length * 3,
  'Gates, Bando',
  0.4,
]);

const kits: readonly ShelfRow[] = [
  ['Kit distribución Hyundai Accent 1.4', 46_990, 'Gates, Dayco', 0.3],
  ['Kit distribución Kia Sportage 2.0', 58_990, 'Gates, Dayco', 0.2],
  ['Kit distribución Chevrolet Aveo 1.4', 44_990, 'Gates, Dayco, ContiTech', 0.3],
  ['Kit distribución Renault Symbol 1.6', 52_990, 'Gates, Dayco, ContiTech', 0.2],
  ['Kit distribución Volkswagen Gol 1.6', 49_990, 'Gates, SKF, ContiTech', 0.2],
  ['Kit distribución Peugeot Partner 1.6 diésel', 79_990, 'SKF, ContiTech', 0.2],
  ['Kit distribución Mitsubishi L200 2.5 diésel', 89_990, 'Gates, SKF', 0.2],
];

export const BELTS: Shelf = { category: 'Correas', sort: 'belt', margin: 0.4, rows: [...ribbed, ...vee, ...kits] };
