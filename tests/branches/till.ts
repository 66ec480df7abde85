/**
 * A branch at work, as a process of its own: the real application and link over the owner's file. Sells all the time, prints each receipt's
 * number as a line, and on the message `rest` stops selling, waits until everything is sent, and ends.
 */
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createApp } from '#core/app.ts';
import { WEAK_FOR_TESTS } from '#core/auth/index.ts';
import { ownHead, readState } from '#core/sync/state.ts';
import { callerOf, run, shelf } from '#tests/sim/world.ts';
import { Chance } from '#tests/sim/random.ts';
import { sellOne } from './company.ts';

const { values } = parseArgs({
  options: {
    file: { type: 'string', default: '' },
    user: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
  },
});
const app = createApp({ file: values.file, pepper: values.file, hashStrength: WEAK_FOR_TESTS, version: '1.0.0' });
const chance = new Chance(Number(values.seed));
const caller = callerOf(app, values.user);
const products = app.database.reader.prepare('select id from product').pluck().all() as string[];
/** Branches that this one has heard of. */
const others = (): string[] =>
  app.database.reader
    .prepare('select id from branch where id <> (select branchId from installation)')
    .pluck()
    .all() as string[];
const PAUSE_MS = 25;

/** A printed receipt is on paper: the line leaves this process before anything else happens. */
function sell(): void {
  const number = sellOne(app, values.user, chance.pick(products), 1_000 * (1 + chance.below(3)));
  writeSync(1, `${number}\n`);
}

function register(): void {
  const common = { lastName: '', email: '', phone: '', address: '', comuna: '', giro: '', accountLimitClp: 0 };
  run(app, caller, 'customers.create', {
    ...common,
    kind: 'PERSON',
    firstName: `Cliente ${String(chance.below(1_000_000))}`,
    rut: null,
  });
}

function edit(): void {
  const patch = { location: `Pasillo ${String(chance.below(1_000))}`, brand: `Marca ${String(chance.below(1_000))}` };
  run(app, caller, 'products.update', { id: chance.pick(products), patch });
}

function transfer(): void {
  const known = others();
  if (known.length === 0) return;
  const { rows } = app.call('transfers.list', { limit: 50 }, caller) as {
    rows: {
      id: string;
      state: string;
      toBranchId: string;
      lines: { lineNumber: number; quantityMilli: number }[];
    }[];
  };
  const open = rows.find(({ state, toBranchId }) => state === 'IN_TRANSIT' && !known.includes(toBranchId));
  if (open) {
    // Now and then something is missing.
    const lines = open.lines.map(({ lineNumber, quantityMilli }) => ({
      lineNumber,
      receivedMilli: chance.happens(0.2) ? 0 : quantityMilli,
    }));
    run(app, caller, 'transfers.receive', { id: open.id, warehouseId: shelf(app), lines });
    return;
  }
  const lines = [{ productId: chance.pick(products), quantityMilli: 1_000 }];
  run(app, caller, 'transfers.dispatch', { toBranchId: chance.pick(known), warehouseId: shelf(app), lines });
}

let isResting = false;
process.on('message', (message) => {
  if (message === 'rest') isResting = true;
});
process.on('disconnect', () => process.exit(1));

function work(): void {
  if (isResting) return void rest();
  const draw = chance.below(100);
  if (draw < 88) sell();
  else if (draw < 94) register();
  else if (draw < 98) edit();
  else transfer();
  setTimeout(work, chance.below(2 * PAUSE_MS));
}

/** Everything goes out by itself; nobody presses a button. */
async function rest(): Promise<void> {
  const pending = (): number => ownHead(app.database.reader) - (readState(app.database.reader)?.acked ?? 0);
  while (pending() > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await app.link.stop();
  app.close();
  process.exit(0);
}

app.link.start();
process.send?.('open');
work();
