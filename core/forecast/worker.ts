/**
 * The forecaster's thread: runs the batch away from the counter and tells how far it is. Started by the engine's `runInThread`, which
 * also cancels it (the thread is ended; a forecast writes nothing, so nothing is left half done) and gives it its time limit.
 */
import { constants, setPriority } from 'node:os';
import { serveWork } from '#core/engine/workers.ts';
import { answerForecast, type ForecastAnswer, type ForecastWork } from './work.ts';

// On Linux this is the thread's own; elsewhere it would hold back the counter's process too.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

serveWork<ForecastWork, ForecastAnswer>(answerForecast);
