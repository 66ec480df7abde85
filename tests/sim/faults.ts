/** Small sabotages of the protocol. Each must be noticed by some seed; one that is not means that the simulator is blind there. */
import type { Writer } from '#core/engine/sql.ts';
import type { Centre, Pull, PulledOperation } from '#core/sync/protocol.ts';
import { moveCursor, readState } from '#core/sync/state.ts';
import type { Fault } from './run.ts';
import type { ClientFlaws, Replica } from './world.ts';

type Pages = (rows: PulledOperation[], ask: Pull, replica: Replica) => PulledOperation[];

/** Changes what the client makes of a page. */
const pages = (change: Pages): ClientFlaws => ({
  centre: (centre, replica) => ({
    ...centre,
    pull: async (ask) => {
      const answer = await centre.pull(ask);
      return answer.answer === 'page' ? { ...answer, rows: change(answer.rows, ask, replica) } : answer;
    },
  }),
});

/** Changes what the body of each operation of a kind says, as if it had been sent like that. */
const bodies = (kind: string, change: object): ClientFlaws =>
  pages((rows) =>
    rows.map((row) => {
      if (row.kind !== kind) return row;
      const payload = JSON.stringify({ ...(JSON.parse(row.payload) as object), ...change });
      return { ...row, payload, isIntact: true };
    }),
  );

const wrap = (change: (centre: Centre, replica: Replica) => Partial<Centre>): ClientFlaws => ({
  centre: (centre, replica) => ({ ...centre, ...change(centre, replica) }),
});

const before = (spoil: (writer: Writer) => void): ClientFlaws => ({
  local: (local) => (work) =>
    local((writer) => {
      spoil(writer);
      return work(writer);
    }),
});

const after = (spoil: (writer: Writer) => void): ClientFlaws => ({
  local: (local) => (work) =>
    local((writer) => {
      const answer = work(writer);
      spoil(writer);
      return answer;
    }),
});

/** An operation that fails half way is left as it is. */
const keepHalves: ClientFlaws = {
  local: (local) => (work) =>
    local((writer) =>
      work(
        new Proxy(writer, {
          get: (target, name) => {
            if (name === 'prepare')
              return (text: string) => target.prepare(text === 'rollback to operation' ? 'select 1 where 0' : text);
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        }),
      ),
    ),
};

const arrivals = new WeakMap<Replica, number>();
/** Stands for the order of arrival in place of the effective time. */
function arrival(replica: Replica): string {
  const count = (arrivals.get(replica) ?? 0) + 1;
  arrivals.set(replica, count);
  return `999999999${String(count).padStart(6, '0')}-00000`;
}

export const FAULTS: readonly Fault[] = [
  { name: 'the centre acknowledges before it has written', centre: 'ackEarly' },
  { name: 'the centre does not trim what it knows already', centre: 'skipTrim' },
  { name: 'a clock that runs ahead wins', centre: 'noClamp' },
  { name: 'stream numbers have holes', centre: 'sparse' },
  { name: 'a restored centre keeps its epoch', centre: 'keepEpoch' },
  { name: 'cursors outlive the restore of the centre', centre: 'keepCursor' },
  { name: 'a poisoned operation holds up what follows', centre: 'poisonBlocks' },
  { name: 'a branch may change prices', centre: 'noAuthority' },
  { name: 'transfers do not reach the other branch', centre: 'noRelay' },
  { name: 'two copies are given one terminal code', centre: 'sameCode' },
  { name: 'a sequence serves as cursor', centre: 'naiveCursor' },
  { name: 'a copy goes on from the head instead of the fork', centre: 'forgetBase' },
  { name: 'a restored centre gives codes again', centre: 'codesAgain' },
  { name: 'the order of arrival takes the place of the stamp', centre: 'byArrival' },
  { name: 'an unknown kind is dropped', centre: 'dropUnknown' },
  { name: 'what a copy sent first is taken twice', centre: 'takeTwice' },
  { name: 'a transfer is resolved twice', centre: 'anyReception' },
  { name: 'the log is written apart from what is acknowledged', centre: 'halfPush' },
  {
    name: 'the cursor moves before the page',
    client: wrap((centre, replica) => ({
      pull: async (ask) => {
        const answer = await centre.pull(ask);
        if (answer.answer === 'page')
          replica.app.dispatcher.local((writer) => {
            moveCursor(writer, { stream: ask.stream, cursor: answer.through, head: answer.head, movedAtMs: 0 });
          });
        return answer;
      },
    })),
  },
  {
    name: 'the client counts a push as done before its answer',
    client: wrap((centre, replica) => ({
      push: (ask) => {
        const acked = ask.operations.at(-1)?.sequence ?? ask.base;
        replica.app.dispatcher.local((writer) => writer.prepare('update syncState set acked = ?').run(acked));
        return centre.push(ask);
      },
    })),
  },
  { name: 'the last row of a page is left out', client: pages((rows) => (rows.length > 1 ? rows.slice(0, -1) : rows)) },
  { name: 'the first row of a page is left out', client: pages((rows) => (rows.length > 1 ? rows.slice(1) : rows)) },
  {
    name: 'the last to arrive wins',
    client: pages((rows, _, replica) => rows.map((row) => ({ ...row, effective: arrival(replica) }))),
  },
  {
    name: 'the stamp counts, not what the centre made of it',
    client: pages((rows) => rows.map((row) => ({ ...row, effective: row.hlc }))),
  },
  {
    name: 'verdicts of the centre are ignored',
    client: pages((rows) => rows.map((row) => ({ ...row, verdict: null, scope: 'OWNER' as const }))),
  },
  {
    name: 'payloads are written anew',
    client: wrap((centre) => ({
      push: (ask) => {
        const operations = ask.operations.map((row) => {
          const entries = Object.entries(JSON.parse(row.payload) as object).toReversed();
          return { ...row, payload: JSON.stringify(Object.fromEntries(entries)) };
        });
        return centre.push({ ...ask, operations });
      },
    })),
  },
  {
    name: 'an operation is left out of a push',
    client: wrap((centre) => ({
      push: (ask) => centre.push({ ...ask, operations: ask.operations.filter((_, index) => index !== 1) }),
    })),
  },
  {
    name: 'a copied file is not recognised',
    client: wrap((centre, replica) => ({
      hello: async (ask) => {
        const answer = await centre.hello(ask);
        if (answer.answer !== 'welcome' || answer.acked === null) return answer;
        return { ...answer, acked: Math.min(answer.acked, ask.sequence), ackedHash: null };
      },
      push: async (ask) => {
        const answer = await centre.push(ask);
        void replica;
        return answer.answer === 'diverged' ? { answer: 'dup' as const, acked: ask.base } : answer;
      },
    })),
  },
  { name: 'a copied file keeps its name', client: { renew: 'OMIT' } },
  { name: 'a copied file keeps its terminal', client: { renew: 'SAME_TERMINAL' } },
  { name: 'a copy is not noticed at its opening', client: { opening: 'OMIT' } },
  { name: 'a copy that noticed keeps its terminal', client: { opening: 'SAME_TERMINAL' } },
  { name: 'a failed operation is not undone', client: keepHalves },
  {
    name: 'what was received is not noted',
    client: after((writer) => void writer.prepare('delete from syncLog').run()),
  },
  {
    name: 'what was put aside is dropped',
    client: after((writer) => void writer.prepare('delete from syncHeld').run()),
  },
  { name: 'the client gives up after a failure', client: { givesUp: true } },
  {
    name: 'own master data is not fetched back',
    client: pages((rows, _, replica) => {
      const name = readState(replica.app.database.reader)?.incarnation;
      return rows.filter(({ deviceId }) => deviceId !== name);
    }),
  },
  {
    name: 'values are mixed up with their stamps',
    client: before((writer) => void writer.prepare('update masterBase set columnValues = stamps').run()),
  },
  {
    name: 'levels do not follow the movements of others',
    client: after(
      (writer) =>
        void writer
          .prepare(
            "update stockLevel set onHandMilli = onHandMilli + 1 where productId in (select productId from stockMovement where sourceKind = 'TRANSFER_IN')",
          )
          .run(),
    ),
  },
  { name: 'a counter sells what is held for others', client: { sellsHeld: true } },
  {
    name: 'what others hold is not reserved',
    client: after((writer) => void writer.prepare('update stockLevel set reservedMilli = 0').run()),
  },
  { name: 'holds that ran out stay at the other files', client: bodies('inventory.reservationsExpired', { ids: [] }) },
  { name: 'holds of a cancelled order stay at the other files', client: bodies('orders.cancelled', { released: [] }) },
  {
    name: 'goods of an order do not leave the shelf of the other files',
    client: bodies('orders.advanced', { movements: [] }),
  },
  { name: 'payments of orders stay at the till', client: bodies('orders.paid', { payments: [] }) },
];
