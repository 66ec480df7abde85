/** Periods as people say them, in Spanish and English, and the local days they stand for. Weeks start on Monday. Pure. */
import { addDays, type LocalDate } from '#core/shared/time.ts';

export interface SaidPeriod {
  period: string;
  from?: LocalDate;
  to?: LocalDate;
}

const MONTHS = [
  'enero|january|jan',
  'febrero|february|feb',
  'marzo|march',
  'abril|april',
  'mayo',
  'junio|june',
  'julio|july',
  'agosto|august',
  'septiembre|setiembre|september|sept',
  'octubre|october',
  'noviembre|november',
  'diciembre|december',
];
const WEEKDAYS = [
  'lunes|monday',
  'martes|tuesday',
  'miercoles|wednesday',
  'jueves|thursday',
  'viernes|friday',
  'sabado|saturday',
  'domingo|sunday',
];
const NUMBERS: Readonly<Record<string, number>> = Object.fromEntries(
  [
    'uno|un|una|one',
    'dos|two',
    'tres|three',
    'cuatro|four',
    'cinco|five',
    'seis|six',
    'siete|seven',
    'ocho|eight',
    'nueve|nine',
    'diez|ten',
    'once|eleven',
    'doce|twelve',
    'trece|thirteen',
    'catorce|fourteen',
    'quince|fifteen',
  ].flatMap((names, index) => names.split('|').map((name) => [name, index + 1])),
);
Object.assign(NUMBERS, {
  veinte: 20,
  twenty: 20,
  treinta: 30,
  thirty: 30,
  sesenta: 60,
  sixty: 60,
  noventa: 90,
  ninety: 90,
});

/** Numbers that are written as words. */
export const NUMBER_WORDS: readonly string[] = Object.keys(NUMBERS);
export const NUMBER = `(?:\\d{1,3}|${Object.keys(NUMBERS).join('|')})`;
export const numberOf = (said: string): number => NUMBERS[said] ?? Number(said);

const month = `(?:${MONTHS.join('|')})`;
const weekday = `(?:${WEEKDAYS.join('|')})`;
const indexIn = (names: readonly string[], said: string): number =>
  names.findIndex((entry) => entry.split('|').includes(said));
const pad = (value: number): string => String(value).padStart(2, '0');
const dayOf = (year: number, monthNumber: number, day: number): LocalDate =>
  `${String(year)}-${pad(monthNumber)}-${pad(day)}`;
const lastOf = (year: number, monthNumber: number): number => new Date(Date.UTC(year, monthNumber, 0)).getUTCDate();
const custom = (from: LocalDate, to: LocalDate): SaidPeriod => ({ period: 'custom', from, to });
const exists = (date: LocalDate): boolean => {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
};
/** Monday 0 ... Sunday 6. */
export const weekdayIndex = (date: LocalDate): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

interface Rule {
  pattern: RegExp;
  read: (match: RegExpExecArray, today: LocalDate) => SaidPeriod | undefined;
}

const word = (body: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])(?:${body})(?![\\p{L}\\p{N}])`, 'u');
const fixed = (body: string, period: string): Rule => ({ pattern: word(body), read: () => ({ period }) });

/** The Monday-to-Sunday week, month or year before the last one. */
function beforeLast(unit: string, today: LocalDate): SaidPeriod {
  const year = Number(today.slice(0, 4));
  if (unit.startsWith('s') || unit.startsWith('w')) {
    const monday = addDays(today, -weekdayIndex(today) - 14);
    return custom(monday, addDays(monday, 6));
  }
  if (unit.startsWith('a') || unit.startsWith('y'))
    return custom(`${String(year - 2)}-01-01`, `${String(year - 2)}-12-31`);
  const index = year * 12 + Number(today.slice(5, 7)) - 3;
  const [ofYear, ofMonth] = [Math.floor(index / 12), (index % 12) + 1];
  return custom(dayOf(ofYear, ofMonth, 1), dayOf(ofYear, ofMonth, lastOf(ofYear, ofMonth)));
}

/** Days of a month that nobody named: of this one, or of the last where they are still to come. */
function daysOfMonth(from: string, to: string, today: LocalDate): SaidPeriod | undefined {
  const month = today.slice(0, 7);
  const earlier = addDays(`${month}-01`, -1).slice(0, 7);
  const ofMonth = `${month}-${from.padStart(2, '0')}` > today ? earlier : month;
  const [start, end] = [from, to].map((day) => `${ofMonth}-${day.padStart(2, '0')}`);
  return start !== undefined && end !== undefined && exists(start) && exists(end) && start <= end
    ? custom(start, end)
    : undefined;
}

/** One half of a year, of a month: the newest that has begun unless a year or month was named. */
function halfYear(second: boolean, said: string | undefined, today: LocalDate): SaidPeriod {
  const now = Number(today.slice(0, 4));
  const year = said === undefined ? (second && today.slice(5) < '07-01' ? now - 1 : now) : Number(said);
  return custom(`${String(year)}-${second ? '07-01' : '01-01'}`, `${String(year)}-${second ? '12-31' : '06-30'}`);
}
function halfMonth(second: boolean, index: number | undefined, today: LocalDate): SaidPeriod {
  const whole = index === undefined ? today.slice(0, 7) : (monthPeriod(index, undefined, today).from ?? '').slice(0, 7);
  const [year, monthNumber] = whole.split('-').map(Number);
  return second
    ? custom(`${whole}-16`, `${whole}-${pad(lastOf(year ?? 0, monthNumber ?? 1))}`)
    : custom(`${whole}-01`, `${whole}-15`);
}

/** A month that is not over yet is the running one; one later in the year was last year's. */
function monthPeriod(index: number, said: string | undefined, today: LocalDate): SaidPeriod {
  const year = Number(today.slice(0, 4));
  const ofYear = said === undefined ? (index + 1 > Number(today.slice(5, 7)) ? year - 1 : year) : Number(said);
  return custom(dayOf(ofYear, index + 1, 1), dayOf(ofYear, index + 1, lastOf(ofYear, index + 1)));
}

/** The newest day of that number and month that is not in the future. */
function dateIn(day: string, monthNumber: number, said: string | undefined, today: LocalDate): LocalDate | undefined {
  const year = said === undefined ? Number(today.slice(0, 4)) : Number(said.length === 2 ? `20${said}` : said);
  const date = dayOf(year, monthNumber, Number(day));
  const shown = said === undefined && date > today ? dayOf(year - 1, monthNumber, Number(day)) : date;
  return exists(shown) ? shown : undefined;
}

function lastDays(count: number): SaidPeriod | undefined {
  return count >= 1 && count <= 731 ? { period: `last_${String(count)}_days` } : undefined;
}

const DAYS_OF: Readonly<Record<string, number>> = { d: 1, s: 7, w: 7, m: 30, a: 365, y: 365 };
const UNIT = '(dias?|days?|semanas?|weeks?|mes(?:es)?|months?|anos?|years?)';
const ORDINALS = ['primer|1er|first|q1', 'segundo|2do|second|q2', 'tercer|3er|third|q3', 'cuarto|4to|fourth|q4'];

const RULES: readonly Rule[] = [
  {
    pattern: word('(?:en |de |del |durante )?(?:la |el )?(semana|mes|ano) (?:antepasad[oa]|tras ?anterior)'),
    read: ([, unit = ''], today) => beforeLast(unit, today),
  },
  {
    pattern: word('(?:the )?(week|month|year) before last'),
    read: ([, unit = ''], today) => beforeLast(unit, today),
  },
  {
    pattern: word(
      '(?:en |de |del |durante )?(?:el )?(primer|1er|segundo|2do|first|second) (?:semestre|half)(?: (?:de |del |of )?(?:este ano|this year|the year|ano)?(\\d{4})?)?',
    ),
    read: ([, which = '', year], today) => halfYear(/^(?:se|2)/.test(which), year, today),
  },
  {
    pattern: word(
      `(?:en |de |durante )?(?:la )?(primera|1ra|segunda|2da) quincena(?: (?:de |del )?(?:mes(?: (?:de )?)?)?(${month})?)?`,
    ),
    read: ([, which = '', name], today) =>
      halfMonth(/^(?:se|2)/.test(which), name === undefined ? undefined : indexIn(MONTHS, name), today),
  },
  {
    pattern: word(
      `(?:de |desde |entre |from |between )?(${month}) (?:a|y|hasta|to|and) (${month})(?: (?:de |del |of )?(\\d{4}))?`,
    ),
    read: ([, first = '', last = '', year], today) => {
      const [start, end] = [first, last].map((name) => monthPeriod(indexIn(MONTHS, name), year, today));
      return start?.from !== undefined && end?.to !== undefined && start.from <= end.to
        ? custom(start.from, end.to)
        : undefined;
    },
  },
  {
    pattern: word(
      `(?:del|desde el|from|entre el) (\\d{1,2})(?: de (${month}))? (?:al|hasta el|to|y el) (\\d{1,2}) (?:de )?(${month})(?: (?:de|del) (\\d{4}))?`,
    ),
    read: ([, from = '', fromMonth, to = '', toMonth = '', year], today) => {
      const end = dateIn(to, indexIn(MONTHS, toMonth) + 1, year, today);
      const start = dateIn(from, indexIn(MONTHS, fromMonth ?? toMonth) + 1, year, today);
      return start !== undefined && end !== undefined && start <= end ? custom(start, end) : undefined;
    },
  },
  {
    pattern: word(
      `(?:desde|since) (?:el |the )?(?:dia )?(\\d{1,2}) de (${month})(?: (?:de|del) (\\d{4}))?(?: (?:hasta|a) (?:hoy|la fecha|ahora))?`,
    ),
    read: ([, day = '', name = '', year], today) => {
      const start = dateIn(day, indexIn(MONTHS, name) + 1, year, today);
      return start === undefined ? undefined : custom(start, today);
    },
  },
  {
    pattern: word(`(?:desde|since) (?:el )?(${weekday})(?: (?:hasta|a) (?:hoy|ahora))?`),
    read: ([, name = ''], today) => {
      const behind = (weekdayIndex(today) - indexIn(WEEKDAYS, name) + 7) % 7;
      return custom(addDays(today, -behind), today);
    },
  },
  {
    pattern: word(`(?:desde|since) (${month})(?: (?:hasta|a) (?:hoy|la fecha|ahora))?`),
    read: ([, name = ''], today) => custom(monthPeriod(indexIn(MONTHS, name), undefined, today).from ?? today, today),
  },
  {
    pattern: word(
      '(?:del|desde el|from|entre el|entre) (\\d{1,2}) (?:al|hasta el|to|y el|y) (\\d{1,2})(?: (?:de |del )?(?:este |presente )?mes)?',
    ),
    read: ([, from = '', to = ''], today) => daysOfMonth(from, to, today),
  },
  {
    pattern: word(`(?:el (?:dia )?|del )?(\\d{1,2}) de (${month})(?: (?:de|del) (\\d{4}))?`),
    read: ([, day = '', name = '', year], today) => {
      const date = dateIn(day, indexIn(MONTHS, name) + 1, year, today);
      return date === undefined ? undefined : custom(date, date);
    },
  },
  {
    pattern: word(`(${month}) (\\d{1,2})(?:st|nd|rd|th)?`),
    read: ([, name = '', day = ''], today) => {
      const date = dateIn(day, indexIn(MONTHS, name) + 1, undefined, today);
      return date === undefined ? undefined : custom(date, date);
    },
  },
  {
    pattern: word('(?:el |del )?(\\d{4})-(\\d{2})-(\\d{2})'),
    read: ([, year = '', monthNumber = '', day = '']) => {
      const date = `${year}-${monthNumber}-${day}`;
      return exists(date) ? custom(date, date) : undefined;
    },
  },
  {
    pattern: word('(?:el |del )?(\\d{1,2})[/-](\\d{1,2})(?:[/-](\\d{2}|\\d{4}))?'),
    read: ([, day = '', monthNumber = '', year], today) => {
      const date = dateIn(day, Number(monthNumber), year, today);
      return date === undefined ? undefined : custom(date, date);
    },
  },
  {
    pattern: word(
      `(?:el |del |la )?(${ORDINALS.join('|')}) (?:trimestre|quarter)(?: (?:de|del|of))?(?: (?:este )?(?:ano|this year))?(?: (\\d{4}))?`,
    ),
    read: ([, said = '', year], today) => {
      const index = indexIn(ORDINALS, said);
      const now = Number(today.slice(0, 4));
      const ofYear = year === undefined ? (dayOf(now, index * 3 + 1, 1) > today ? now - 1 : now) : Number(year);
      return custom(dayOf(ofYear, index * 3 + 1, 1), dayOf(ofYear, index * 3 + 3, lastOf(ofYear, index * 3 + 3)));
    },
  },
  {
    pattern: word(
      `(?:en |durante |de |in )?(?:lo que va de |lo que llevamos de )?(?:el mes de |mes de )?(${month})(?: (del ano pasado|of last year|last year))?(?: (?:de|del|of))?(?: (?:este ano|this year))?(?: (\\d{4}))?(?: pasado)?`,
    ),
    read: ([, name = '', ago, year], today) =>
      monthPeriod(indexIn(MONTHS, name), ago === undefined ? year : String(Number(today.slice(0, 4)) - 1), today),
  },
  {
    pattern: word(
      `(?:(?:en |de |durante |in |over |for )?(?:los |las |the )?(?:ultim[oa]s|pasad[oa]s|last|past) )(${NUMBER}) ${UNIT}`,
    ),
    read: ([, count = '', unit = '']) => lastDays(numberOf(count) * (DAYS_OF[unit.charAt(0)] ?? 1)),
  },
  {
    // "hace tres días" may be a day or a stretch: only a long one, or one with "desde", is surely a stretch.
    pattern: word(`(desde )?hace (${NUMBER}) ${UNIT}`),
    read: ([, since, count = '', unit = '']) => {
      const days = numberOf(count) * (DAYS_OF[unit.charAt(0)] ?? 1);
      return since === undefined && days < 21 ? undefined : lastDays(days);
    },
  },
  fixed('(?:en |de |del |durante )?(?:el |la )?ultim[oa] semana|in the last week', 'last_7_days'),
  fixed('(?:en |de |del |durante )?(?:el )?ultimo mes', 'last_30_days'),
  fixed('(?:en |de |del |durante )?(?:el )?ultimo ano', 'last_365_days'),
  fixed('(?:en |de |durante )?(?:la )?ultima quincena', 'last_15_days'),
  fixed('(?:en |de |del |durante )?(?:el )?ultimo trimestre', 'last_90_days'),
  fixed('(?:en |de |del |durante )?(?:el )?ultimo semestre', 'last_180_days'),
  {
    pattern: word('antes de ayer|anteayer|antier|day before yesterday'),
    read: (_, today) => custom(addDays(today, -2), addDays(today, -2)),
  },
  {
    pattern: word('(?:el |del |este |the )?(?:ultimo |pasado |last )?(?:fin de semana|finde|weekend)(?: pasado)?'),
    read: (_, today) => {
      const saturday = addDays(today, -((weekdayIndex(today) + 2) % 7));
      const start = weekdayIndex(today) === 5 ? today : saturday;
      return custom(start, addDays(start, 1));
    },
  },
  fixed('(?:de |del |desde )?(?:el dia de )?(?:hoy|today)(?: dia)?|(?:en )?el dia', 'today'),
  fixed('(?:de |del )?(?:el dia de )?(?:ayer|yesterday)', 'yesterday'),
  fixed(
    '(?:en |de |durante )?(?:la )?semana (?:pasada|anterior|recien pasada|que paso)|(?:the )?(?:last|previous) week',
    'last_week',
  ),
  fixed(
    '(?:en |de |durante )?(?:lo que va de |lo que llevamos de )?(?:la |esta |la presente )semana(?: actual| en curso)?|semana actual|this week|(?:the )?week so far|so far this week',
    'this_week',
  ),
  fixed(
    '(?:en |de |del |durante )?(?:el )?mes (?:pasado|anterior|recien pasado|que paso)|(?:the )?(?:last|previous) month',
    'last_month',
  ),
  fixed(
    '(?:en |de |del |durante )?(?:lo que va (?:de|del) |lo que llevamos (?:de|del) )?(?:el |este |este mismo |el presente )?mes(?: actual| en curso)?|this month|month to date|(?:the )?month so far|so far this month',
    'this_month',
  ),
  fixed(
    '(?:en |de |del |durante )?(?:el )?trimestre (?:pasado|anterior)|(?:the )?(?:last|previous) quarter',
    'last_quarter',
  ),
  fixed(
    '(?:en |de |del |durante )?(?:lo que va (?:de|del) )?(?:el |este )?trimestre(?: actual)?|this quarter',
    'this_quarter',
  ),
  fixed('(?:en |de |del |durante )?(?:el )?ano (?:pasado|anterior)|last year|previous year', 'last_year'),
  fixed(
    '(?:en |de |del |durante )?(?:lo que va (?:de|del) |lo que llevamos del? )?(?:el |este )?ano(?: actual| en curso)?|this year|year to date|ytd|so far this year',
    'this_year',
  ),
  {
    pattern: word(`(?:el |del |on |the )?(?:dia )?(?:pasado |last |ultimo )?(${weekday})(?: pasado)?`),
    read: ([, name = ''], today) => {
      const behind = (weekdayIndex(today) - indexIn(WEEKDAYS, name) + 7) % 7 || 7;
      return custom(addDays(today, -behind), addDays(today, -behind));
    },
  },
  {
    pattern: word('(?:en |del? |durante |el ano |in )?(20\\d{2})'),
    read: ([, year = ''], today) =>
      Number(year) > Number(today.slice(0, 4)) ? undefined : custom(`${year}-01-01`, `${year}-12-31`),
  },
];

/** Takes the first period out of a folded text; answers it and what is left of the text. */
export function takePeriod(text: string, today: LocalDate): { said: SaidPeriod; rest: string } | undefined {
  for (const { pattern, read } of RULES) {
    const match = pattern.exec(text);
    const said = match && read(match, today);
    if (match && said)
      return { said, rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}` };
  }
  return undefined;
}

const HORIZONS: readonly [RegExp, (match: RegExpExecArray) => string][] = [
  [
    word(
      `(?:en |de |para |for |over )?(?:l[oa]s |the )?(?:proxim[oa]s|siguientes|next) (${NUMBER}) ${UNIT}|(?:en|a|dentro de|in) (${NUMBER}) ${UNIT}`,
    ),
    (match) => {
      const count = numberOf(match[1] ?? match[3] ?? '');
      const unit = (match[2] ?? match[4] ?? '').charAt(0);
      const name = unit === 'd' ? 'days' : unit === 's' || unit === 'w' ? 'weeks' : unit === 'm' ? 'months' : 'years';
      return `next_${String(count)}_${name}`;
    },
  ],
  [
    word('(?:en |de |para |for )?(?:la )?(?:proxima semana|semana (?:proxima|que viene|siguiente|entrante)|next week)'),
    () => 'next_week',
  ],
  [
    word('(?:en |de |del |para |for )?(?:el )?(?:proximo mes|mes (?:proximo|que viene|siguiente|entrante)|next month)'),
    () => 'next_month',
  ],
  [
    word(
      '(?:en |de |del |para |for )?(?:el )?(?:(?:proximo )?trimestre (?:que viene|siguiente)|proximo trimestre|next quarter)',
    ),
    () => 'next_quarter',
  ],
  [word('(?:para |de |for )?(?:(?<!(?:la|esta|toda) )manana|tomorrow)'), () => 'tomorrow'],
];

/** Words that make "the other week" one to come. */
const TO_COME =
  /(?<![\p{L}])(?:(?:voy|vamos|va|van) a|pronostic\w*|proyecc\w*|necesit\w*|vender(?:a|an|emos)|para)(?![\p{L}])/u;

/** Takes a time to come out of a folded text; `today` tells which month is the next. */
export function takeHorizon(text: string, today: LocalDate): { horizon: string; rest: string } | undefined {
  if (TO_COME.test(text)) {
    const match = word(`(?:en |de |del |para )?(?:el |la )?(?:otr[oa] (mes|semana)|(${month}))`).exec(text);
    const [, other, name] = match ?? [];
    const isNext = name !== undefined && indexIn(MONTHS, name) === Number(today.slice(5, 7)) % 12;
    if (match && (other !== undefined || isNext))
      return {
        horizon: other === 'semana' ? 'next_week' : 'next_month',
        rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`,
      };
  }
  for (const [pattern, read] of HORIZONS) {
    const match = pattern.exec(text);
    if (match)
      return {
        horizon: read(match),
        rest: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`,
      };
  }
  return undefined;
}

/** The local days of a period, both included; those to come are cut off at today. Undefined where it means nothing. */
export function daysOf(said: SaidPeriod, today: LocalDate): { from: LocalDate; to: LocalDate } | undefined {
  const { period, from, to } = said;
  const year = Number(today.slice(0, 4));
  const monthNumber = Number(today.slice(5, 7));
  const monday = addDays(today, -weekdayIndex(today));
  const quarter = Math.floor((monthNumber - 1) / 3);
  const monthsBack = (back: number): [number, number] => {
    const index = year * 12 + monthNumber - 1 - back;
    return [Math.floor(index / 12), (index % 12) + 1];
  };
  const days = /^last_(\d{1,3})_days$/.exec(period)?.[1];
  if (days !== undefined) return Number(days) < 1 ? undefined : { from: addDays(today, 1 - Number(days)), to: today };
  switch (period) {
    case 'today':
      return { from: today, to: today };
    case 'yesterday':
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case 'this_week':
      return { from: monday, to: today };
    case 'last_week':
      return { from: addDays(monday, -7), to: addDays(monday, -1) };
    case 'this_month':
      return { from: dayOf(year, monthNumber, 1), to: today };
    case 'last_month': {
      const [ofYear, ofMonth] = monthsBack(1);
      return { from: dayOf(ofYear, ofMonth, 1), to: dayOf(ofYear, ofMonth, lastOf(ofYear, ofMonth)) };
    }
    case 'this_quarter':
      return { from: dayOf(year, quarter * 3 + 1, 1), to: today };
    case 'last_quarter': {
      const [ofYear, ofMonth] = monthsBack(((monthNumber - 1) % 3) + 3);
      return { from: dayOf(ofYear, ofMonth, 1), to: dayOf(ofYear, ofMonth + 2, lastOf(ofYear, ofMonth + 2)) };
    }
    case 'this_year':
      return { from: `${String(year)}-01-01`, to: today };
    case 'last_year':
      return { from: `${String(year - 1)}-01-01`, to: `${String(year - 1)}-12-31` };
    case 'custom': {
      if (from === undefined || to === undefined || !exists(from) || !exists(to) || from > to || from > today)
        return undefined;
      return { from, to: to > today ? today : to };
    }
    default:
      return undefined;
  }
}
