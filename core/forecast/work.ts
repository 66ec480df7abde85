/** What the forecaster's thread is asked and answers, and how to start it. Everything here can be cloned from thread to thread. */
import { programFile, runInThread } from '#core/engine/workers.ts';
import { inferClosures, type ShopCalendar } from './calendar.ts';
import { dayOf } from './days.ts';
import { explainSeries, type Explanation } from './explain.ts';
import { checkRequest, openShop, prepareAll, type ForecastRequest } from './forecast.ts';
import { type ClosedNode, openRecord, packForecast, type PackedNode } from './pack.ts';
import { forecastShop, type ShopForecast } from './shopForecast.ts';

export type ForecastWork =
  | { ask: 'batch'; request: ForecastRequest }
  /** A batch whose calendar has still to learn from the sales when the shop was closed. */
  | { ask: 'night'; request: ForecastRequest; record: readonly ClosedNode[] }
  | { ask: 'explain'; request: ForecastRequest; id: string };

export type ForecastAnswer =
  | { ask: 'batch'; forecast: ShopForecast }
  | { ask: 'night'; pieces: Uint8Array[]; calendar: ShopCalendar }
  | { ask: 'explain'; explanation: Explanation | null };

/** Does the work in this thread. */
export function answerForecast(
  work: ForecastWork,
  progress: (done: number, total: number) => void = () => undefined,
): ForecastAnswer {
  if (work.ask === 'batch') return { ask: 'batch', forecast: forecastShop(work.request, progress) };
  checkRequest(work.request);
  if (work.ask === 'night') {
    const { series, originDate } = work.request;
    const calendar = inferClosures(work.request.calendar, series, dayOf(originDate));
    return {
      ask: 'night',
      calendar,
      pieces: inPieces(
        packForecast(forecastShop({ ...work.request, calendar, closed: openRecord(work.record) }, progress)),
      ),
    };
  }
  const { prepared } = prepareAll(work.request);
  const series = prepared.find(({ id }) => id === work.id);
  if (!series) return { ask: 'explain', explanation: null };
  return { ask: 'explain', explanation: explainSeries(openShop(work.request, prepared), series, work.request.seed) };
}

/** Nodes that are opened at once. */
const PIECE = 20;

/** Bytes cross from thread to thread in no time; thousands of rows would hold up whoever takes them. */
const inPieces = (nodes: readonly PackedNode[]): Uint8Array[] =>
  Array.from({ length: Math.ceil(nodes.length / PIECE) }, (_, index) =>
    new TextEncoder().encode(JSON.stringify(nodes.slice(index * PIECE, (index + 1) * PIECE))),
  );

/** What one piece of a night's answer holds. */
export const openPiece = (piece: Uint8Array): PackedNode[] =>
  JSON.parse(new TextDecoder().decode(piece)) as PackedNode[];

export interface ForecastRun {
  signal: AbortSignal;
  timeoutMs: number;
  onProgress?: (done: number, total: number) => void;
}

/** Forecasts everything in a thread of its own. ABORTED when cancelled, TIMED_OUT past the limit. */
export async function forecastInThread(request: ForecastRequest, run: ForecastRun): Promise<ShopForecast> {
  const answer = await start({ ask: 'batch', request }, run);
  if (answer.ask !== 'batch') throw new Error('the forecaster answered something else');
  return answer.forecast;
}

/** Forecasts everything after learning from the sales when the shop was closed; answers what is kept of it, in pieces (`openPiece`), and the calendar that came of it. */
export async function forecastNight(
  request: ForecastRequest,
  record: readonly ClosedNode[],
  run: ForecastRun,
): Promise<{ pieces: Uint8Array[]; calendar: ShopCalendar }> {
  const answer = await start({ ask: 'night', request, record }, run);
  if (answer.ask !== 'night') throw new Error('the forecaster answered something else');
  return answer;
}

/** Explains one product of a request in a thread of its own. */
export async function explainInThread(
  request: ForecastRequest,
  id: string,
  run: ForecastRun,
): Promise<Explanation | null> {
  const answer = await start({ ask: 'explain', request, id }, run);
  if (answer.ask !== 'explain') throw new Error('the forecaster answered something else');
  return answer.explanation;
}

const start = (input: ForecastWork, run: ForecastRun): Promise<ForecastAnswer> =>
  runInThread<ForecastAnswer>({ entry: programFile(import.meta.dirname, 'worker'), input, ...run });
