/**
 * What a packed copy of a shop holds: what the log would bring too, table by table, and nothing else. Whatever is not named here stays on
 * its machine: secrets, sessions, salaries, tills' counters, print jobs, the machine's own events and notes.
 */

/** The company's: the same on every machine. */
export const COMPANY_TABLES = [
  ...['organisation', 'branch', 'terminal', 'role', 'user', 'userRole', 'setting', 'masterStamp', 'masterBase'],
  ...[
    'employee',
    'customer',
    'supplier',
    'vehicle',
    'category',
    'product',
    'productBarcode',
    'kitComponent',
    'taxRate',
  ],
  ...['warehouse', 'supplierTerms', 'productSupply', 'syncCursor', 'syncLog', 'syncHeld', 'syncTask'],
] as const;

/** One branch's: its documents, its shelves, and what its reports add up. */
export const BRANCH_TABLES = [
  ...['vehicleVisit', 'stockMovement', 'stockLevel', 'lastCost', 'stockMinimum', 'reservation', 'stockDocument'],
  ...['shift', 'shiftTender', 'cashMovement', 'payment', 'salesOrder', 'orderLine', 'orderLineComponent'],
  ...['saleReturn', 'saleReturnLine', 'purchase', 'purchaseLine', 'purchaseReception', 'purchaseReceptionLine'],
  ...[
    'reorderRequest',
    'dailySales',
    'dailyTender',
    'productDay',
    'stockDay',
    'productStanding',
    'specialDay',
    'voidedDocument',
  ],
  ...[
    'productMonth',
    'stockMonth',
    'productPlan',
    'branchStock',
    'branchOverview',
    'branchContact',
    'transfer',
    'transferLine',
  ],
] as const;

/** Master data whose changes travel with the branch alone. */
export const BRANCH_MASTER = ['stockMinimum', 'productPlan', 'specialDay'] as const;

/** COMPANY: for a branch that begins; BRANCH: for a machine in the place of another one of its branch. */
export type SnapshotKind = 'COMPANY' | 'BRANCH';

export const tablesOf = (kind: SnapshotKind): ReadonlySet<string> =>
  new Set<string>(kind === 'BRANCH' ? [...COMPANY_TABLES, ...BRANCH_TABLES] : COMPANY_TABLES);
