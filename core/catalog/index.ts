/** What the shop sells: categories, products, barcodes, kits, search and the IVA rate. */
import { defineModule } from '#core/engine/module.ts';
import { catalogContract } from './contract.ts';
import { catalogHandlers } from './handlers.ts';

export const catalogModule = defineModule({ contract: catalogContract, handlers: catalogHandlers });

export { catalogEvents } from './events.ts';
export {
  type Component,
  listCost,
  productFact,
  requireGoods,
  sellableProduct,
  type SellableProduct,
  taxRateOn,
} from './queries.ts';
export {
  type Candidate,
  findByCode,
  indexProduct,
  matchesText,
  savePopularity,
  searchProducts,
  underCategory,
} from './search.ts';
export { createCategory, createProduct } from './service.ts';
export type { CatalogTables, ProductFact } from './tables.ts';
