/**
 * `npm run restore -- --data DIR [--backup NAME]`: puts a verified copy in the database's place, the newest unless one is named; `--list`
 * shows them. The replaced file is set aside, never deleted, and what the copy does not hold is named.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { backupsFolder } from '#core/app.ts';
import { listBackups } from '#core/engine/backup.ts';
import { restoreBackup } from '#core/engine/restore.ts';
import { databaseFile, openingFailure } from '#core/shop.ts';
import { ROOT } from './arguments.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, 'data/shop') },
    backup: { type: 'string' },
    list: { type: 'boolean' },
  },
});
const file = databaseFile(values.data);
const folder = backupsFolder(file);
const copies = listBackups(folder);
const name = values.backup ?? copies[0]?.name;
if (values.list === true)
  console.table(copies.map((copy) => ({ ...copy, createdAtMs: new Date(copy.createdAtMs).toISOString() })));
else if (name === undefined) fail(`No backup in ${folder}.`);
else restore(name);

function restore(copy: string): void {
  try {
    const { sequence, missing, setAside } = restoreBackup(file, folder, copy, Date.now());
    console.log(`${copy} is in place; its last event is ${String(sequence)}.`);
    if (setAside !== null) console.log(`The replaced file is kept as ${setAside}.`);
    for (const { kind, label, atMs } of missing)
      console.log(`Not in it: ${new Date(atMs).toISOString()} ${kind} ${label}`);
  } catch (error) {
    fail(openingFailure(error) ?? String(error));
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
