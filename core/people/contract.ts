/** What may be asked of employees, customers, suppliers and vehicles. */
import { z } from 'zod';
import { command, query } from '#core/shared/procedure.ts';
import { clpAmount, id, localDate, name, page, rut, text } from '#core/shared/schemas.ts';

const emailText = z.union([z.literal(''), z.email().max(254)]);
/** Retires a row, or takes it back. */
const archiving = { id, archived: z.enum(['YES', 'NO']).default('YES') };
const done = z.strictObject({ id: z.string() });
const search = { text: text(80).default(''), archived: z.enum(['NO', 'YES']).default('NO'), ...page };

/** A Chilean plate: BBBB12, AB1234 or a motorcycle's BBB12; spaces, dots and hyphens are dropped. */
export const plate = z
  .string()
  .max(12)
  .transform((value) => value.toUpperCase().replace(/[^A-Z0-9]/g, ''))
  .pipe(z.string().regex(/^([A-Z]{4}\d{2}|[A-Z]{2}\d{4}|[A-Z]{3}\d{2,3})$/));

const employeeFields = {
  userId: id.nullable(),
  code: z.string().trim().min(1).max(20),
  firstName: name(60),
  lastName: name(60),
  rut: rut.nullable(),
  department: text(60),
  hiredOn: localDate,
  /** Omit it to leave the salary alone; needs salaries.read. */
  salaryClp: clpAmount.optional(),
} as const;

export const employeeRow = z.strictObject({
  id: z.string(),
  userId: z.string().nullable(),
  code: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  rut: z.string().nullable(),
  department: z.string(),
  hiredOn: z.string(),
  salaryClp: z.int().nullable(),
  archivedAtMs: z.int().nullable(),
});

const customerFields = {
  kind: z.enum(['PERSON', 'COMPANY']),
  firstName: name(120),
  lastName: text(120),
  giro: text(120),
  email: emailText,
  phone: text(30),
  address: text(),
  comuna: text(60),
  rut: rut.nullable(),
  accountLimitClp: clpAmount,
} as const;

export const customerRow = z.strictObject({
  id: z.string(),
  kind: customerFields.kind,
  firstName: z.string(),
  lastName: z.string(),
  giro: z.string(),
  email: z.string(),
  phone: z.string(),
  address: z.string(),
  comuna: z.string(),
  rut: z.string().nullable(),
  accountLimitClp: z.int(),
  createdAtMs: z.int(),
  archivedAtMs: z.int().nullable(),
});

const supplierFields = {
  name: name(120),
  contactName: text(120),
  email: emailText,
  phone: text(30),
  address: text(),
  rut: rut.nullable(),
} as const;

export const supplierRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  contactName: z.string(),
  email: z.string(),
  phone: z.string(),
  address: z.string(),
  rut: z.string().nullable(),
  archivedAtMs: z.int().nullable(),
});

const vehicleFields = {
  plate,
  customerId: id.nullable(),
  make: text(40),
  model: text(60),
  year: z.int().min(1900).max(2100).nullable(),
  note: text(200),
} as const;

export const vehicleRow = z.strictObject({
  id: z.string(),
  plate: z.string(),
  customerId: z.string().nullable(),
  customerName: z.string().nullable(),
  make: z.string(),
  model: z.string(),
  year: z.int().nullable(),
  note: z.string(),
  lastOdometerKm: z.int().nullable(),
  lastVisitAtMs: z.int().nullable(),
  archivedAtMs: z.int().nullable(),
});
export type VehicleRow = z.infer<typeof vehicleRow>;

const rows = <R extends z.ZodType>(row: R) => z.strictObject({ rows: z.array(row), total: z.int() });

export const peopleContract = {
  employees: {
    list: query({
      summary: 'Employees by name, code or RUT; salaries only for whom they are meant',
      access: 'employees.read',
      input: search,
      output: rows(employeeRow),
      topics: ['employee', 'employeeSalary'],
    }),
    get: query({
      summary: 'One employee',
      access: 'employees.read',
      input: { id },
      output: employeeRow,
      topics: ['employee', 'employeeSalary'],
    }),
    create: command({ summary: 'Adds an employee', access: 'employees.write', input: employeeFields, output: done }),
    update: command({
      summary: 'Changes an employee',
      access: 'employees.write',
      input: { id, patch: z.strictObject(employeeFields).partial() },
      output: done,
    }),
    archive: command({
      summary: 'Retires an employee, or takes him back',
      access: 'employees.write',
      input: archiving,
      output: done,
    }),
  },
  customers: {
    list: query({
      summary: 'Customers by name, RUT, e-mail or phone',
      access: 'customers.read',
      input: search,
      output: rows(customerRow),
      topics: ['customer'],
    }),
    get: query({
      summary: 'A customer with his vehicles',
      access: 'customers.read',
      input: { id },
      output: customerRow.extend({ vehicles: z.array(vehicleRow) }),
      topics: ['customer', 'vehicle', 'vehicleVisit'],
    }),
    create: command({ summary: 'Adds a customer', access: 'customers.write', input: customerFields, output: done }),
    update: command({
      summary: 'Changes a customer',
      access: 'customers.write',
      input: { id, patch: z.strictObject(customerFields).partial() },
      output: done,
    }),
    archive: command({
      summary: 'Retires a customer, or takes him back',
      access: 'customers.write',
      input: archiving,
      output: done,
    }),
  },
  suppliers: {
    list: query({
      summary: 'Suppliers by name, contact, RUT, e-mail or phone',
      access: 'suppliers.read',
      input: search,
      output: rows(supplierRow),
      topics: ['supplier'],
    }),
    get: query({
      summary: 'One supplier',
      access: 'suppliers.read',
      input: { id },
      output: supplierRow,
      topics: ['supplier'],
    }),
    create: command({ summary: 'Adds a supplier', access: 'suppliers.write', input: supplierFields, output: done }),
    update: command({
      summary: 'Changes a supplier',
      access: 'suppliers.write',
      input: { id, patch: z.strictObject(supplierFields).partial() },
      output: done,
    }),
    archive: command({
      summary: 'Retires a supplier, or takes it back',
      access: 'suppliers.write',
      input: archiving,
      output: done,
    }),
  },
  vehicles: {
    list: query({
      summary: 'Vehicles by plate, make, model or owner',
      access: 'customers.read',
      input: search,
      output: rows(vehicleRow),
      topics: ['vehicle', 'vehicleVisit', 'customer'],
    }),
    get: query({
      summary: 'One vehicle',
      access: 'customers.read',
      input: { id },
      output: vehicleRow,
      topics: ['vehicle', 'vehicleVisit', 'customer'],
    }),
    byPlate: query({
      summary: 'The vehicle of a plate with its visits, or null',
      access: 'customers.read',
      input: { plate },
      output: z
        .strictObject({
          vehicle: vehicleRow,
          visits: z.array(
            z.strictObject({ id: z.string(), orderId: z.string(), odometerKm: z.int().nullable(), atMs: z.int() }),
          ),
        })
        .nullable(),
      topics: ['vehicle', 'vehicleVisit', 'customer'],
    }),
    create: command({ summary: 'Adds a vehicle', access: 'customers.write', input: vehicleFields, output: done }),
    update: command({
      summary: 'Changes a vehicle',
      access: 'customers.write',
      input: { id, patch: z.strictObject(vehicleFields).partial() },
      output: done,
    }),
    archive: command({
      summary: 'Retires a vehicle, or takes it back',
      access: 'customers.write',
      input: archiving,
      output: done,
    }),
  },
};
