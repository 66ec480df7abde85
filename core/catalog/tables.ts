/** The catalogue's tables; see migrations/sqlite/040_catalog.sql. */
import type { Generated } from 'kysely';

export interface CatalogTables {
  category: { id: string; parentId: string | null; name: string; position: number; archivedAtMs: number | null };
  product: ProductTable;
  productBarcode: { barcode: string; productId: string; quantityMilli: number };
  kitComponent: { kitId: string; componentId: string; quantityMilli: number };
  taxRate: { validFrom: string; rateBasisPoints: number };
  productSearch: { rowid: number; name: string; code: string; other: string };
}

interface ProductTable extends Omit<ProductFact, 'barcodes' | 'components'> {
  searchId: Generated<number>;
  skuFolded: string;
  nameFolded: string;
  popularity: Generated<number>;
}

/** A product as events carry it: everything another machine needs to hold the same product. */
export interface ProductFact {
  id: string;
  sku: string;
  name: string;
  description: string;
  brand: string;
  categoryId: string;
  supplierId: string | null;
  kind: 'GOODS' | 'SERVICE' | 'KIT';
  state: 'ACTIVE' | 'INACTIVE' | 'DISCONTINUED';
  priceClp: number;
  listCostMilliClp: number;
  unit: string;
  viscosity: string;
  presentation: string;
  location: string;
  taxKind: 'TAXED' | 'EXEMPT';
  negativeStock: 'BLOCK' | 'AUTHORISE' | 'ALLOW';
  barcodes: { barcode: string; quantityMilli: number }[];
  components: { productId: string; quantityMilli: number }[];
  createdAtMs: number;
  updatedAtMs: number;
}
