/**
 * Goal: what is typed or scanned finds the right product first, whatever is typed; codes belong to one product; kits hold parts and
 * not each other; costs are for those who may see them.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testApp, type TestApp, type TestClient } from '#tests/support/testApp.ts';
import { findByCode, searchProducts } from './index.ts';

let test: TestApp;
let manager: TestClient;
let oils: string;

beforeEach(async () => {
  test = await testApp();
  manager = test.client(test.as.manager);
  oils = (await manager.categories.create({ name: 'Aceites' })).id;
});
afterEach(() => test.close());

const names = (typed: string): string[] => searchProducts(test.app.database.reader, typed, 20).map((hit) => hit.name);

describe('search', () => {
  beforeEach(async () => {
    const filters = (await manager.categories.create({ name: 'Filtros' })).id;
    const base = { priceClp: 9_990, categoryId: oils };
    await manager.products.create({
      ...base,
      sku: '101',
      name: 'Aceite motor 10W-40 mineral 4 L',
      brand: 'Castrol',
      viscosity: '10W-40',
      barcodes: [
        { barcode: '7801234567892', quantityMilli: 1_000 },
        { barcode: '17801234567899', quantityMilli: 12_000 },
      ],
    });
    await manager.products.create({
      ...base,
      sku: '102',
      name: 'Aceite motor 5W-30 sintético 4 L',
      brand: 'Mobil',
      viscosity: '5W-30',
    });
    await manager.products.create({ ...base, sku: '1010', name: 'Líquido de frenos DOT 4', brand: 'Bosch' });
    await manager.products.create({
      ...base,
      sku: 'FA-900',
      categoryId: filters,
      name: 'Filtro de aceite Ñandú 10',
      brand: 'Mann',
    });
    await manager.products.create({ ...base, sku: 'OLD', name: 'Aceite retirado', state: 'DISCONTINUED' });
  });

  it('finds by words in any order, without accents, by prefix, by brand, category and viscosity written together', () => {
    expect(names('sintetico motor')).toEqual(['Aceite motor 5W-30 sintético 4 L']);
    expect(names('castrol 10w40')).toEqual(['Aceite motor 10W-40 mineral 4 L']);
    expect(names('filtros mann')).toEqual(['Filtro de aceite Ñandú 10']);
    expect(names('ñan')).toEqual(['Filtro de aceite Ñandú 10']);
    expect(names('FRENOS liq')).toEqual(['Líquido de frenos DOT 4']);
  });

  it('puts names that begin so first, then names that contain it, then the category; and the exact SKU before its prefixes', () => {
    expect(names('aceite').slice(2)).toEqual(['Filtro de aceite Ñandú 10', 'Líquido de frenos DOT 4']);
    expect(names('101')).toEqual(['Aceite motor 10W-40 mineral 4 L', 'Líquido de frenos DOT 4']);
    expect(names('aceite retirado')).toEqual([]);
  });

  it('answers a barcode with its pack, and all-digit text never as prose', () => {
    const { reader } = test.app.database;
    expect(findByCode(reader, '7801234567892')?.quantityMilli).toBe(1_000);
    expect(findByCode(reader, '17801234567899')?.quantityMilli).toBe(12_000);
    expect(findByCode(reader, 'fa-900')?.quantityMilli).toBe(1_000);
    expect(findByCode(reader, '780123456789')).toBeUndefined();
    expect(names('400')).toEqual([]);
  });

  it('takes any text without an error', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '* OR *', 'NEAR(a b)', 'a" AND "b', '^', '(', "';--", '%', '\\', 'name:'),
    );
    fc.assert(
      fc.property(fc.array(nasty, { maxLength: 4 }), (parts) => void names(parts.join(' '))),
      { numRuns: 500 },
    );
  });
});

describe('products', () => {
  const oil = { sku: '1', name: 'Aceite', priceClp: 100, barcodes: [{ barcode: 'ABC-1', quantityMilli: 1_000 }] };

  it('have codes of their own', async () => {
    await manager.products.create({ ...oil, categoryId: oils });
    await expect(manager.products.create({ ...oil, categoryId: oils, barcodes: [] })).rejects.toThrow('SKU_TAKEN');
    await expect(manager.products.create({ ...oil, categoryId: oils, sku: '2' })).rejects.toThrow('BARCODE_TAKEN');
    expect((await manager.products.list({})).total).toBe(1);
  });

  it('are found by their new name and code after a change', async () => {
    const { id } = await manager.products.create({ ...oil, categoryId: oils });
    await manager.products.update({
      id,
      patch: { name: 'Grasa multiuso', barcodes: [{ barcode: 'XYZ', quantityMilli: 500 }] },
    });
    expect(names('aceite')).toEqual(['Grasa multiuso']);
    expect(names('grasa')).toEqual(['Grasa multiuso']);
    expect(findByCode(test.app.database.reader, 'ABC-1')).toBeUndefined();
    await manager.categories.update({ id: oils, name: 'Lubricantes' });
    expect(names('aceite')).toEqual([]);
    expect(names('lubric')).toEqual(['Grasa multiuso']);
  });

  it('form kits of goods and services, never of kits or of nothing', async () => {
    const { id } = await manager.products.create({ ...oil, categoryId: oils });
    const kit = { sku: 'K', name: 'Kit', kind: 'KIT' as const, priceClp: 1, categoryId: oils };
    await expect(manager.products.create(kit)).rejects.toThrow('KIT_INVALID');
    const made = await manager.products.create({ ...kit, components: [{ productId: id, quantityMilli: 4_000 }] });
    const nested = { ...kit, sku: 'K2', components: [{ productId: made.id, quantityMilli: 1_000 }] };
    await expect(manager.products.create(nested)).rejects.toThrow('KIT_INVALID');
    await expect(
      manager.products.update({ id, patch: { kind: 'KIT', components: [{ productId: made.id, quantityMilli: 1 }] } }),
    ).rejects.toThrow('KIT_INVALID');
    expect((await manager.products.get({ id: made.id })).components).toMatchObject([
      { sku: '1', quantityMilli: 4_000 },
    ]);
  });

  it('show their cost only to those who may see costs', async () => {
    const { id } = await manager.products.create({ ...oil, categoryId: oils, listCostMilliClp: 50_000 });
    const cashier = test.client(test.as.cashier);
    expect((await cashier.products.get({ id })).listCostMilliClp).toBeNull();
    expect((await cashier.products.list({})).rows[0]?.listCostMilliClp).toBeNull();
    expect((await manager.products.get({ id })).listCostMilliClp).toBe(50_000);
  });

  it('keep a tree of categories without cycles, and list a category with its descendants', async () => {
    const child = (await manager.categories.create({ name: 'Motor', parentId: oils })).id;
    await expect(manager.categories.update({ id: oils, parentId: child })).rejects.toThrow('CATEGORY_CYCLE');
    await manager.products.create({ ...oil, categoryId: child });
    expect((await manager.products.list({ categoryId: oils })).total).toBe(1);
    await expect(manager.categories.archive({ id: child })).rejects.toThrow('CONFLICT');
  });
});
