/** The facts that people enter for the forecast; forecasts themselves are derived and no facts. */
import { eventKind } from '#core/engine/events.ts';
import type { ForecastTables, PlanRow } from './tables.ts';

export const forecastEvents = {
  specialDaySet: eventKind<ForecastTables['specialDay']>('forecast.specialDaySet', 1),
  specialDayRemoved: eventKind<{ date: string }>('forecast.specialDayRemoved', 1),
  planSet: eventKind<PlanRow>('forecast.planSet', 1),
};
