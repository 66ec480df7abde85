/**
 * Understands a question without a model, or says that it does not. Every word must be accounted for: by a cue, a name, a period or as filler. A
 * question with a word left over is not run (it may have turned the meaning round), it is left to the model or answered with suggestions. Pure.
 */
import type { LocalDate } from '#core/shared/time.ts';
import type { Intent, ToolArguments } from './contract.ts';
import { alternativesOf, type Cue, CUES, FILLERS, KNOWN_WORDS, LEAVE, whole } from './cues.ts';
import { refusalOf } from './guards.ts';
import { takeHorizon, takePeriod } from './period.ts';
import * as slots from './slots.ts';
import type { Vocabulary } from './slots.ts';
import { accepts } from './tools.ts';
import { decide } from './decide.ts';
import { ABSTAIN, clarify, type Heard, type Understanding } from './understanding.ts';
import { corrected, plain } from './words.ts';

export type { Vocabulary } from './slots.ts';
export type { Understanding } from './understanding.ts';

export interface Hearing {
  today: LocalDate;
  last: Intent | undefined;
  vocabulary: Vocabulary;
}

export function understand(question: string, hearing: Hearing): Understanding {
  const written = plain(question);
  const first = hear(written, hearing);
  // Only words that mean nothing as they stand are taken for slips of the pen.
  const text = first.left.length === 0 ? written : spelled(written, new Set(first.left), hearing.vocabulary);
  const refusal = refusalOf(written) ?? refusalOf(text);
  if (refusal) return { kind: 'REFUSE', reason: refusal };
  if (POINTS_BACK.test(text) && hearing.last === undefined) return clarify('NO_ANTECEDENT');
  const heard = text === written ? first : hear(text, hearing);
  if (/^\s*(?:como va|como anda|que tal|what about|how about|how is|y) (?:el |la |the )?\d{1,3}\s*$/.test(text))
    return clarify('WHICH_PRODUCT');
  const followed = follow(text, heard, hearing.last);
  if (followed) return followed;
  return decide(heard);
}

const POINTS_BACK =
  /(?<![\p{L}])(?:compara(?:lo|la|los|las)|con el otro|con la otra|lo mismo|la misma|el mismo|de ese|de esa|de esos|de esas|ese mismo|that one|the other one|the same|compare (?:it|them|that))(?! (?:periodo|mes|semana|ano|dia|period|month|week|year|epoca|fecha|trimestre))(?![\p{L}])/u;

function spelled(text: string, doubtful: ReadonlySet<string>, vocabulary: Vocabulary): string {
  const { productWords, brands, sellers, suppliers, categories } = vocabulary;
  const names = new Set([...brands, ...sellers, ...suppliers, ...categories].flatMap((name) => plain(name).split(' ')));
  const isKnown = (word: string): boolean =>
    FILLERS.has(word) ||
    LEAVE.has(word) ||
    KNOWN.has(word) ||
    slots.MAKERS.has(word) ||
    productWords.has(word) ||
    names.has(word) ||
    isCued(word);
  return ` ${text
    .trim()
    .split(' ')
    .map((word) => (doubtful.has(word) ? corrected(word, isKnown, KNOWN_WORDS) : word))
    .join(' ')} `;
}
const KNOWN = new Set(KNOWN_WORDS);
const ALL_CUES = Object.entries(CUES) as [Cue, RegExp][];
function isCued(word: string): boolean {
  return ALL_CUES.some(([, pattern]) => {
    pattern.lastIndex = 0;
    return pattern.exec(word)?.[0] === word;
  });
}

const HISTORY_WORDS = alternativesOf(CUES.HISTORY).sort((a, b) => b.source.length - a.source.length);
const DAYS: Readonly<Record<string, number>> = { days: 1, weeks: 7, months: 30, years: 365 };

/** Takes the question apart. The order matters: what is surest and longest first. */
function hear(full: string, { today, vocabulary }: Hearing): Heard {
  const text = new slots.Text(full);
  const args: ToolArguments = {};
  const put = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) args[name] = value;
  };
  put('plate', slots.takePlate(text));
  if (args['plate'] === undefined) put('rut', slots.takeRut(text));
  put('viscosity', slots.takeViscosity(text));
  put('budget_clp', slots.takeBudget(text));
  const comparison = slots.takeComparison(text);
  put('compare_to', comparison?.compareTo);
  const isStill = text.has(CUES.STILL);
  const horizon = takeHorizon(text.rest, today);
  if (horizon) text.rest = horizon.rest;
  const period = takePeriod(text.rest, today);
  if (period) text.rest = period.rest;
  const said: ToolArguments = { ...period?.said };
  // "no se mueven en seis meses" looks back; everything else that comes looks ahead.
  const back = isStill ? /^next_(\d+)_(days|weeks|months|years)$/.exec(horizon?.horizon ?? '') : null;
  if (back) said['period'] = `last_${String(Number(back[1]) * (DAYS[back[2] ?? ''] ?? 1))}_days`;
  else put('horizon', horizon?.horizon);
  if (comparison?.running !== undefined && said['period'] === undefined) said['period'] = comparison.running;
  // A second period turns the question into another one.
  const second = period && takePeriod(text.rest, today);
  put('presentation', slots.takePresentation(text));
  const supplier = takeSupplier(text, vocabulary);
  put('supplier', supplier);
  if (supplier !== undefined) text.takeAll(whole('(?:al |del |el |the |from )?(?:proveedor(?:a|es)?|supplier|vendor)'));
  const product = takeProduct(text, vocabulary, args);
  // "último cambio de aceite" of a car is no question about oil.
  const isOfVisits = (args['plate'] !== undefined || args['rut'] !== undefined) && text.has(CUES.HISTORY);
  if (isOfVisits) for (const pattern of HISTORY_WORDS) text.takeAll(pattern);
  put('group_by', slots.takeGroup(text));
  const seller = slots.takeSeller(text, vocabulary.sellers);
  const cues = new Set(ALL_CUES.filter(([, pattern]) => text.has(pattern)).map(([cue]) => cue));
  if (isOfVisits) cues.add('HISTORY');
  put('limit', slots.takeLimit(text));
  put('category', slots.takeCategory(text, vocabulary.categories));
  text.rest = withoutCues(text.rest);
  const left = text.words().filter((word) => !FILLERS.has(word));
  if (second) left.push('period');
  const isSingular =
    /(?<![\p{L}])(?:el producto|cual es el|que producto|which product|best selling product|producto estrella)(?![\p{L}])/u.test(
      full,
    );
  return { cues, args, period: said, seller, left, isSingular, text: full, product };
}

const ALTERNATIVES = ALL_CUES.flatMap(([, pattern]) => alternativesOf(pattern));
/** The text without what cues account for. A cue inside a longer one is used up by it: longest first. */
function withoutCues(text: string): string {
  const spans = ALTERNATIVES.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ 0: match, index }) => ({ from: index, to: index + match.length })),
  ).filter(({ from, to }) => text.slice(from, to).trim() !== '');
  const letters = [...text.split('')];
  for (const { from, to } of spans.sort((a, b) => b.to - b.from - (a.to - a.from))) {
    if (!letters.slice(from, to).includes('|')) letters.fill('|', from, to);
  }
  return letters.join('');
}

/** Words that end a product's name. */
const ENDS =
  /^(?:en|de|por|para|y|que|hay|queda|quedan|tenemos|esta|estan|cuanto|se|nos|me|is|are|in|at|for|do|how|left|stock|price|precio|el|la|los|las|un|una|hoy|ahora|vale|cuesta|\||bodega|ultim[oa]s?|dias?|mes|semana|ano)$/;

/** A product said by its maker and name, or by a code: `castrol gtx`, `ph3614`. A maker alone is a product only beside its grade. */
function takeProduct(text: slots.Text, vocabulary: Vocabulary, args: ToolArguments): string | undefined {
  const code = text
    .words()
    .find(
      (word) => /^(?=.*\d)(?=.*[a-z])[a-z0-9][a-z0-9/.-]{3,}$/.test(word) && !/^\d+(?:st|nd|rd|th|l|ml)$/.test(word),
    );
  if (code !== undefined && !/^q[1-4]$/.test(code)) {
    text.take(
      whole(
        `(?:(?:el|la|del|de|the) )*(?:(?:filtro|codigo|producto|sku|filter|code|product|bateria|correa|bujia) )?${code.replace(/[.\-/]/g, '.')}`,
      ),
    );
    // The maker beside it says nothing more than the code.
    const maker = slots.brandIn(text.rest, vocabulary.brands);
    if (maker !== undefined && maker !== 'total') text.take(whole(maker.replace(/[^\p{L}\p{N} ]/gu, '.')));
    args['product'] = code.toUpperCase();
    return code.toUpperCase();
  }
  const brand = slots.brandIn(text.rest, vocabulary.brands);
  if (brand === undefined || brand === 'total') return undefined;
  const at = text.rest.search(whole(brand.replace(/[^\p{L}\p{N} ]/gu, '.')));
  const before = text.rest.slice(0, at);
  const after = text.rest
    .slice(at + brand.length)
    .split(/\s+/)
    .filter((word) => word !== '');
  const model: string[] = [];
  for (const word of after) {
    if (ENDS.test(word) || model.length === 4) break;
    if (isCued(word) && !/\d/.test(word) && !vocabulary.productWords.has(word)) break;
    model.push(word);
  }
  text.rest = `${before.replace(/(?:(?:el|la|del|de|los|las|the|of|aceite|lubricante) )+$/, '')} | ${after.slice(model.length).join(' ')}`;
  const name = [brand, ...model].join(' ').replace(/(?<![\p{L}])\p{L}/gu, (letter) => letter.toUpperCase());
  if (model.length === 0 && args['viscosity'] === undefined) args['brand'] = name;
  else args['product'] = name;
  return name;
}

const SUPPLIER =
  /(?<![\p{L}])(?:(?:le )?(?:pid[oae]|pedimos|pedirle|pedir|encargo|comprar?le|compro|order|buy|reorder) (?:a|from) (?:la |el |proveedor )?|(?:del |de |al )?proveedor |(?:from )?supplier )([\p{L}\p{N}&.'-]+(?: [\p{L}\p{N}&.'-]+)*)/u;

function takeSupplier(text: slots.Text, { suppliers }: Vocabulary): string | undefined {
  const known = suppliers.find((name) =>
    text.take(
      whole(
        `(?:a |al |de |from )?${plain(name)
          .trim()
          .replace(/[^\p{L}\p{N} ]/gu, '.')}`,
      ),
    ),
  );
  if (known !== undefined) return known;
  const match = SUPPLIER.exec(text.rest);
  const words = match?.[1]?.split(' ').filter((word) => word !== '') ?? [];
  const end = words.findIndex((word) => ENDS.test(word));
  const name = (end < 0 ? words : words.slice(0, end)).join(' ');
  if (name === '' || /^(?:productos?|aceites?|filtros?)/.test(name)) return undefined;
  text.rest = text.rest.replace(name, ' | ');
  return name;
}

/** "¿Y la semana pasada?", "ahora solo los filtros": the last question with what is new in this one. */
function follow(text: string, heard: Heard, last: Intent | undefined): Understanding | undefined {
  if (!last || heard.left.length > 0 || (heard.seller !== undefined && heard.seller.candidates.length !== 1))
    return undefined;
  const opens = /^\s*(?:y |e |ahora|pero|and |what about|how about|now |only |just |solo |lo mismo|but )/.test(text);
  const tells: readonly Cue[] = [
    'BUY',
    'FORECAST',
    'ACCURACY',
    'PRICE',
    'LOCATION',
    'HISTORY',
    'MARGIN',
    'CASH',
    'ROTATE',
    'STILL',
    'COST',
    'COVER',
    'HELP',
    'SELL',
    'STOCK',
    'HOWIS',
  ];
  if (
    tells.some((cue) => heard.cues.has(cue)) &&
    !(opens && !tells.some((cue) => cue !== 'SELL' && heard.cues.has(cue)))
  )
    return undefined;
  const patch: ToolArguments = { ...heard.args, ...heard.period };
  if (heard.seller) patch['seller'] = heard.seller.candidates[0] ?? '';
  if (heard.cues.has('LESS')) patch['order'] = last.tool === 'stock_rotation' ? 'slowest' : 'worst';
  else if (heard.cues.has('MORE')) patch['order'] = last.tool === 'stock_rotation' ? 'fastest' : 'best';
  if (last.tool === 'stock_status') {
    if (heard.cues.has('OUT')) patch['filter'] = 'out';
    else if (heard.cues.has('OVER')) patch['filter'] = 'overstock';
    else if (heard.cues.has('LOW')) patch['filter'] = 'low';
  }
  if (last.tool === 'product_lookup' && patch['product'] !== undefined) {
    patch['query'] = [patch['product'], patch['viscosity']].filter((value) => value !== undefined).join(' ');
    delete patch['product'];
    delete patch['viscosity'];
  }
  if (last.tool === 'forecast' && patch['period'] !== undefined) return ABSTAIN;
  const keys = Object.keys(patch);
  if (keys.length === 0 || (!opens && keys.length > 2)) return undefined;
  if (keys.some((key) => !accepts(last.tool, key))) return opens ? ABSTAIN : undefined;
  const kept = { ...last.args };
  if (patch['period'] !== undefined) {
    delete kept['from'];
    delete kept['to'];
  }
  // A grade, a category and a product each say of what; the newer takes the place of the older.
  const ABOUT = ['product', 'category', 'viscosity', 'brand'];
  const isAboutNew = ABOUT.some((key) => patch[key] !== undefined);
  const rest = Object.fromEntries(Object.entries(kept).filter(([key]) => !isAboutNew || !ABOUT.includes(key)));
  return { kind: 'RUN', intent: { tool: last.tool, args: { ...rest, ...patch } }, via: 'FOLLOW_UP' };
}
