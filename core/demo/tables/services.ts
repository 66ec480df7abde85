/** Labour and what else is charged without stock. */
export type ServiceRow = readonly [name: string, priceClp: number, pull: number];

/** The names of the oil changes begin with the same words: that is how a basket finds its labour. */
export const OIL_CHANGE = 'Cambio de aceite';

export const SERVICES: readonly ServiceRow[] = [
  [`${OIL_CHANGE} auto`, 9_990, 40],
  [`${OIL_CHANGE} SUV`, 11_990, 16],
  [`${OIL_CHANGE} camioneta`, 12_990, 18],
  [`${OIL_CHANGE} furgón`, 14_990, 8],
  [`${OIL_CHANGE} moto`, 7_990, 4],
  ['Cambio filtro de aire', 2_990, 9],
  ['Cambio filtro de habitáculo', 3_990, 6],
  ['Cambio filtro de combustible', 8_990, 4],
  ['Cambio de plumillas', 1_490, 6],
  ['Cambio de ampolleta', 2_490, 6],
  ['Cambio de batería con prueba', 4_990, 5],
  ['Prueba de batería y alternador', 2_990, 4],
  ['Cambio de bujías 4 cilindros', 14_990, 3],
  ['Cambio aceite caja mecánica', 16_990, 2],
  ['Cambio aceite caja automática', 39_990, 1.5],
  ['Cambio aceite diferencial', 12_990, 1.5],
  ['Cambio de refrigerante', 17_990, 3],
  ['Cambio de líquido de frenos', 19_990, 2],
  ['Engrase general', 11_990, 2],
  ['Lavado de motor', 15_990, 2],
  ['Limpieza de inyectores', 34_990, 1],
  ['Limpieza cuerpo de aceleración', 24_990, 1.2],
  ['Escáner automotriz', 19_990, 1.5],
  ['Cambio correa accesorios', 19_990, 1],
  ['Revisión de frenos', 9_990, 1.5],
  ['Revisión de niveles', 0, 3],
  ['Retiro de aceite usado 20 L', 3_990, 0.6],
];

/** Money taken in for somebody else, or carriage of passengers: no IVA. */
export const EXEMPT_SERVICES: readonly ServiceRow[] = [
  ['Traslado de pasajero al domicilio', 3_990, 0.5],
  ['Reembolso revisión técnica auto', 19_990, 0.4],
  ['Reembolso revisión técnica camioneta', 24_990, 0.3],
  ['Reembolso certificado de gases', 7_990, 0.3],
];

export interface Pack {
  name: string;
  oil: readonly [brand: string, line: string, grade: string, presentation: string, cans: number];
  /** Car whose oil filter it takes, and the filter's make. */
  filter: readonly [car: string, brand: string];
  labour: string;
  pull: number;
}

const pack = (name: string, oil: Pack['oil'], filter: Pack['filter'], labour: string, pull: number): Pack => ({
  ...{ name: `Pack ${OIL_CHANGE.toLowerCase()} ${name}`, oil, filter, pull: pull / 2 },
  labour: `${OIL_CHANGE} ${labour}`,
});

/** Oil, filter and labour at one price below their sum. */
export const PACKS: readonly Pack[] = [
  pack('10W-40 Sail', ['Castrol', 'Magnatec', '10W-40', '4 L', 1], ['Chevrolet Sail 1.4', 'Sakura'], 'auto', 9),
  pack('10W-40 Spark', ['Total', 'Quartz 7000', '10W-40', '4 L', 1], ['Chevrolet Spark 1.2', 'Sakura'], 'auto', 8),
  pack('10W-40 Aveo', ['Petronas', 'Syntium 800', '10W-40', '5 L', 1], ['Chevrolet Aveo 1.4', 'Sakura'], 'auto', 4),
  pack('10W-40 Symbol', ['Elf', 'Evolution 700 STI', '10W-40', '5 L', 1], ['Renault Symbol 1.6', 'Mann'], 'auto', 3),
  pack('5W-30 Yaris', ['Mobil', 'Super 3000', '5W-30', '4 L', 1], ['Toyota Yaris 1.5', 'Sakura'], 'auto', 10),
  pack('5W-30 Accent', ['Shell', 'Helix HX8', '5W-30', '4 L', 1], ['Hyundai Accent 1.4', 'Sakura'], 'auto', 9),
  pack('5W-30 Morning', ['Castrol', 'Magnatec', '5W-30', '4 L', 1], ['Kia Morning 1.2', 'Sakura'], 'auto', 9),
  pack('5W-30 Swift', ['YPF', 'Elaion F50 Plus', '5W-30', '4 L', 1], ['Suzuki Swift 1.2', 'Sakura'], 'auto', 7),
  pack('5W-30 Versa', ['Mobil', 'Super 3000', '5W-30', '4 L', 1], ['Nissan Versa 1.6', 'Sakura'], 'auto', 6),
  pack('5W-30 Tucson', ['Shell', 'Helix HX8', '5W-30', '4 L', 1], ['Hyundai Tucson 2.0', 'Sakura'], 'SUV', 5),
  pack('5W-40 Gol', ['Total', 'Quartz 9000', '5W-40', '4 L', 1], ['Volkswagen Gol 1.6', 'Mann'], 'auto', 3),
  pack('20W-50 V16', ['Castrol', 'GTX', '20W-50', '4 L', 1], ['Nissan V16 1.6', 'Sakura'], 'auto', 4),
  pack('15W-40 Hilux', ['Mobil', 'Delvac MX', '15W-40', '4 L', 2], ['Toyota Hilux 2.5', 'Sakura'], 'camioneta', 6),
  pack('15W-40 L200', ['Shell', 'Rimula R4 X', '15W-40', '4 L', 2], ['Mitsubishi L200 2.4', 'Sakura'], 'camioneta', 6),
  pack(
    '15W-40 D-Max',
    ['Castrol', 'CRB Turbomax', '15W-40', '4 L', 2],
    ['Chevrolet D-Max 2.5', 'Sakura'],
    'camioneta',
    4,
  ),
  pack('15W-40 Porter', ['YPF', 'Extravida XV300', '15W-40', '4 L', 2], ['Hyundai Porter 2.5', 'Sakura'], 'furgón', 4),
];
