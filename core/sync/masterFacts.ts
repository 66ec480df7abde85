/** What an event says of master data: which columns of which rows. The same reading for our own events and everyone else's. */
import { fold as foldText } from '#core/shared/text.ts';
import type { ColumnValue, Columns } from './merge.ts';

export interface MasterPatch {
  table: MasterTable;
  id: string;
  columns: Columns;
}

export type MasterTable = keyof typeof MASTER_TABLES;

interface Shape {
  /** The columns a row must have before it can be shown. */
  required: readonly string[];
  /** Its key's columns, where that is not `id`; the row's id joins them with a slash. */
  key?: readonly string[];
  /** Values that no two rows may share, and what the younger row shows instead where two branches invented the same. */
  unique?: Readonly<Record<string, (value: string, id: string) => string | null>>;
}

/** Two rows with one code both stay: the younger shows its code with a tail until somebody renames one. */
const tailed = (value: string, id: string): string => `${value}~${id.slice(-4)}`;
const none = (): null => null;

/** In the order in which they refer to each other. */
export const MASTER_TABLES = {
  organisation: { required: ['name', 'rut', 'giro', 'createdAtMs'] },
  branch: {
    required: ['organisationId', 'code', 'name', 'address', 'comuna', 'timeZone', 'createdAtMs'],
  },
  terminal: { required: ['branchId', 'code', 'name', 'createdAtMs'] },
  role: { required: ['name', 'origin', 'permissions', 'archivedAtMs'], unique: { name: tailed } },
  user: {
    required: ['email', 'emailFolded', 'firstName', 'lastName', 'phone', 'state', 'isStaff', 'createdAtMs'],
    unique: { emailFolded: tailed },
  },
  setting: { required: ['value'], key: ['key'] },
  category: { required: ['parentId', 'name', 'position', 'archivedAtMs'] },
  customer: {
    required: [
      ...['kind', 'firstName', 'lastName', 'giro', 'email', 'phone', 'address', 'comuna', 'rut', 'accountLimitClp'],
      ...['searchText', 'createdAtMs', 'archivedAtMs'],
    ],
    unique: { rut: none },
  },
  supplier: {
    required: ['name', 'contactName', 'email', 'phone', 'address', 'rut', 'searchText', 'archivedAtMs'],
    unique: { rut: none },
  },
  vehicle: {
    required: ['plate', 'customerId', 'make', 'model', 'year', 'note', 'searchText', 'createdAtMs', 'archivedAtMs'],
    unique: { plate: tailed },
  },
  employee: {
    required: [
      ...['userId', 'code', 'firstName', 'lastName', 'rut', 'department', 'hiredOn', 'searchText', 'archivedAtMs'],
    ],
    unique: { code: tailed, rut: none, userId: none },
  },
  product: {
    required: [
      ...['sku', 'skuFolded', 'name', 'nameFolded', 'description', 'brand', 'categoryId', 'supplierId', 'kind'],
      ...['state', 'priceClp', 'listCostMilliClp', 'unit', 'viscosity', 'presentation', 'location', 'taxKind'],
      ...['negativeStock', 'createdAtMs', 'updatedAtMs'],
    ],
    unique: { skuFolded: tailed },
  },
  warehouse: { required: ['branchId', 'code', 'name', 'purpose', 'archivedAtMs'] },
  stockMinimum: { required: ['minimumMilli'], key: ['productId', 'warehouseId'] },
  supplierTerms: { required: ['statedLeadDays', 'reviewDays', 'minimumOrderClp'] },
  productSupply: {
    required: ['supplierCode', 'packMilli', 'minimumMilli', 'unitCostMilliClp'],
    key: ['productId', 'supplierId'],
  },
  productPlan: { required: ['criticality', 'serviceLevelBasisPoints'], key: ['productId'] },
  specialDay: { required: ['name', 'closed', 'isRemoved'], key: ['date'] },
} as const satisfies Record<string, Shape>;

export const shapeOf = (table: MasterTable): Shape => MASTER_TABLES[table];

type Row = Record<string, ColumnValue> & { id: string };
/** What a payload may hold; each reader below takes what its event carries. */
interface Payload {
  [name: string]: unknown;
}
type Reader = (payload: Payload, subjectId: string, organisationId: () => string) => MasterPatch[];

const row = (table: MasterTable, value: unknown, more: Columns = {}): MasterPatch => {
  const { id, ...columns } = value as Row;
  return { table, id, columns: { ...columns, ...more } };
};
const keyed = (table: MasterTable, value: unknown): MasterPatch => {
  const given = value as Record<string, string | number | null>;
  const key = shapeOf(table).key ?? ['id'];
  const columns = Object.fromEntries(Object.entries(given).filter(([name]) => !key.includes(name)));
  return { table, id: key.map((name) => String(given[name])).join('/'), columns };
};
const patched = (table: MasterTable): Reader => {
  return (payload) => [row(table, { ...(payload['patch'] as object), id: payload['id'] })];
};
const roleOf = (role: unknown): MasterPatch => {
  const { permissions, ...rest } = role as { permissions: readonly string[] };
  return row('role', { ...rest, permissions: JSON.stringify(permissions) });
};
/** A product's derived columns travel as what they are derived from. */
const productOf = (id: string, fields: Record<string, unknown>): MasterPatch => {
  const { sku, name } = fields as { sku?: string; name?: string };
  const given = Object.entries(fields).filter(([column, value]) => column !== 'id' && value !== undefined);
  const columns = {
    ...(Object.fromEntries(given) as Columns),
    ...(sku === undefined ? {} : { skuFolded: foldText(sku) }),
    ...(name === undefined ? {} : { nameFolded: foldText(name) }),
  };
  return { table: 'product', id, columns };
};
const people = (table: 'employee' | 'customer' | 'supplier' | 'vehicle'): [string, Reader][] => [
  [`people.${table}Created`, (payload) => [row(table, payload['row'])]],
  [`people.${table}Changed`, patched(table)],
];

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'auth.installed',
    ({ organisation, branch, terminal, user, roles, roleIds }) => [
      row('organisation', organisation),
      row('branch', branch),
      row('terminal', terminal),
      ...(roles as object[]).map(roleOf),
      row('user', user, { roleIds: roleIds as string[] }),
    ],
  ],
  ['auth.userRegistered', ({ user, roleIds }) => [row('user', user, { roleIds: roleIds as string[] })]],
  [
    'auth.userChanged',
    ({ id, patch, roleIds }) => [
      row('user', { ...(patch as object), id }, roleIds === undefined ? {} : { roleIds: roleIds as string[] }),
    ],
  ],
  ['auth.roleSaved', ({ role }) => [roleOf(role)]],
  ['auth.roleArchived', ({ id, archivedAtMs }) => [row('role', { id, archivedAtMs })]],
  [
    'auth.settingsChanged',
    ({ patch }) =>
      Object.entries(patch as object).map(([key, value]) => ({
        table: 'setting',
        id: key,
        columns: { value: JSON.stringify(value) },
      })),
  ],
  [
    'auth.branchChanged',
    ({ organisation, branch }, subjectId, organisationId) => [
      row('organisation', { ...(organisation as object), id: organisationId() }),
      row('branch', { ...(branch as object), id: subjectId }),
    ],
  ],
  ['auth.terminalAdded', ({ terminal }) => [row('terminal', terminal)]],
  [
    'sync.joined',
    ({ branch, terminal, warehouses }) => [
      row('branch', branch),
      row('terminal', terminal),
      ...(warehouses as object[]).map((warehouse) => row('warehouse', warehouse)),
    ],
  ],
  ['sync.renewed', ({ terminals }) => (terminals as object[]).map((terminal) => row('terminal', terminal))],
  ['catalog.categoryCreated', ({ category }) => [row('category', category)]],
  ['catalog.categoryChanged', patched('category')],
  ['catalog.productCreated', ({ product }, id) => [productOf(id, product as Record<string, unknown>)]],
  ['catalog.productChanged', ({ patch }, id) => [productOf(id, patch as Record<string, unknown>)]],
  [
    'catalog.pricesChanged',
    ({ prices, updatedAtMs }) =>
      (prices as { id: string; priceClp: number }[]).map(({ id, priceClp }) =>
        productOf(id, { priceClp, updatedAtMs }),
      ),
  ],
  ...people('employee'),
  ...people('customer'),
  ...people('supplier'),
  ...people('vehicle'),
  ['inventory.warehouseCreated', ({ warehouse }) => [row('warehouse', warehouse)]],
  ['inventory.warehouseChanged', patched('warehouse')],
  ['inventory.minimumSet', (payload) => [keyed('stockMinimum', payload)]],
  ['purchasing.termsSet', (payload) => [row('supplierTerms', payload)]],
  ['purchasing.supplySet', (payload) => [keyed('productSupply', payload)]],
  ['forecast.planSet', (payload) => [keyed('productPlan', payload)]],
  ['forecast.specialDaySet', (payload) => [keyed('specialDay', { ...payload, isRemoved: 'NO' })]],
  ['forecast.specialDayRemoved', ({ date }) => [keyed('specialDay', { date: date as string, isRemoved: 'YES' })]],
]);

export const MASTER_KINDS: ReadonlySet<string> = new Set(READERS.keys());

/** The columns that an event sets; nothing where it is no master data. Throws where the payload is not what its kind promises. */
export function masterPatches(
  event: { kind: string; subjectId: string },
  payload: object,
  organisationId: () => string,
): MasterPatch[] {
  return READERS.get(event.kind)?.(payload as Payload, event.subjectId, organisationId) ?? [];
}
