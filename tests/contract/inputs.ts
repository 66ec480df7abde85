/** Inputs made from the contract's own schemas: sound ones that reach deep into a handler, and hostile ones that must not. */
import fc from 'fast-check';
import { z } from 'zod';
import type { Procedure } from '#core/shared/procedure.ts';

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  format?: string;
  pattern?: string;
}

/** The JSON Schema of what a procedure takes. */
export const inputSchema = (procedure: Procedure): Schema =>
  z.toJSONSchema(procedure.input, { io: 'input', unrepresentable: 'any' }) as Schema;

/** Values that have broken programs before. */
export const HOSTILE: readonly unknown[] = [
  null,
  true,
  -1,
  0.1,
  1e308,
  -1e308,
  2 ** 53,
  2 ** 31,
  Number.NaN,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '%',
  '_',
  "'; drop table product; --",
  '" OR 1=1 --',
  'NEAR(a b) AND "x" OR (',
  '*',
  '../../../etc/passwd',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '=cmd|calc!A1',
  '\u202e\u200b𝒳 ́',
  'ñ'.repeat(300),
  'x'.repeat(100_000),
  '__proto__',
  'constructor',
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: { admin: true } },
  Array.from({ length: 2_000 }, () => 0),
  { toString: 'x' },
  '9007199254740993',
  '2026-02-30',
  '00000000-0000-0000-0000-000000000000',
];

/** Sound values of a schema. `ids` are taken for ids, so that handlers find what they look for. */
export function sound(schema: Schema, ids: readonly string[], depth = 0): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((option) => sound(option, ids, depth)));
  if (schema.allOf?.[0]) return sound(schema.allOf[0], ids, depth);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, ids, depth);
    case 'array': {
      const maxLength = Math.min(schema.maxItems ?? 4, Math.max(schema.minItems ?? 0, 4));
      return fc.array(sound(schema.items ?? {}, ids, depth + 1), { minLength: schema.minItems ?? 0, maxLength });
    }
    case 'integer':
    case 'number':
      return integerOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return stringOf(schema, ids);
    default:
      return fc.constantFrom<unknown>('1-9', '11.111.111-1', 'a@example.cl', '2026-03-10', 1, 'x');
  }
}

function objectOf(schema: Schema, ids: readonly string[], depth: number): fc.Arbitrary<unknown> {
  const entries = Object.entries(schema.properties ?? {}).map(([key, property]): [string, fc.Arbitrary<unknown>] => [
    key,
    sound(property, ids, depth + 1),
  ]);
  if (entries.length === 0 && typeof schema.additionalProperties === 'object') {
    const keys = schema.propertyNames ? sound(schema.propertyNames, ids, depth + 1) : fc.constantFrom('a', 'b');
    return fc.dictionary(keys as fc.Arbitrary<string>, sound(schema.additionalProperties, ids, depth + 1), {
      maxKeys: 3,
    });
  }
  return fc.record(Object.fromEntries(entries), { requiredKeys: schema.required ?? [] });
}

function integerOf({ minimum = -1_000, exclusiveMinimum, maximum = 1_000_000 }: Schema): fc.Arbitrary<number> {
  const least = Math.max(-Number.MAX_SAFE_INTEGER, exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1);
  const most = Math.min(Number.MAX_SAFE_INTEGER, maximum);
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc.integer({ min: Math.max(least, Math.min(0, most)), max: Math.max(least, Math.min(most, 5_000)) }),
    },
    { weight: 1, arbitrary: fc.constantFrom(least, most) },
  );
}

const WORDS = [
  'Aceite',
  'Filtro Ñuñoa',
  'a',
  'José  Pérez',
  'BBCL12',
  '10W-40',
  '7801234567890',
  '6801235',
  'olga@example.cl',
  '100%',
];

function stringOf(schema: Schema, ids: readonly string[]): fc.Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = 200 } = schema;
  if (format === 'uuid')
    return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: fc.uuid() });
  if (format === 'date') return fc.constantFrom('2026-03-10', '2026-03-11', '2024-02-29', '1999-12-31');
  if (format === 'email') return fc.constantFrom('olga@example.cl', 'CAMILA@example.cl', 'nobody@example.cl');
  if (pattern !== undefined) {
    // Only the patterns that are there; an unknown one is simply not met, and the call refused.
    const known = [
      'MA',
      'A1',
      '123456',
      '739164',
      '',
      '1234',
      '#AABBCC',
      'BBCL12',
      'system.tidy',
      '12:30',
      '7801234567890',
    ];
    const fitting = known.filter((text) => new RegExp(pattern, 'u').test(text));
    return fc.constantFrom(...(fitting.length > 0 ? fitting : ['x']));
  }
  const fits = (text: string): boolean => text.length >= minLength && text.length <= maxLength;
  const words = [...WORDS, ...ids.slice(0, 3)].filter(fits);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...(words.length > 0 ? words : ['x'.repeat(minLength)])) },
    { weight: 1, arbitrary: fc.string({ minLength, maxLength: Math.min(maxLength, 40), unit: 'grapheme' }) },
  );
}

/** A sound input with one place in it, at any depth, replaced by something hostile. */
export function hostile(schema: Schema, ids: readonly string[]): fc.Arbitrary<unknown> {
  return fc.tuple(sound(schema, ids), fc.nat(), fc.constantFrom(...HOSTILE)).map(([input, at, value]) => {
    const places = placesIn(input);
    const place = places[at % Math.max(1, places.length)];
    if (!place) return { ...(input as object), extra: value };
    return replaceAt(input, place, value);
  });
}

type Path = readonly (string | number)[];

function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function replaceAt(value: unknown, [head, ...rest]: Path, replacement: unknown): unknown {
  if (head === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item: unknown, index) =>
      String(index) === String(head) ? replaceAt(item, rest, replacement) : item,
    );
  return { ...(value as object), [head]: replaceAt((value as Record<string, unknown>)[head], rest, replacement) };
}
