/** Employees, customers, suppliers and the cars that come in. */
import { defineModule } from '#core/engine/module.ts';
import { peopleContract } from './contract.ts';
import { peopleHandlers } from './handlers.ts';

export const peopleModule = defineModule({ contract: peopleContract, handlers: peopleHandlers });

export { customerForSale, type CustomerForSale, getSupplier, vehicleForSale } from './queries.ts';
export { createCustomer, createEmployee, createSupplier, createVehicle, recordVisit } from './service.ts';
export type { PeopleTables } from './tables.ts';
