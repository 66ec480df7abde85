/** What a handler is given. It never sees the transaction machinery, the session store or the replay. */
import type { Permission } from '#core/shared/permissions.ts';
import type { EventKind } from './events.ts';
import type { Stamp } from './master.ts';
import type { Ids, Log, Random } from './ports.ts';
import type { Site } from './site.ts';
import type { Reader, Writer } from './sql.ts';

/** Who calls, where, and what they may do. */
export interface Actor {
  readonly userId: string;
  readonly name: string;
  readonly sessionId: string;
  readonly terminalId: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** Where a call came from: the first run is only answered to the window or to loopback. */
export type Origin = 'window' | 'loopback' | 'lan' | 'internal';

/** A till or screen of the shop's LAN that showed its credential; a till's terminal is its own, whatever it may ask for. */
export interface CallerDevice {
  readonly id: string;
  readonly name: string;
  readonly kind: 'TILL' | 'SCREEN';
  readonly terminalId: string;
}

interface BaseContext {
  readonly actor: Actor;
  /** When the call began, epoch milliseconds. */
  readonly nowMs: number;
  readonly origin: Origin;
  /** The paired device that calls over the LAN; undefined on this machine itself. */
  readonly device: CallerDevice | undefined;
  /** The shop, branch and terminal of this machine; asking before the first run is a bug. */
  readonly site: Site;
}

export interface QueryContext extends BaseContext {
  readonly reader: Reader;
  /** Writes to the machine's own audit stream after the query: for reads that must leave a trace. */
  audit(kind: string, payload: object): void;
}

export interface CommandContext extends BaseContext {
  readonly reader: Reader;
  readonly writer: Writer;
  readonly commandId: string;
  /** The stamp that master data written by this command carries. */
  readonly stamp: Stamp;
  /** Today in the branch's zone: computed once, here. */
  readonly businessDate: string;
  newId(): string;
  /**
   * Passes if the actor holds the permission, or if one of the command's override grants covers this very action (then it is
   * used up and its approver is recorded). Otherwise OVERRIDE_REQUIRED with the permission, entity and amount to ask for.
   * Answers the approver's user id, or null where the actor needed none.
   */
  authorise(permission: Permission, target?: { entity?: string; amountClp?: number }): string | null;
  /** Records the command's event; exactly one call per command. `subjectId` names the document or row it is about. */
  record<P extends object>(kind: EventKind<P>, subjectId: string, payload: P): void;
}

export interface TaskContext extends BaseContext {
  readonly signal: AbortSignal;
  readonly requestId: string;
  readonly ports: { ids: Ids; random: Random; log: Log };
  /** The caller's session token, for the tasks that end or renew it. */
  readonly token: string | undefined;
  clock(): number;
  read<T>(work: (reader: Reader) => T): T;
  /** Calls a procedure of the contract as the same actor. */
  call(path: string, input: unknown): unknown;
  /**
   * A command that is not in the contract because its input holds a secret (a password's hash): same transaction, replay and
   * event. Without a `commandId` it gets a new one.
   */
  command<T>(name: string, work: (context: CommandContext) => T, options?: { commandId?: string; actor?: Actor }): T;
  /** A change of the machine's own state that is no fact of the shop: sessions, throttles, print jobs. No event. */
  local<T>(work: (writer: Writer) => T): T;
  audit(kind: string, payload: object): void;
}

/** A reaction to an event inside the transaction that records it: print jobs, metrics. */
export interface Subscription {
  readonly kind: string;
  run(context: CommandContext, event: { kind: string; subjectId: string; payload: object }): void;
}

/** Types a subscription by its event. */
export function onEvent<P extends object>(
  kind: EventKind<P>,
  run: (context: CommandContext, subjectId: string, payload: P) => void,
): Subscription {
  return { kind: kind.kind, run: (context, event) => run(context, event.subjectId, event.payload as P) };
}
