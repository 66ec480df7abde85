/** The only file that knows `pg`: a centre over the wire, as a device sees it and as its operator does. */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { z } from 'zod';
import { eventHash } from '#core/engine/events.ts';
import {
  type Centre,
  CentreError,
  helloAnswer,
  incarnateAnswer,
  integrityAnswer,
  overviewAnswer,
  type Pull,
  type PullAnswer,
  pullAnswer,
  pushAnswer,
  snapshotAnswer,
  snapshotBegun,
  snapshotChunkAnswer,
  snapshotDone,
  stockAnswer,
} from './protocol.ts';

/** What the operator's work needs: PGlite and a real Postgres both give it. */
export interface Sql {
  /** Any number of statements, no parameters. */
  exec(text: string): Promise<void>;
  query<R extends object>(text: string, values?: readonly unknown[]): Promise<R[]>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** PEM of the authority that signed the centre's certificate; without it the system's are asked. */
  ca?: string;
  /** A call that takes longer is given up, its outcome unknown. */
  timeoutMs?: number;
}

const TRANSIENT = new Set(['08', '40', '53', '55', '57', '58']);
/** The line would not be encrypted; the certificate is nobody's that is trusted, or not for that name. Codes of ours, of no SQLSTATE class. */
export const INSECURE = 'RD010';
export const CERTIFICATE = 'RD011';
const CERTIFICATE_ERRORS = /CERT|ISSUER|VERIFY|ALTNAME|SELF_SIGNED/;
const UNKNOWN_FUNCTION = '42883';
/** Counters and times: whole numbers well below 2^53, which the driver would hand over as texts. */
const NUMBERS = new pg.TypeOverrides();
NUMBERS.setTypeParser(pg.types.builtins.INT8, Number);
type Answer = Record<string, unknown> & { answer?: unknown };
const CONNECT_TIMEOUT_MS = 5_000;
const CALL_TIMEOUT_MS = 60_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * A device's connection, opened by the first call and again after it was lost. `url` is what provisioning printed; with `?device=ROLE` the
 * centre is a PGlite on loopback, which knows no roles. A centre elsewhere must show a certificate that holds for its name.
 */
export function connectCentre(url: string, options: ConnectOptions = {}): Centre {
  const { config, device } = readUrl(url, options);
  let current: Promise<pg.Client> | undefined;
  let listener: pg.Client | undefined;
  let tell: ((stream: string) => void) | undefined;

  /** Hints come over a connection of their own. When that breaks, the next call that succeeds brings them back. */
  const listenAgain = async (): Promise<void> => {
    if (listener || !tell) return;
    const client = (listener = new pg.Client(config));
    const lost = (): void => {
      if (listener === client) listener = undefined;
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload }) => tell?.(payload ?? ''));
    try {
      await client.connect();
      await client.query('listen sync');
    } catch (error) {
      lost();
      await client.end().catch(() => undefined);
      throw centreError(error);
    }
  };
  const drop = async (): Promise<void> => {
    const old = current;
    current = undefined;
    await old?.then((client) => client.end()).catch(() => undefined);
  };
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(config);
    // A connection that breaks while idle: the next call opens another.
    client.on('error', () => (current = undefined));
    await client.connect();
    return client;
  };
  /** One after the other: a connection runs one statement at a time, and a second one would wait inside the driver. */
  let last: Promise<unknown> = Promise.resolve();
  const call = <S extends z.ZodType>(name: string, ask: object, answer: S): Promise<z.infer<S>> => {
    const value = JSON.stringify(ask);
    const query: pg.QueryConfig =
      device === null
        ? { text: `select sync.${name}($1::jsonb) as answer`, values: [value] }
        : { text: `select sync.act($1, $2, $3::jsonb) as answer`, values: [device, name, value] };
    return inTurn(query, ([row]) => answer.parse(row?.answer));
  };
  /** A page as rows; a centre that has not been updated yet, and an embedded one, answer in one value. */
  let answersInRows = device === null;
  const pull = async (ask: Pull): Promise<PullAnswer> => {
    if (!answersInRows) return call('pull', ask, pullAnswer);
    try {
      return await inTurn(
        { text: 'select * from sync.pull_rows($1::jsonb)', values: [JSON.stringify(ask)], types: NUMBERS },
        ([first, ...rows]) => pullAnswer.parse({ ...(first?.answer as object), rows }),
      );
    } catch (error) {
      if ((error as CentreError).sqlState !== UNKNOWN_FUNCTION) throw error;
      answersInRows = false;
      return pull(ask);
    }
  };
  const inTurn = <T>(query: pg.QueryConfig, read: (rows: Answer[]) => T): Promise<T> => {
    const turn = last.then(() => send(query, read));
    last = turn.catch(() => undefined);
    return turn;
  };
  const send = async <T>(query: pg.QueryConfig, read: (rows: Answer[]) => T): Promise<T> => {
    try {
      const client = await (current ??= connect());
      const { rows } = await client.query<Answer>(query);
      if (tell && !listener) listenAgain().catch(() => undefined);
      return read(rows);
    } catch (error) {
      const failure = centreError(error);
      if (failure.transient || failure.sqlState.startsWith('28') || failure.sqlState === '42501') await drop();
      throw failure;
    }
  };

  return {
    hello: (ask) => call('hello', ask, helloAnswer),
    incarnate: (ask) => call('incarnate', ask, incarnateAnswer),
    push: (ask) => call('push', ask, pushAnswer),
    pull: async (ask) => checked(await pull(ask)),
    integrity: (ask) => call('integrity', ask, integrityAnswer),
    stock: (ask) => call('stock', ask, stockAnswer),
    overview: () => call('overview', {}, overviewAnswer),
    snapshotBegin: (facts) => call('snapshot_begin', facts, snapshotBegun),
    snapshotPut: (chunk) => call('snapshot_put', chunk, snapshotDone),
    snapshotFinish: (ask) => call('snapshot_finish', ask, snapshotDone),
    snapshot: (ask) => call('snapshot', ask, snapshotAnswer),
    snapshotChunk: (ask) => call('snapshot_chunk', ask, snapshotChunkAnswer),
    async onHint(listen) {
      // PGlite's socket loses notifications and serves few connections: there polling is all there is.
      if (device !== null) return () => undefined;
      tell = listen;
      await listenAgain();
      return () => {
        tell = undefined;
        void listener?.end().catch(() => undefined);
      };
    },
    async close() {
      tell = undefined;
      await drop();
      await listener?.end().catch(() => undefined);
    },
  };
}

/** The operator's connection: installs, provisions, restores. */
export async function connectSql(url: string, options: ConnectOptions = {}): Promise<Sql> {
  const client = new pg.Client(readUrl(url, options).config);
  client.on('error', () => undefined);
  await client.connect();
  return {
    exec: async (text) => void (await client.query(text)),
    query: async <R extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<R>(text, [...values])).rows,
    close: () => client.end(),
  };
}

/**
 * What a connection string asks for. Beyond this machine nothing but `verify-full` will do: another `sslmode` is refused, none means it.
 * `sslrootcert` names the file of the authority that signed the centre's certificate, where that is none of the system's.
 */
function readUrl(url: string, options: ConnectOptions): { config: pg.ClientConfig; device: string | null } {
  const address = new URL(url);
  const asked = (name: string): string | null => {
    const value = address.searchParams.get(name);
    // The connection string's own settings would override the ones given here.
    address.searchParams.delete(name);
    return value;
  };
  const [device, mode, authority] = [asked('device'), asked('sslmode'), asked('sslrootcert')];
  for (const name of ['ssl', 'sslcert', 'sslkey', 'uselibpqcompat']) asked(name);
  const isFar = !LOOPBACK.has(address.hostname);
  if (mode !== null && mode !== 'verify-full' && (isFar || mode !== 'disable'))
    throw new CentreError(`sslmode=${mode} leaves the line open: only verify-full is safe`, INSECURE, false);
  if (isFar && device !== null) throw new CentreError('an embedded centre is for loopback alone', INSECURE, false);
  const ca = options.ca ?? (authority === null ? undefined : readFileSync(authority, 'utf8'));
  // With a host of its own: for an address in figures the name to verify would otherwise be lost.
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const isSecured = isFar || mode === 'verify-full' || ca !== undefined;
  const ssl = { rejectUnauthorized: true, minVersion: 'TLSv1.2', host, ...(ca === undefined ? {} : { ca }) } as const;
  const config: pg.ClientConfig = {
    connectionString: address.href,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: options.timeoutMs ?? CALL_TIMEOUT_MS,
    keepAlive: true,
    ...(isSecured ? { ssl, enableChannelBinding: true } : {}),
  };
  return { config, device };
}

/** Recomputes the hashes of a page here, so that the thread that applies it need not. */
function checked(answer: PullAnswer): PullAnswer {
  if (answer.answer === 'page') for (const row of answer.rows) row.isIntact = eventHash(row, row.prevHash) === row.hash;
  return answer;
}

function centreError(error: unknown): CentreError {
  if (error instanceof CentreError) return error;
  const cause = error instanceof Error ? error : new Error(String(error));
  if (cause instanceof pg.DatabaseError && cause.code !== undefined)
    return new CentreError(cause.message, cause.code, TRANSIENT.has(cause.code.slice(0, 2)), { cause });
  const code = (cause as { code?: unknown }).code;
  if (typeof code === 'string' && CERTIFICATE_ERRORS.test(code))
    return new CentreError(cause.message, CERTIFICATE, false, { cause });
  if (/does not support SSL/.test(cause.message)) return new CentreError(cause.message, INSECURE, false, { cause });
  // An answer that does not parse comes from a centre that speaks otherwise; waiting does not help.
  if (cause.name === 'ZodError' || cause.name === '$ZodError')
    return new CentreError('the centre answers otherwise', 'RD000', false, { cause });
  return new CentreError(cause.message, '08006', true, { cause });
}
