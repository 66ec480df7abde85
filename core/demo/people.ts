/** The people of the demonstration shop: names as common here, valid RUTs, addresses at example domains. */
import { rutCheckDigit } from '#core/shared/rut.ts';
import { fold } from '#core/shared/text.ts';
import type { DemoRandom } from './random.ts';

const FIRST = ['José', 'María', 'Juan', 'Camila', 'Luis', 'Francisca', 'Carlos', 'Daniela', 'Jorge', 'Valentina', 'Pedro', 'Constanza', 'Rodrigo', 'Javiera', 'Cristián', 'Paula', 'Felipe', 'Andrea', 'Matías', 'Carolina', 'Sebastián', 'Macarena', 'Héctor', 'Rosa', 'Ramón', 'Ñusta'];
const LAST = ['González', 'Muñoz', 'Rojas', 'Díaz', 'Pérez', 'Soto', 'Contreras', 'Silva', 'Martínez', 'Sepúlveda', 'Morales', 'Rodríguez', 'López', 'Fuentes', 'Hernández', 'Torres', 'Araya', 'Flores', 'Espinoza', 'Valenzuela', 'Núñez', 'Peña', 'Ibáñez', 'Cárcamo'];
const COMUNAS = ['Maipú', 'Cerrillos', 'Pudahuel', 'Estación Central', 'Padre Hurtado', 'Santiago', 'Lo Prado', 'Ñuñoa'];
const STREETS = ['Av. Pajaritos', 'Av. 5 de Abril', 'Camino a Melipilla', 'Av. Américo Vespucio', 'Los Libertadores', 'El Rosal', 'Primera Transversal'];
const COMPANIES = ['Transportes', 'Constructora', 'Distribuidora', 'Comercial', 'Servicios', 'Panadería', 'Ferretería'];
const GIROS = ['Transporte de carga', 'Construcción', 'Venta al por mayor', 'Servicios de reparto', 'Comercio'];
const SUPPLIERS = ['Lubricantes del Pacífico', 'Distribuidora Andes', 'Filtros Chile', 'Importadora Automotriz Sur', 'Repuestos Quilín', 'Baterías Nacionales', 'Petrodistribución', 'Aditivos Técnicos', 'Comercial Bandera', 'Accesorios Express', 'Ampolletas y Más', 'Plumillas Austral'];
const CARS = [
  ['Toyota', 'Yaris'],
  ['Hyundai', 'Accent'],
  ['Kia', 'Morning'],
  ['Chevrolet', 'Sail'],
  ['Suzuki', 'Swift'],
  ['Nissan', 'Versa'],
  ['Toyota', 'Hilux'],
  ['Mitsubishi', 'L200'],
  ['Mazda', '3'],
  ['Peugeot', '208'],
] as const;

const rut = (number: number): string => `${String(number)}-${rutCheckDigit(String(number))}`;
const phone = (random: DemoRandom): string => `+56 9 ${String(random.int(3000, 9999))} ${String(random.int(1000, 9999))}`;
const mail = (first: string, last: string, index: number): string => `${fold(first)}.${fold(last)}${String(index)}@example.cl`;

export function demoSuppliers(random: DemoRandom) {
  return SUPPLIERS.map((name, index) => ({
    name: `${name} SpA`,
    contactName: `${random.pick(FIRST)} ${random.pick(LAST)}`,
    email: `ventas${String(index + 1)}@example.cl`,
    phone: phone(random),
    address: `${random.pick(STREETS)} ${String(random.int(100, 9000))}`,
    rut: rut(76_100_000 + index * 4_321),
  }));
}

export function demoCustomers(random: DemoRandom, count = 600) {
  return Array.from({ length: count }, (_, index) => {
    const isCompany = index % 10 === 0;
    const firstName = isCompany ? `${random.pick(COMPANIES)} ${random.pick(LAST)} Ltda.` : random.pick(FIRST);
    const lastName = isCompany ? '' : `${random.pick(LAST)} ${random.pick(LAST)}`;
    return {
      kind: isCompany ? ('COMPANY' as const) : ('PERSON' as const),
      firstName,
      lastName,
      giro: isCompany ? random.pick(GIROS) : '',
      email: isCompany ? `compras${String(index)}@example.cl` : mail(firstName, lastName.split(' ')[0] ?? '', index),
      phone: phone(random),
      address: `${random.pick(STREETS)} ${String(random.int(100, 9000))}`,
      comuna: random.pick(COMUNAS),
      rut: rut(isCompany ? 77_000_000 + index * 1_237 : 8_000_000 + index * 23_917),
      accountLimitClp: isCompany && index % 20 === 0 ? 2_000_000 : 0,
    };
  });
}

const CONSONANTS = 'BCDFGHJKLPRSTVWXYZ';

/** One car per customer: a plate of four letters and two digits, as since 2007. */
export function demoVehicle(random: DemoRandom, index: number) {
  const letter = (place: number): string => CONSONANTS[Math.floor(index / CONSONANTS.length ** place) % CONSONANTS.length] ?? 'B';
  const [make, model] = random.pick(CARS);
  return { plate: `${random.pick(['B', 'C', 'D', 'F', 'G', 'H', 'J', 'K'])}${letter(2)}${letter(1)}${letter(0)}${String(random.int(10, 99))}`, make, model, year: random.int(2008, 2025), note: '' };
}

export const DEMO_EMPLOYEES = [
  { code: 'E01', firstName: 'Olga', lastName: 'Soto', department: 'Gerencia', hiredOn: '2016-03-01', salaryClp: 2_400_000 },
  { code: 'E02', firstName: 'Marcela', lastName: 'Fuentes', department: 'Administración', hiredOn: '2018-06-15', salaryClp: 1_350_000 },
  { code: 'E03', firstName: 'Camila', lastName: 'Rojas', department: 'Caja', hiredOn: '2021-01-11', salaryClp: 720_000 },
  { code: 'E04', firstName: 'Bernardo', lastName: 'Ibáñez', department: 'Caja', hiredOn: '2022-09-05', salaryClp: 690_000 },
  { code: 'E05', firstName: 'Héctor', lastName: 'Cárcamo', department: 'Bodega', hiredOn: '2019-11-20', salaryClp: 780_000 },
  { code: 'E06', firstName: 'Luis', lastName: 'Peña', department: 'Taller', hiredOn: '2017-04-03', salaryClp: 950_000 },
] as const;
