/** Joins people's services to their contract. */
import type { QueryContext } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import type { peopleContract } from './contract.ts';
import * as queries from './queries.ts';
import * as service from './service.ts';

/** What a command carries besides its fields. */
const fieldsOf = <I extends { commandId: string; overrideIds?: string[] | undefined }>(input: I) => {
  const { commandId: _, overrideIds: __, ...fields } = input;
  return fields;
};

const seesSalaries = (context: QueryContext): boolean => context.actor.permissions.has('salaries.read');

export const peopleHandlers: Handlers<typeof peopleContract> = {
  employees: {
    list: (context, input) => {
      const answer = queries.listEmployees(context.reader, input, seesSalaries(context));
      if (seesSalaries(context))
        context.audit('people.salariesRead', { employeeIds: answer.rows.map((row) => row.id) });
      return answer;
    },
    get: (context, { id }) => {
      if (seesSalaries(context)) context.audit('people.salariesRead', { employeeIds: [id] });
      return queries.getEmployee(context.reader, id, seesSalaries(context));
    },
    create: (context, input) => service.createEmployee(context, fieldsOf(input)),
    update: (context, { id, patch }) => service.updateEmployee(context, id, patch),
    archive: (context, { id, archived }) => service.archive(context, 'employee', id, archived),
  },
  customers: {
    list: (context, input) => queries.listCustomers(context.reader, input),
    get: (context, { id }) => queries.getCustomer(context.reader, id),
    create: (context, input) => service.createCustomer(context, fieldsOf(input)),
    update: (context, { id, patch }) => service.updateCustomer(context, id, patch),
    archive: (context, { id, archived }) => service.archive(context, 'customer', id, archived),
  },
  suppliers: {
    list: (context, input) => queries.listSuppliers(context.reader, input),
    get: (context, { id }) => queries.getSupplier(context.reader, id),
    create: (context, input) => service.createSupplier(context, fieldsOf(input)),
    update: (context, { id, patch }) => service.updateSupplier(context, id, patch),
    archive: (context, { id, archived }) => service.archive(context, 'supplier', id, archived),
  },
  vehicles: {
    list: (context, input) => queries.listVehicles(context.reader, input),
    get: (context, { id }) => queries.getVehicle(context.reader, id),
    byPlate: (context, { plate }) => queries.vehicleCard(context.reader, plate),
    create: (context, input) => service.createVehicle(context, fieldsOf(input)),
    update: (context, { id, patch }) => service.updateVehicle(context, id, patch),
    archive: (context, { id, archived }) => service.archive(context, 'vehicle', id, archived),
  },
};
