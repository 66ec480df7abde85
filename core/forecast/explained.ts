/** The parts behind one forecast, fitted anew in a thread from the demand that the night kept: the same seed, the same parts. */
import type { TaskContext } from '#core/engine/context.ts';
import type { ForecastExplanation } from './contract.ts';
import { dateOf, weekdayOf } from './days.ts';
import { nodeId } from './reads.ts';
import { currentRun, readHistory, unpackCalendar } from './store.ts';
import type { NodeKind } from './tables.ts';
import { explainInThread } from './work.ts';

const TIMEOUT_MS = 20_000;

/** Trend, weekly, yearly and holiday parts; null before the first run and while there is too little to fit. */
export async function explain(
  context: TaskContext,
  asked: { kind: NodeKind; id?: string | undefined; pastDays: number },
): Promise<ForecastExplanation> {
  const id = nodeId(asked.kind, asked.id);
  const known = context.read((reader) => ({
    run: currentRun(reader, context.site.branchId),
    history: readHistory(reader, context.site.branchId, asked.kind, id),
  }));
  const { run, history } = known;
  if (!run || !history) return null;
  const demand = Float64Array.from(history.demandMilli, (value) => (value === null ? NaN : value / 1000));
  const request = {
    series: [{ id, category: null, firstDate: history.firstDate, demand }],
    calendar: unpackCalendar(run.calendar),
    originDate: run.originDate,
    horizonDays: run.horizonDays,
    seed: run.seed,
    closed: [],
  };
  const explanation = await explainInThread(request, id, { signal: context.signal, timeoutMs: TIMEOUT_MS });
  if (!explanation) return null;
  const { firstDay, pastDays, components } = explanation;
  const at = (index: number) => ({
    trend: components.trend[index] ?? 0,
    weekly: components.weekly[index] ?? 0,
    yearly: components.yearly[index] ?? 0,
    holidays: components.holidays[index] ?? 0,
    total: components.total[index] ?? 0,
  });
  const from = Math.max(0, pastDays - asked.pastDays);
  const week = Array.from({ length: 7 }, () => 0);
  for (let index = Math.max(0, pastDays - 7); index < pastDays; index += 1) {
    week[weekdayOf(firstDay + index)] = components.weekly[index] ?? 0;
  }
  const year: { date: string; value: number }[] = [];
  for (let index = Math.max(0, pastDays - 365); index < pastDays; index += 7) {
    year.push({ date: dateOf(firstDay + index), value: components.yearly[index] ?? 0 });
  }
  return {
    originDate: run.originDate,
    days: Array.from({ length: components.total.length - from }, (_, offset) => ({
      date: dateOf(firstDay + from + offset),
      isPast: from + offset < pastDays,
      ...at(from + offset),
    })),
    week,
    year,
  };
}
