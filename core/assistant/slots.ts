/** Takes what a question names out of its text: plate, RUT, grade, size, money, number, grouping, category, brand, seller. Pure. */
import { fold } from '#core/shared/text.ts';
import { parseRut } from '#core/shared/rut.ts';
import { whole } from './cues.ts';
import { NUMBER, numberOf } from './period.ts';
import { stem } from './words.ts';

/** Names of this shop that questions may hold. */
export interface Vocabulary {
  sellers: readonly string[];
  suppliers: readonly string[];
  categories: readonly string[];
  brands: readonly string[];
  /** Folded words of product names and codes. */
  productWords: ReadonlySet<string>;
}

/** What is left of a text while its parts are taken out. */
export class Text {
  rest: string;
  constructor(text: string) {
    this.rest = text;
  }
  /** Takes the first match out. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = 0;
    const match = pattern.exec(this.rest);
    if (!match) return undefined;
    this.rest = `${this.rest.slice(0, match.index)} | ${this.rest.slice(match.index + match[0].length)}`;
    return match;
  }
  /** Takes every match out and says whether there was one. */
  takeAll(pattern: RegExp): boolean {
    let found = false;
    while (this.take(pattern)) found = true;
    return found;
  }
  has(pattern: RegExp): boolean {
    pattern.lastIndex = 0;
    return pattern.test(this.rest);
  }
  words(): string[] {
    return this.rest.split(/[\s|]+/).filter((word) => word !== '');
  }
}

const VISCOSITY = /(?<![\p{L}\p{N}])(\d{1,2}w-\d{2}|sae ?\d{2}|dot ?[345](?:\.1)?)(?![\p{L}\p{N}])/gu;
const PLATE = /(?<![\p{L}\p{N}])([a-z]{4}[- ]?\d{2}|[a-z]{2}[- ]?\d{4})(?![\p{L}\p{N}-])/gu;
const PLATE_WORD = whole(
  '(?:la |el |del? |al? |con |for |the )*(?:patente|placa|vehiculo|auto|camioneta|camion|furgon|moto|jeep|station|plate|car|truck|number plate|license plate)',
);
const RUT = /(?<![\p{L}\p{N}])(\d{1,2}\.?\d{3}\.?\d{3}-?[\dk])(?![\p{L}\p{N}])/gu;

/** `10w-40` as the catalogue writes it. */
export const grade = (said: string): string => said.toUpperCase().replace(/^(SAE|DOT) ?/, '$1 ');

export function takeViscosity(text: Text): string | undefined {
  const match = text.take(VISCOSITY);
  return match?.[1] === undefined ? undefined : grade(match[1]);
}

export function takePlate(text: Text): string | undefined {
  PLATE.lastIndex = 0;
  const match = PLATE.exec(text.rest);
  const said = match?.[1]?.toUpperCase().replace(/[^A-Z0-9]/g, '');
  // Codes of filters (`PH3614`) look like old plates, `hace 90` like new ones: both count as a plate only beside the word.
  const isSure = /^[a-z]{4}-?\d{2}$/.test(match?.[1] ?? '');
  if (!match || said === undefined || (!isSure && !text.has(PLATE_WORD))) return undefined;
  text.take(PLATE);
  text.takeAll(PLATE_WORD);
  return said;
}

export function takeRut(text: Text): string | undefined {
  RUT.lastIndex = 0;
  const match = RUT.exec(text.rest);
  // A wrong check digit is still a RUT that was meant: looking it up will say so.
  const said = match?.[1];
  if (said === undefined || !/[-.]/.test(said)) return undefined;
  text.take(RUT);
  text.takeAll(whole('(?:del? |the )?(?:rut|cliente|customer|client)'));
  const digits = said.replace(/[^\dk]/g, '');
  return parseRut(said) ?? `${digits.slice(0, -1)}-${digits.slice(-1).toUpperCase()}`;
}

export function takePresentation(text: Text): string | undefined {
  if (text.take(whole('tambor(?:es)?|drums?'))) return 'tambor';
  if (text.take(whole('baldes?|pails?|buckets?'))) return 'balde';
  const litres = text.take(
    /(?<![\p{L}\p{N}-])(?:de |of )?(?:a )?(\d{1,3}(?:[.,]\d)?) ?(?:l|lts?|litros?|litres?|liters?)(?![\p{L}\p{N}])/gu,
  );
  if (litres?.[1] !== undefined) return `${litres[1].replace(',', '.')}L`;
  const millilitres = text.take(/(?<![\p{L}\p{N}-])(?:de )?(\d{2,4}) ?(?:ml|cc)(?![\p{L}\p{N}])/gu);
  return millilitres?.[1] === undefined ? undefined : `${millilitres[1]}ml`;
}

/** "2 millones", "500 mil", "300 lucas", "$1.500.000", "2 palos". */
export function takeBudget(text: Text): number | undefined {
  // "un palo y medio"
  const andHalf = text.take(
    whole(
      `(?:tengo |con |presupuesto (?:es )?(?:de )?|hasta |solo )*(\\d{1,3}|${NUMBER}) (?:millon(?:es)?|palos?|m) y medio(?: de)?(?: (?:pesos|plata))?`,
    ),
  );
  if (andHalf?.[1] !== undefined) return (2 * numberOf(andHalf[1]) + 1) * 500_000;
  const about = '(?:tengo |con |presupuesto (?:es )?(?:de )?|hasta |solo |i have |with |budget (?:of )?)*';
  const pesos = '(?: de)?(?: (?:pesos|clp|plata|presupuesto))?';
  const scaled = text.take(
    whole(
      `${about}\\$? ?(\\d{1,4}(?:[.,]\\d{1,3})?|${NUMBER}|medio) ?(millon(?:es)?|millions?|palos?|mm|m|mil|lucas?|k|thousand)${pesos}`,
    ),
  );
  if (scaled?.[1] !== undefined && scaled[2] !== undefined) {
    const count =
      scaled[1] === 'medio' ? 0.5 : /^\d/.test(scaled[1]) ? Number(scaled[1].replace(',', '.')) : numberOf(scaled[1]);
    return Math.round(
      count * (/^(mil|luca|k|thousand)/.test(scaled[2]) && !scaled[2].startsWith('mill') ? 1_000 : 1_000_000),
    );
  }
  const plainSum = text.take(
    /(?:tengo |con |presupuesto (?:de )?|hasta |i have |with |budget (?:of )?)*(?:\$ ?(\d{1,3}(?:\.\d{3})+|\d{4,9})|(?<![\p{L}\p{N}])(\d{1,3}(?:\.\d{3})+|\d{4,9}) (?:pesos|clp))(?: pesos| clp)?(?![\p{L}\p{N}])/gu,
  );
  const said = plainSum?.[1] ?? plainSum?.[2];
  return said === undefined ? undefined : Number(said.replaceAll('.', ''));
}

const AGAINST =
  '(?:frente (?:a|al|a la)|versus|vs|contra|compar(?:ad[oa]s?|ame|alo|ala|ar|ando)?(?: con)?|con|respecto (?:a|al|de|del)|en relacion (?:a|al|con)|que|against|compared (?:to|with)|with|than) ?(?:el |la |lo |los |the )?';
const SAME = 'mism[oa]s? (?:periodo|fechas?|semana|mes|dia|epoca|trimestre) (?:del? )?(?:el )?';
const COMPARISONS: readonly (readonly [string, RegExp])[] = [
  [
    'last_year',
    whole(
      `${AGAINST}(?:${SAME})?(?:ano (?:pasado|anterior)|last year|year before|same (?:period|week|month) (?:of )?last year|hace un ano)`,
    ),
  ],
  [
    'last_year',
    whole(`year over year|yoy|interanual|same (?:period|week|month) last year|${SAME}ano (?:pasado|anterior)`),
  ],
  [
    'previous',
    whole(
      `${AGAINST}(?:(?:periodo|semana|mes|trimestre|dia) (?:anterior|pasad[oa])|(?:previous|last|prior) (?:period|week|month|quarter|day)|ayer|yesterday|antes|before)|que antes|than before`,
    ),
  ],
];
const RUNNING: readonly (readonly [RegExp, string])[] = [
  [/semana|week/, 'this_week'],
  [/mes|month/, 'this_month'],
  [/trimestre|quarter/, 'this_quarter'],
  [/ayer|yesterday/, 'today'],
  [/ano|year/, 'this_year'],
];

/** What a period is held against, and the running period that is meant where none is said: "vendimos más que el mes pasado". */
export function takeComparison(text: Text): { compareTo: string; running: string | undefined } | undefined {
  for (const [compareTo, pattern] of COMPARISONS) {
    // "con" and "que" alone say too little: somebody must compare.
    const before = text.rest;
    const match = text.take(pattern);
    if (!match) continue;
    const isSure =
      !/^(?:con|with|que|than)(?![\p{L}])/u.test(match[0]) ||
      /compar|(?:mas|menos|mejor|peor|more|less|better|worse) +\|/u.test(text.rest) ||
      /mism[oa]|antes|before/.test(match[0]);
    if (!isSure) {
      text.rest = before;
      continue;
    }
    text.takeAll(whole('compar(?:a|ar|ame|ando|acion|ativo)|compare|comparison'));
    return { compareTo, running: RUNNING.find(([unit]) => unit.test(match[0]))?.[1] };
  }
  return undefined;
}

const GROUPS: readonly (readonly [string, RegExp])[] = [
  [
    'payment_method',
    whole(
      '(?:por |segun |by |per )?(?:medios?|formas?|metodos?|tipos?) de pagos?|(?:cuanto )?(?:entro |fue |en |con )*(?:efectivo|cash|debito|credito|tarjetas?|transferencias?)(?: (?:y|o|versus|vs|and)(?: cuanto)?(?: en| con| fue)* (?:efectivo|cash|tarjetas?|debito|credito|transferencias?|cards?))+|como (?:nos )?pagaron|(?:by |per )?payment (?:methods?|types?)|por tender|by tender',
    ),
  ],
  [
    'seller',
    whole(
      '(?:por|de cada|segun|by|per|each) (?:vendedor(?:es)?|cajer[oa]s?|seller|salesperson|cashier|employee)|(?:que|cual) (?:vendedor|cajer[oa])|which (?:seller|cashier|salesperson)|(?:los )?(?:mejores )?vendedor(?:es)?|sellers?',
    ),
  ],
  [
    'hour',
    whole(
      '(?:por|segun|by|per) (?:cada )?(?:horas?|hour)|hourly|hora (?:por|a) hora|(?:a |en )?(?:que|cual(?:es)?(?: es| son)?(?: la| las)?) horas?(?: del dia)?|hora punta|(?:what|which) (?:time|hours?)|at what time',
    ),
  ],
  [
    'day',
    whole(
      'dia (?:por|a) dia|(?:por|segun|by|per|de) (?:cada )?(?:dias?|day)|diari[oa]s?|daily|cada dia|(?:que|cual(?:es)?(?: es| fue| son)?(?: el| los)?|el|which) (?:mejor(?:es)? |peor(?:es)? |best |worst )?(?:dias?|days?)(?= )',
    ),
  ],
  ['week', whole('(?:por|segun|by|per) (?:semanas?|week)|semanal(?:es)?|weekly|semana a semana')],
  ['month', whole('(?:por|segun|by|per) (?:mes(?:es)?|month)|mensual(?:es)?|monthly|mes a mes')],
  [
    'category',
    whole(
      '(?:por|segun|de cada|by|per|each) (?:categorias?|familias?|rubros?|lineas?|category)|(?:que|cual(?:es)?) (?:categorias?|familias?|rubros?)|which categor(?:y|ies)|categorias|categories',
    ),
  ],
  [
    'brand',
    whole(
      '(?:por|segun|de cada|by|per) (?:marcas?|brands?)|(?:que|cual(?:es)?)(?: es la| son las)? marcas?|which brands?|marcas|brands',
    ),
  ],
  ['product', whole('(?:por|segun|by|per) (?:productos?|articulos?|products?|items?)')],
];

export function takeGroup(text: Text): string | undefined {
  return GROUPS.find(([, pattern]) => text.take(pattern))?.[0];
}

const CATEGORY_WORDS: readonly (readonly [string, RegExp])[] = [
  ['filtros de aire', whole('filtros? de(?:l)? aire|air filters?')],
  ['filtros de aceite', whole('filtros? de(?:l)? aceites?|oil filters?')],
  ['filtros de combustible', whole('filtros? de(?:l)? (?:combustible|bencina|petroleo|diesel)|fuel filters?')],
  ['filtros de habitáculo', whole('filtros? de(?:l)? (?:habitaculo|cabina|polen)|(?:cabin|pollen) filters?')],
  ['líquido de frenos', whole('liquidos? de frenos?|brake fluids?')],
  ['filtros', whole('filtros?|filters?')],
  ['aceites', whole('aceites?|lubricantes?|oils?|lubricants?|lubes?')],
  ['refrigerantes', whole('refrigerantes?|anticongelantes?|coolants?|antifreezes?')],
  ['baterías', whole('baterias?|batteries|battery')],
  ['ampolletas', whole('ampolletas?|luces|bulbs?|bombillas?')],
  ['bujías', whole('bujias?|spark plugs?')],
  ['plumillas', whole('plumillas?|wipers?(?: blades?)?')],
  ['aditivos', whole('aditivos?|additives?')],
  ['grasas', whole('grasas?|greases?')],
  ['correas', whole('correas?|belts?')],
];
const CATEGORY_HEAD =
  '(?:(?:de |en |solo |solamente |only |in |of |la |las |los )*(?:la )?(?:categoria|familia|rubro|linea|category) (?:de )?)?';

/** A category: a word of the trade, or one of the shop's own by its name. */
export function takeCategory(text: Text, categories: readonly string[]): string | undefined {
  const own = [...categories]
    .sort((a, b) => b.length - a.length)
    .find((name) => {
      const pattern = fold(name)
        .split(' ')
        .map((part) => part.replace(/[^\p{L}\p{N}]/gu, '.').replace(/(?:es|s)?$/, '') + '(?:es|s)?')
        .join(' ');
      // A shop's category called like a word that asks ("Otros") would swallow questions.
      return fold(name).length >= 4 && text.take(whole(CATEGORY_HEAD + pattern)) !== undefined;
    });
  const spoken = CATEGORY_WORDS.find(([name]) => own !== undefined && stem(name) === stem(own))?.[0];
  if (own !== undefined) return spoken ?? fold(own);
  return CATEGORY_WORDS.find(([, pattern]) => text.take(new RegExp(CATEGORY_HEAD + pattern.source, 'gu')))?.[0];
}

const BRANDS =
  'castrol|mobil|shell|total|valvoline|liqui moly|motul|elf|petronas|repsol|gulf|kixx|ypf|copec|texaco|havoline|chevron|lubrax|wolf|ravenol|zic|sakura|mann|fram|wix|bosch|ngk|denso|mahle|champion|varta|hankook|osram|philips|narva|wurth|3m|gates|dayco|wd-40|bardahl|stp|prestone|ac delco|acdelco';

/** Words of the makers that everybody knows. */
export const MAKERS: ReadonlySet<string> = new Set(BRANDS.split(/[| ]/));

/** A known maker, wherever it stands; it stays in the text. */
export function brandIn(text: string, brands: readonly string[]): string | undefined {
  const all = [...brands.map(fold).filter((name) => name.length >= 2), ...BRANDS.split('|')];
  return all
    .sort((a, b) => b.length - a.length)
    .find((name) => whole(name.replace(/[^\p{L}\p{N} ]/gu, '.')).test(text));
}

export interface NamedPerson {
  said: string;
  candidates: string[];
}

/** A seller by first name, last name or both. */
export function takeSeller(text: Text, sellers: readonly string[]): NamedPerson | undefined {
  const full = sellers.find((name) => text.take(whole(fold(name))));
  if (full !== undefined) return { said: full, candidates: [full] };
  for (const word of text.words()) {
    const candidates = sellers.filter((name) => fold(name).split(' ').includes(word));
    if (word.length >= 3 && candidates.length > 0) {
      text.take(whole(word));
      const also = text.words().find((other) => candidates.some((name) => fold(name).split(' ').includes(other)));
      if (also !== undefined) text.take(whole(also));
      const narrowed =
        also === undefined ? candidates : candidates.filter((name) => fold(name).split(' ').includes(also));
      return { said: word, candidates: narrowed };
    }
  }
  return undefined;
}

export function takeLimit(text: Text): number | undefined {
  const match =
    text.take(
      new RegExp(
        `(?<![\\p{L}\\p{N}-])(?:top|primer[oa]s|first|mejores|ultim[oa]s|peores) (${NUMBER})(?![\\p{L}\\p{N}-])`,
        'gu',
      ),
    ) ??
    text.take(new RegExp(`(?<![\\p{L}\\p{N}-])(?:los|las|the) (${NUMBER}) (?:primer[oa]s )?(?=\\p{L})`, 'gu')) ??
    text.take(
      new RegExp(
        `(?<![\\p{L}\\p{N}-])(${NUMBER}) +(?=(?:productos?|articulos?|aceites?|filtros?|marcas?|categorias?|items?|products?|filters?|oils?|brands?|best|worst|peores|mejores|\\|))`,
        'gu',
      ),
    );
  return match?.[1] === undefined ? undefined : Math.min(100, Math.max(1, numberOf(match[1])));
}
