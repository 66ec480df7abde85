/** What may be asked of the figures: reports with their exports, the documents behind them, and the opening of the day. Browser-safe. */
import { z } from 'zod';
import { query, task } from '#core/shared/procedure.ts';
import { COMPARISONS, type Grouping, GROUPINGS, type ReportName, REPORTS } from '#core/shared/report.ts';
import { id, instant, localDate, page } from '#core/shared/schemas.ts';

export { type Grouping, type ReportName, REPORTS };

/**
 * How a column is read. MILLI: thousandths of the base unit. MILLI_CLP: thousandths of a peso. BASIS_POINTS: hundredths of a percent.
 * RATIO_MILLI and DAYS_MILLI: thousandths. CODE: a word of the system (a tender, a state) that screens translate.
 */
export const COLUMN_KINDS = [
  'TEXT',
  'CODE',
  'DATE',
  'INSTANT',
  'COUNT',
  'CLP',
  'MILLI',
  'MILLI_CLP',
  'BASIS_POINTS',
  'RATIO_MILLI',
  'DAYS_MILLI',
] as const;
export type ColumnKind = (typeof COLUMN_KINDS)[number];

const period = z.strictObject({ from: localDate, to: localDate });
const cell = z.union([z.string(), z.number(), z.null()]);

/** Local days, both included; null for all branches. */
const asked = {
  report: z.enum(REPORTS),
  from: localDate,
  to: localDate,
  branchId: id.nullable().default(null),
  compare: z.enum(COMPARISONS).default('NONE'),
  /** For SALES. */
  groupBy: z.enum(GROUPINGS).default('DAY'),
  /** For PRODUCTS: the best or the worst first. */
  direction: z.enum(['TOP', 'BOTTOM']).default('TOP'),
};

export const reportSchema = z.strictObject({
  report: z.enum(REPORTS),
  period,
  comparedWith: period.nullable(),
  branchId: z.string().nullable(),
  /** How far each branch's data reaches; null where nothing of it is here. */
  branches: z.array(z.strictObject({ id: z.string(), code: z.string(), name: z.string(), asOfMs: instant.nullable() })),
  columns: z.array(z.strictObject({ key: z.string(), kind: z.enum(COLUMN_KINDS) })),
  rows: z.array(
    z.strictObject({
      /** What the row is about: a product, a date, a document ... */
      key: z.string(),
      cells: z.array(cell),
      /** The same figures in the period compared with. */
      before: z.array(cell).nullable(),
      /** The document to open, where the row is one. */
      document: z
        .strictObject({ kind: z.enum(['SALE', 'RETURN', 'SHIFT', 'STOCK']), id: z.string(), branchId: z.string() })
        .nullable(),
    }),
  ),
  /** Rows there are; `rows` may be a page of them. */
  rowCount: z.int(),
  totals: z.array(cell),
  totalsBefore: z.array(cell).nullable(),
});
export type Report = z.infer<typeof reportSchema>;

const salesDay = z.strictObject({
  date: localDate,
  saleCount: z.int(),
  /** Sales less returns, gross. */
  totalClp: z.int(),
  averageTicketClp: z.int(),
  /** Net of IVA, less cost; null for whoever may not see costs. */
  marginMilliClp: z.int().nullable(),
  marginBasisPoints: z.int().nullable(),
});

const homeSchema = z.strictObject({
  branch: z.strictObject({ id: z.string(), name: z.string() }),
  today: salesDay,
  /** The same weekday a week ago, up to the same local hour. */
  sameWeekday: salesDay,
  /** The last 14 days, oldest first, today included. */
  lastDays: z.array(salesDay),
  criticalStock: z.strictObject({
    count: z.int(),
    rows: z.array(
      z.strictObject({
        productId: z.string(),
        sku: z.string(),
        name: z.string(),
        unit: z.string(),
        warehouseName: z.string(),
        availableMilli: z.int(),
        minimumMilli: z.int(),
      }),
    ),
  }),
  openOrders: z.strictObject({
    count: z.int(),
    totalClp: z.int(),
    rows: z.array(
      z.strictObject({
        id: z.string(),
        number: z.string().nullable(),
        customerName: z.string(),
        plate: z.string(),
        state: z.string(),
        totalClp: z.int(),
        createdAtMs: instant,
      }),
    ),
  }),
  /** What waits for somebody, each with how many. */
  toDo: z.array(
    z.strictObject({
      kind: z.enum([
        'STOCK_TASKS',
        'TRANSFERS_TO_VERIFY',
        'SHIFTS_OPEN_SINCE_YESTERDAY',
        'PURCHASES_TO_RECEIVE',
        'REQUESTS_TO_APPROVE',
      ]),
      count: z.int(),
    }),
  ),
  /** The newest sales of today. */
  lastSales: z.array(
    z.strictObject({ id: z.string(), number: z.string(), totalClp: z.int(), occurredAtMs: instant, plate: z.string() }),
  ),
});
export type Home = z.infer<typeof homeSchema>;

const SALES_TOPICS = ['dailySales', 'dailyTender', 'productDay', 'salesOrder', 'saleReturn', 'product', 'category'];
const STOCK_TOPICS = ['stockDay', 'stockLevel', 'stockDocument', 'productStanding'];
const CASH_TOPICS = ['shift', 'cashMovement', 'payment', 'cart'];

export const metricsContract = {
  reports: {
    run: query({
      summary:
        'One report over local days, for one branch or all that can be read here; columns of cost only for whoever may see them',
      access: 'reports.read',
      input: { ...asked, limit: z.int().min(1).max(5_000).default(500) },
      output: reportSchema,
      topics: [...SALES_TOPICS, ...STOCK_TOPICS, ...CASH_TOPICS, 'branchReach'],
    }),
    documents: query({
      summary: 'The sales and returns behind a figure, newest first',
      access: 'reports.read',
      input: {
        from: localDate,
        to: localDate,
        branchId: id.nullable().default(null),
        productId: id.optional(),
        categoryId: id.optional(),
        cashierId: id.optional(),
        customerId: id.optional(),
        ...page,
      },
      output: z.strictObject({
        total: z.int(),
        rows: z.array(
          z.strictObject({
            kind: z.enum(['SALE', 'RETURN']),
            id: z.string(),
            number: z.string(),
            /** Of a return, the sale that it undoes. */
            saleId: z.string(),
            branchId: z.string(),
            occurredAtMs: instant,
            businessDate: localDate,
            cashierName: z.string(),
            customerName: z.string(),
            plate: z.string(),
            /** Negative for a return. */
            totalClp: z.int(),
          }),
        ),
      }),
      topics: SALES_TOPICS,
    }),
    branches: query({
      summary:
        'The branches whose figures can be read here: this one first; on an owner’s machine every branch of the company',
      access: 'reports.read',
      input: {},
      output: z.strictObject({
        rows: z.array(
          z.strictObject({
            id: z.string(),
            code: z.string(),
            name: z.string(),
            isThis: z.enum(['YES', 'NO']),
            asOfMs: instant,
            /** Operations of the branch that could not be taken into its figures. */
            heldCount: z.int(),
          }),
        ),
      }),
      topics: ['branchReach', 'branch'],
    }),
    export: task({
      summary: 'Any report as a file',
      access: 'reports.read',
      input: { ...asked, format: z.enum(['CSV', 'XLSX', 'PDF']), language: z.enum(['es', 'en']).default('es') },
      output: z.strictObject({
        fileName: z.string(),
        mimeType: z.string(),
        contentBase64: z.string(),
        rowCount: z.int(),
      }),
    }),
  },
  metrics: {
    home: query({
      summary: 'The opening of the day: today against the same weekday, what is short, what is open, what is to do',
      access: 'reports.read',
      input: {},
      output: homeSchema,
      topics: [
        ...SALES_TOPICS,
        ...STOCK_TOPICS,
        ...CASH_TOPICS,
        'purchase',
        'reorderRequest',
        'stockTask',
        'stockMinimum',
      ],
    }),
    demand: query({
      summary: 'Units of a product per local day, net of returns booked to the day of the sale, kits as their parts',
      access: 'reports.read',
      input: { productId: id, from: localDate, to: localDate, branchId: id.nullable().default(null) },
      output: z.array(z.strictObject({ date: localDate, demandMilli: z.int() })),
      topics: ['productDay'],
    }),
    standings: query({
      summary: 'What the last night said of each product: ABC class, turnover, cover, and whether it stands still',
      access: 'reports.read',
      input: {
        branchId: id.nullable().default(null),
        abc: z.enum(['A', 'B', 'C']).optional(),
        /** Only goods on hand that did not sell for this many days. */
        idleDays: z.int().min(1).max(3_650).optional(),
        ...page,
      },
      output: z.strictObject({
        asOf: localDate.nullable(),
        total: z.int(),
        rows: z.array(
          z.strictObject({
            productId: z.string(),
            branchId: z.string(),
            sku: z.string(),
            name: z.string(),
            unit: z.string(),
            abc: z.enum(['A', 'B', 'C']),
            revenueClp: z.int(),
            demandMilli: z.int(),
            onHandMilli: z.int(),
            /** Null for whoever may not see costs. */
            valueMilliClp: z.int().nullable(),
            /** Units sold in a year, in kits too, over the mean of the stock at its ends, in thousandths; null without stock. */
            turnoverMilli: z.int().nullable(),
            /** Days that the stock lasts at the mean demand, in thousandths; null without demand. */
            coverDaysMilli: z.int().nullable(),
            lastSoldOn: localDate.nullable(),
            idleDays: z.int().nullable(),
          }),
        ),
      }),
      topics: ['productStanding', 'product'],
    }),
    status: query({
      summary: 'When the figures were last rebuilt and how far they reach',
      access: 'reports.read',
      input: {},
      output: z.strictObject({
        job: z.string(),
        standingsAsOf: localDate.nullable(),
        firstDate: localDate.nullable(),
        lastDate: localDate.nullable(),
      }),
      topics: ['productStanding', 'dailySales', 'taskRun'],
    }),
  },
} as const;
