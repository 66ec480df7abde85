/** Reads of people and cars. */
import { type RawBuilder, sql } from 'kysely';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { VehicleRow } from './contract.ts';
import { searchPatterns } from './rules.ts';
import type { PeopleTables } from './tables.ts';

const { db, select } = sqlFor<PeopleTables>();

export interface SearchFilter {
  text: string;
  archived: 'YES' | 'NO';
  limit: number;
  offset: number;
}

/** Every word of the text is in the folded search text, and the row is (not) archived. */
function matches(
  table: string,
  filter: SearchFilter,
  searched: RawBuilder<unknown> = sql.ref(`${table}.searchText`),
): RawBuilder<boolean> {
  const archived = filter.archived === 'YES' ? sql`is not null` : sql`is null`;
  const words = searchPatterns(filter.text).map((pattern) => sql` and ${searched} like ${pattern} escape '\\'`);
  return sql<boolean>`${sql.ref(`${table}.archivedAtMs`)} ${archived}${words.length > 0 ? sql.join(words, sql``) : sql``}`;
}

export function listEmployees(reader: Reader, filter: SearchFilter, seesSalaries: boolean) {
  const base = db.selectFrom('employee').where(matches('employee', filter));
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base.select(employeeColumns).orderBy('searchText').orderBy('id').limit(filter.limit).offset(filter.offset),
  );
  return { total, rows: rows.map((row) => withSalary(reader, row, seesSalaries)) };
}

const employeeColumns = [
  'id',
  'userId',
  'code',
  'firstName',
  'lastName',
  'rut',
  'department',
  'hiredOn',
  'archivedAtMs',
] as const;
const employeeById = select((p: { id: string }) =>
  db.selectFrom('employee').select(employeeColumns).where('id', '=', p.id),
);
const salaryOf = select((p: { employeeId: string }) =>
  db.selectFrom('employeeSalary').select('salaryClp').where('employeeId', '=', p.employeeId),
);

export function getEmployee(reader: Reader, id: string, seesSalaries: boolean) {
  const employee = employeeById.first(reader, { id });
  if (!employee) throw new DomainError('NOT_FOUND', { employee: id });
  return withSalary(reader, employee, seesSalaries);
}

/** Adds the salary for those who may see it; for all others it is not even read. */
const withSalary = <E extends { id: string }>(
  reader: Reader,
  employee: E,
  seesSalaries: boolean,
): E & { salaryClp: number | null } => ({
  ...employee,
  salaryClp: seesSalaries ? (salaryOf.first(reader, { employeeId: employee.id })?.salaryClp ?? null) : null,
});

const customerColumns = [
  'id',
  'kind',
  'firstName',
  'lastName',
  'giro',
  'email',
  'phone',
  'address',
  'comuna',
  'rut',
  'accountLimitClp',
  'createdAtMs',
  'archivedAtMs',
] as const;

export function listCustomers(reader: Reader, filter: SearchFilter) {
  const base = db.selectFrom('customer').where(matches('customer', filter));
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base.select(customerColumns).orderBy('searchText').orderBy('id').limit(filter.limit).offset(filter.offset),
  );
  return { total, rows };
}

const customerById = select((p: { id: string }) =>
  db.selectFrom('customer').select(customerColumns).where('id', '=', p.id),
);

export function getCustomer(reader: Reader, id: string) {
  const customer = customerById.first(reader, { id });
  if (!customer) throw new DomainError('NOT_FOUND', { customer: id });
  return { ...customer, vehicles: vehiclesOfCustomer.all(reader, { customerId: id }) };
}

/** What a sale freezes of its customer. */
export interface CustomerForSale {
  id: string;
  kind: 'PERSON' | 'COMPANY';
  name: string;
  email: string;
  rut: string | null;
  giro: string;
  accountLimitClp: number;
}

export function customerForSale(reader: Reader, id: string): CustomerForSale {
  const customer = customerById.first(reader, { id });
  if (!customer || customer.archivedAtMs !== null) throw new DomainError('NOT_FOUND', { customer: id });
  const { kind, email, rut, giro, accountLimitClp } = customer;
  return { id, kind, name: `${customer.firstName} ${customer.lastName}`.trim(), email, rut, giro, accountLimitClp };
}

export function listSuppliers(reader: Reader, filter: SearchFilter) {
  const base = db.selectFrom('supplier').where(matches('supplier', filter));
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base.select(supplierColumns).orderBy('searchText').orderBy('id').limit(filter.limit).offset(filter.offset),
  );
  return { total, rows };
}

const supplierColumns = ['id', 'name', 'contactName', 'email', 'phone', 'address', 'rut', 'archivedAtMs'] as const;
const supplierById = select((p: { id: string }) =>
  db.selectFrom('supplier').select(supplierColumns).where('id', '=', p.id),
);

export function getSupplier(reader: Reader, id: string) {
  const supplier = supplierById.first(reader, { id });
  if (!supplier) throw new DomainError('NOT_FOUND', { supplier: id });
  return supplier;
}

const vehicles = db
  .selectFrom('vehicle')
  .leftJoin('customer', 'customer.id', 'vehicle.customerId')
  .select((eb) => [
    'vehicle.id',
    'plate',
    'customerId',
    sql<string | null>`trim("customer"."firstName" || ' ' || "customer"."lastName")`.as('customerName'),
    'make',
    'model',
    'year',
    'note',
    'vehicle.archivedAtMs',
    eb
      .selectFrom('vehicleVisit')
      .select('odometerKm')
      .whereRef('vehicleId', '=', 'vehicle.id')
      .where('odometerKm', 'is not', null)
      .orderBy('atMs', 'desc')
      .limit(1)
      .as('lastOdometerKm'),
    eb
      .selectFrom('vehicleVisit')
      .select('atMs')
      .whereRef('vehicleId', '=', 'vehicle.id')
      .orderBy('atMs', 'desc')
      .limit(1)
      .as('lastVisitAtMs'),
  ]);
const vehicleById = select((p: { id: string }) => vehicles.where('vehicle.id', '=', p.id));
const vehicleByPlate = select((p: { plate: string }) => vehicles.where('plate', '=', p.plate));
const vehiclesOfCustomer = select((p: { customerId: string }) =>
  vehicles.where('vehicle.customerId', '=', p.customerId).where('vehicle.archivedAtMs', 'is', null).orderBy('plate'),
);
const visitsOf = select((p: { vehicleId: string }) =>
  db
    .selectFrom('vehicleVisit')
    .select(['id', 'orderId', 'odometerKm', 'atMs'])
    .where('vehicleId', '=', p.vehicleId)
    .orderBy('atMs', 'desc')
    .limit(20),
);

export function listVehicles(reader: Reader, filter: SearchFilter): { rows: VehicleRow[]; total: number } {
  const searched = sql`("vehicle"."searchText" || ' ' || coalesce("customer"."searchText", ''))`;
  const base = vehicles.where(matches('vehicle', filter, searched));
  const total = reader.first(base.clearSelect().select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  return { rows: reader.all(base.orderBy('plate').limit(filter.limit).offset(filter.offset)), total };
}

export function getVehicle(reader: Reader, id: string): VehicleRow {
  const vehicle = vehicleById.first(reader, { id });
  if (!vehicle) throw new DomainError('NOT_FOUND', { vehicle: id });
  return vehicle;
}

/** The car of a plate with its last visits, newest first. */
export function vehicleCard(reader: Reader, plate: string) {
  const vehicle = vehicleByPlate.first(reader, { plate });
  return vehicle ? { vehicle, visits: visitsOf.all(reader, { vehicleId: vehicle.id }) } : null;
}

const plateById = select((p: { id: string }) =>
  db.selectFrom('vehicle').select(['plate', 'make', 'model']).where('id', '=', p.id),
);

/** Plate, make and model for a sale; NOT_FOUND where there is none. */
export function vehicleForSale(reader: Reader, id: string): { plate: string; make: string; model: string } {
  const vehicle = plateById.first(reader, { id });
  if (!vehicle) throw new DomainError('NOT_FOUND', { vehicle: id });
  return vehicle;
}
