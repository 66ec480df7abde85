/** The facts that the catalogue records. */
import { eventKind } from '#core/engine/events.ts';
import type { CatalogTables, ProductFact } from './tables.ts';

export const catalogEvents = {
  categoryCreated: eventKind<{ category: CatalogTables['category'] }>('catalog.categoryCreated', 1),
  categoryChanged: eventKind<{ id: string; patch: object }>('catalog.categoryChanged', 1),
  productCreated: eventKind<{ product: ProductFact }>('catalog.productCreated', 1),
  productChanged: eventKind<{ id: string; patch: { [F in keyof ProductFact]?: ProductFact[F] | undefined } }>(
    'catalog.productChanged',
    1,
  ),
  pricesChanged: eventKind<{
    prices: { id: string; priceClp: number; previousPriceClp: number }[];
    /** Absent in what early versions recorded. */
    updatedAtMs?: number;
  }>('catalog.pricesChanged', 1),
};
