/** Names of the shop that questions may hold, kept until one of their tables changes. */
import type { CatalogTables } from '#core/catalog/index.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { PeopleTables } from '#core/people/index.ts';
import { words } from '#core/shared/text.ts';
import type { Vocabulary } from './slots.ts';

const { db, select } = sqlFor<
  CatalogTables & PeopleTables & EngineTables & { user: { firstName: string; lastName: string; state: string } }
>();
const sellers = select(() => db.selectFrom('user').select(['firstName', 'lastName']).where('state', '=', 'ACTIVE'));
const suppliers = select(() => db.selectFrom('supplier').select('name').where('archivedAtMs', 'is', null));
const categories = select(() => db.selectFrom('category').select('name').where('archivedAtMs', 'is', null));
const brands = select(() => db.selectFrom('product').select('brand').distinct().where('brand', '!=', ''));
const names = select(() => db.selectFrom('product').select('nameFolded').where('state', '=', 'ACTIVE'));

export const VOCABULARY_TOPICS = ['user', 'supplier', 'category', 'product'] as const;

export function readVocabulary(reader: Reader): Vocabulary {
  return {
    sellers: sellers.all(reader, {}).map(({ firstName, lastName }) => `${firstName} ${lastName}`.trim()),
    suppliers: suppliers.all(reader, {}).map(({ name }) => name),
    categories: categories.all(reader, {}).map(({ name }) => name),
    brands: brands.all(reader, {}).map(({ brand }) => brand),
    productWords: new Set(names.all(reader, {}).flatMap(({ nameFolded }) => words(nameFolded))),
  };
}
