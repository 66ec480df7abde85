/** The people of the demonstration shop: names as common here, valid RUTs, addresses at example domains. */
import { rutCheckDigit } from '#core/shared/rut.ts';
import { fold } from '#core/shared/text.ts';
import { CARS } from './tables/cars.ts';
import { AVENUES, COMPANY_KINDS, COMUNAS, FIRST_NAMES, LAST_NAMES, STREETS, SUPPLIERS } from './tables/names.ts';
import { type DemoRandom, demoRandom } from './random.ts';

/** Ready for `suppliers.create`. */
export interface DemoSupplier {
  name: string;
  contactName: string;
  email: string;
  phone: string;
  address: string;
  rut: string;
}

/** Ready for `customers.create`. A company has its name in `firstName`. */
export interface DemoCustomer {
  kind: 'PERSON' | 'COMPANY';
  firstName: string;
  lastName: string;
  giro: string;
  email: string;
  phone: string;
  address: string;
  comuna: string;
  rut: string;
  accountLimitClp: number;
}

/** Ready for `vehicles.create`, but for the owner. */
export interface DemoVehicle {
  plate: string;
  make: string;
  model: string;
  year: number;
  note: string;
}

/** A vehicle with its owner's index in `customers`, and what the odometer said when the story begins. */
export interface DemoOwnedVehicle extends DemoVehicle {
  customer: number;
  engine: string;
  odometerKm: number;
}

/** Ready for `employees.create`, but for the user. */
export interface DemoEmployee {
  code: string;
  firstName: string;
  lastName: string;
  rut: string;
  department: string;
  hiredOn: string;
  salaryClp: number;
}

export interface DemoPeople {
  suppliers: DemoSupplier[];
  customers: DemoCustomer[];
  vehicles: DemoOwnedVehicle[];
  employees: DemoEmployee[];
}

const rut = (number: number): string => `${number}-${rutCheckDigit(String(number))}`;
const mobile = (random: DemoRandom): string => `+56 9 ${random.int(3000, 9999)} ${random.int(1000, 9999)}`;
const landline = (random: DemoRandom): string => `+56 2 2${random.int(300, 999)} ${random.int(1000, 9999)}`;
const slug = (text: string): string => fold(text).replace(/[^a-z0-9]+/g, '');

/** Everybody, from one seed: the same seed gives the same people, whatever else is drawn. */
export function demoPeople(seed: number, customerCount = 600): DemoPeople {
  const random = demoRandom(seed ^ 0x50e0);
  const suppliers = demoSuppliers(random);
  const customers = demoCustomers(random, customerCount);
  // Most have one car, some families two, firms a small fleet.
  const owners = customers.flatMap(({ kind }, customer) =>
    Array.from({ length: kind === 'COMPANY' ? random.int(2, 5) : random.chance(0.15) ? 2 : 1 }, () => customer),
  );
  const vehicles = owners.map((customer, index) => ownedVehicle(random, index, customer));
  return { suppliers, customers, vehicles, employees: DEMO_EMPLOYEES.map((row) => employee(row, random)) };
}

function ownedVehicle(random: DemoRandom, index: number, customer: number): DemoOwnedVehicle {
  const { engine, ...vehicle } = vehicleOf(random, index);
  const perYear = Math.max(4_000, random.normal(14_000, 4_500));
  return { ...vehicle, engine, customer, odometerKm: Math.round(perYear * (NEWEST - vehicle.year + random.next())) };
}

export function demoSuppliers(random: DemoRandom): DemoSupplier[] {
  return SUPPLIERS.map(([name, domain, comuna], index) => ({
    name,
    contactName: `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
    email: `ventas@${domain}.example.cl`,
    phone: landline(random),
    address: `${random.pick(AVENUES)} ${random.int(100, 9_900)}, ${comuna}`,
    rut: rut(76_100_000 + index * 174_321 + random.int(0, 99_999)),
  }));
}

/** Customers with RUTs that never repeat; about a tenth are firms, half of those buy on account. */
export function demoCustomers(random: DemoRandom, count = 600): DemoCustomer[] {
  return Array.from({ length: count }, (_, index) =>
    index % 10 === 0 ? company(random, index) : person(random, index),
  );
}

function person(random: DemoRandom, index: number): DemoCustomer {
  const firstName = random.pick(FIRST_NAMES);
  const family = random.pick(LAST_NAMES);
  // The numbers rise with the date of birth: adults of all ages. The step keeps them apart.
  return {
    kind: 'PERSON',
    firstName,
    lastName: `${family} ${random.pick(LAST_NAMES)}`,
    giro: '',
    email: random.chance(0.8) ? `${slug(firstName)}.${slug(family)}${index}@example.cl` : '',
    phone: mobile(random),
    ...home(random),
    rut: rut(6_500_000 + index * 24_500 + random.int(0, 24_499)),
    accountLimitClp: 0,
  };
}

function company(random: DemoRandom, index: number): DemoCustomer {
  const [kind, giro] = random.pick(COMPANY_KINDS);
  const name = `${kind} ${random.pick(LAST_NAMES)} ${random.pick(['Ltda.', 'SpA', 'y Cía. Ltda.', 'EIRL'])}`;
  return {
    kind: 'COMPANY',
    firstName: name,
    lastName: '',
    giro,
    email: `compras${index}@example.cl`,
    phone: random.chance(0.5) ? landline(random) : mobile(random),
    ...home(random),
    rut: rut(76_000_000 + index * 2_500 + random.int(0, 2_499)),
    accountLimitClp: index % 20 === 0 ? random.pick([500_000, 1_000_000, 2_000_000]) : 0,
  };
}

function home(random: DemoRandom): { address: string; comuna: string } {
  const flat = random.chance(0.2) ? `, depto. ${random.int(1, 18)}0${random.int(1, 8)}` : '';
  return { address: `${random.pick(STREETS)} ${random.int(100, 4_900)}${flat}`, comuna: random.weighted(COMUNAS) };
}

/** The year in which the newest cars are. */
const NEWEST = 2025;
/** Letters of a plate since 2007: no vowels, no M, N, Ñ, Q. */
const LETTERS = 'BCDFGHJKLPRSTVWXYZ';
/** First year of each first letter. */
const SERIES = [
  ['B', 2007],
  ['C', 2010],
  ['D', 2011],
  ['F', 2012],
  ['G', 2014],
  ['H', 2015],
  ['J', 2016],
  ['K', 2018],
  ['L', 2019],
  ['P', 2020],
  ['R', 2022],
  ['S', 2023],
  ['T', 2024],
  ['V', 2025],
] as const;

/** A car as common as it is here, with a plate of its year; `index` keeps the plates apart. */
export function demoVehicle(random: DemoRandom, index: number): DemoVehicle {
  const { engine, ...vehicle } = vehicleOf(random, index);
  void engine;
  return vehicle;
}

function vehicleOf(random: DemoRandom, index: number): DemoVehicle & { engine: string } {
  const car = random.weighted(CARS.map((each) => [each, each.pull] as const));
  // More of the newer ones, few from before the new plates.
  const year = Math.max(car.from, Math.min(car.to, NEWEST) - Math.floor(Math.abs(random.normal(0, 6))));
  const note = random.chance(0.05)
    ? random.pick(['Usa aceite propio', 'Carter con hilo reparado', 'Llamar antes de cambiar filtro'])
    : '';
  return { plate: plateOf(random, index, year), make: car.make, model: car.model, year, note, engine: car.engine };
}

function plateOf(random: DemoRandom, index: number, year: number): string {
  if (year < 2007)
    return `${random.pick([...'LNPRSTUVXYZ'])}${random.pick([...'ABCDEFGHJKLPRSTUVXYZ'])}${1_000 + (index % 9_000)}`;
  const series = SERIES.findLast(([, from]) => from <= year)?.[0] ?? 'B';
  // Three letters that count the vehicles, so no two plates are the same.
  const letter = (place: number): string =>
    LETTERS[Math.floor((index * 7) / LETTERS.length ** place) % LETTERS.length] ?? 'B';
  return `${series}${letter(2)}${letter(1)}${letter(0)}${random.int(10, 99)}`;
}

/** The owner, the manager, three at the till, one in the store room, five in the workshop. Their RUTs are in `demoPeople`. */
export const DEMO_EMPLOYEES = [
  {
    code: 'E01',
    firstName: 'Olga',
    lastName: 'Soto',
    department: 'Gerencia',
    hiredOn: '2016-03-01',
    salaryClp: 2_400_000,
  },
  {
    code: 'E02',
    firstName: 'Marcela',
    lastName: 'Fuentes',
    department: 'Administración',
    hiredOn: '2018-06-15',
    salaryClp: 1_350_000,
  },
  {
    code: 'E03',
    firstName: 'Camila',
    lastName: 'Rojas',
    department: 'Caja',
    hiredOn: '2021-01-11',
    salaryClp: 720_000,
  },
  {
    code: 'E04',
    firstName: 'Bernardo',
    lastName: 'Ibáñez',
    department: 'Caja',
    hiredOn: '2022-09-05',
    salaryClp: 690_000,
  },
  {
    code: 'E05',
    firstName: 'Héctor',
    lastName: 'Cárcamo',
    department: 'Bodega',
    hiredOn: '2019-11-20',
    salaryClp: 780_000,
  },
  { code: 'E06', firstName: 'Luis', lastName: 'Peña', department: 'Taller', hiredOn: '2017-04-03', salaryClp: 950_000 },
  {
    code: 'E07',
    firstName: 'Ñusta',
    lastName: 'Quispe',
    department: 'Caja',
    hiredOn: '2023-12-04',
    salaryClp: 660_000,
  },
  {
    code: 'E08',
    firstName: 'Ramón',
    lastName: 'Sepúlveda',
    department: 'Taller',
    hiredOn: '2016-05-09',
    salaryClp: 1_050_000,
  },
  {
    code: 'E09',
    firstName: 'Matías',
    lastName: 'Núñez',
    department: 'Taller',
    hiredOn: '2020-08-17',
    salaryClp: 820_000,
  },
  {
    code: 'E10',
    firstName: 'Jonathan',
    lastName: 'Araya',
    department: 'Taller',
    hiredOn: '2022-03-14',
    salaryClp: 760_000,
  },
  {
    code: 'E11',
    firstName: 'Wladimir',
    lastName: 'Oyarzún',
    department: 'Taller',
    hiredOn: '2024-02-05',
    salaryClp: 720_000,
  },
] as const;

const employee = (row: (typeof DEMO_EMPLOYEES)[number], random: DemoRandom): DemoEmployee => ({
  ...row,
  rut: rut(random.int(9_000_000, 20_900_000)),
});
