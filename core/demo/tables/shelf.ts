/** What stands on the shelves besides oil and filters. The price is that of a middling make; dearer and cheaper makes follow their tier. */
import type { Sort } from './brands.ts';

/** `pull` says how well it sells against an ordinary article, the makers share it. */
export type ShelfRow = readonly [name: string, priceClp: number, brands: string, pull: number];

export interface Shelf {
  category: string;
  sort: Sort;
  rows: readonly ShelfRow[];
  /** Share of the net price that stays. */
  margin: number;
  /** Months in which it sells about twice as well. */
  season?: readonly number[];
  /** Articles in a box of the maker, where boxes are received. */
  box?: number;
}

const WINTER = [5, 6, 7, 8];
const RAIN = [4, 5, 6, 7, 8];
const SUMMER = [12, 1, 2];
const EXTREMES = [12, 1, 2, 6, 7];

const BLADES = 'Bosch, Trico, Valeo, Rain-X';
const wipers: ShelfRow[] = [
  ...[
    [13, 0.4],
    [14, 0.8],
    [15, 0.4],
    [16, 1.2],
    [17, 0.6],
    [18, 1.2],
    [19, 0.8],
    [20, 1.2],
    [21, 0.9],
    [22, 1],
    [24, 1.3],
    [26, 1.3],
    [28, 0.4],
  ].map(([inches = 0, pull = 0]): ShelfRow => [`Plumilla ${inches}"`, 4_500 + inches * 210, BLADES, pull]),
  ...[16, 18, 20, 22, 24].map((inches): ShelfRow => [
    `Plumilla plana ${inches}"`,
    6_900 + inches * 240,
    'Bosch, Valeo, Trico',
    0.6,
  ]),
  ...[12, 14, 16].map((inches): ShelfRow => [`Plumilla trasera ${inches}"`, 7_900, 'Bosch, Trico', 0.4]),
];

const ALL_BULBS = 'Osram, Philips, Narva';
const battery = (amperes: number, starting: number, priceClp: number, brands: string, pull: number): ShelfRow => [
  `Batería 12V ${amperes}Ah ${starting}A`,
  priceClp,
  brands,
  pull,
];

export const SHELVES: readonly Shelf[] = [
  {
    category: 'Baterías',
    sort: 'battery',
    margin: 0.27,
    season: WINTER,
    rows: [
      battery(35, 300, 52_990, 'Hankook, Rocket', 0.8),
      battery(42, 390, 58_990, 'Bosch, Hankook, Rocket', 1),
      battery(45, 430, 62_990, 'Bosch, Hankook, Rocket, ACDelco', 1.3),
      battery(55, 480, 69_990, 'Bosch, Varta, Hankook, Rocket, ACDelco', 2),
      battery(60, 540, 75_990, 'Bosch, Varta, Hankook, Rocket', 1.6),
      battery(65, 580, 83_990, 'Bosch, Hankook, ACDelco', 0.9),
      battery(70, 630, 92_990, 'Bosch, Varta, Hankook, Rocket', 1),
      battery(75, 680, 99_990, 'Bosch, Varta', 0.5),
      battery(80, 700, 106_990, 'Hankook, Rocket', 0.5),
      battery(90, 720, 114_990, 'Bosch, Varta, Hankook, Rocket', 0.9),
      battery(100, 800, 126_990, 'Bosch, Hankook, Rocket', 0.5),
      battery(150, 1000, 179_990, 'Hankook, Rocket', 0.3),
      ['Batería EFB 12V 60Ah 560A', 109_990, 'Bosch, Varta', 0.3],
      ['Batería AGM 12V 70Ah 760A', 169_990, 'Bosch, Varta', 0.3],
    ],
  },
  { category: 'Plumillas', sort: 'wiper', margin: 0.45, season: RAIN, rows: wipers },
  {
    category: 'Ampolletas',
    sort: 'bulb',
    margin: 0.48,
    season: WINTER,
    rows: [
      ['Ampolleta H1 12V 55W', 4_490, ALL_BULBS, 1],
      ['Ampolleta H3 12V 55W', 4_490, ALL_BULBS, 0.6],
      ['Ampolleta H4 12V 60/55W', 5_990, ALL_BULBS, 2],
      ['Ampolleta H7 12V 55W', 6_490, ALL_BULBS, 2],
      ['Ampolleta H8 12V 35W', 8_990, 'Osram, Philips', 0.4],
      ['Ampolleta H11 12V 55W', 8_990, ALL_BULBS, 1.2],
      ['Ampolleta H16 12V 19W', 9_990, 'Osram, Philips', 0.3],
      ['Ampolleta HB3 9005 12V 60W', 8_490, ALL_BULBS, 0.8],
      ['Ampolleta HB4 9006 12V 51W', 8_490, ALL_BULBS, 0.6],
      ['Ampolleta H4 24V 75/70W', 7_490, 'Osram, Narva', 0.3],
      ['Ampolleta P21W 12V 1 contacto', 1_490, ALL_BULBS, 1.6],
      ['Ampolleta P21/5W 12V 2 contactos', 1_690, ALL_BULBS, 1.8],
      ['Ampolleta W5W T10 12V', 990, ALL_BULBS, 1.8],
      ['Ampolleta W21/5W T20 12V', 2_490, ALL_BULBS, 0.9],
      ['Ampolleta PY21W 12V ámbar', 1_990, ALL_BULBS, 0.9],
      ['Ampolleta C5W 12V tubular', 1_290, ALL_BULBS, 0.7],
      ['Ampolleta R5W 12V', 1_190, 'Osram, Narva', 0.4],
      ['Ampolleta H4 luz blanca par', 24_990, 'Osram, Philips', 0.4],
      ['Ampolleta H7 luz blanca par', 27_990, 'Osram, Philips', 0.4],
      ['Kit LED H4 12V par', 44_990, 'Osram, Philips', 0.3],
      ['Kit LED H7 12V par', 46_990, 'Osram, Philips', 0.3],
    ],
  },
  {
    category: 'Bujías',
    sort: 'plug',
    margin: 0.42,
    rows: [
      ['Bujía BKR5E-11', 3_290, 'NGK', 1.1],
      ['Bujía BKR6E-11', 3_290, 'NGK', 1.5],
      ['Bujía BPR6ES', 2_790, 'NGK', 1.1],
      ['Bujía BPR5ES', 2_790, 'NGK', 0.7],
      ['Bujía BCPR6ES', 2_990, 'NGK', 0.8],
      ['Bujía ZFR5F-11', 3_990, 'NGK', 0.6],
      ['Bujía ZFR6F-11', 3_990, 'NGK', 0.8],
      ['Bujía LZKR6B-10E', 5_490, 'NGK', 1.4],
      ['Bujía platino PFR6B', 8_990, 'NGK', 0.4],
      ['Bujía iridio BKR6EIX-11', 11_490, 'NGK', 0.8],
      ['Bujía iridio BPR6EIX', 11_490, 'NGK', 0.4],
      ['Bujía iridio ILZKR7B-11S', 14_990, 'NGK', 0.6],
      ['Bujía moto CR7HSA', 2_990, 'NGK', 0.6],
      ['Bujía moto CR8E', 4_490, 'NGK', 0.5],
      ['Bujía moto CPR8EA-9', 4_490, 'NGK', 0.7],
      ['Bujía moto D8EA', 2_890, 'NGK', 0.6],
      ['Bujía B7HS', 2_690, 'NGK', 0.3],
      ['Bujía K16PR-U11', 3_590, 'Denso', 0.5],
      ['Bujía K20PR-U11', 3_590, 'Denso', 0.9],
      ['Bujía Q20PR-U11', 3_490, 'Denso', 0.5],
      ['Bujía W20EPR-U', 2_990, 'Denso', 0.4],
      ['Bujía KJ16CR-L11', 4_290, 'Denso', 0.4],
      ['Bujía iridio IK16', 12_490, 'Denso', 0.4],
      ['Bujía iridio IK20', 12_490, 'Denso', 0.6],
      ['Bujía iridio SK20R11', 13_990, 'Denso', 0.6],
      ['Bujía iridio SC20HR11', 14_990, 'Denso', 0.7],
      ['Bujía FR7DC+', 3_190, 'Bosch', 0.8],
      ['Bujía FR8DC+', 3_190, 'Bosch', 0.5],
      ['Bujía WR7DC+', 2_890, 'Bosch', 0.6],
      ['Bujía HR7DC+', 3_390, 'Bosch', 0.4],
      ['Bujía YR7DC+', 4_290, 'Bosch', 0.4],
      ['Bujía precalentamiento diésel 11V', 13_990, 'NGK, Bosch', 0.6],
      ['Bujía precalentamiento diésel 7V', 16_990, 'NGK, Bosch', 0.4],
    ],
  },
  {
    category: 'Refrigerantes',
    sort: 'fluid',
    margin: 0.38,
    season: EXTREMES,
    box: 12,
    rows: [
      ['Refrigerante verde 50/50 1 L', 3_990, 'Prestone, Zerex, Simoniz, Petronas, Genérico', 2],
      ['Refrigerante rojo orgánico 50/50 1 L', 4_990, 'Prestone, Zerex, Petronas, Total, Repsol', 1.6],
      ['Refrigerante rosado orgánico 1 L', 5_490, 'Prestone, Zerex, Castrol', 1.2],
      ['Refrigerante concentrado 1 L', 7_490, 'Prestone, Castrol, Motul, Liqui Moly', 0.5],
    ],
  },
  {
    category: 'Refrigerantes',
    sort: 'fluid',
    margin: 0.35,
    season: EXTREMES,
    box: 4,
    rows: [
      ['Refrigerante verde 50/50 5 L', 13_990, 'Prestone, Simoniz, Petronas, Genérico', 1.4],
      ['Refrigerante rojo orgánico 50/50 5 L', 16_990, 'Prestone, Zerex, Total, Repsol, Mobil', 1.1],
      ['Agua desmineralizada 5 L', 2_490, 'Simoniz, Genérico', 2],
    ],
  },
  {
    category: 'Líquido de frenos',
    sort: 'fluid',
    margin: 0.42,
    box: 24,
    rows: [
      ['Líquido de frenos DOT 3 350 ml', 3_490, "Prestone, Wynn's, Genérico", 1.2],
      ['Líquido de frenos DOT 4 500 ml', 5_990, 'Bosch, Castrol, ATE, Total, Motul, Prestone, Liqui Moly', 1.5],
      ['Líquido de frenos DOT 4 1 L', 9_990, 'Bosch, Castrol, ATE, Motul', 0.6],
      ['Líquido de frenos DOT 5.1 500 ml', 9_490, 'Bosch, Motul, ATE', 0.4],
    ],
  },
  {
    category: 'Limpiaparabrisas',
    sort: 'fluid',
    margin: 0.45,
    season: RAIN,
    box: 4,
    rows: [
      ['Líquido limpiaparabrisas 1 L', 1_990, 'Simoniz, Sonax, Genérico', 1.6],
      ['Líquido limpiaparabrisas 5 L', 4_990, 'Simoniz, Prestone, Rain-X, Genérico', 1.5],
      ['Líquido limpiaparabrisas anticongelante 4 L', 6_990, 'Prestone, Rain-X', 0.6],
    ],
  },
  {
    category: 'Otros líquidos',
    sort: 'fluid',
    margin: 0.36,
    rows: [
      ['Líquido dirección hidráulica 1 L', 6_490, 'Prestone, Total, Liqui Moly, Valvoline, Gulf', 0.9],
      ['Urea automotriz AdBlue 10 L', 12_990, 'Air1, Total', 0.9],
      ['Urea automotriz AdBlue 20 L', 21_990, 'Air1', 0.5],
      ['Agua de batería 1 L', 1_290, 'Simoniz, Genérico', 0.9],
    ],
  },
  {
    category: 'Aditivos',
    sort: 'additive',
    margin: 0.44,
    box: 12,
    rows: [
      ['Limpia inyectores bencina 300 ml', 7_490, "Liqui Moly, STP, Bardahl, Wynn's, Motul", 1.6],
      ['Limpia inyectores diésel 300 ml', 8_490, "Liqui Moly, STP, Bardahl, Wynn's", 1.2],
      ['Tratamiento de aceite 443 ml', 9_490, "STP, Bardahl, Wynn's", 1],
      ['Aditivo antifricción MoS2 300 ml', 11_990, 'Liqui Moly', 0.6],
      ['Lavado interno de motor 300 ml', 8_990, "Liqui Moly, Bardahl, Wynn's, Motul", 1.2],
      ['Antifugas de aceite 300 ml', 9_990, "Liqui Moly, STP, Bardahl, Wynn's", 0.6],
      ['Antifugas de radiador 325 ml', 6_490, "STP, Bardahl, Wynn's, Liqui Moly", 0.8],
      ['Limpia radiador 325 ml', 6_490, "STP, Bardahl, Wynn's, Liqui Moly", 0.6],
      ['Elevador de octanaje 300 ml', 7_990, 'STP, Bardahl, Liqui Moly', 0.5],
      ['Antihumo motor 325 ml', 9_490, 'STP, Bardahl', 0.5],
      ['Limpia carburador spray 400 ml', 5_490, "STP, Bardahl, Wynn's, Liqui Moly", 1.3],
      ['Limpia frenos spray 500 ml', 5_990, "Liqui Moly, Bardahl, Wynn's, Motul", 1.1],
      ['Limpia contactos spray 300 ml', 6_490, 'Liqui Moly, Permatex', 0.8],
      ['Limpia DPF diésel 300 ml', 14_990, "Liqui Moly, Bardahl, Wynn's", 0.5],
      ['Silicona gris alta temperatura 85 g', 5_990, 'Permatex', 0.9],
      ['Silicona roja alta temperatura 85 g', 5_490, 'Permatex', 0.7],
      ['Fijador de roscas azul 10 ml', 6_490, 'Permatex', 0.4],
      ['Partida en frío spray 300 ml', 5_990, 'Liqui Moly, Bardahl', 0.3],
    ],
  },
  {
    category: 'Grasas',
    sort: 'grease',
    margin: 0.38,
    rows: [
      ['Grasa multiuso litio EP2 400 g', 5_490, 'Mobil, Shell, Castrol, Total, Valvoline', 0.9],
      ['Grasa multiuso litio EP2 1 kg', 9_990, 'Mobil, Shell, Repsol, YPF', 0.7],
      ['Grasa multiuso litio EP2 16 kg', 99_990, 'Mobil, Shell, Total, YPF', 0.2],
      ['Grasa rodamientos alta temperatura 500 g', 8_490, 'Mobil, Castrol, SKF, Liqui Moly', 0.6],
      ['Grasa grafitada 500 g', 6_490, 'Shell, Total, Repsol', 0.5],
      ['Grasa homocinéticas MoS2 400 g', 9_490, 'Liqui Moly, Petronas, SKF', 0.5],
      ['Lubricante multiuso spray 155 g', 4_490, 'WD-40', 1.6],
      ['Lubricante multiuso spray 311 g', 6_490, 'WD-40', 1.8],
      ['Grasa blanca de litio spray 360 ml', 7_990, 'WD-40, Liqui Moly', 0.6],
      ['Lubricante silicona spray 400 ml', 6_990, 'WD-40, Liqui Moly', 0.6],
      ['Lubricante cadenas moto 400 ml', 9_990, 'Castrol, Liqui Moly, Shell', 0.7],
    ],
  },
];

/** Months of the A/C filter, for the filters' table. */
export const CABIN_SEASON = [11, ...SUMMER];
