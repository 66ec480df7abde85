/**
 * Every permission there is, each as an English identifier; screens show them as sentences. A role is a bundle of these.
 * A procedure of the contract names exactly one of them, or 'public' / 'session'.
 */
export const PERMISSIONS = [
  'sales.sell',
  'sales.read',
  'sales.override-price',
  'sales.discount',
  'sales.void',
  'sales.return',
  'sales.oversell',
  'sales.account',
  'orders.manage',
  'shifts.operate',
  'shifts.read',
  'shifts.see-expected',
  'cash.read',
  'catalog.read',
  'catalog.write',
  'cost.read',
  'stock.read',
  'stock.receive',
  'stock.adjust',
  'stock.transfer',
  'customers.read',
  'customers.write',
  'suppliers.read',
  'suppliers.write',
  'employees.read',
  'employees.write',
  'salaries.read',
  'receipts.print',
  'printers.manage',
  'purchasing.read',
  'purchasing.write',
  'reports.read',
  'forecast.read',
  'users.unlock',
  'users.manage',
  'roles.manage',
  'audit.read',
  'settings.manage',
  'jobs.run',
  'sync.manage',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** What a procedure asks of its caller: nothing, any session, or one permission. */
export type Access = Permission | 'public' | 'session';

const CASHIER: readonly Permission[] = [
  'sales.sell',
  'sales.read',
  'orders.manage',
  'shifts.operate',
  'catalog.read',
  'stock.read',
  'customers.read',
  'customers.write',
  'receipts.print',
];

/** What only the owner's role holds. A PIN is never enough for these: they want the password. */
export const ADMIN_ONLY: readonly Permission[] = [
  'users.manage',
  'roles.manage',
  'settings.manage',
  'sync.manage',
  'salaries.read',
];

/** The three roles that every shop starts with. `admin` is the owner; `employee` is the cashier. */
export const BUILT_IN_ROLES: Readonly<Record<'admin' | 'manager' | 'employee', readonly Permission[]>> = {
  admin: PERMISSIONS,
  manager: PERMISSIONS.filter((permission) => !ADMIN_ONLY.includes(permission)),
  employee: CASHIER,
};
