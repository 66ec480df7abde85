/** Joins the catalogue's services to its contract. */
import type { Handlers } from '#core/engine/module.ts';
import type { catalogContract } from './contract.ts';
import { getProduct, listCategories, listProducts } from './queries.ts';
import * as service from './service.ts';

export const catalogHandlers: Handlers<typeof catalogContract> = {
  categories: {
    list: (context) => listCategories(context.reader),
    create: (context, { name, parentId, position }) => service.createCategory(context, { name, parentId, position }),
    update: (context, { id, name, parentId, position }) =>
      service.updateCategory(context, { id, name, parentId, position }),
    archive: (context, { id }) => service.archiveCategory(context, id),
  },
  products: {
    list: (context, input) => listProducts(context.reader, input, context.actor.permissions.has('cost.read')),
    get: (context, { id }) => getProduct(context.reader, id, context.actor.permissions.has('cost.read')),
    create: (context, { commandId: _, overrideIds: __, ...product }) => service.createProduct(context, product),
    update: (context, { id, patch }) => service.updateProduct(context, id, patch),
    setPrices: (context, { prices }) => service.setPrices(context, prices),
  },
};
