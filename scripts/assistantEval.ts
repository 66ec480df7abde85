/**
 * `npm run assistant:eval -- --questions FILE.json [--live] [--json]`: scores a set of questions through the router alone, or with a live
 * Ollama (OLLAMA_HOST, model OLLAMA_MODEL) for what the router leaves alone. It never gates anything.
 */
import { parseArgs } from 'node:util';
import { hostOf, OllamaProblem } from '#core/assistant/ollama.ts';
import { defaultModel } from '#core/assistant/models.ts';
import { evaluate, readSet, summary } from '#tests/assistant/evaluate.ts';

const { values } = parseArgs({
  options: {
    questions: { type: 'string' },
    live: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
if (values.questions === undefined) {
  console.error('Usage: npm run assistant:eval -- --questions FILE.json [--live] [--json]');
  process.exitCode = 1;
} else {
  const set = readSet(values.questions);
  const url = hostOf('', false, process.env['OLLAMA_HOST']);
  if (values.live && url instanceof OllamaProblem) throw url;
  const live = values.live ? { url: String(url), model: process.env['OLLAMA_MODEL'] ?? defaultModel() } : undefined;
  const scored = await evaluate(set, live);
  if (values.json) console.log(JSON.stringify(summary(scored)));
  else {
    console.table(scored.filter(({ verdict }) => verdict !== 'right'));
    console.table(summary(scored));
  }
}
