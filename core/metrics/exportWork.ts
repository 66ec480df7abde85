/** Exports run in a child process that can be killed, with its own handle that only reads: a year of documents is long. */
import { openReader } from '#core/engine/database.ts';
import type { Reader } from '#core/engine/sql.ts';
import { type Launch, programFile, runInChild } from '#core/engine/workers.ts';
import { exportFile, type ExportFormat, type ExportLook } from './exportFile.ts';
import type { Report } from './contract.ts';
import { readReport, type ReportInput, type ReportReader, runReport } from './reports.ts';

export interface ExportWork {
  file: string;
  input: Omit<ReportInput, 'limit'>;
  who: ReportReader;
  format: ExportFormat;
  look: ExportLook;
}
export type Exported = Awaited<ReturnType<typeof exportFile>>;

/** Far beyond what a spreadsheet shows. */
const MAX_ROWS = 500_000;
const TIMEOUT_MS = 5 * 60_000;

/** Makes the file, from the reader's database or from `file`; in this process where the database is in memory. */
export async function runExport(
  reader: Reader,
  { file: elsewhere, ...work }: Omit<ExportWork, 'file'> & { file?: string | undefined },
  run: { signal: AbortSignal; launch: Launch | undefined },
): Promise<Exported> {
  const { file: own } = reader.prepare('pragma database_list').get() as { file: string };
  const file = elsewhere ?? own;
  if (file === '') return render(runReport(reader, { ...work.input, limit: MAX_ROWS }, work.who), work);
  // What a report refuses, it refuses here, before a process is started for it.
  runReport(reader, { ...work.input, to: work.input.from, compare: 'NONE', limit: 1 }, work.who);
  const entry = programFile(import.meta.dirname, 'exportProgram');
  return runInChild<Exported>(
    { entry, input: { ...work, file } satisfies ExportWork, signal: run.signal, timeoutMs: TIMEOUT_MS },
    run.launch,
  );
}

/** What the child process does. */
export async function exportFromFile({ file, ...work }: ExportWork): Promise<Exported> {
  const { reader, close } = openReader(file);
  try {
    return await render(readReport(reader, { ...work.input, limit: MAX_ROWS }, work.who), work);
  } finally {
    close();
  }
}

const render = (report: Report, { format, look }: Pick<ExportWork, 'format' | 'look'>): Promise<Exported> =>
  exportFile(report, format, look);
