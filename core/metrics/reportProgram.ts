/** The process that reads what is long or lies in the company's copy, one after the other, with handles that only read. */
import { openReader } from '#core/engine/database.ts';
import type { Reader } from '#core/engine/sql.ts';
import { serveWork } from '#core/engine/workers.ts';
import { previewReceipt } from '#core/receipts/index.ts';
import { listDocuments } from './queries.ts';
import type { ReportWork } from './reportsAside.ts';
import { readReport } from './reports.ts';

const open = new Map<string, Reader>();

serveWork<ReportWork, unknown>((work) => {
  const reader = open.get(work.file) ?? openReader(work.file).reader;
  open.set(work.file, reader);
  switch (work.path) {
    case 'reports.run':
      return readReport(reader, work.input, work.who);
    case 'reports.documents':
      return listDocuments(reader, work.input);
    case 'receipts.preview':
      return previewReceipt(reader, work.input, work.who);
  }
});
