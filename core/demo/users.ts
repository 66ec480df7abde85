import type { Permission } from '#core/shared/permissions.ts';

/** What whoever keeps the stockroom may do: stock, purchasing and the catalogue, no sales and no costs. A role that the demonstration adds. */
export const WAREHOUSE_PERMISSIONS: readonly Permission[] = [
  'catalog.read',
  'catalog.write',
  'stock.read',
  'stock.receive',
  'stock.adjust',
  'stock.transfer',
  'suppliers.read',
  'purchasing.read',
  'purchasing.write',
  'forecast.read',
];

/** The people of the demonstration shop. Their secrets are shown on its sign-in page, and exist nowhere else. */
export const DEMO_USERS = [
  {
    role: 'employee',
    name: 'Camila Rojas',
    email: 'camila@demo.example.cl',
    password: 'demo-lubricentro-caja',
    pin: '258036',
  },
  {
    role: 'manager',
    name: 'Marcela Fuentes',
    email: 'marcela@demo.example.cl',
    password: 'demo-lubricentro-jefa',
    pin: '714093',
  },
  {
    role: 'admin',
    name: 'Olga Soto',
    email: 'olga@demo.example.cl',
    password: 'demo-lubricentro-duena',
    pin: '930571',
  },
  {
    role: 'warehouse',
    name: 'Pedro Muñoz',
    email: 'pedro@demo.example.cl',
    password: 'demo-lubricentro-bodega',
    pin: '406182',
  },
];
