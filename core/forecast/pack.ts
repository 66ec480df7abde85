/** A forecast as it is kept: integers and text, made in the forecaster's thread, so that the counter's has nothing to add up. */
import type { ClosedForecast, MemberName } from './ensemble.ts';
import { LEVELS, type ForecastResult, type SeriesForecast } from './forecast.ts';
import type { ShopForecast } from './shopForecast.ts';
import type { NodeBody, NodeDays, NodeKind, NodeRow } from './tables.ts';

/** The shop's own node. */
export const SHOP_ID = 'shop';

export type PackedNode = Omit<NodeRow, 'runId' | 'actual28Milli' | 'scoredAtMs'>;

/** Everything that a run keeps. */
export function packForecast({ products, categories, shop }: ShopForecast): PackedNode[] {
  return [
    ...products.map((result) => packNode('PRODUCT', result.id, result)),
    ...categories.map((result) => packNode('CATEGORY', result.category ?? result.id, result)),
    ...(shop ? [packNode('SHOP', SHOP_ID, shop)] : []),
  ];
}

/** A closed forecast as it is kept; `members` is JSON. */
export interface ClosedNode {
  nodeId: string;
  originDay: number;
  adiMilli: number | null;
  cv2Milli: number;
  members: string;
  actual28Milli: number | null;
}

/** The record that weighs the members, from what is kept of closed forecasts. */
export function openRecord(nodes: readonly ClosedNode[]): ClosedForecast[] {
  return nodes.map(({ nodeId, originDay, adiMilli, cv2Milli, members, actual28Milli }) => ({
    id: nodeId,
    originDay,
    adi: adiMilli === null ? Infinity : adiMilli / 1000,
    cv2: cv2Milli / 1000,
    members: mapped(JSON.parse(members) as NodeBody['members'], (value) => value / 1000),
    actual: (actual28Milli ?? 0) / 1000,
  }));
}

function packNode(kind: NodeKind, nodeId: string, result: ForecastResult): PackedNode {
  const key = { kind, nodeId };
  if (result.status === 'refused') {
    const nothing = { expected7Milli: 0, expected28Milli: 0, low28Milli: 0, high28Milli: 0 };
    return { ...key, ...nothing, refusal: result.reason, scheme: null, demandClass: null, days: null, body: null };
  }
  const total = (days: number) => result.totals.find((entry) => entry.days === days);
  const [month, week] = [total(28), total(7)];
  const at = (level: number): number => milli(month?.quantiles[LEVELS.indexOf(level as (typeof LEVELS)[number])] ?? 0);
  return {
    ...key,
    refusal: null,
    scheme: result.scheme,
    demandClass: result.traits.demandClass,
    expected7Milli: milli(week?.mean ?? 0),
    expected28Milli: milli(month?.mean ?? 0),
    low28Milli: at(0.1),
    high28Milli: at(0.9),
    days: JSON.stringify(nodeDays(result)),
    body: JSON.stringify(nodeBody(result)),
  };
}

function nodeDays({ daily, dailyLow, dailyHigh, naive }: SeriesForecast): NodeDays {
  const count = dailyLow.length;
  const row = (values: Float64Array): number[] => Array.from(values.subarray(0, count), milli);
  return { expected: row(daily), low: row(dailyLow), high: row(dailyHigh), naive: row(naive) };
}

function nodeBody({ traits, weights, members, totals }: SeriesForecast): NodeBody {
  return {
    adiMilli: finite(traits.adi, 1000),
    cv2Milli: milli(traits.cv2),
    openDays: traits.openDays,
    sellingDays: traits.sellingDays,
    idleDays: finite(traits.idleDays, 1),
    weights: mapped(weights, (weight) => Math.round(weight * 10_000)),
    members: mapped(members, (days) => milli(days.reduce((sum, value) => sum + value, 0))),
    rushMilli: milli(totals[0]?.rush ?? 1),
    totals: totals.map(({ days, mean, dispersion, quantiles }) => ({
      days,
      meanMilli: milli(mean),
      dispersionPpm: Math.round(dispersion * 1e6),
      quantiles: quantiles.map(milli),
    })),
  };
}

function mapped<V>(
  record: Partial<Record<MemberName, V>>,
  of: (value: V) => number,
): Partial<Record<MemberName, number>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}

/** Thousandths of the base unit; beyond any shop's figures the largest safe one. */
export const milli = (units: number): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.round(units * 1000)));
const finite = (value: number, scale: number): number | null =>
  Number.isFinite(value) ? Math.round(value * scale) : null;
