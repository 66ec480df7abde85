/** The reports of the shop and how they may be asked for, in the order the screens offer them. */

export const REPORTS = [
  'SALES',
  'PRODUCTS',
  'PROFITABILITY',
  'CATEGORIES',
  'INVENTORY',
  'STOCK_HEALTH',
  'CASHIERS',
  'TENDERS',
  'SHIFTS',
  'TAXES',
  'CUSTOMERS',
  'PURCHASES',
] as const;
export type ReportName = (typeof REPORTS)[number];

/** What the period is compared with. */
export const COMPARISONS = ['NONE', 'PREVIOUS', 'LAST_YEAR'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** How long the intervals are that sales are summed over. */
export const GROUPINGS = ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const;
export type Grouping = (typeof GROUPINGS)[number];
