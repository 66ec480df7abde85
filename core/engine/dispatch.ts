/**
 * The one way into the domain: session, permission, parsing; then the reader, or the IMMEDIATE transaction with replay and
 * event, or nothing (task). Hosts, jobs and tests all come through here.
 */
import { hash } from 'node:crypto';
import type { z } from 'zod';
import { DomainError } from '#core/shared/errors.ts';
import type { Permission } from '#core/shared/permissions.ts';
import { PERMISSIONS } from '#core/shared/permissions.ts';
import type { Procedure } from '#core/shared/procedure.ts';
import { businessDate } from '#core/shared/time.ts';
import { type Anchored, documentLabel } from './anchor.ts';
import type {
  Actor,
  CallerDevice,
  CommandContext,
  Origin,
  QueryContext,
  Subscription,
  TaskContext,
} from './context.ts';
import type { ShopDatabase } from './database.ts';
import { appendEvent, appendLocalEvent, chainHead, type ChainHead, type EventKind, nextStamp } from './events.ts';
import type { Module } from './module.ts';
import type { Clock, Ids, Log, Random } from './ports.ts';
import { findSession, SESSION_TOUCH_MS, type Session, touchSession } from './sessions.ts';
import { readSite, type Site } from './site.ts';
import { type Reader, sqlFor, type Writer } from './sql.ts';
import type { EngineTables } from './tables.ts';

/** What the auth module answers for the engine, which knows no users. */
export interface Authority {
  /** Refuses what may not be called from there at all: over the LAN without a paired device, or beyond what its kind may do. */
  admit(caller: Pick<Caller, 'origin' | 'device'>, path: string, procedure: Procedure): void;
  /** The actor of a live session on its device, or undefined where its user was disabled. */
  actorOf(reader: Reader, session: Session, device: CallerDevice | undefined): Actor | undefined;
  /** Uses up the grant that covers the action and answers its approver, or undefined. */
  consumeOverride(
    writer: Writer,
    ask: {
      overrideIds: readonly string[];
      permission: Permission;
      entity: string;
      amountClp: number;
      actor: Actor;
      nowMs: number;
    },
  ): string | undefined;
}

/** Who is calling: a session's token, or the application itself (jobs, the demonstration generator). */
export interface Caller {
  readonly token?: string | undefined;
  readonly actor?: Actor | undefined;
  readonly origin: Origin;
  /** Set by the LAN's host alone, from the device's credential. */
  readonly device?: CallerDevice | undefined;
  readonly requestId?: string;
  readonly signal?: AbortSignal;
  /** Takes a promise for the answer of a query: long reads may then be done beside the counter. */
  readonly waits?: boolean;
}

export interface Change {
  /** Tables that were changed. */
  readonly topics: readonly string[];
}

export interface DispatcherOptions {
  database: ShopDatabase;
  modules: readonly Module[];
  authority: Authority;
  deviceId: string;
  clock: Clock;
  ids: Ids;
  random: Random;
  log: Log;
  /** Is told of committed events: they are noted outside the database too. It must not throw. */
  onCommitted?: (events: readonly Anchored[]) => void;
  /** Parses every answer with its schema: on in tests, where a leaked column must fail. */
  checkOutput?: boolean;
  /** Answers a query that is long from another process; undefined for one that is short. */
  aside?: (path: string, input: object, who: { actor: Actor; nowMs: number }) => Promise<unknown> | undefined;
}

interface Registered {
  path: string;
  procedure: Procedure;
  handler: (context: never, input: never) => unknown;
}

const { db, select } = sqlFor<EngineTables>();
const storedAnswer = select((p: { commandId: string }) =>
  db.selectFrom('event').select(['inputHash', 'reply']).where('commandId', '=', p.commandId),
);

const NOBODY: Omit<Actor, 'terminalId'> = { userId: '', name: '', sessionId: '', permissions: new Set() };
const SLOW_MS = 50;

/** The application acting for itself: a job at night, the generator of the demonstration shop. */
export const systemActor = (terminalId: string): Actor => ({
  userId: 'system',
  name: 'Rep-Drill',
  sessionId: 'system',
  terminalId,
  permissions: new Set(PERMISSIONS),
});

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #procedures = new Map<string, Registered>();
  readonly #subscriptions = new Map<string, Subscription[]>();
  readonly #listeners = new Set<(change: Change) => void>();
  #site: Site | undefined;
  #head: ChainHead | undefined;
  #uncommitted: Anchored[] = [];
  /** Set while `batch` holds one transaction open for many commands. */
  #batchWriter: Writer | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    for (const module of options.modules) this.#register(module);
  }

  /**
   * Calls a procedure. Queries and commands answer at once, tasks and long queries of a caller that waits answer a promise. Throws
   * DomainError for everything that the caller can do something about; nothing has changed then.
   */
  call(path: string, input: unknown, caller: Caller): unknown {
    const registered = this.#procedures.get(path);
    if (!registered) throw new DomainError('NOT_FOUND', { procedure: path.slice(0, 80) });
    this.#options.authority.admit(caller, path, registered.procedure);
    const nowMs = this.#options.clock.nowMs();
    const actor = this.#authenticate(caller, nowMs);
    this.#authorise(registered.procedure, actor, caller);
    const parsed = parseInput(registered.procedure.input, input);
    const startedMs = performance.now();
    const answer = this.#run(registered, parsed, actor, caller, nowMs);
    const tookMs = performance.now() - startedMs;
    if (tookMs > SLOW_MS && registered.procedure.kind !== 'task') {
      this.#options.log.warn({ path, tookMs: Math.round(tookMs), requestId: caller.requestId }, 'slow procedure');
    }
    return answer;
  }

  /** Is told of the tables that each commit changed. Answers how to stop. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs many commands in one transaction: all or none. For generators and imports, never for the counter. */
  batch<T>(work: () => T): T {
    try {
      return this.#write((writer) => {
        this.#batchWriter = writer;
        return work();
      });
    } finally {
      this.#batchWriter = undefined;
    }
  }

  /** A change of the machine's own state that is no fact of the shop. */
  local<T>(work: (writer: Writer) => T): T {
    return this.#batchWriter ? work(this.#batchWriter) : this.#write(work);
  }

  /** Every procedure by its path, e.g. `orders.confirm`. */
  get procedures(): ReadonlyMap<string, Procedure> {
    return new Map([...this.#procedures].map(([path, { procedure }]) => [path, procedure]));
  }

  /** The installation, or undefined before the first run. */
  get site(): Site | undefined {
    return (this.#site ??= readSite(this.#options.database.reader));
  }

  /** The context of work that the application starts by itself. */
  taskContext(caller: Caller & { actor: Actor }): TaskContext {
    return this.#taskContext(caller.actor, caller, this.#options.clock.nowMs());
  }

  #register(module: Module): void {
    for (const [group, procedures] of Object.entries(module.contract)) {
      for (const [name, procedure] of Object.entries(procedures)) {
        const path = `${group}.${name}`;
        if (this.#procedures.has(path)) throw new Error(`two procedures are called ${path}`);
        const handler = module.handlers[group]?.[name] as Registered['handler'];
        this.#procedures.set(path, { path, procedure, handler });
      }
    }
    for (const subscription of module.subscriptions) {
      const known = this.#subscriptions.get(subscription.kind) ?? [];
      this.#subscriptions.set(subscription.kind, [...known, subscription]);
    }
  }

  #authenticate(caller: Caller, nowMs: number): Actor | undefined {
    if (caller.actor) return caller.actor;
    if (caller.token === undefined) return undefined;
    const { database, authority } = this.#options;
    const session = findSession(database.reader, caller.token, nowMs);
    // A token that was carried to another device is worth nothing there.
    if (!session || session.deviceId !== (caller.device?.id ?? null)) return undefined;
    if (nowMs - session.lastSeenAtMs >= SESSION_TOUCH_MS)
      this.local((writer) => touchSession(writer, session.id, nowMs));
    return authority.actorOf(database.reader, session, caller.device);
  }

  #authorise(procedure: Procedure, actor: Actor | undefined, caller: Caller): void {
    if (procedure.access === 'public') return;
    if (!actor) throw new DomainError('UNAUTHENTICATED');
    if (procedure.access === 'session' || actor.permissions.has(procedure.access)) return;
    this.local((writer) => {
      const payload = { permission: procedure.access, requestId: caller.requestId ?? null };
      appendLocalEvent(writer, 'auth.forbidden', actor.userId, this.#options.clock.nowMs(), payload);
    });
    throw new DomainError('FORBIDDEN', { permission: procedure.access });
  }

  #run(registered: Registered, input: object, actor: Actor | undefined, caller: Caller, nowMs: number): unknown {
    const who = actor ?? { ...NOBODY, terminalId: this.site?.terminalId ?? '' };
    const handler = registered.handler as (context: unknown, input: unknown) => unknown;
    switch (registered.procedure.kind) {
      case 'query': {
        const aside =
          caller.waits === true ? this.#options.aside?.(registered.path, input, { actor: who, nowMs }) : undefined;
        if (aside) return aside.then((answer) => this.#checked(registered, answer));
        return this.#checked(
          registered,
          this.#query(who, caller, nowMs, (context) => handler(context, input)),
        );
      }
      case 'command': {
        const ask = input as { commandId: string; overrideIds?: readonly string[] };
        const inputHash = hash('sha256', JSON.stringify([registered.path, who.userId, input]), 'hex');
        const work = (context: CommandContext): unknown => this.#checked(registered, handler(context, input));
        return this.#command(work, { ...ask, inputHash, actor: who, from: caller, nowMs });
      }
      case 'task':
        return Promise.resolve(handler(this.#taskContext(who, caller, nowMs), input)).then((answer) =>
          this.#checked(registered, answer),
        );
    }
  }

  #checked(registered: Registered, answer: unknown): unknown {
    if (this.#options.checkOutput !== true) return answer;
    const result = registered.procedure.output.safeParse(answer);
    if (!result.success) throw new Error(`${registered.path} answers against its contract: ${result.error.message}`);
    return answer;
  }

  #query<T>(actor: Actor, caller: Caller, nowMs: number, work: (context: QueryContext) => T): T {
    const trail: { kind: string; payload: object }[] = [];
    const requireSite = (): Site => this.#requireSite();
    const context: QueryContext = {
      actor,
      nowMs,
      origin: caller.origin,
      device: caller.device,
      get site() {
        return requireSite();
      },
      reader: this.#options.database.reader,
      audit: (kind, payload) => void trail.push({ kind, payload }),
    };
    const answer = work(context);
    if (trail.length > 0) {
      this.local((writer) => {
        for (const { kind, payload } of trail) appendLocalEvent(writer, kind, actor.userId, nowMs, payload);
      });
    }
    return answer;
  }

  /** Replay, handler, subscriptions and event, in one transaction. */
  #command<T>(
    work: (context: CommandContext) => T,
    ask: {
      commandId: string;
      overrideIds?: readonly string[];
      inputHash: string;
      actor: Actor;
      from: Pick<Caller, 'origin' | 'device'>;
      nowMs: number;
    },
  ): T {
    const run = (writer: Writer): T => {
      const stored = storedAnswer.first(writer, { commandId: ask.commandId });
      if (stored) {
        if (stored.inputHash !== ask.inputHash) throw new DomainError('COMMAND_REUSED', { commandId: ask.commandId });
        return JSON.parse(stored.reply) as T;
      }
      const head = (this.#head ??= chainHead(writer));
      const recording = new Recording(this.#options, writer, nextStamp(head, ask.nowMs), ask, () =>
        this.#requireSite(),
      );
      const reply = work(recording.context);
      const { event, payload } = recording.finish();
      for (const subscription of this.#subscriptions.get(event.kind) ?? []) {
        subscription.run(recording.context, { kind: event.kind, subjectId: event.subjectId, payload });
      }
      const text = JSON.stringify(reply ?? null);
      const row = appendEvent(writer, head, event, { inputHash: ask.inputHash, reply: text });
      this.#head = { sequence: row.sequence, hash: row.hash, hlc: row.hlc };
      const label = documentLabel(text) ?? row.subjectId;
      this.#uncommitted.push({ sequence: row.sequence, hash: row.hash, atMs: ask.nowMs, kind: row.kind, label });
      return reply;
    };
    return this.#batchWriter ? run(this.#batchWriter) : this.#write(run);
  }

  #write<T>(work: (writer: Writer) => T): T {
    const { database } = this.#options;
    let answer: T;
    try {
      answer = database.write(work);
    } catch (error) {
      this.#head = undefined;
      this.#site = undefined;
      this.#uncommitted = [];
      throw error;
    }
    if (this.#uncommitted.length > 0) {
      this.#options.onCommitted?.(this.#uncommitted);
      this.#uncommitted = [];
    }
    const topics = database.takeTouched();
    if (topics.includes('installation') || topics.includes('branch')) this.#site = undefined;
    if (topics.length > 0) for (const listener of this.#listeners) listener({ topics });
    return answer;
  }

  #taskContext(actor: Actor, caller: Caller, nowMs: number): TaskContext {
    const { database, clock, ids, random, log } = this.#options;
    const requireSite = (): Site => this.#requireSite();
    return {
      actor,
      nowMs,
      origin: caller.origin,
      device: caller.device,
      get site() {
        return requireSite();
      },
      signal: caller.signal ?? new AbortController().signal,
      requestId: caller.requestId ?? '',
      ports: { ids, random, log },
      token: caller.token,
      clock: () => clock.nowMs(),
      read: (work) => work(database.reader),
      call: (path, input) => this.call(path, input, caller),
      command: (name, work, options = {}) => {
        const as = options.actor ?? actor;
        const commandId = options.commandId ?? ids.next(clock.nowMs());
        // A secret must not be recoverable from a hash of it: the name and the actor stand for the input.
        const inputHash = hash('sha256', JSON.stringify([name, as.userId]), 'hex');
        return this.#command(work, { commandId, inputHash, actor: as, from: caller, nowMs: clock.nowMs() });
      },
      local: (work) => this.local(work),
      audit: (kind, payload) =>
        this.local((writer) => appendLocalEvent(writer, kind, actor.userId, clock.nowMs(), payload)),
    };
  }

  #requireSite(): Site {
    const site = this.site;
    if (!site) throw new Error('there is no shop before the first run');
    return site;
  }
}

/** Collects what one command says of itself and turns it into its event. */
class Recording {
  readonly context: CommandContext;
  #recorded: { kind: EventKind<object>; subjectId: string; payload: object } | undefined;
  #approverId: string | null = null;
  readonly #options: DispatcherOptions;
  readonly #ask: { commandId: string; actor: Actor; nowMs: number };
  readonly #stamp: { sequence: number; hlc: string };

  constructor(
    options: DispatcherOptions,
    writer: Writer,
    stamp: { sequence: number; hlc: string },
    ask: {
      commandId: string;
      overrideIds?: readonly string[];
      actor: Actor;
      from: Pick<Caller, 'origin' | 'device'>;
      nowMs: number;
    },
    site: () => Site,
  ) {
    this.#options = options;
    this.#ask = ask;
    this.#stamp = stamp;
    const { ids, authority, deviceId } = options;
    let today: string | undefined;
    this.context = {
      actor: ask.actor,
      nowMs: ask.nowMs,
      origin: ask.from.origin,
      device: ask.from.device,
      get site() {
        return site();
      },
      get businessDate() {
        return (today ??= businessDate(ask.nowMs, site().timeZone));
      },
      reader: writer,
      writer,
      commandId: ask.commandId,
      stamp: { ...stamp, deviceId },
      newId: () => ids.next(ask.nowMs),
      authorise: (permission, target = {}) => {
        if (ask.actor.permissions.has(permission)) return null;
        const entity = target.entity ?? '';
        const amountClp = target.amountClp ?? 0;
        const { actor, nowMs, overrideIds = [] } = ask;
        const approver = authority.consumeOverride(writer, {
          overrideIds,
          permission,
          entity,
          amountClp,
          actor,
          nowMs,
        });
        if (approver === undefined) throw new DomainError('OVERRIDE_REQUIRED', { permission, entity, amountClp });
        this.#approverId ??= approver;
        return approver;
      },
      record: (kind, subjectId, payload) => {
        if (this.#recorded)
          throw new Error(`a command records one event, not ${this.#recorded.kind.kind} and ${kind.kind}`);
        this.#recorded = { kind: kind, subjectId, payload };
      },
    };
  }

  finish() {
    if (!this.#recorded) throw new Error('a command records its event');
    const { kind, subjectId, payload } = this.#recorded;
    const { site, businessDate: date } = this.context;
    const event = {
      sequence: this.#stamp.sequence,
      id: this.#options.ids.next(this.#ask.nowMs),
      commandId: this.#ask.commandId,
      kind: kind.kind,
      version: kind.version,
      subjectId,
      hlc: this.#stamp.hlc,
      actorId: this.#ask.actor.userId,
      approverId: this.#approverId,
      terminalId: this.#ask.actor.terminalId || site.terminalId,
      branchId: site.branchId,
      occurredAtMs: this.#ask.nowMs,
      businessDate: date,
      payload: JSON.stringify(payload),
    };
    return { event, payload };
  }
}

/** Parses with the schema; the paths and rules that failed are told, the values are not. */
function parseInput(schema: z.ZodType, input: unknown): object {
  const result = schema.safeParse(input ?? {});
  if (result.success) return result.data as object;
  const issues = result.error.issues.slice(0, 10).map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? `${issue.code} ${issue.keys.slice(0, 5).join(', ')}` : issue.code;
    const rule = issue.code === 'custom' ? String(issue.params?.['code'] ?? issue.message) : keys;
    return `${issue.path.join('.') || '(input)'}: ${rule}`.slice(0, 200);
  });
  throw new DomainError('INVALID_INPUT', { issues });
}
