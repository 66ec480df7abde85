/** The process that reads what is long or lies in the company's copy, one after the other, with handles that only read. */
import { statSync } from 'node:fs';
import { openReader } from '#core/engine/database.ts';
import type { Reader } from '#core/engine/sql.ts';
import { serveWork } from '#core/engine/workers.ts';
import { previewReceipt } from '#core/receipts/index.ts';
import { listDocuments } from './queries.ts';
import type { ReportWork } from './reportsAside.ts';
import { readReport } from './reports.ts';

interface Open {
  reader: Reader;
  close: () => void;
  inode: number;
}
const kept = new Map<string, Open>();

/** The handle of a file, opened again where another one has taken its place. */
function readerOf(file: string): Reader {
  const inode = statSync(file).ino;
  const known = kept.get(file);
  if (known?.inode === inode) return known.reader;
  known?.close();
  const opened = { ...openReader(file), inode };
  kept.set(file, opened);
  return opened.reader;
}

serveWork<ReportWork, unknown>((work) => {
  const reader = readerOf(work.file);
  switch (work.path) {
    case 'reports.run':
      return readReport(reader, work.input, work.who);
    case 'reports.documents':
      return listDocuments(reader, work.input);
    case 'receipts.preview':
      return previewReceipt(reader, work.input, work.who);
  }
});
