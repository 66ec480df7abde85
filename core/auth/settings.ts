/** The shop's settings: a typed registry over key and JSON value; what was never set has its default. */
import type { CommandContext } from '#core/engine/context.ts';
import { stampRow } from '#core/engine/master.ts';
import { type Reader, sqlFor } from '#core/engine/sql.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import { DENOMINATIONS_CLP } from '#core/shared/tender.ts';
import { type Settings, settingValues } from './contract.ts';

export const DEFAULT_SETTINGS: Settings = {
  blindClose: 'YES',
  differenceToleranceClp: 1_000,
  reservationTtlMinutes: 120,
  idleLockMinutes: 5,
  discountLimitBasisPoints: 0,
  receiptHeader: [],
  receiptFooter: ['Gracias por su preferencia'],
  language: 'es',
  pinDigits: 6,
  paperColumns: 48,
  denominations: [...DENOMINATIONS_CLP],
};

const { db, select, change } = sqlFor<EngineTables>();
const valueOf = select((p: { key: string }) => db.selectFrom('setting').select('value').where('key', '=', p.key));
const upsert = change((p: { key: string; value: string }) =>
  db
    .insertInto('setting')
    .values({ key: p.key, value: p.value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: p.value })),
);

/** One setting; a stored value that this version no longer accepts counts as unset. */
export function readSetting<K extends keyof Settings>(reader: Reader, key: K): Settings[K] {
  const stored = valueOf.first(reader, { key });
  if (!stored) return DEFAULT_SETTINGS[key];
  const parsed = settingValues[key].safeParse(JSON.parse(stored.value));
  return parsed.success ? (parsed.data as Settings[K]) : DEFAULT_SETTINGS[key];
}

export function readSettings(reader: Reader): Settings {
  const entries = (Object.keys(settingValues) as (keyof Settings)[]).map((key) => [key, readSetting(reader, key)]);
  return Object.fromEntries(entries) as Settings;
}

/** Sets the given settings, each with its own stamp: the last writer wins per key. */
export function writeSettings(context: CommandContext, patch: Partial<Settings>): void {
  for (const [key, value] of Object.entries(patch)) {
    upsert.run(context.writer, { key, value: JSON.stringify(value) });
    stampRow(context.writer, context.stamp, 'setting', key, { value });
  }
}
