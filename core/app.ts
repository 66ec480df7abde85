/** Composition root: joins the modules over one database. Hosts, tests and scripts all start here. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AssistantDependencies, assistantModule } from '#core/assistant/index.ts';
import {
  type AuthDependencies,
  authModule,
  type HashStrength,
  keepingAuthority,
  machinePepper,
  SecretHasher,
} from '#core/auth/index.ts';
import { catalogModule } from '#core/catalog/index.ts';
import { devicesModule, LanDoor } from '#core/devices/index.ts';
import { anchorFile, type AnchorReport, HeadAnchor } from '#core/engine/anchor.ts';
import { Backups } from '#core/engine/backup.ts';
import { openDatabase, type ShopDatabase } from '#core/engine/database.ts';
import { type Caller, type Change, Dispatcher, systemActor } from '#core/engine/dispatch.ts';
import { appendLocalEvent } from '#core/engine/events.ts';
import { JobRunner } from '#core/engine/jobRunner.ts';
import type { Job } from '#core/engine/jobs.ts';
import { DatabaseKeeper } from '#core/engine/keeper.ts';
import { migrate, schemaVersion } from '#core/engine/migrate.ts';
import type { Module } from '#core/engine/module.ts';
import { type Clock, type Ids, type Log, type Random, silentLog } from '#core/engine/ports.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import { systemModule } from '#core/engine/systemModule.ts';
import type { Launch } from '#core/engine/workers.ts';
import { forecastModule } from '#core/forecast/index.ts';
import { MachineNotes, standing } from '#core/engine/machine.ts';
import { inventoryModule } from '#core/inventory/index.ts';
import { metricsModule, ReportsAside } from '#core/metrics/index.ts';
import { notificationsModule } from '#core/notifications/index.ts';
import { ordersModule } from '#core/orders/index.ts';
import { peopleModule } from '#core/people/index.ts';
import { purchasingModule } from '#core/purchasing/index.ts';
import { printQueueFigures, receiptsModule, startPrintQueue } from '#core/receipts/index.ts';
import { shiftsModule } from '#core/shifts/index.ts';
import {
  type Centre,
  companyFile,
  CompanyKeeper,
  markOwn,
  remoteCentre,
  renew,
  settleName,
  SyncLink,
  syncModule,
} from '#core/sync/index.ts';
import { monotonicIds, systemClock, systemRandom } from '#core/engine/system.ts';
import type { EngineTables } from '#core/engine/tables.ts';

export interface AppOptions {
  /** The shop's SQLite file, or `:memory:`. */
  file: string;
  /** What a database in memory begins with. */
  image?: Buffer;
  clock?: Clock;
  ids?: Ids;
  random?: Random;
  log?: Log;
  /** A secret of this machine outside the database (of its keychain, say); by default one in a file beside the database. */
  pepper?: string;
  /** A folder of this machine, outside the shop's, by which it knows its own files again; without one copies are noticed at contact alone. */
  machine?: string;
  hashStrength?: HashStrength;
  /** The people of the demonstration shop, with their secrets, for its sign-in page. */
  demoUsers?: AuthDependencies['demoUsers'];
  version?: string;
  /** How child processes are started; Node's fork unless the host has another way. */
  launch?: Launch;
  /** How the centre of all branches is reached; by a thread of its own unless a test has another way. */
  connectCentre?: (connection: string) => Centre;
  /** Where Ollama listens, instead of the environment's OLLAMA_HOST. */
  ollamaHost?: string;
  /** Shorter in tests. */
  assistantDeadlines?: AssistantDependencies['deadlines'];
  /** Parses every answer with its schema; on in tests. */
  checkOutput?: boolean;
}

export interface App {
  readonly database: ShopDatabase;
  readonly dispatcher: Dispatcher;
  readonly hasher: SecretHasher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly log: Log;
  readonly modules: readonly Module[];
  /** Copies of the shop; undefined for a database in memory. */
  readonly backups: Backups | undefined;
  /** Checkpoints and watching; the host starts and stops it. */
  readonly keeper: DatabaseKeeper;
  /** The link to the centre; the host starts and stops it. */
  readonly link: SyncLink;
  /** Where the host that listens on the LAN meets the core. */
  readonly door: LanDoor;
  /** The company's copy on an owner's machine; undefined for a shop in memory. */
  readonly company: CompanyKeeper | undefined;
  /** What the head anchor said at the opening; undefined for a database in memory. */
  readonly anchorReport: AnchorReport | undefined;
  /** See Dispatcher.call. */
  call(path: string, input: unknown, caller: Caller): unknown;
  onChange(listener: (change: Change) => void): () => void;
  /** The caller that acts for the application itself. */
  system(): Caller;
  /** Runs the modules' jobs (or the given ones); the host starts and stops it. */
  jobRunner(jobs?: readonly Job[]): JobRunner;
  /** Prints what waits until the answered function is called. */
  startPrinting(): () => Promise<void>;
  close(): void;
}

/** Opens the shop's file, brings it to the newest schema and joins the modules. Starts no job and no server. */
export function createApp(options: AppOptions): App {
  const { file, clock = systemClock, random = systemRandom, log = silentLog } = options;
  const ids = options.ids ?? monotonicIds(random);
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = openDatabase(file, options.image);
  try {
    const applied = migrate(database);
    if (applied.length > 0) log.info({ applied }, 'schema brought up to date');
    const deviceId = ensureDevice(database, ids, clock);
    const hasher = new SecretHasher(options.pepper ?? machinePepper(file, random), options.hashStrength);
    const { demoUsers = () => [], version = '0.0.0' } = options;
    const anchor = file === ':memory:' ? undefined : new HeadAnchor(anchorFile(file));
    const anchorReport = anchor && compareAnchor(anchor, database, clock, log);
    const notes = anchor && options.machine !== undefined ? MachineNotes.open(options.machine, file) : undefined;
    const keeper = new DatabaseKeeper({ database, anchor, notes, clock, log });
    const backups = anchor && new Backups({ file, folder: backupsFolder(file), launch: options.launch });
    const copy = companyFile(file, schemaVersion(database.reader));
    const reports = anchor && new ReportsAside({ file, companyFile: copy, reader: database.reader }, options.launch);
    let runner: JobRunner | undefined;
    const { connectCentre: connect = remoteCentre } = options;
    const link: SyncLink = new SyncLink({
      reader: database.reader,
      clock,
      ids,
      random,
      log,
      connect,
      appVersion: version,
      local: (work) => dispatcher.local(work),
      branchId: () => dispatcher.site?.branchId,
      onConversed: () => company?.conversed(),
      renew: (renewal) => {
        const actor = systemActor(dispatcher.site?.terminalId ?? '');
        dispatcher
          .taskContext({ actor, origin: 'internal' })
          .command('sync.renew', (command) => renew(command, renewal));
      },
    });
    const company: CompanyKeeper | undefined =
      anchor &&
      new CompanyKeeper({
        copy,
        reader: database.reader,
        local: (work) => dispatcher.local(work),
        clock,
        log,
        launch: options.launch,
        branchId: () => dispatcher.site?.branchId,
        connection: () => link.connection,
        appVersion: version,
      });
    const door: LanDoor = new LanDoor({
      reader: database.reader,
      clock,
      site: () => dispatcher.site,
      local: (work) => dispatcher.local(work),
    });
    const system = {
      database,
      keeper,
      backups,
      anchor: anchorReport,
      runner: () => runner,
      printQueue: printQueueFigures,
      log,
    };
    const versions = new Map<string, number>();
    const modules = [
      systemModule(system),
      authModule({ hasher, demoUsers, version }),
      devicesModule({ door, hasher }),
      peopleModule,
      catalogModule,
      inventoryModule,
      shiftsModule,
      ordersModule,
      receiptsModule,
      purchasingModule,
      metricsModule({ launch: options.launch, companyFile: copy }),
      forecastModule,
      notificationsModule,
      syncModule({
        ...{ link, company, hasher, connect, version, deviceId, file },
        reader: database.reader,
        adopt: (from) => database.adopt(from),
      }),
      assistantModule(asking(options, database, ids.next(clock.nowMs()), (): Dispatcher => dispatcher, versions)),
    ];
    const ports = { clock, ids, random, log, deviceId };
    const checkOutput = options.checkOutput ?? false;
    const authority = keepingAuthority(database);
    const onCommitted = anchor && noteIn(anchor, log);
    const dispatcher: Dispatcher = new Dispatcher({
      database,
      modules,
      authority,
      checkOutput,
      ...ports,
      ...(onCommitted ? { onCommitted } : {}),
      ...(reports ? { aside: reports.answer(() => dispatcher.site) } : {}),
    });
    if (anchor) {
      const found = standing(file, database.reader, anchorReport, notes);
      const opening = { ...ports, file, reader: database.reader, dispatcher, notes };
      settleName(opening, found);
      dispatcher.onChange(({ topics }) => void (topics.includes('installation') && markOwn(opening)));
    }
    company?.settle();
    dispatcher.onChange(authority.forget);
    dispatcher.onChange(({ topics }) => topics.forEach((topic) => versions.set(topic, (versions.get(topic) ?? 0) + 1)));
    dispatcher.onChange(({ topics }) => keeper.changed(topics));
    dispatcher.onChange(({ topics }) => link.changed(topics));
    return {
      database,
      dispatcher,
      hasher,
      ...ports,
      modules,
      backups,
      keeper,
      link,
      door,
      company,
      anchorReport,
      call: (path, input, caller) => dispatcher.call(path, input, caller),
      onChange: (listener) => dispatcher.onChange(listener),
      system: () => ({ actor: systemActor(dispatcher.site?.terminalId ?? ''), origin: 'internal' }),
      jobRunner: (jobs = modules.flatMap((module) => module.jobs)) =>
        (runner = new JobRunner({
          jobs,
          ...ports,
          reader: database.reader,
          timeZone: () => dispatcher.site?.timeZone,
          local: (work) => dispatcher.local(work),
          taskContext: (signal) =>
            dispatcher.taskContext({
              actor: systemActor(dispatcher.site?.terminalId ?? ''),
              origin: 'internal',
              signal,
            }),
        })),
      startPrinting: () =>
        startPrintQueue({
          ...ports,
          reader: database.reader,
          site: () => dispatcher.site,
          local: (work) => dispatcher.local(work),
          onChange: (listener) => dispatcher.onChange(listener),
        }),
      close: () => {
        keeper.stop();
        reports?.close();
        company?.close();
        keeper.note();
        database.close();
        anchor?.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What the assistant gets of the application: its queries, on a connection that refuses every write while they run. */
function asking(
  options: AppOptions,
  database: ShopDatabase,
  epoch: string,
  dispatcher: () => Dispatcher,
  versions: ReadonlyMap<string, number>,
): AssistantDependencies {
  const procedures = (): Dispatcher['procedures'] => dispatcher().procedures;
  let topics: Map<string, readonly string[]> | undefined;
  const topicsOf = (path: string): readonly string[] =>
    (topics ??= new Map([...procedures()].map(([name, procedure]) => [name, procedure.topics]))).get(path) ?? [];
  return {
    ask: (path, input, actor) => {
      if (topicsOf(path).length === 0) throw new Error(`the assistant asks queries alone, not ${path}`);
      database.raw.pragma('query_only = ON');
      try {
        return dispatcher().call(path, input, { actor, origin: 'internal' });
      } finally {
        database.raw.pragma('query_only = OFF');
      }
    },
    topicsOf,
    versionOf: (topic) => versions.get(topic) ?? 0,
    epoch,
    ollamaHost: options.ollamaHost ?? process.env['OLLAMA_HOST'],
    folder: options.file === ':memory:' ? '.' : dirname(options.file),
    ...(options.assistantDeadlines ? { deadlines: options.assistantDeadlines } : {}),
  };
}

/** Where the copies of a shop are kept: beside its database. */
export const backupsFolder = (file: string): string => join(dirname(file), 'backups');

/** Compares the file with what this machine last knew of it; a loss is logged, and kept in the machine's own audit. */
function compareAnchor(anchor: HeadAnchor, database: ShopDatabase, clock: Clock, log: Log): AnchorReport {
  const nowMs = clock.nowMs();
  const report = anchor.compare(database.reader, nowMs);
  if (report.state === 'BEHIND' || report.state === 'DIFFERENT') {
    const { state, missing } = report;
    const labels = missing.map(({ kind, label }) => `${kind} ${label}`);
    log.error(
      { state, count: missing.length, labels: labels.slice(0, 100) },
      'the database does not hold what it once held',
    );
    database.write((writer) => {
      appendLocalEvent(writer, 'engine.documentsMissing', 'system', nowMs, { state, labels: labels.slice(0, 1_000) });
    });
  }
  return report;
}

/** The anchor is a second line of defence: where it cannot be written, the sale that is already safe must not fail. */
function noteIn(anchor: HeadAnchor, log: Log): (events: Parameters<HeadAnchor['append']>[0]) => void {
  let hasFailed = false;
  return (events) => {
    try {
      anchor.append(events);
    } catch (error) {
      if (!hasFailed) log.error({ message: String(error) }, 'the anchor cannot be written');
      hasFailed = true;
    }
  };
}

const { db, select, insert } = sqlFor<EngineTables>();
const deviceRow = select(() => db.selectFrom('device').select('id'));
const insertDevice = insert('device', ['singleton', 'id', 'createdAtMs']);

/** The machine's identity: made once, with the file. */
function ensureDevice(database: ShopDatabase, ids: Ids, clock: Clock): string {
  const existing: Reader = database.reader;
  const found = deviceRow.first(existing, {});
  if (found) return found.id;
  const nowMs = clock.nowMs();
  const id = ids.next(nowMs);
  database.write((writer) => insertDevice.run(writer, { singleton: 1, id, createdAtMs: nowMs }));
  return id;
}
