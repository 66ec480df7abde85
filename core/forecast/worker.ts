/**
 * The forecaster's thread: runs the batch away from the counter and tells how far it is. Started by the engine's `runInThread`, which
 * also cancels it (the thread is ended; a forecast writes nothing, so nothing is left half done) and gives it its time limit.
 */
import { serveWork } from '#core/engine/workers.ts';
import { answerForecast, type ForecastAnswer, type ForecastWork } from './work.ts';

serveWork<ForecastWork, ForecastAnswer>(answerForecast);
