/** Drawers and shifts: one's own, or everybody's. */
import { valueOf } from '../labels.ts';
import type { Sheet } from '../sheet.ts';
import { column, es, periodOf, type Run, span, type Tool } from './parts.ts';

interface ShiftRow {
  terminalName: string;
  cashierName: string;
  state: 'OPEN' | 'CLOSED';
  openedAtMs: number;
  expectedCashClp: number | null;
  countedCashClp: number | null;
}

export const cashStatus: Tool = (run, sheet, { args }) => {
  sheet.report = '/shift';
  if (args['scope'] === 'self') return ownShift(run, sheet);
  const days = args['period'] === undefined ? { from: run.today, to: run.today } : periodOf(run, sheet, args);
  sheet.period = days;
  sheet.sources.add('shifts.list');
  const { rows } = run.ask('shifts.list', { ...days, limit: 50 }) as { rows: ShiftRow[] };
  sheet.isEmpty = rows.length === 0;
  sheet.say(
    es(run, 'Turnos: ', 'Shifts: '),
    sheet.figure('count', rows.length, 'COUNT'),
    ' ',
    ...span(run, sheet, days),
    '.',
  );
  sheet.rows(
    [
      column(run, 'terminalName', 'TEXT'),
      column(run, 'cashier', 'TEXT'),
      column(run, 'state', 'TEXT'),
      column(run, 'atMs', 'INSTANT'),
      column(run, 'expectedCashClp', 'CLP'),
      column(run, 'countedCashClp', 'CLP'),
    ],
    rows.map((row) => [
      row.terminalName,
      row.cashierName,
      valueOf(row.state, run.language),
      row.openedAtMs,
      row.expectedCashClp,
      row.countedCashClp,
    ]),
  );
};

/** The own drawer. Where counts are blind the service says nothing of what is expected, and so does the answer. */
function ownShift(run: Run, sheet: Sheet): void {
  sheet.sources.add('shifts.current');
  const { shift } = run.ask('shifts.current', {}) as {
    shift: {
      openedAtMs: number;
      documentCount: number;
      floatClp: number;
      expectedCashClp: number | null;
      tenders: { tender: string; amountClp: number; count: number }[];
    } | null;
  };
  sheet.isEmpty = !shift;
  if (!shift) return;
  sheet.say(
    es(run, 'Turno abierto ', 'Shift open since '),
    sheet.figure('openedAt', shift.openedAtMs, 'INSTANT'),
    ', ',
    sheet.figure('documents', shift.documentCount, 'COUNT'),
    es(run, ' documentos', ' documents'),
  );
  if (shift.expectedCashClp !== null)
    sheet.say(
      es(run, ', efectivo esperado ', ', expected cash '),
      sheet.figure('expectedCash', shift.expectedCashClp, 'CLP'),
      '.',
    );
  else
    sheet.say(
      es(
        run,
        '. El conteo es a ciegas: el monto esperado no se muestra.',
        '. The count is blind: what is expected is not shown.',
      ),
    );
  if (shift.tenders.length > 0)
    sheet.rows(
      [column(run, 'tender', 'TEXT'), column(run, 'paymentCount', 'COUNT'), column(run, 'amountClp', 'CLP')],
      shift.tenders.map((row) => [valueOf(row.tender, run.language), row.count, row.amountClp]),
      'BAR',
    );
}
