/** A small lubricentro for tests: goods, a drum sold by the litre, a service, an exempt product, a kit, people, and an open shift. */
import type { TestApp, TestClient } from './testApp.ts';

export interface Shop {
  cashier: TestClient;
  manager: TestClient;
  admin: TestClient;
  warehouses: Record<'SALES' | 'STORE' | 'DAMAGED' | 'WARRANTY', string>;
  products: Record<'oil' | 'filter' | 'drum' | 'labour' | 'permit' | 'kit' | 'rare', string>;
  customers: Record<'person' | 'company', string>;
  vehicle: string;
  shiftId: string;
  onHand: (
    productId: string,
    warehouse?: 'SALES' | 'STORE' | 'DAMAGED' | 'WARRANTY',
  ) => Promise<{ onHandMilli: number; reservedMilli: number }>;
  /** Every book of the shop agrees with its ledger. */
  agrees: () => Promise<boolean>;
}

export const FLOAT_CLP = 50_000;

/** Prices are gross: oil 24.990, filter 6.490, drum 4.333 a litre, labour 12.990, permit 5.000 exempt, kit 39.990, rare 9.990. */
export async function openShop(test: TestApp): Promise<Shop> {
  const [cashier, manager, admin] = [
    test.client(test.as.cashier),
    test.client(test.as.manager),
    test.client(test.as.admin),
  ];
  const rows = await manager.warehouses.list({});
  const warehouse = (purpose: string): string => rows.find((row) => row.purpose === purpose)?.id ?? '';
  const warehouses = {
    SALES: warehouse('SALES'),
    STORE: warehouse('STORE'),
    DAMAGED: warehouse('DAMAGED'),
    WARRANTY: warehouse('WARRANTY'),
  };
  const products = await makeProducts(manager);
  await manager.stock.receive({
    warehouseId: warehouses.SALES,
    lines: [
      { productId: products.oil, quantityMilli: 20_000, unitCostMilliClp: 14_000_000 },
      { productId: products.filter, quantityMilli: 10_000, unitCostMilliClp: 3_333_333 },
      { productId: products.drum, quantityMilli: 208_000, unitCostMilliClp: 2_100_500 },
      { productId: products.permit, quantityMilli: 10_000, unitCostMilliClp: 4_000_000 },
      { productId: products.rare, quantityMilli: 1_000, unitCostMilliClp: 5_000_000 },
    ],
  });
  const customers = await makeCustomers(manager);
  const vehicle = await manager.vehicles.create({
    plate: 'BBCL12',
    customerId: customers.person,
    make: 'Toyota',
    model: 'Yaris',
    year: 2018,
    note: '',
  });
  const shift = await cashier.shifts.open({ count: { '20000': 1, '10000': 2, '1000': 10 } });
  const shop: Shop = {
    cashier,
    manager,
    admin,
    warehouses,
    products,
    customers,
    vehicle: vehicle.id,
    shiftId: shift.id,
    onHand: async (productId, purpose = 'SALES') => {
      const { rows: levels } = await shop.manager.stock.levels({ productId, warehouseId: warehouses[purpose] });
      const { onHandMilli = 0, reservedMilli = 0 } = levels[0] ?? {};
      return { onHandMilli, reservedMilli };
    },
    agrees: async () => {
      const stock = await shop.admin.stock.selfCheck({});
      const audit = await shop.admin.audit.verify({});
      return stock.differences.length === 0 && audit.broken.length === 0;
    },
  };
  return shop;
}

async function makeProducts(manager: TestClient): Promise<Shop['products']> {
  const { id: categoryId } = await manager.categories.create({ name: 'Todo' });
  const make = async (sku: string, name: string, priceClp: number, more: object = {}): Promise<string> =>
    (await manager.products.create({ sku, name, categoryId, priceClp, ...more })).id;
  const oil = await make('ACE-10W40', 'Aceite 10W-40 4 L', 24_990, {
    barcodes: [{ barcode: '7801234567890', quantityMilli: 1_000 }],
  });
  const filter = await make('FIL-YAR', 'Filtro de aceite Yaris', 6_490);
  const drum = await make('TAM-15W40', 'Aceite 15W-40 a granel', 4_333, { unit: 'L' });
  const labour = await make('SRV-CAM', 'Cambio de aceite', 12_990, { kind: 'SERVICE' });
  const permit = await make('EXE-001', 'Libro exento', 5_000, { taxKind: 'EXEMPT' });
  const rare = await make('RAR-001', 'Bujía escasa', 9_990);
  const kit = await make('KIT-YAR', 'Mantención Yaris', 39_990, {
    kind: 'KIT',
    components: [
      { productId: drum, quantityMilli: 3_750 },
      { productId: filter, quantityMilli: 1_000 },
      { productId: labour, quantityMilli: 1_000 },
    ],
  });
  return { oil, filter, drum, labour, permit, kit, rare };
}

async function makeCustomers(manager: TestClient): Promise<Shop['customers']> {
  const common = { lastName: '', email: '', phone: '', address: '', comuna: '' };
  const person = await manager.customers.create({
    ...common,
    kind: 'PERSON',
    firstName: 'Hugo',
    lastName: 'Rojas',
    giro: '',
    rut: '12.345.678-5',
    accountLimitClp: 100_000,
  });
  const company = await manager.customers.create({
    ...common,
    kind: 'COMPANY',
    firstName: 'Transportes Sur SpA',
    giro: 'Transporte de carga',
    rut: '76.192.083-9',
    accountLimitClp: 0,
  });
  return { person: person.id, company: company.id };
}
