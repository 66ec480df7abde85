/** Keeps the company's copy of an owner's machine, in a process of its own, and remembers how far it reaches. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock, Log } from '#core/engine/ports.ts';
import type { Reader, Writer } from '#core/engine/sql.ts';
import { Helper, type Launch, programFile } from '#core/engine/workers.ts';
import { DomainError } from '#core/shared/errors.ts';
import { forgetReach, readReach, saveReach } from '#core/metrics/index.ts';
import { greetingOf } from './client.ts';
import type { Refreshed } from './companyCopy.ts';
import { contacts, listBranches } from './figures.ts';
import type { Hello } from './protocol.ts';
import { readState } from './state.ts';

/** What the process is asked. */
export interface CompanyWork {
  file: string;
  connection: string;
  greeting: Omit<Hello, 'epoch'>;
  /** About how many operations it may take before it answers. */
  rows: number;
}

export interface CompanyPorts {
  /** Where the copy lies. */
  copy: string;
  reader: Reader;
  local: <T>(work: (writer: Writer) => T) => T;
  clock: Clock;
  log: Log;
  launch: Launch | undefined;
  branchId: () => string | undefined;
  connection: () => string | undefined;
  appVersion: string;
}

const EVERY_MS = 30_000;
const ROWS = 20_000;
const TIMEOUT_MS = 120_000;

/**
 * Where the copy lies: beside the shop's file, named after its schema. Nobody migrates a copy: what a newer version reads out of the log
 * may be more than the older one kept of it.
 */
export const companyFile = (file: string, schema: number): string =>
  join(dirname(file), `company-${String(schema)}.db`);

export class CompanyKeeper {
  readonly #ports: CompanyPorts;
  readonly #helper: Helper;
  readonly #copy: string;
  #underWay: Promise<void> | undefined;
  #triedAtMs = 0;
  #isClosed = false;

  constructor(ports: CompanyPorts) {
    this.#ports = ports;
    this.#copy = ports.copy;
    const entry = programFile(import.meta.dirname, 'companyProgram');
    this.#helper = new Helper({ entry, timeoutMs: TIMEOUT_MS, launch: ports.launch });
  }

  /** At the opening: what is remembered of a copy that is not there any longer is forgotten, and copies of earlier versions go. */
  settle(): void {
    const { reader, local } = this.#ports;
    if (!existsSync(this.#copy) && readReach(reader).length > 0) local(forgetReach);
    const own = basename(this.#copy);
    for (const name of readdirSync(dirname(this.#copy)))
      if (/^company-\d+\.db$/.test(name) && name !== own) this.#remove(name);
  }

  /** The link has conversed: now and then that brings the copy along. */
  conversed(): void {
    if (Math.abs(this.#ports.clock.nowMs() - this.#triedAtMs) >= EVERY_MS) void this.refresh();
  }

  /** Brings the copy to what the centre holds now. Ends without an error: what could not be had is the age of what is there. */
  refresh(): Promise<void> {
    return (this.#underWay ??= this.#refresh()
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        this.#ports.log.warn({ message }, 'the company’s copy was not brought up to date');
        // It can always be made anew.
        if (error instanceof DomainError && error.code === 'DATABASE_DAMAGED') this.#forget();
      })
      .finally(() => (this.#underWay = undefined)));
  }

  close(): void {
    this.#isClosed = true;
    this.#helper.close();
  }

  async #refresh(): Promise<void> {
    const { reader, local, clock, appVersion, branchId } = this.#ports;
    this.#triedAtMs = clock.nowMs();
    const own = branchId();
    const connection = this.#ports.connection();
    const state = readState(reader);
    if (own === undefined || connection === undefined || !state) return;
    // A machine that may read its own branch alone has no such file, and keeps none.
    if (state.scope !== 'OWNER') return this.#forget();
    if (listBranches(reader, own).length < 2) return;
    for (let isMore = true; isMore && !this.#isClosed;) {
      const greeting = greetingOf(reader, state, { branchId: own, appVersion });
      const work: CompanyWork = { file: this.#copy, connection, greeting, rows: ROWS };
      const refreshed = await this.#helper.ask<Refreshed>(work);
      isMore = refreshed.isMore;
      // A branch that nobody has heard of for a day is known up to a day ago.
      const heard = contacts(reader);
      const reach = refreshed.reached.map((row) => ({
        ...row,
        asOfMs: Math.min(row.asOfMs, heard.get(row.branchId) ?? row.asOfMs),
      }));
      if (reach.length > 0) local((writer) => saveReach(writer, reach));
    }
  }

  #forget(): void {
    if (!existsSync(this.#copy)) return;
    this.#helper.close();
    this.#ports.local(forgetReach);
    this.#remove(basename(this.#copy));
  }

  /** What somebody still reads goes another time: it is offered to nobody any longer. */
  #remove(name: string): void {
    try {
      for (const tail of ['', '-wal', '-shm', '-owner'])
        rmSync(join(dirname(this.#copy), name + tail), { force: true, maxRetries: 2 });
    } catch (error) {
      this.#ports.log.warn({ name, message: String(error) }, 'a copy of the company was not removed');
    }
  }
}
