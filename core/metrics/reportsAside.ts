/**
 * Reads that a process of its own answers: reports over more than some weeks, since a year of documents would hold up the counter, and
 * whatever lies in the company's copy, the file with every branch's documents on an owner's machine.
 */
import type { Actor } from '#core/engine/context.ts';
import { type Site, siteIn } from '#core/engine/site.ts';
import type { Reader } from '#core/engine/sql.ts';
import { Helper, type Launch, programFile } from '#core/engine/workers.ts';
import type { PaperAsked, PaperReader } from '#core/receipts/index.ts';
import { readerOf } from './handlers.ts';
import type { DocumentFilter } from './queries.ts';
import { reachElsewhere } from './reach.ts';
import { type ReportInput, type ReportReader, spanDays } from './reports.ts';

/** What the process is asked, and of which file. */
export type ReportWork = { file: string } & (
  | { path: 'reports.run'; input: ReportInput; who: ReportReader }
  | { path: 'reports.documents'; input: DocumentFilter }
  | { path: 'receipts.preview'; input: PaperAsked; who: PaperReader }
);

/** As far as a report is read in a few milliseconds. */
const SHORT_DAYS = 45;
const TIMEOUT_MS = 60_000;

export class ReportsAside {
  readonly #files: { file: string; companyFile: string; reader: Reader };
  readonly #helper: Helper;

  /** `file`: the shop's, which `reader` reads; `companyFile`: the company's copy; `launch`: how the host starts a process. */
  constructor(files: { file: string; companyFile: string; reader: Reader }, launch: Launch | undefined) {
    this.#files = files;
    const entry = programFile(import.meta.dirname, 'reportProgram');
    this.#helper = new Helper({ entry, timeoutMs: TIMEOUT_MS, launch });
  }

  /** Answers for the dispatcher: undefined for what is short and in the shop's own file. */
  answer(site: () => Site | undefined) {
    return (path: string, input: object, asker: { actor: Actor; nowMs: number }) => {
      const here = site();
      const work = here && this.#workOf(path, input, { ...asker, site: here });
      return work && this.#helper.ask<unknown>(work);
    };
  }

  close(): void {
    this.#helper.close();
  }

  #workOf(path: string, input: object, asker: PaperReader): ReportWork | undefined {
    const { file, companyFile, reader } = this.#files;
    const { site } = asker;
    switch (path) {
      case 'reports.run': {
        const report = input as ReportInput;
        const reach = reachElsewhere(reader, site, report.branchId);
        if (!reach && !isLong(report)) return undefined;
        return { path, file: reach ? companyFile : file, input: report, who: readerOf(asker, asker.nowMs, reach) };
      }
      case 'reports.documents': {
        const filter = input as DocumentFilter;
        return reachElsewhere(reader, site, filter.branchId) ? { path, file: companyFile, input: filter } : undefined;
      }
      case 'receipts.preview': {
        const paper = input as PaperAsked;
        const { branchId } = paper;
        if (branchId === undefined || !reachElsewhere(reader, site, branchId)) return undefined;
        return { path, file: companyFile, input: paper, who: { ...asker, site: siteIn(reader, site, branchId) } };
      }
      default:
        return undefined;
    }
  }
}

/** Whatever is counted document by document, or over many days. */
const isLong = (input: ReportInput): boolean =>
  spanDays(input) > SHORT_DAYS || input.report === 'STOCK_HEALTH' || input.report === 'INVENTORY';
