/**
 * Product search. Text goes through FTS5 with every word quoted; the ranking is ours: an exact SKU, then names that begin with what
 * was typed, then whole words before beginnings of words, then what sells most.
 */
import { sql } from 'kysely';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import { fold, words } from '#core/shared/text.ts';
import type { CatalogTables, ProductFact } from './tables.ts';

const { db, select, change } = sqlFor<CatalogTables>();

/** So many candidates of each sort are ranked; text that matches more is too broad for ranking to help, but for the best sellers. */
const CANDIDATES = 300;
/** Best sellers are looked for among so many matches: beyond, finding them would take longer than the next letter. */
const BROAD = 5_000;

export interface Candidate {
  id: string;
  sku: string;
  skuFolded: string;
  name: string;
  nameFolded: string;
  popularity: number;
}

const columns = [
  'product.id',
  'product.sku',
  'product.skuFolded',
  'product.name',
  'product.nameFolded',
  'product.popularity',
] as const;
const matching = select((p: { match: string; limit: number }) =>
  db
    .selectFrom('productSearch')
    .innerJoin('product', 'product.searchId', 'productSearch.rowid')
    .select(columns)
    .where(sql<boolean>`"productSearch" match ${p.match}`)
    .where('product.state', '=', 'ACTIVE')
    .limit(p.limit),
);
const bestSelling = select((p: { match: string; broad: number; limit: number }) =>
  db
    .selectFrom('product')
    .select(columns)
    .where('popularity', '>', 0)
    .where(
      sql<boolean>`+"searchId" in (select "rowid" from "productSearch" where "productSearch" match ${p.match} limit ${p.broad})`,
    )
    .where('state', '=', 'ACTIVE')
    .orderBy('popularity', 'desc')
    .limit(p.limit),
);
const byNamePrefix = select((p: { from: string; to: string; limit: number }) =>
  db
    .selectFrom('product')
    .select(columns)
    .where('nameFolded', '>=', p.from)
    .where('nameFolded', '<', p.to)
    .where('state', '=', 'ACTIVE')
    .orderBy('nameFolded')
    .limit(p.limit),
);
const bySkuPrefix = select((p: { from: string; to: string; limit: number }) =>
  db
    .selectFrom('product')
    .select(columns)
    .where('skuFolded', '>=', p.from)
    .where('skuFolded', '<', p.to)
    .where('state', '=', 'ACTIVE')
    .orderBy('skuFolded')
    .limit(p.limit),
);
const byBarcode = select((p: { barcode: string }) =>
  db.selectFrom('productBarcode').select(['productId', 'quantityMilli']).where('barcode', '=', p.barcode),
);
const bySku = select((p: { skuFolded: string }) =>
  db.selectFrom('product').select('id').where('skuFolded', '=', p.skuFolded),
);

/** The product of a scanned or typed code: a barcode, else an SKU. A pack's barcode answers the pack's quantity. */
export function findByCode(reader: Reader, code: string): { productId: string; quantityMilli: number } | undefined {
  const barcode = byBarcode.first(reader, { barcode: code.trim() });
  if (barcode) return barcode;
  const product = bySku.first(reader, { skuFolded: fold(code) });
  return product && { productId: product.id, quantityMilli: 1000 };
}

/** Active products for what was typed, best first. All-digit text of three or more characters is a code, never prose. */
export function searchProducts(reader: Reader, typed: string, limit: number): Candidate[] {
  const text = fold(typed);
  if (text === '') return [];
  const found = new Map<string, Candidate>();
  const add = (rows: Candidate[]): void => rows.forEach((row) => found.set(row.id, row));
  const prefix = { from: text, to: `${text}\u{10ffff}` };
  if (!/\s/.test(text)) add(bySkuPrefix.all(reader, { ...prefix, limit }));
  const tokens = tokensOf(text);
  if (tokens.length > 0 && !/^\d{3,}$/.test(text)) {
    const match = everyWord(tokens);
    add(byNamePrefix.all(reader, { ...prefix, limit: CANDIDATES }));
    const matches = matching.all(reader, { match, limit: CANDIDATES });
    add(matches);
    if (matches.length === CANDIDATES) add(bestSelling.all(reader, { match, broad: BROAD, limit }));
  }
  return rank([...found.values()], text, tokens).slice(0, limit);
}

function rank(candidates: readonly Candidate[], text: string, tokens: readonly string[]): Candidate[] {
  const score = (candidate: Candidate): number => {
    if (candidate.skuFolded === text) return 0;
    const exact = tokens.filter((token) => hasWord(candidate.nameFolded, token)).length;
    return 1 + (tokens.length - exact) * 2 + (candidate.nameFolded.startsWith(text) ? 0 : 1);
  };
  return candidates
    .map((candidate) => ({ candidate, score: score(candidate) }))
    .sort(
      (a, b) =>
        a.score - b.score ||
        b.candidate.popularity - a.candidate.popularity ||
        (a.candidate.nameFolded < b.candidate.nameFolded ? -1 : 1),
    )
    .map(({ candidate }) => candidate);
}

const LETTER = /[\p{L}\p{N}]/u;

/** Whether a folded text holds a word whole. By hand: splitting hundreds of names at each keystroke cost more than finding them. */
function hasWord(folded: string, word: string): boolean {
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    const isStart = at === 0 || !LETTER.test(folded.charAt(at - 1));
    const after = folded.charAt(at + word.length);
    if (isStart && (after === '' || !LETTER.test(after))) return true;
  }
  return false;
}

/** Each word as a quoted prefix, all of them wanted: text that a person typed never reaches FTS5 as an operator. */
function everyWord(tokens: readonly string[]): string {
  return tokens.map((token) => `"${token}"*`).join(' AND ');
}

/** The distinct words of a text; beyond a dozen they narrow nothing and each costs a walk through the index. */
function tokensOf(text: string): string[] {
  return [...new Set(words(text))].slice(0, 12);
}

/** For lists: the condition that a product's name, code, brand, viscosity or category holds the words of a text. */
export function matchesText(text: string) {
  const match = everyWord(tokensOf(text));
  // A text without a single letter or digit narrows nothing.
  if (match === '') return sql<boolean>`true`;
  return sql<boolean>`"product"."searchId" in (select "rowid" from "productSearch" where "productSearch" match ${match})`;
}

/** For lists: the condition that a product is in a category or in one below it. */
export function underCategory(categoryId: string) {
  return sql<boolean>`"product"."categoryId" in (
    with recursive tree (id) as (
      select ${categoryId} union select child."id" from "category" child join tree on child."parentId" = tree.id
    ) select id from tree)`;
}

const forgetPopularity = change((_: object) =>
  db.updateTable('product').set({ popularity: 0 }).where('popularity', '>', 0),
);
const setPopularity = change((p: { productId: string; count: number }) =>
  db.updateTable('product').set({ popularity: p.count }).where('id', '=', p.productId),
);

/** Replaces what is known of how often products sell. It orders the counter's tiles, belongs to this machine and is in no event. */
export function savePopularity(writer: Writer, rows: readonly { productId: string; count: number }[]): number {
  forgetPopularity.run(writer, {});
  for (const row of rows) setPopularity.run(writer, row);
  return rows.length;
}

const categoryNames = select((p: { id: string }) =>
  db.selectFrom('category').select(['name', 'parentId']).where('id', '=', p.id),
);
const removeEntry = change((p: { searchId: number }) => db.deleteFrom('productSearch').where('rowid', '=', p.searchId));
const addEntry = change((p: { rowid: number; name: string; code: string; other: string }) =>
  db.insertInto('productSearch').values({ rowid: p.rowid, name: p.name, code: p.code, other: p.other }),
);

/** Puts a product (again) into the full-text index. */
export function indexProduct(
  writer: Writer,
  searchId: number,
  product: Omit<ProductFact, 'barcodes' | 'components'>,
): void {
  removeEntry.run(writer, { searchId });
  const path: string[] = [];
  for (let id: string | null = product.categoryId; id !== null;) {
    const category: { name: string; parentId: string | null } | undefined = categoryNames.first(writer, { id });
    if (!category) break;
    path.push(category.name);
    id = category.parentId;
  }
  // "10W-40" is also found as "10w40".
  const joined = product.viscosity.replaceAll(/[^\p{L}\p{N}]/gu, '');
  const other = [product.brand, product.viscosity, joined, product.presentation, ...path].join(' ');
  addEntry.run(writer, { rowid: searchId, name: product.name, code: product.sku, other });
}
