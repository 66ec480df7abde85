/** Reports over more than some weeks are read by a process of their own: a year of documents would hold up the counter. */
import type { Actor } from '#core/engine/context.ts';
import type { Site } from '#core/engine/site.ts';
import { Helper, type Launch, programFile } from '#core/engine/workers.ts';
import type { Report } from './contract.ts';
import { readerOf } from './handlers.ts';
import { type ReportInput, type ReportReader, spanDays } from './reports.ts';

/** What the process is asked. */
export interface ReportWork {
  file: string;
  input: ReportInput;
  who: ReportReader;
}

/** As far as a report is read in a few milliseconds. */
const SHORT_DAYS = 45;
const TIMEOUT_MS = 60_000;

export class LongReports {
  readonly #file: string;
  readonly #helper: Helper;

  /** `file`: the shop's; `launch`: how the host starts a process. */
  constructor(file: string, launch: Launch | undefined) {
    this.#file = file;
    const entry = programFile(import.meta.dirname, 'reportProgram');
    this.#helper = new Helper({ entry, timeoutMs: TIMEOUT_MS, launch });
  }

  /** Answers for the dispatcher: undefined for what is short, or no report at all. */
  answer(site: () => Site | undefined) {
    return (path: string, input: object, { actor, nowMs }: { actor: Actor; nowMs: number }) => {
      const here = site();
      if (path !== 'reports.run' || here === undefined || !isLong(input as ReportInput)) return undefined;
      const who = readerOf({ actor, site: here }, nowMs);
      return this.#helper.ask<Report>({ file: this.#file, input: input as ReportInput, who } satisfies ReportWork);
    };
  }

  close(): void {
    this.#helper.close();
  }
}

/** Whatever is counted document by document, or over many days. */
const isLong = (input: ReportInput): boolean =>
  spanDays(input) > SHORT_DAYS || input.report === 'STOCK_HEALTH' || input.report === 'INVENTORY';
