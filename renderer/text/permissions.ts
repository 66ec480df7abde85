/** Permissions as sentences: what somebody may do. Complete by the compiler. */
import i18next from 'i18next';
import type { Permission } from '#core/shared/permissions.ts';

type Sentences = Record<Permission, readonly [es: string, en: string]>;

const SENTENCES: Sentences = {
  'sales.sell': ['Vender y cobrar', 'Sell and charge'],
  'sales.read': ['Ver ventas y pedidos', 'See sales and orders'],
  'sales.override-price': ['Cambiar el precio de una línea', 'Change the price of a line'],
  'sales.discount': ['Dar descuentos sobre el límite', 'Give discounts above the limit'],
  'sales.void': ['Anular ventas en curso', 'Void sales in progress'],
  'sales.return': ['Hacer devoluciones', 'Make returns'],
  'sales.oversell': ['Vender sin stock', 'Sell without stock'],
  'sales.account': ['Dar crédito y recibir abonos', 'Give credit and take payments on account'],
  'orders.manage': ['Crear y mover pedidos', 'Create and move orders'],
  'shifts.operate': ['Abrir y cerrar turnos', 'Open and close shifts'],
  'shifts.read': ['Ver turnos anteriores', 'See past shifts'],
  'shifts.see-expected': ['Ver lo esperado antes de contar', 'See what is expected before counting'],
  'cash.read': ['Ver la caja y verificar transferencias', 'See the drawer and verify transfers'],
  'catalog.read': ['Ver productos', 'See products'],
  'catalog.write': ['Crear y cambiar productos y precios', 'Create and change products and prices'],
  'cost.read': ['Ver costos y márgenes', 'See costs and margins'],
  'stock.read': ['Ver existencias', 'See stock'],
  'stock.receive': ['Recibir compras', 'Receive purchases'],
  'stock.adjust': ['Ajustar inventario', 'Adjust stock'],
  'stock.transfer': ['Traspasar entre bodegas', 'Transfer between warehouses'],
  'customers.read': ['Ver clientes y vehículos', 'See customers and vehicles'],
  'customers.write': ['Crear y cambiar clientes', 'Create and change customers'],
  'suppliers.read': ['Ver proveedores', 'See suppliers'],
  'suppliers.write': ['Crear y cambiar proveedores', 'Create and change suppliers'],
  'employees.read': ['Ver empleados', 'See employees'],
  'employees.write': ['Crear y cambiar empleados', 'Create and change employees'],
  'salaries.read': ['Ver sueldos', 'See salaries'],
  'receipts.print': ['Imprimir comprobantes', 'Print receipts'],
  'printers.manage': ['Configurar impresoras', 'Set up printers'],
  'purchasing.read': ['Ver compras', 'See purchasing'],
  'purchasing.write': ['Hacer compras', 'Purchase'],
  'reports.read': ['Ver reportes', 'See reports'],
  'forecast.read': ['Ver pronósticos', 'See forecasts'],
  'users.manage': ['Administrar usuarios', 'Manage users'],
  'users.unlock': ['Desbloquear usuarios', 'Unlock users'],
  'roles.manage': ['Administrar roles', 'Manage roles'],
  'audit.read': ['Ver la auditoría', 'See the audit'],
  'settings.manage': ['Cambiar los ajustes', 'Change the settings'],
  'jobs.run': ['Ejecutar tareas y respaldos', 'Run jobs and backups'],
  'sync.manage': ['Administrar la sincronización', 'Manage synchronisation'],
};

export const permissionSentence = (permission: Permission): string =>
  SENTENCES[permission][i18next.language === 'en' ? 1 : 0];
