/** When a customer or a car was here. */
import { vehiclesOf } from './names.ts';
import { column, es, said, type Tool } from './parts.ts';

export const customerHistory: Tool = (run, sheet, intent) => {
  const { args } = intent;
  sheet.report = '/people';
  const vehicles = said(args, 'plate') === undefined ? vehiclesOf(run, sheet, intent) : [String(args['plate'])];
  const limit = Number(args['limit'] ?? 20);
  sheet.sources.add('vehicles.byPlate');
  const visits = vehicles
    .flatMap((plate) => {
      const card = run.ask('vehicles.byPlate', { plate }) as {
        vehicle: { plate: string; make: string; model: string; customerName: string | null };
        visits: { atMs: number; odometerKm: number | null }[];
      } | null;
      return card?.visits.map((visit) => ({ ...visit, ...card.vehicle })) ?? [];
    })
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, limit);
  const [last] = visits;
  sheet.isEmpty = !last;
  if (last)
    sheet.say(
      es(run, 'Última visita de ', 'Last visit of '),
      sheet.figure('plate', last.plate, 'TEXT'),
      ': ',
      sheet.figure('lastAt', last.atMs, 'INSTANT'),
      '.',
    );
  sheet.rows(
    [
      column(run, 'atMs', 'INSTANT'),
      column(run, 'plate', 'TEXT'),
      column(run, 'customerName', 'TEXT'),
      column(run, 'odometerKm', 'COUNT'),
    ],
    visits.map((visit) => [visit.atMs, visit.plate, visit.customerName, visit.odometerKm]),
  );
};
