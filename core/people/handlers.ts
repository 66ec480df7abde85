/** Joins people's services to their contract. */
import type { Handlers } from '#core/engine/module.ts';
import type { peopleContract } from './contract.ts';
import * as queries from './queries.ts';
import * as service from './service.ts';

/** What a command carries besides its fields. */
const fieldsOf = <I extends { commandId: string; overrideIds?: string[] | undefined }>(input: I) => {
  const { commandId: _, overrideIds: __, ...fields } = input;
  return fields;
};

export const peopleHandlers: Handlers<typeof peopleContract> = {
  employees: {
    list: (context, input) => {
      const seesSalaries = context.actor.permissions.has('salaries.read');
      const answer = queries.listEmployees(context.reader, input, seesSalaries);
      if (seesSalaries) context.audit('people.salariesRead', { count: answer.rows.length });
      return answer;
    },
    create: (context, input) => service.createEmployee(context, fieldsOf(input)),
    update: (context, { id, patch }) => service.updateEmployee(context, id, patch),
    archive: (context, { id }) => service.archive(context, 'employee', id),
  },
  customers: {
    list: (context, input) => queries.listCustomers(context.reader, input),
    get: (context, { id }) => queries.getCustomer(context.reader, id),
    create: (context, input) => service.createCustomer(context, fieldsOf(input)),
    update: (context, { id, patch }) => service.updateCustomer(context, id, patch),
    archive: (context, { id }) => service.archive(context, 'customer', id),
  },
  suppliers: {
    list: (context, input) => queries.listSuppliers(context.reader, input),
    create: (context, input) => service.createSupplier(context, fieldsOf(input)),
    update: (context, { id, patch }) => service.updateSupplier(context, id, patch),
    archive: (context, { id }) => service.archive(context, 'supplier', id),
  },
  vehicles: {
    list: (context, input) => queries.listVehicles(context.reader, input),
    byPlate: (context, { plate }) => queries.vehicleCard(context.reader, plate),
    create: (context, input) => service.createVehicle(context, fieldsOf(input)),
    update: (context, { id, patch }) => service.updateVehicle(context, id, patch),
  },
};
