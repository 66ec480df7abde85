// Goal: the catalogue is believable and sound: real makers' articles, unique codes with right check digits, prices above cost.
import { expect, test } from 'vitest';
import { CATEGORIES, demoCatalogue, type DemoProduct } from './catalogue.ts';
import { gs1CheckDigit } from './codes.ts';
import { demoRandom } from './random.ts';
import { BRANDS } from './tables/brands.ts';
import { SUPPLIERS } from './tables/names.ts';

const products = demoCatalogue(demoRandom(1));
const goods = products.filter(({ kind }) => kind === 'GOODS');
const inTree = (top: string): ((product: DemoProduct) => boolean) => {
  const names = new Set(CATEGORIES.filter(([name, parent]) => name === top || parent === top).map(([name]) => name));
  return ({ category }) => names.has(category);
};

/** By its definition: from the right, times 3 and 1 in turn. Independent of the code under test. */
const isGs1 = (code: string): boolean => {
  let sum = 0;
  for (let place = 0; place < code.length; place += 1)
    sum += Number(code[code.length - 1 - place]) * (place % 2 === 1 ? 3 : 1);
  return sum % 10 === 0;
};

test('check digits of known articles', () => {
  expect(gs1CheckDigit('400638133393')).toBe('1');
  expect(gs1CheckDigit('590123412345')).toBe('7');
  expect(gs1CheckDigit('1540014128876')).toBe('3');
  // A DUN-14 weighs the other way round than its EAN-13.
  expect(gs1CheckDigit('1400638133393')).toBe('8');
});

test('the same seed gives the same bytes, another seed another catalogue', () => {
  expect(JSON.stringify(demoCatalogue(demoRandom(1)))).toBe(JSON.stringify(products));
  expect(JSON.stringify(demoCatalogue(demoRandom(2)))).not.toBe(JSON.stringify(products));
});

test('some 1,500 products in every category of the tree', () => {
  expect(products.length).toBeGreaterThan(1_400);
  expect(products.length).toBeLessThan(1_700);
  const names = CATEGORIES.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const [index, [, parent]] of CATEGORIES.entries()) {
    if (parent !== null) expect(names.indexOf(parent)).toBeLessThan(index);
  }
  const used = new Set(products.map(({ category }) => category));
  for (const name of used) expect(names).toContain(name);
  for (const [name] of CATEGORIES) {
    if (!CATEGORIES.some(([, parent]) => parent === name)) expect(used, name).toContain(name);
  }
});

test('codes, barcodes and names with their make are unique; 200 best sellers have three digits', () => {
  for (const seed of [1, 2, 3]) {
    const all = demoCatalogue(demoRandom(seed));
    const barcodes = all.flatMap((product) => product.barcodes.map(({ barcode }) => barcode));
    expect(new Set(all.map(({ sku }) => sku)).size).toBe(all.length);
    expect(new Set(barcodes).size).toBe(barcodes.length);
    expect(new Set(all.map(({ name, brand }) => `${name}|${brand}`)).size).toBe(all.length);
  }
  const short = products.filter(({ sku }) => /^\d{3}$/.test(sku));
  expect(short).toHaveLength(200);
  expect(products.filter(({ sku }) => /^\d{5}$/.test(sku))).toHaveLength(products.length - 200);
  expect(short.every(({ state }) => state === 'ACTIVE')).toBe(true);
  const slowest = Math.min(...short.map(({ weight }) => weight));
  for (const { sku, state, weight } of products) {
    if (sku.length === 5 && state === 'ACTIVE') expect(weight).toBeLessThanOrEqual(slowest);
  }
});

test('goods have an EAN-13, boxes a DUN-14 with their count, all with right check digits', () => {
  for (const { barcodes, unit } of goods) {
    const [own, box] = barcodes;
    expect(own?.barcode).toMatch(/^\d{13}$/);
    expect(own?.quantityMilli).toBe(unit === 'L' ? 208_000 : 1_000);
    if (box) {
      expect(box.barcode).toMatch(/^1\d{13}$/);
      expect(box.quantityMilli).toBeGreaterThanOrEqual(4_000);
    }
    for (const { barcode } of barcodes) expect(isGs1(barcode), barcode).toBe(true);
  }
  expect(
    goods.filter(({ barcodes }) => barcodes.some(({ quantityMilli }) => quantityMilli === 12_000)).length,
  ).toBeGreaterThan(50);
});

test('no maker of one thing under another', () => {
  const brandsOf = (top: string): Set<string> => new Set(goods.filter(inTree(top)).map(({ brand }) => brand));
  // Written out here, apart from the tables: what a person at the counter would laugh at.
  const oils = [
    'Castrol',
    'Mobil',
    'Shell',
    'Petronas',
    'Total',
    'Elf',
    'Motul',
    'Liqui Moly',
    'Valvoline',
    'Repsol',
    'YPF',
    'Gulf',
    'Texaco',
  ];
  for (const top of ['Filtros', 'Baterías', 'Plumillas', 'Ampolletas', 'Bujías', 'Correas', 'Accesorios']) {
    for (const oil of oils) expect(brandsOf(top), `${top} ${oil}`).not.toContain(oil);
  }
  expect([...brandsOf('Aceites')].sort()).toEqual([...oils].sort());
  for (const { name, brand } of goods) {
    if (/^Bujía .*(BKR|BPR|CPR|ZFR|LZKR|BCPR)/.test(name)) expect(brand).toBe('NGK');
    if (name.includes('Aromatizante')) expect(['Little Trees', 'Glade', 'California Scents']).toContain(brand);
    if (name.includes('AdBlue')) expect(['Air1', 'Total']).toContain(brand);
  }
  expect(goods.every(({ brand }) => brand in BRANDS)).toBe(true);
});

test('the brand table says that its makers make what stands under their name', () => {
  const sorts: Readonly<Record<string, readonly string[]>> = {
    Aceites: ['oil'],
    Filtros: ['filter'],
    Líquidos: ['fluid'],
    Baterías: ['battery'],
    Plumillas: ['wiper'],
    Ampolletas: ['bulb'],
    Bujías: ['plug'],
    Aditivos: ['additive'],
    Grasas: ['grease'],
    Correas: ['belt'],
    Accesorios: ['care', 'scent', 'tool', 'safety'],
  };
  for (const [top, wanted] of Object.entries(sorts)) {
    for (const { name, brand } of goods.filter(inTree(top))) {
      expect(
        BRANDS[brand]?.makes.some((sort) => wanted.includes(sort)),
        `${name} ${brand}`,
      ).toBe(true);
    }
  }
});

test('prices end as shop prices do and stay above cost', () => {
  for (const { name, priceClp, costMilliClp, kind } of products) {
    expect(Number.isSafeInteger(priceClp) && Number.isSafeInteger(costMilliClp), name).toBe(true);
    if (kind === 'GOODS') {
      expect(priceClp % 100, name).toBe(90);
      if (priceClp > 20_000) expect(priceClp % 1_000, name).toBe(990);
      expect(costMilliClp, name).toBeGreaterThan(0);
      expect((priceClp * 1_000) / 1.19, name).toBeGreaterThan(costMilliClp * 1.1);
    }
  }
});

test('packs have their parts before them, cost more than these do and less than they sell for', () => {
  const seen = new Map<string, DemoProduct>();
  for (const product of products) {
    if (product.kind === 'KIT') {
      const parts = (product.parts ?? []).map(({ name, quantityMilli }) => ({ part: seen.get(name), quantityMilli }));
      expect(parts.map(({ part }) => part?.kind)).toEqual(['GOODS', 'GOODS', 'SERVICE']);
      const sum = (of: (part: DemoProduct) => number): number =>
        parts.reduce((all, { part, quantityMilli }) => all + (part ? (of(part) * quantityMilli) / 1_000 : 0), 0);
      expect(parts.every(({ part }) => part?.state === 'ACTIVE')).toBe(true);
      expect(product.priceClp).toBeLessThan(sum((part) => part.priceClp));
      expect((product.priceClp * 1_000) / 1.19).toBeGreaterThan(sum((part) => part.costMilliClp));
    }
    seen.set(`${product.name}|${product.brand}`, product);
  }
  expect(products.filter(({ kind }) => kind === 'KIT').length).toBeGreaterThanOrEqual(15);
});

test('there are drums by the litre, retired articles, exempt services, seasons', () => {
  expect(goods.filter(({ unit }) => unit === 'L').length).toBeGreaterThanOrEqual(5);
  const retired = products.filter(({ state }) => state !== 'ACTIVE').length;
  expect(retired).toBeGreaterThan(20);
  expect(retired).toBeLessThan(90);
  const exempt = products.filter(({ exempt }) => exempt);
  expect(exempt).toHaveLength(4);
  expect(exempt.every(({ kind }) => kind === 'SERVICE')).toBe(true);
  for (const [category, month] of [
    ['Baterías', 7],
    ['Filtro de habitáculo', 1],
    ['Refrigerantes', 7],
  ] as const) {
    expect(goods.filter((product) => product.category === category).every(({ season }) => season.includes(month))).toBe(
      true,
    );
  }
});

test('every field fits the contract of products', () => {
  for (const product of products) {
    expect(product.name.length).toBeLessThanOrEqual(160);
    expect(product.viscosity.length).toBeLessThanOrEqual(20);
    expect(product.presentation.length).toBeLessThanOrEqual(40);
    expect(product.supplier).toBeLessThan(SUPPLIERS.length);
    expect(product.weight).toBeGreaterThan(0);
    if (product.kind === 'GOODS') {
      expect(product.location).toMatch(/^[A-H]-\d{2}-[1-5]$/);
      expect(product.minimum).toBeGreaterThan(0);
    }
  }
});
