/** The audit as people read it: newest first, with names. */
import { sql } from 'kysely';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { addDays, localToMs } from '#core/shared/time.ts';
import { userName } from './queries.ts';

const { db } = sqlFor<EngineTables>();

interface AuditFilter {
  actorId?: string | undefined;
  kind?: string | undefined;
  subjectId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  stream: 'EVENTS' | 'LOCAL';
  limit: number;
  offset: number;
}

/** A page of events (or of the machine's own stream), filtered by person, kind, document and local days. */
export function auditList(reader: Reader, filter: AuditFilter, timeZone: string) {
  const fromMs = filter.from === undefined ? 0 : localToMs(filter.from, 0, 0, timeZone);
  const toMs = filter.to === undefined ? Number.MAX_SAFE_INTEGER : localToMs(addDays(filter.to, 1), 0, 0, timeZone);
  return filter.stream === 'EVENTS' ? events(reader, filter, fromMs, toMs) : local(reader, filter, fromMs, toMs);
}

function events(reader: Reader, filter: AuditFilter, fromMs: number, toMs: number) {
  let base = db.selectFrom('event').where('occurredAtMs', '>=', fromMs).where('occurredAtMs', '<', toMs);
  if (filter.actorId !== undefined) base = base.where('actorId', '=', filter.actorId);
  if (filter.kind !== undefined) base = base.where('kind', '=', filter.kind);
  if (filter.subjectId !== undefined) base = base.where('subjectId', '=', filter.subjectId);
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base
      .select(['sequence', 'kind', 'subjectId', 'actorId', 'approverId', 'occurredAtMs', 'hash'])
      .orderBy('occurredAtMs', 'desc')
      .orderBy('sequence', 'desc')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return { total, rows: rows.map((row) => named(reader, row)) };
}

/** What a local event is about lies in its payload: the account guessed at, the approver of an override. */
const subject = sql<string>`coalesce(payload ->> 'account', payload ->> 'employeeId', payload ->> 'device', payload ->> '$.grant.entity', payload ->> 'permission', '')`;

function local(reader: Reader, filter: AuditFilter, fromMs: number, toMs: number) {
  let base = db.selectFrom('localEvent').where('occurredAtMs', '>=', fromMs).where('occurredAtMs', '<', toMs);
  if (filter.actorId !== undefined) base = base.where('actorId', '=', filter.actorId);
  if (filter.kind !== undefined) base = base.where('kind', '=', filter.kind);
  if (filter.subjectId !== undefined) base = base.where(subject, '=', filter.subjectId);
  const total = reader.first(base.select((eb) => eb.fn.countAll<number>().as('n')))?.n ?? 0;
  const rows = reader.all(
    base
      .select(['sequence', 'kind', 'actorId', 'occurredAtMs', 'hash'])
      .select([subject.as('subjectId'), sql<string | null>`payload ->> 'approverId'`.as('approverId')])
      .orderBy('sequence', 'desc')
      .limit(filter.limit)
      .offset(filter.offset),
  );
  return { total, rows: rows.map((row) => named(reader, row)) };
}

function named<R extends { actorId: string; approverId: string | null }>(reader: Reader, { approverId, ...row }: R) {
  const approverName = approverId === null ? null : userName(reader, approverId);
  return { ...row, actorName: userName(reader, row.actorId), approverName };
}
