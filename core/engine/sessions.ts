/**
 * Sessions: an opaque token for its holder, its SHA-256 in the database. A session ends when it is idle too long, when its
 * absolute life is over, or at once when it is revoked.
 */
import { hash } from 'node:crypto';
import type { Ids, Random } from './ports.ts';
import { type Reader, sqlFor, type Writer } from './sql.ts';
import type { EngineTables } from './tables.ts';

const { db, select, insert, change } = sqlFor<EngineTables>();

export const SESSION_IDLE_MS = 30 * 60_000;
export const SESSION_LIFE_MS = 12 * 3_600_000;
/** How stale `lastSeenAtMs` may be: it is not worth an fsync per call. */
export const SESSION_TOUCH_MS = 60_000;

const insertSession = insert('session', [
  'tokenHash',
  'id',
  'userId',
  'terminalId',
  'proof',
  'createdAtMs',
  'lastSeenAtMs',
  'expiresAtMs',
  'deviceId',
]);
const sessionByToken = select((p: { tokenHash: string }) =>
  db
    .selectFrom('session')
    .select(['id', 'userId', 'terminalId', 'proof', 'lastSeenAtMs', 'expiresAtMs', 'deviceId', 'revokedAtMs'])
    .where('tokenHash', '=', p.tokenHash),
);
const sessionById = select((p: { id: string }) =>
  db
    .selectFrom('session')
    .select(['id', 'userId', 'terminalId', 'proof', 'lastSeenAtMs', 'expiresAtMs', 'deviceId'])
    .where('id', '=', p.id),
);
const touch = change((p: { id: string; nowMs: number }) =>
  db.updateTable('session').set({ lastSeenAtMs: p.nowMs }).where('id', '=', p.id),
);
const revokeOne = change((p: { id: string; nowMs: number }) =>
  db.updateTable('session').set({ revokedAtMs: p.nowMs }).where('id', '=', p.id).where('revokedAtMs', 'is', null),
);
const revokeUser = change((p: { userId: string; nowMs: number }) =>
  db
    .updateTable('session')
    .set({ revokedAtMs: p.nowMs })
    .where('userId', '=', p.userId)
    .where('revokedAtMs', 'is', null),
);
const revokeDevice = change((p: { deviceId: string; nowMs: number }) =>
  db
    .updateTable('session')
    .set({ revokedAtMs: p.nowMs })
    .where('deviceId', '=', p.deviceId)
    .where('revokedAtMs', 'is', null),
);
const forget = change((p: { beforeMs: number }) => db.deleteFrom('session').where('expiresAtMs', '<', p.beforeMs));

export interface Session {
  id: string;
  userId: string;
  terminalId: string;
  /** How its user proved who he is; a PIN proves less. */
  proof: 'PASSWORD' | 'PIN';
  lastSeenAtMs: number;
  expiresAtMs: number;
  /** The paired device it was opened on; null on this machine itself. It is worth nothing anywhere else. */
  deviceId: string | null;
}

export const tokenHash = (token: string): string => hash('sha256', token, 'hex');

/** Opens a session and answers its token (128 bits, shown once) and when it ends at the latest. */
export function openSession(
  writer: Writer,
  ports: { ids: Ids; random: Random },
  holder: {
    userId: string;
    terminalId: string;
    proof: Session['proof'];
    expiresAtMs?: number;
    deviceId?: string | null;
  },
  nowMs: number,
): { token: string; sessionId: string; expiresAtMs: number } {
  const token = Buffer.from(ports.random.bytes(16)).toString('base64url');
  const sessionId = ports.ids.next(nowMs);
  const expiresAtMs = holder.expiresAtMs ?? nowMs + SESSION_LIFE_MS;
  insertSession.run(writer, {
    tokenHash: tokenHash(token),
    id: sessionId,
    userId: holder.userId,
    terminalId: holder.terminalId,
    proof: holder.proof,
    createdAtMs: nowMs,
    lastSeenAtMs: nowMs,
    expiresAtMs,
    deviceId: holder.deviceId ?? null,
  });
  return { token, sessionId, expiresAtMs };
}

/** A session by its id, live or not. */
export const readSession = (reader: Reader, id: string): Session | undefined => sessionById.first(reader, { id });

/** The live session of a token, or undefined: unknown, revoked, idle and expired look alike to the caller. */
export function findSession(reader: Reader, token: string, nowMs: number): Session | undefined {
  if (token.length === 0 || token.length > 64) return undefined;
  const row = sessionByToken.first(reader, { tokenHash: tokenHash(token) });
  if (!row || row.revokedAtMs !== null) return undefined;
  if (nowMs >= row.expiresAtMs || nowMs - row.lastSeenAtMs >= SESSION_IDLE_MS + SESSION_TOUCH_MS) return undefined;
  return row;
}

export const touchSession = (writer: Writer, id: string, nowMs: number): void => void touch.run(writer, { id, nowMs });
export const revokeSession = (writer: Writer, id: string, nowMs: number): void =>
  void revokeOne.run(writer, { id, nowMs });
/** Ends every session of a user: on disabling, on a password change. */
export const revokeSessionsOf = (writer: Writer, userId: string, nowMs: number): void =>
  void revokeUser.run(writer, { userId, nowMs });
/** Ends every session of a paired device: on its revocation. */
export const revokeSessionsOfDevice = (writer: Writer, deviceId: string, nowMs: number): void =>
  void revokeDevice.run(writer, { deviceId, nowMs });
/** Deletes sessions that ended before an instant; their traces stay in the audit. */
export const forgetSessions = (writer: Writer, beforeMs: number): number => forget.run(writer, { beforeMs });
