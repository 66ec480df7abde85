/** Writes of people and cars. Each runs inside one command. */
import { userName } from '#core/auth/index.ts';
import type { CommandContext } from '#core/engine/context.ts';
import { appendLocalEvent } from '#core/engine/events.ts';
import { masterTable } from '#core/engine/master.ts';
import { sqlFor } from '#core/engine/sql.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { Parsed } from '#core/shared/procedure.ts';
import { ANONYMOUS_RUT } from '#core/shared/rut.ts';
import type { peopleContract } from './contract.ts';
import { peopleEvents } from './events.ts';
import { searchText } from './rules.ts';
import type { PeopleTables } from './tables.ts';

const { db, select, insert, change } = sqlFor<PeopleTables>();
const employees = masterTable(db, 'employee');
const customers = masterTable(db, 'customer');
const suppliers = masterTable(db, 'supplier');
const vehicles = masterTable(db, 'vehicle');

const employeeById = select((p: { id: string }) =>
  db.selectFrom('employee').select(['code', 'firstName', 'lastName', 'rut', 'department']).where('id', '=', p.id),
);
const employeeByUser = select((p: { userId: string }) =>
  db.selectFrom('employee').select('id').where('userId', '=', p.userId),
);
const employeeByRut = select((p: { rut: string }) => db.selectFrom('employee').select('id').where('rut', '=', p.rut));
const employeeByCode = select((p: { code: string }) =>
  db.selectFrom('employee').select('id').where('code', '=', p.code),
);
const customerById = select((p: { id: string }) =>
  db
    .selectFrom('customer')
    .select(['firstName', 'lastName', 'rut', 'email', 'phone', 'giro', 'accountLimitClp'])
    .where('id', '=', p.id),
);
const customerByRut = select((p: { rut: string }) => db.selectFrom('customer').select('id').where('rut', '=', p.rut));
const supplierById = select((p: { id: string }) =>
  db.selectFrom('supplier').select(['name', 'contactName', 'rut', 'email', 'phone']).where('id', '=', p.id),
);
const supplierByRut = select((p: { rut: string }) => db.selectFrom('supplier').select('id').where('rut', '=', p.rut));
const vehicleById = select((p: { id: string }) =>
  db.selectFrom('vehicle').select(['plate', 'make', 'model']).where('id', '=', p.id),
);
const vehicleByPlate = select((p: { plate: string }) =>
  db.selectFrom('vehicle').select('id').where('plate', '=', p.plate),
);
const insertVisit = insert('vehicleVisit', ['id', 'vehicleId', 'orderId', 'odometerKm', 'atMs']);
const saveSalary = change((p: PeopleTables['employeeSalary']) =>
  db
    .insertInto('employeeSalary')
    .values({ employeeId: p.employeeId, salaryClp: p.salaryClp, changedAtMs: p.changedAtMs })
    .onConflict((conflict) =>
      conflict.column('employeeId').doUpdateSet({ salaryClp: p.salaryClp, changedAtMs: p.changedAtMs }),
    ),
);

type EmployeeInput = Omit<Parsed<typeof peopleContract.employees.create>, 'commandId' | 'overrideIds'>;
type CustomerInput = Omit<Parsed<typeof peopleContract.customers.create>, 'commandId' | 'overrideIds'>;
type SupplierInput = Omit<Parsed<typeof peopleContract.suppliers.create>, 'commandId' | 'overrideIds'>;
type VehicleInput = Omit<Parsed<typeof peopleContract.vehicles.create>, 'commandId' | 'overrideIds'>;
type Patch<T> = { [K in keyof T]?: T[K] | undefined };

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields of a patch that were given; the others stay as they are. */
const given = <T extends object>(patch: T): Given<T> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Given<T>;

export function createEmployee(context: CommandContext, input: EmployeeInput): { id: string } {
  const { salaryClp, ...fields } = input;
  requireFreeCode(context, fields.code, '');
  requireFreeRut(context, 'employee', fields.rut, '');
  requireFreeUser(context, fields.userId, '');
  const row = { id: context.newId(), ...fields, searchText: employeeText(fields), archivedAtMs: null };
  employees.insert(context.writer, context.stamp, row);
  setSalary(context, row.id, salaryClp);
  context.record(peopleEvents.employeeCreated, row.id, { row });
  return { id: row.id };
}

export function updateEmployee(context: CommandContext, id: string, patch: Patch<EmployeeInput>): { id: string } {
  const current = employeeById.first(context.writer, { id });
  if (!current) throw new DomainError('NOT_FOUND', { employee: id });
  const { salaryClp, ...rest } = patch;
  const fields = given(rest);
  if (fields.code !== undefined) requireFreeCode(context, fields.code, id);
  requireFreeRut(context, 'employee', fields.rut ?? null, id);
  requireFreeUser(context, fields.userId ?? null, id);
  const full = { ...fields, searchText: employeeText({ ...current, ...fields }) } as Partial<PeopleTables['employee']>;
  employees.update(context.writer, context.stamp, id, full);
  setSalary(context, id, salaryClp);
  context.record(peopleEvents.employeeChanged, id, { id, patch: full });
  return { id };
}

/** A salary stays on this machine and leaves only its trace: who changed whose. */
function setSalary(context: CommandContext, employeeId: string, salaryClp: number | undefined): void {
  if (salaryClp === undefined) return;
  // No override either: what only the owner may see, a PIN does not open.
  if (!context.actor.permissions.has('salaries.read'))
    throw new DomainError('FORBIDDEN', { permission: 'salaries.read' });
  saveSalary.run(context.writer, { employeeId, salaryClp, changedAtMs: context.nowMs });
  appendLocalEvent(context.writer, 'people.salaryChanged', context.actor.userId, context.nowMs, { employeeId });
}

export function createCustomer(context: CommandContext, input: CustomerInput): { id: string } {
  requireFreeRut(context, 'customer', input.rut, '');
  requireAccountRight(context, '', 0, input.accountLimitClp);
  const row = {
    id: context.newId(),
    ...input,
    searchText: customerText(input),
    createdAtMs: context.nowMs,
    archivedAtMs: null,
  };
  customers.insert(context.writer, context.stamp, row);
  context.record(peopleEvents.customerCreated, row.id, { row });
  return { id: row.id };
}

export function updateCustomer(context: CommandContext, id: string, patch: Patch<CustomerInput>): { id: string } {
  const current = customerById.first(context.writer, { id });
  if (!current) throw new DomainError('NOT_FOUND', { customer: id });
  const fields = given(patch);
  requireFreeRut(context, 'customer', fields.rut ?? null, id);
  requireAccountRight(context, id, current.accountLimitClp, fields.accountLimitClp);
  const full = { ...fields, searchText: customerText({ ...current, ...fields }) } as Partial<PeopleTables['customer']>;
  customers.update(context.writer, context.stamp, id, full);
  context.record(peopleEvents.customerChanged, id, { id, patch: full });
  return { id };
}

/** Whoever gives credit, or changes it, needs the permission for it; saving a form that holds the same limit does not. */
function requireAccountRight(
  context: CommandContext,
  entity: string,
  currentClp: number,
  limitClp: number | undefined,
): void {
  if (limitClp !== undefined && limitClp !== currentClp)
    context.authorise('sales.account', { entity, amountClp: limitClp });
}

export function createSupplier(context: CommandContext, input: SupplierInput): { id: string } {
  requireFreeRut(context, 'supplier', input.rut, '');
  const row = { id: context.newId(), ...input, searchText: supplierText(input), archivedAtMs: null };
  suppliers.insert(context.writer, context.stamp, row);
  context.record(peopleEvents.supplierCreated, row.id, { row });
  return { id: row.id };
}

export function updateSupplier(context: CommandContext, id: string, patch: Patch<SupplierInput>): { id: string } {
  const current = supplierById.first(context.writer, { id });
  if (!current) throw new DomainError('NOT_FOUND', { supplier: id });
  const fields = given(patch);
  requireFreeRut(context, 'supplier', fields.rut ?? null, id);
  const full = { ...fields, searchText: supplierText({ ...current, ...fields }) } as Partial<PeopleTables['supplier']>;
  suppliers.update(context.writer, context.stamp, id, full);
  context.record(peopleEvents.supplierChanged, id, { id, patch: full });
  return { id };
}

export function createVehicle(context: CommandContext, input: VehicleInput): { id: string } {
  requireFreePlate(context, input.plate, '');
  requireCustomer(context, input.customerId);
  const row = {
    id: context.newId(),
    ...input,
    searchText: vehicleText(input),
    createdAtMs: context.nowMs,
    archivedAtMs: null,
  };
  vehicles.insert(context.writer, context.stamp, row);
  context.record(peopleEvents.vehicleCreated, row.id, { row });
  return { id: row.id };
}

export function updateVehicle(context: CommandContext, id: string, patch: Patch<VehicleInput>): { id: string } {
  const current = vehicleById.first(context.writer, { id });
  if (!current) throw new DomainError('NOT_FOUND', { vehicle: id });
  const fields = given(patch);
  if (fields.plate !== undefined) requireFreePlate(context, fields.plate, id);
  requireCustomer(context, fields.customerId ?? null);
  const full = { ...fields, searchText: vehicleText({ ...current, ...fields }) } as Partial<PeopleTables['vehicle']>;
  vehicles.update(context.writer, context.stamp, id, full);
  context.record(peopleEvents.vehicleChanged, id, { id, patch: full });
  return { id };
}

const archivable = {
  employee: { table: employees, event: peopleEvents.employeeChanged },
  customer: { table: customers, event: peopleEvents.customerChanged },
  supplier: { table: suppliers, event: peopleEvents.supplierChanged },
  vehicle: { table: vehicles, event: peopleEvents.vehicleChanged },
} as const;

/** Retires a row, or takes it back. Nothing is deleted: past documents name it. */
export function archive(
  context: CommandContext,
  kind: keyof typeof archivable,
  id: string,
  archived: 'YES' | 'NO' = 'YES',
): { id: string } {
  const patch = { archivedAtMs: archived === 'YES' ? context.nowMs : null };
  const { table, event } = archivable[kind];
  if (!table.update(context.writer, context.stamp, id, patch)) throw new DomainError('NOT_FOUND', { [kind]: id });
  context.record(event, id, { id, patch });
  return { id };
}

/** Notes that a car came in with a sale; part of the sale's command and event. */
export function recordVisit(
  context: CommandContext,
  visit: { vehicleId: string; orderId: string; odometerKm: number | null },
): PeopleTables['vehicleVisit'] {
  const row = { id: context.newId(), ...visit, atMs: context.nowMs };
  insertVisit.run(context.writer, row);
  return row;
}

function requireFreeCode(context: CommandContext, code: string, id: string): void {
  const owner = employeeByCode.first(context.writer, { code });
  if (owner && owner.id !== id) throw new DomainError('CODE_TAKEN', { code });
}

const ruts = { customer: customerByRut, supplier: supplierByRut, employee: employeeByRut };

/** A RUT is given once per kind; buyers and suppliers without one share the anonymous RUT. */
function requireFreeRut(context: CommandContext, kind: keyof typeof ruts, rut: string | null, id: string): void {
  if (rut === null || (rut === ANONYMOUS_RUT && kind !== 'employee')) return;
  const owner = ruts[kind].first(context.writer, { rut });
  if (owner && owner.id !== id) throw new DomainError('RUT_TAKEN', { rut });
}

function requireFreeUser(context: CommandContext, userId: string | null, id: string): void {
  if (userId === null) return;
  if (userName(context.writer, userId) === '') throw new DomainError('NOT_FOUND', { user: userId });
  const owner = employeeByUser.first(context.writer, { userId });
  if (owner && owner.id !== id) throw new DomainError('CONFLICT', { reason: 'USER_HAS_EMPLOYEE', user: userId });
}

function requireCustomer(context: CommandContext, customerId: string | null): void {
  if (customerId === null || customerById.first(context.writer, { id: customerId })) return;
  throw new DomainError('NOT_FOUND', { customer: customerId });
}

function requireFreePlate(context: CommandContext, plate: string, id: string): void {
  const owner = vehicleByPlate.first(context.writer, { plate });
  if (owner && owner.id !== id) throw new DomainError('PLATE_TAKEN', { plate });
}

const employeeText = (row: {
  firstName: string;
  lastName: string;
  code: string;
  rut: string | null;
  department: string;
}): string => searchText([row.firstName, row.lastName, row.code, row.rut, row.department]);
const customerText = (row: {
  firstName: string;
  lastName: string;
  rut: string | null;
  email: string;
  phone: string;
  giro: string;
}): string => searchText([row.firstName, row.lastName, row.rut, row.email, row.phone, row.giro]);
const vehicleText = (row: { plate: string; make: string; model: string }): string =>
  searchText([row.plate, row.make, row.model]);
const supplierText = (row: {
  name: string;
  contactName: string;
  rut: string | null;
  email: string;
  phone: string;
}): string => searchText([row.name, row.contactName, row.rut, row.email, row.phone]);
