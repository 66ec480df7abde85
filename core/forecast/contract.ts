/** What may be asked of the forecast: what will sell, how sure that is, how good it was, and what to buy. */
import { z } from 'zod';
import { command, query, task } from '#core/shared/procedure.ts';
import { id, localDate, name, page, quantity } from '#core/shared/schemas.ts';

const done = z.strictObject({ id: z.string() });

/** What is forecast. `id` is the product's or the category's; the shop has none. */
export const nodeKind = z.enum(['PRODUCT', 'CATEGORY', 'SHOP']);
const node = { kind: nodeKind, id: id.optional() };
export const demandClass = z.enum(['smooth', 'erratic', 'intermittent', 'lumpy']);
/** How much is known of a product, and so by what method it is forecast; `noRotation` is "sin rotación". */
export const scheme = z.enum([
  'newProduct',
  'shortHistory',
  'youngHistory',
  'intermittentDemand',
  'steadyDemand',
  'noRotation',
]);
export const refusal = z.enum(['INVALID_DEMAND', 'INVALID_DATE', 'TOO_LONG', 'NOT_ENOUGH_DATA']);
export const bucket = z.enum(['1-7', '8-14', '15-28', 'total 7', 'total 28']);

/** The ratios of closed forecasts; null where nothing was observed. Shares: 0.25 = 25 %. */
export const accuracyFigures = z.strictObject({
  observations: z.int(),
  wape: z.number().nullable(),
  bias: z.number().nullable(),
  naiveWape: z.number().nullable(),
  relativeToNaive: z.number().nullable(),
  rmse: z.number().nullable(),
  pinball: z.number().nullable(),
  coverage80: z.number().nullable(),
  coverage95: z.number().nullable(),
  /** Over days with sales only. */
  mape: z.number().nullable(),
});
export type AccuracyRow = z.infer<typeof accuracyFigures>;

/** The total of the next so many days: expected, the 80 % and the 95 % interval. */
export const totalRow = z.strictObject({
  days: z.int(),
  expectedMilli: z.int(),
  middleMilli: z.int(),
  low80Milli: z.int(),
  high80Milli: z.int(),
  low95Milli: z.int(),
  high95Milli: z.int(),
});

/** The sums of all products are in base units, whatever the unit: pieces and litres together. */
export const forecastAnswer = z.strictObject({
  kind: nodeKind,
  id: z.string().nullable(),
  name: z.string(),
  unit: z.string(),
  state: z.enum(['FORECAST', 'REFUSED', 'NONE']),
  refusal: refusal.nullable(),
  /** The last day whose sales it knows, and when the run was made; null before the first run. */
  originDate: z.string().nullable(),
  madeAtMs: z.int().nullable(),
  demandClass: demandClass.nullable(),
  scheme: scheme.nullable(),
  /** Why it is of that class: mean open days from sale to sale, and how unequal the sizes are. */
  why: z
    .strictObject({
      adi: z.number().nullable(),
      cv2: z.number(),
      openDays: z.int(),
      sellingDays: z.int(),
      idleDays: z.int().nullable(),
      members: z.array(z.strictObject({ name: z.string(), weightBasisPoints: z.int() })),
    })
    .nullable(),
  /** Actual demand a day up to the origin; null = missing (no stock and no sale). */
  history: z.array(z.strictObject({ date: z.string(), demandMilli: z.int().nullable() })),
  days: z.array(
    z.strictObject({
      date: z.string(),
      expectedMilli: z.int(),
      lowMilli: z.int(),
      highMilli: z.int(),
      naiveMilli: z.int(),
      isClosed: z.boolean(),
      holiday: z.string().nullable(),
    }),
  ),
  totals: z.array(totalRow),
  /** "So far this was off by x % (naive y %)": totals of 28 days, or of 7 until 28 have closed; null before a window closed. */
  soFar: z
    .strictObject({
      days: z.int(),
      windows: z.int(),
      wape: z.number().nullable(),
      naiveWape: z.number().nullable(),
      bias: z.number().nullable(),
    })
    .nullable(),
  /** Of products that hold stock. */
  stock: z
    .strictObject({
      onHandMilli: z.int(),
      reservedMilli: z.int(),
      onOrderMilli: z.int(),
      /** The day on which it is expected to run out; null beyond the horizon. */
      runsOutOn: z.string().nullable(),
      stockoutDays: z.int(),
    })
    .nullable(),
});
export type ForecastAnswer = z.infer<typeof forecastAnswer>;

/** Prophet's parts over the last days and the horizon, in base units a day. Null while there is too little to fit. */
export const explanation = z
  .strictObject({
    originDate: z.string(),
    days: z.array(
      z.strictObject({
        date: z.string(),
        isPast: z.boolean(),
        trend: z.number(),
        weekly: z.number(),
        yearly: z.number(),
        holidays: z.number(),
        total: z.number(),
      }),
    ),
    /** The weekly part, Monday first, and the yearly part by week of the year: the two small charts. */
    week: z.array(z.number()),
    year: z.array(z.strictObject({ date: z.string(), value: z.number() })),
  })
  .nullable();
export type ForecastExplanation = z.infer<typeof explanation>;

export const forecastListRow = z.strictObject({
  kind: nodeKind,
  id: z.string(),
  name: z.string(),
  sku: z.string(),
  unit: z.string(),
  categoryName: z.string(),
  state: z.enum(['FORECAST', 'REFUSED']),
  demandClass: demandClass.nullable(),
  scheme: scheme.nullable(),
  expected7Milli: z.int(),
  expected28Milli: z.int(),
  low28Milli: z.int(),
  high28Milli: z.int(),
  /** Demand of the 28 days before the origin. */
  last28Milli: z.int(),
  wape28: z.number().nullable(),
  naiveWape28: z.number().nullable(),
});
export type ForecastListRow = z.infer<typeof forecastListRow>;

export const anomalyRow = z.strictObject({
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  direction: z.enum(['ABOVE', 'BELOW']),
  originDate: z.string(),
  days: z.int(),
  expectedMilli: z.int(),
  lowMilli: z.int(),
  highMilli: z.int(),
  actualMilli: z.int(),
  detectedAtMs: z.int(),
});
export type AnomalyRow = z.infer<typeof anomalyRow>;

export const runOutRow = z.strictObject({
  productId: z.string(),
  /** The day on which what is on the shelf is expected to be gone. */
  runsOutOn: z.string(),
});

/**
 * Why so much: the page makes the sentence. "Vende `ratePerDayMilli` al día; `supplier` tarda `leadDays`; para no quebrar con
 * `serviceLevelBasisPoints` hacen falta `reorderPointMilli`, hay `positionMilli`."
 */
export const recommendationRow = z.strictObject({
  id: z.string(),
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  categoryName: z.string(),
  supplierId: z.string().nullable(),
  supplierName: z.string().nullable(),
  reason: z.enum(['ORDER', 'ENOUGH', 'NO_ROTATION']),
  quantityMilli: z.int(),
  unitCostMilliClp: z.int().nullable(),
  costClp: z.int().nullable(),
  onHandMilli: z.int(),
  onOrderMilli: z.int(),
  reservedMilli: z.int(),
  positionMilli: z.int(),
  reorderPointMilli: z.int(),
  orderUpToMilli: z.int(),
  packMilli: z.int(),
  minimumMilli: z.int(),
  ratePerDayMilli: z.int(),
  leadDays: z.number(),
  protectionDays: z.number(),
  serviceLevelBasisPoints: z.int(),
  expected28Milli: z.int(),
  low28Milli: z.int(),
  high28Milli: z.int(),
  runsOutOn: z.string().nullable(),
  /** The season or the trend that moves it: expected demand a day over the last 28 days' demand a day, 10000 = as before. */
  changeBasisPoints: z.int().nullable(),
  stockoutDays: z.int(),
  criticality: z.enum(['LOW', 'NORMAL', 'CRITICAL']),
  requestId: z.string().nullable(),
  requestedMilli: z.int().nullable(),
});
export type RecommendationRow = z.infer<typeof recommendationRow>;

export const outcomeRow = z.strictObject({
  id: z.string(),
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  originDate: z.string(),
  quantityMilli: z.int(),
  requestedMilli: z.int().nullable(),
  orderUpToMilli: z.int(),
  protectionDays: z.number(),
  /** What sold over the protection time, and on how many of its days nothing was left. */
  soldMilli: z.int(),
  stockoutDays: z.int(),
  verdict: z.enum(['GOOD', 'SHORT', 'TOO_MUCH']),
});
export type OutcomeRow = z.infer<typeof outcomeRow>;

const specialDay = z.strictObject({
  date: z.string(),
  name: z.string(),
  isClosed: z.boolean(),
  /** LAW: Chile's public holidays. OWN: elections and closures entered here. */
  origin: z.enum(['LAW', 'OWN']),
});

export const forecastContract = {
  forecast: {
    status: query({
      summary: 'The newest forecast of everything: when it was made, what it knows; run it with jobs.run',
      access: 'forecast.read',
      input: {},
      output: z.strictObject({
        job: z.string(),
        run: z
          .strictObject({
            id: z.string(),
            originDate: z.string(),
            madeAtMs: z.int(),
            durationMs: z.int(),
            productCount: z.int(),
            refusedCount: z.int(),
            horizonDays: z.int(),
            seed: z.int(),
          })
          .nullable(),
        /** Whole days of sales that the newest run does not know yet; null before the first run. */
        ageDays: z.int().nullable(),
        /** Since when a run is under way; how far it is stands in jobs.list. */
        runningSinceMs: z.int().nullable(),
      }),
      topics: ['forecastRun', 'taskRun'],
    }),
    list: query({
      summary: 'Forecasts of all products or categories, best sellers first',
      access: 'forecast.read',
      input: {
        kind: z.enum(['PRODUCT', 'CATEGORY']).default('PRODUCT'),
        text: z.string().trim().max(80).default(''),
        categoryId: id.optional(),
        demandClass: demandClass.optional(),
        ...page,
      },
      output: z.strictObject({ rows: z.array(forecastListRow), total: z.int() }),
      topics: ['forecastRun', 'product'],
    }),
    get: query({
      summary:
        'The forecast of a product, a category or the shop with band, history, totals, class and how good it was',
      access: 'forecast.read',
      input: { ...node, historyDays: z.int().min(0).max(731).default(91) },
      output: forecastAnswer,
      topics: ['forecastRun', 'stockLevel'],
    }),
    explain: task({
      summary: 'Trend, weekly, yearly and holiday parts behind a forecast',
      access: 'forecast.read',
      input: { ...node, pastDays: z.int().min(0).max(731).default(182) },
      output: explanation,
    }),
    accuracy: query({
      summary: 'How good closed forecasts were, by horizon, over a time',
      access: 'forecast.read',
      input: { ...node, from: localDate.optional(), to: localDate.optional() },
      output: z.array(z.strictObject({ bucket, figures: accuracyFigures })),
      topics: ['forecastScore'],
    }),
    accuracyOverTime: query({
      summary: 'Accuracy month by month (of the origin), oldest first',
      access: 'forecast.read',
      input: { ...node, bucket: bucket.default('total 28') },
      output: z.array(z.strictObject({ month: z.string(), figures: accuracyFigures })),
      topics: ['forecastScore'],
    }),
    accuracyRanking: query({
      summary: 'Products or categories by how far off their totals of 28 days were, worst first by units',
      access: 'forecast.read',
      input: { kind: z.enum(['PRODUCT', 'CATEGORY']).default('PRODUCT'), bucket: bucket.default('total 28'), ...page },
      output: z.strictObject({
        rows: z.array(z.strictObject({ id: z.string(), name: z.string(), figures: accuracyFigures })),
        total: z.int(),
      }),
      topics: ['forecastScore'],
    }),
    anomalies: query({
      summary: 'Products whose last two weeks sold far outside what was forecast',
      access: 'forecast.read',
      input: { limit: z.int().min(1).max(200).default(50) },
      output: z.array(anomalyRow),
      topics: ['forecastAnomaly'],
    }),
    runOut: query({
      summary: '"Se agota el jueves": which of these products are expected to run out within the days given',
      access: 'catalog.read',
      input: { productIds: z.array(id).max(2000), withinDays: z.int().min(1).max(28).default(7) },
      output: z.array(runOutRow),
      // Not on every sale: the day on which something runs out moves slowly.
      topics: ['forecastRun', 'stockDocument'],
    }),
  },
  recommendations: {
    list: query({
      summary: 'What to buy, most urgent first, with the reason in numbers',
      access: 'forecast.read',
      input: {
        show: z.enum(['ORDER', 'ALL']).default('ORDER'),
        supplierId: id.optional(),
        categoryId: id.optional(),
        text: z.string().trim().max(80).default(''),
        ...page,
      },
      output: z.strictObject({
        rows: z.array(recommendationRow),
        total: z.int(),
        originDate: z.string().nullable(),
        madeAtMs: z.int().nullable(),
      }),
      topics: ['reorderRecommendation', 'forecastRun', 'productPlan', 'supplier'],
    }),
    request: command({
      summary: 'Turns recommendations into requests to buy, with the quantities as edited',
      access: 'purchasing.write',
      input: {
        lines: z
          .array(z.strictObject({ id, quantityMilli: quantity, supplierId: id.optional() }))
          .min(1)
          .max(500),
      },
      output: z.strictObject({ requestIds: z.array(z.string()) }),
    }),
    outcomes: query({
      summary: 'Recommendations of the past beside what then happened, newest first',
      access: 'forecast.read',
      input: { ...page },
      output: z.strictObject({
        rows: z.array(outcomeRow),
        total: z.int(),
        good: z.int(),
        short: z.int(),
        tooMuch: z.int(),
      }),
      topics: ['reorderRecommendation'],
    }),
    plan: query({
      summary: 'How critical a product is, and its own service level; as nobody said anything, NORMAL and none',
      access: 'purchasing.read',
      input: { productId: id },
      output: z.strictObject({
        criticality: z.enum(['LOW', 'NORMAL', 'CRITICAL']),
        serviceLevelBasisPoints: z.int().nullable(),
      }),
      topics: ['productPlan'],
    }),
    setPlan: command({
      summary: 'How critical a product is, and its service level where the owner overrides it',
      access: 'purchasing.write',
      input: {
        productId: id,
        criticality: z.enum(['LOW', 'NORMAL', 'CRITICAL']),
        serviceLevelBasisPoints: z.int().min(5_000).max(9_990).nullable().default(null),
      },
      output: done,
    }),
  },
  calendar: {
    list: query({
      summary: 'Public holidays and the shop’s own days of a year',
      access: 'session',
      input: { year: z.int().min(2000).max(2100) },
      output: z.array(specialDay),
      topics: ['specialDay'],
    }),
    set: command({
      summary: 'Enters an election, a closure or a day out of the ordinary; replaces what stood on that date',
      access: 'settings.manage',
      input: { date: localDate, name: name(60), closed: z.enum(['YES', 'NO']) },
      output: z.strictObject({ date: z.string() }),
    }),
    remove: command({
      summary: 'Takes an own day back; the law’s stays',
      access: 'settings.manage',
      input: { date: localDate },
      output: z.strictObject({ date: z.string() }),
    }),
  },
};
