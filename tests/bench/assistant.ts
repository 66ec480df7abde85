/**
 * How well the assistant understands the project's questions without a model, and how fast it answers quick questions on a shop with 100,000 sales.
 * `RD_BENCH_SALES` sets how many; `RD_QUESTIONS` names another set instead.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '#core/app.ts';
import { QUICK } from '#core/assistant/quick.ts';
import { buildDemo } from '#core/demo/generate.ts';
import { evaluate, OWN_SETS, ownSet, readSet, summary } from '#tests/assistant/evaluate.ts';

const SALES = Number(process.env['RD_BENCH_SALES'] ?? '100000');
const { RD_QUESTIONS } = process.env;
const ROUNDS = 10;

export async function run(): Promise<object> {
  const sets = RD_QUESTIONS === undefined ? OWN_SETS.map(ownSet) : [readSet(RD_QUESTIONS)];
  const scored = (await Promise.all(sets.map((set) => evaluate(set)))).flat();
  return { ...summary(scored), quickP95Ms: await quickP95() };
}

/** Every quick question, each time with the kept answers thrown away. */
async function quickP95(): Promise<number> {
  const folder = mkdtempSync(join(process.env['RD_BENCH_DIR'] ?? tmpdir(), 'rd-assistant-'));
  const file = join(folder, 'shop.db');
  try {
    const days = Math.min(730, Math.ceil(SALES / 137));
    await buildDemo(file, { days, ticketsPerDay: Math.ceil(SALES / days) });
    const app = createApp({ file, ollamaHost: '127.0.0.1:9' });
    try {
      const took: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const { es } of QUICK) {
          app.database.raw.exec('delete from assistantAnswerCache');
          const startedMs = performance.now();
          await app.call('assistant.ask', { question: es }, app.system());
          took.push(performance.now() - startedMs);
        }
      }
      took.sort((a, b) => a - b);
      return Math.round((took[Math.floor(took.length * 0.95)] ?? 0) * 10) / 10;
    } finally {
      app.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
