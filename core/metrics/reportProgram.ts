/** The process that reads long reports, one after the other, with a handle that only reads. */
import { openReader } from '#core/engine/database.ts';
import { serveWork } from '#core/engine/workers.ts';
import type { Report } from './contract.ts';
import type { ReportWork } from './longReports.ts';
import { readReport } from './reports.ts';

let open: { file: string; reader: ReturnType<typeof openReader>['reader'] } | undefined;

serveWork<ReportWork, Report>(({ file, input, who }) => {
  if (open?.file !== file) open = { file, reader: openReader(file).reader };
  return readReport(open.reader, input, who);
});
