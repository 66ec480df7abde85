/** The batch of everything: all products, their categories and the shop, reconciled so that what the screens show adds up. */
import { dateOf } from './days.ts';
import {
  dailyBand,
  forecastProducts,
  forecastSeries,
  totalOf,
  type ForecastRequest,
  type ForecastResult,
  type SeriesForecast,
  type Shop,
} from './forecast.ts';
import { prepare, type Prepared } from './prepare.ts';
import { reconcile, type ForecastNode, type ReconciledNode } from './reconcile.ts';

export interface ShopForecast {
  /** In the order of the request. */
  products: ForecastResult[];
  /** By name; products without a category are in none. */
  categories: SeriesForecast[];
  /** Null when no product could be forecast. */
  shop: SeriesForecast | null;
}

/** Forecasts everything. `onProgress` is told every few products. */
export function forecastShop(
  request: ForecastRequest,
  onProgress?: (done: number, total: number) => void,
): ShopForecast {
  const { results, prepared, shop } = forecastProducts(request, onProgress);
  const forecasts = results.filter((result) => result.status === 'forecast');
  const groups = new Map<string | null, SeriesForecast[]>();
  for (const forecast of forecasts) {
    const group = groups.get(forecast.category);
    if (group) group.push(forecast);
    else groups.set(forecast.category, [forecast]);
  }
  if (forecasts.length === 0) return { products: results, categories: [], shop: null };
  const sums = new Map<string | null, SeriesForecast | null>();
  for (const category of groups.keys()) {
    sums.set(category, category === null ? null : sumForecast(shop, prepared, category));
  }
  const whole = sumForecast(shop, prepared, null);
  const entries = [...groups];
  const tree: ForecastNode = {
    ...ownNode(whole, shop.horizonDays),
    children: entries.map(([category, members]) => ({
      ...ownNode(sums.get(category) ?? null, shop.horizonDays),
      children: members.map((member) => leaf(member, shop.horizonDays)),
    })),
  };
  const agreed = reconcile(tree);
  const scaled = new Map<string, SeriesForecast>();
  entries.forEach(([, members], group) => {
    members.forEach((member, index) => {
      scaled.set(member.id, rescale(member, agreed.children[group]!.children[index]!, shop));
    });
  });
  const products = results.map((result) => scaled.get(result.id) ?? result);
  const categories = entries.flatMap(([category, members]) => {
    const own = sums.get(category);
    return own
      ? [
          addUp(
            own,
            members.map(({ id }) => scaled.get(id)!),
            shop,
          ),
        ]
      : [];
  });
  return { products, categories, shop: whole ? addUp(whole, [...scaled.values()], shop) : null };
}

/**
 * The forecast of the summed demand of a category (null = of all products) by itself. It sums the winsorised days, as the products'
 * levels do: otherwise each product would be handed a part of every other's single large order.
 */
function sumForecast(shop: Shop, panel: readonly Prepared[], category: string | null): SeriesForecast | null {
  const members = category === null ? panel : panel.filter((series) => series.category === category);
  const startDay = Math.min(...members.filter(({ count }) => count > 0).map((series) => series.startDay));
  if (!Number.isFinite(startDay)) return null;
  const demand = new Float64Array(shop.originDay - startDay + 1).fill(NaN);
  for (const { raw, clean, open, startDay: start, count } of members) {
    for (let i = 0; i < count; i += 1) {
      const at = start - startDay + i;
      if (Number.isNaN(raw[i]!)) continue;
      demand[at] = (Number.isNaN(demand[at]!) ? 0 : demand[at]!) + (open[i] === 1 ? clean[i]! : raw[i]!);
    }
  }
  const id = category === null ? 'shop' : `category:${category}`;
  const sum = prepare({ id, category, firstDate: dateOf(startDay), demand }, shop.calendar, shop.originDay);
  const result = forecastSeries(shop, sum, true);
  return result.status === 'forecast' ? result : null;
}

/** Mean and variance of the total over the horizon. */
function leaf(forecast: SeriesForecast, horizonDays: number): ForecastNode {
  const { mean, dispersion } = totalOver(forecast, horizonDays);
  return { own: { mean, variance: mean + dispersion * mean * mean }, children: [] };
}

function ownNode(forecast: SeriesForecast | null, horizonDays: number): Pick<ForecastNode, 'own'> {
  if (forecast === null) return {};
  const own = leaf(forecast, horizonDays).own;
  return own ? { own } : {};
}

/** The total over the horizon; a horizon without a total of its own takes the dispersion of the next shorter one. */
function totalOver(forecast: SeriesForecast, horizonDays: number): { mean: number; dispersion: number } {
  let mean = 0;
  for (let i = 0; i < horizonDays; i += 1) mean += forecast.daily[i]!;
  const known = forecast.totals.findLast(({ days }) => days <= horizonDays) ?? forecast.totals[0];
  return { mean, dispersion: known?.dispersion ?? 1 };
}

function rescale(forecast: SeriesForecast, agreed: ReconciledNode, shop: Shop): SeriesForecast {
  const { mean } = totalOver(forecast, shop.horizonDays);
  if (!(mean > 0)) return forecast;
  const factor = agreed.mean / mean;
  return withDaily(
    forecast,
    forecast.daily.map((value) => value * factor),
    shop,
  );
}

function addUp(own: SeriesForecast, parts: readonly SeriesForecast[], shop: Shop): SeriesForecast {
  const daily = new Float64Array(shop.reach);
  for (const part of parts) for (let i = 0; i < shop.reach; i += 1) daily[i]! += part.daily[i]!;
  return withDaily(own, daily, shop);
}

function withDaily(forecast: SeriesForecast, daily: Float64Array, shop: Shop): SeriesForecast {
  return {
    ...forecast,
    daily,
    ...dailyBand(daily, forecast.dayDispersion, shop.horizonDays),
    totals: forecast.totals.map(({ days, rush, dispersion }) => totalOf(daily, days, rush, dispersion)),
  };
}
