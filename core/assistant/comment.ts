/**
 * The model's optional comment: it is told which figures there are (id, label, period), never what they are, and writes a sentence with
 * placeholders that the application fills. What it cannot know it may not say: no number, no more, no less. Off unless the shop turns it on.
 */
import { z } from 'zod';
import { fold } from '#core/shared/text.ts';
import { addDays } from '#core/shared/time.ts';
import type { MetricsReport } from './asks.ts';
import type { Run } from './answers/parts.ts';
import type { Answer, Figure, Language, Part, ToolName } from './contract.ts';
import { whole } from './cues.ts';
import { figureLabel } from './labels.ts';
import { NUMBER_WORDS } from './period.ts';

export interface CommentSubject {
  tool: ToolName;
  language: Language;
  period: Answer['period'];
  figures: { id: string; label: string }[];
}

/**
 * The shop's own figures around an answer: what was sold in the last seven days and the seven before, what is expected, and how far off
 * forecasts were. Each only for whoever may see it; sums alone, no row and no name.
 */
export function contextFigures(run: Run): { figures: Figure[]; sources: string[] } {
  const figures: Figure[] = [];
  const sources: string[] = [];
  const put = (id: string, value: number | null | undefined, unit: Figure['unit']): void => {
    if (typeof value === 'number') figures.push({ id: `context.${id}`, value: Math.round(value), unit });
  };
  if (run.permissions.has('reports.read')) {
    sources.push('reports.run');
    const days = { from: addDays(run.today, -6), to: run.today };
    const report = run.ask('reports.run', { report: 'SALES', ...days, compare: 'PREVIOUS', limit: 1 }) as MetricsReport;
    const at = report.columns.findIndex(({ key }) => key === 'totalClp');
    put('sold7', report.totals[at] as number | null, 'CLP');
    put('soldBefore7', report.totalsBefore?.[at] as number | null | undefined, 'CLP');
  }
  if (run.permissions.has('forecast.read')) {
    sources.push('forecast.get');
    const found = run.ask('forecast.get', { kind: 'SHOP', historyDays: 28 }) as {
      totals: { days: number; expectedMilli: number; low80Milli: number; high80Milli: number }[];
      soFar: { wape: number | null; naiveWape: number | null } | null;
    };
    const week = found.totals.find(({ days }) => days === 7);
    put('expected7', week?.expectedMilli, 'MILLI');
    put('low7', week?.low80Milli, 'MILLI');
    put('high7', week?.high80Milli, 'MILLI');
    const share = (value: number | null | undefined) => (typeof value === 'number' ? value * 10_000 : undefined);
    put('error', share(found.soFar?.wape), 'BASIS_POINTS');
    put('naiveError', share(found.soFar?.naiveWape), 'BASIS_POINTS');
  }
  return { figures, sources };
}

/** What of an answer the model is told of: figures with a label of their own. Names are never among them. */
export const subjectOf = (
  tool: ToolName,
  language: Language,
  period: Answer['period'],
  figures: readonly Figure[],
): CommentSubject => ({
  tool,
  language,
  period,
  figures: figures.flatMap(({ id, unit, value }) => {
    const label = figureLabel(id, language);
    return label === undefined || unit === 'TEXT' || value === null ? [] : [{ id, label }];
  }),
});

export const COMMENT_FORMAT = {
  type: 'object',
  properties: { comment: { type: 'string', maxLength: 400 } },
  required: ['comment'],
  additionalProperties: false,
};

export function commentPrompt({ tool, language, period, figures }: CommentSubject): { system: string; user: string } {
  return {
    system: [
      'You add one short remark, at most 30 words, below an answer given to a shopkeeper. Answer with JSON only.',
      'You do not know any figure. You are told ids and labels. Where a figure belongs write its id in braces, like {total}.',
      'Say which figures to read together and why. Use one to three placeholders of the list, and no other.',
      'Never write a digit or a number in words. Never say that something is higher, lower, more, less, better or worse: you cannot know.',
    ].join('\n'),
    user: JSON.stringify({ language: language === 'es' ? 'Spanish' : 'English', about: tool, period, figures }),
  };
}

const NUMBERS = whole(
  `${NUMBER_WORDS.filter((word) => !['un', 'una', 'uno', 'one'].includes(word)).join('|')}|cien(?:to|tos)?|mil(?:es)?|millon(?:es)?|docenas?|doble|triple|mitad|tercio|cuartos?|hundreds?|thousands?|millions?|dozens?|double|twice|half|third|ningun[oa]?|cero|zero|none`,
);
const JUDGEMENTS = whole(
  'mas|menos|mayor(?:es)?|menor(?:es)?|mejor(?:es|o|a|an|ando)?|peor(?:es)?|sub(?:e|en|io|ieron|ida|iendo)|baj(?:a|an|o|aron|ada|ando|os|as)|aument\\p{L}*|disminu\\p{L}*|crec\\p{L}*|ca(?:e|en|yo|yeron|ida)|alt[oa]s?|supera\\p{L}*|gan(?:o|aron|a|an)|perd\\p{L}*|more|less|fewer|higher|lower|better|worse|rose|fell|rising|falling|up|down|increas\\p{L}*|decreas\\p{L}*|grow\\p{L}*|grew|drop\\p{L}*|exceed\\p{L}*|excelente|excellent|buen[oa]s?|mal[oa]s?|good|bad',
);

const PLACEHOLDER = /\{([A-Za-z0-9.]+)\}/;

/** The comment's parts, or nothing where it says what it may not: a digit, a number word, a judgement, an unknown id, markup. */
export function readComment(content: string, ids: ReadonlySet<string>): Part[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined;
  }
  const said = z.strictObject({ comment: z.string().trim().min(1).max(400) }).safeParse(value);
  if (!said.success) return undefined;
  const pieces = said.data.comment.split(PLACEHOLDER);
  const parts = pieces
    .map((piece, index): Part => (index % 2 === 1 ? { figure: piece } : { text: piece }))
    .filter((part) => 'figure' in part || part.text !== '');
  const isClean = parts.every((part) => ('figure' in part ? ids.has(part.figure) : isHarmless(part.text)));
  return isClean && parts.some((part) => 'figure' in part) ? parts : undefined;
}

function isHarmless(text: string): boolean {
  const folded = fold(text);
  return (
    !/[\p{N}{}<>`\\|*_#[\]]|https?:|www\./u.test(text) &&
    !/\p{Cc}/u.test(text) &&
    folded.search(NUMBERS) < 0 &&
    folded.search(JUDGEMENTS) < 0
  );
}
