/** Scores a file of questions: what runs, what is right, what is left alone. Names come from the file's fixture and the trade's makers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkedArguments, mayRun, understand } from '#core/assistant/index.ts';
import { checkedChoice, type LiveChooser } from './live.ts';
import type { Intent, ToolArguments } from '#core/assistant/contract.ts';
import { BUILT_IN_ROLES, type Permission } from '#core/shared/permissions.ts';
import { fold } from '#core/shared/text.ts';

/** The project's own questions: paraphrases of each kind, how people of a shop speak, and a set scored once before the rules saw it. */
export const OWN_SETS = ['paraphrases', 'colloquial', 'fresh'] as const;
export const readSet = (file: string): QuestionSet => JSON.parse(readFileSync(file, 'utf8')) as QuestionSet;
export const ownSet = (name: (typeof OWN_SETS)[number]): QuestionSet =>
  readSet(join(import.meta.dirname, `${name}.json`));

export interface QuestionSet {
  fixture?: { sellers?: string[]; suppliers?: string[]; categories?: string[]; brands?: string[] };
  questions: Question[];
}
export interface Question {
  id: string;
  question: string;
  role: string;
  category?: string;
  expected_tool: string | null;
  expected_args: ToolArguments | 'refuse' | 'clarify';
  also_accept?: ({ tool?: string; args?: ToolArguments } & ToolArguments)[];
  context?: Intent;
}

const ROLES: Readonly<Record<string, ReadonlySet<Permission>>> = {
  admin: new Set(BUILT_IN_ROLES.admin),
  manager: new Set(BUILT_IN_ROLES.manager),
  cashier: new Set(BUILT_IN_ROLES.employee),
  employee: new Set(BUILT_IN_ROLES.employee),
  warehouse: new Set<Permission>([
    'stock.read',
    'stock.receive',
    'stock.adjust',
    'stock.transfer',
    'purchasing.read',
    'purchasing.write',
    'forecast.read',
    'suppliers.read',
    'catalog.read',
    'catalog.write',
  ]),
};
const TODAY = '2026-11-24';
const CATEGORIES = [
  'Aceites',
  'Filtros',
  'Filtro de aire',
  'Filtro de aceite',
  'Filtro de combustible',
  'Filtro de habitáculo',
  'Refrigerantes',
  'Líquido de frenos',
  'Baterías',
  'Ampolletas',
  'Bujías',
  'Plumillas',
  'Aditivos',
  'Grasas',
  'Correas',
];

export type Verdict = 'right' | 'wrongRun' | 'abstained';
export interface Scored {
  id: string;
  question: string;
  verdict: Verdict;
  got: string;
}

export async function evaluate(set: QuestionSet, live?: LiveChooser): Promise<Scored[]> {
  const {
    sellers = ['Juan Soto', 'Juan Rojas', 'Pedro Muñoz', 'Camila Díaz'],
    suppliers = [],
    categories = CATEGORIES,
    brands = [],
  } = set.fixture ?? {};
  const vocabulary = { sellers, suppliers, categories, brands, productWords: new Set<string>() };
  const scored: Scored[] = [];
  for (const question of set.questions) {
    const permissions = ROLES[question.role] ?? ROLES['cashier'] ?? new Set<Permission>();
    const heard = understand(question.question, { today: TODAY, last: question.context, vocabulary });
    let intent = heard.kind === 'RUN' ? heard.intent : undefined;
    let state = heard.kind === 'REFUSE' ? 'refuse' : heard.kind === 'CLARIFY' ? 'clarify' : '';
    if (heard.kind === 'ABSTAIN' && live)
      ({ intent, state } = await checkedChoice(live, question.question, permissions, TODAY));
    const args = intent && checkedArguments(intent.tool, intent.args);
    if (intent && !args) [intent, state] = [undefined, ''];
    if (intent && args && !mayRun(intent.tool, args, permissions)) [intent, state] = [undefined, 'refuse'];
    const got = intent ? `${intent.tool} ${JSON.stringify(args)}` : state || 'abstain';
    scored.push({ id: question.id, question: question.question, verdict: verdictOf(question, intent, state), got });
  }
  return scored;
}

function verdictOf(question: Question, intent: Intent | undefined, state: string): Verdict {
  const expected = question.expected_args;
  if (typeof expected === 'string')
    return intent && intent.tool !== 'help' ? 'wrongRun' : state === expected ? 'right' : 'abstained';
  if (!intent) return 'abstained';
  const others = (question.also_accept ?? []).map((other) =>
    other.tool !== undefined || other.args
      ? { tool: other.tool ?? question.expected_tool, args: other.args ?? {} }
      : { tool: question.expected_tool, args: { ...expected, ...(other as ToolArguments) } },
  );
  return [{ tool: question.expected_tool, args: expected }, ...others].some(
    ({ tool, args }) =>
      tool === intent.tool && Object.entries(args).every(([name, value]) => same(intent.args[name], value)),
  )
    ? 'right'
    : 'wrongRun';
}

const same = (a: unknown, b: unknown): boolean => (a === undefined ? false : squeeze(a) === squeeze(b));
const squeeze = (value: unknown): string =>
  fold(String(value))
    .replace(/litros?/g, 'l')
    .replace(/[^\p{L}\p{N}]/gu, '');

export const summary = (scored: readonly Scored[]) => {
  const count = (verdict: Verdict): number => scored.filter((row) => row.verdict === verdict).length;
  return {
    questions: scored.length,
    right: count('right'),
    wrongRun: count('wrongRun'),
    abstained: count('abstained'),
  };
};
