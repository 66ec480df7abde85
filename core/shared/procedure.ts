/**
 * The vocabulary of the contract. A module's contract.ts is a plain object of procedures; dispatcher, hosts, renderer, OpenAPI
 * page and tests are all derived from it. Browser-safe.
 */
import { z } from 'zod';
import type { Access } from './permissions.ts';

/** query: reads. command: writes, once per `commandId`. task: waits (argon2, network, paper), owns no transaction. */
export type Kind = 'query' | 'command' | 'task';

export interface Procedure<K extends Kind = Kind, I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: K;
  /** One sentence for the API page. */
  readonly summary: string;
  readonly access: Access;
  readonly input: I;
  readonly output: O;
  /** The tables whose change makes a query's answer stale; empty for commands and tasks. */
  readonly topics: readonly string[];
}

export type ModuleContract = Readonly<Record<string, Procedure>>;
export type Contract = Readonly<Record<string, ModuleContract>>;

interface Definition<I extends z.ZodRawShape, O extends z.ZodType> {
  summary: string;
  access: Access;
  input: I;
  output: O;
}

/** A read. `topics` are the tables it reads: the page refetches it when one of them changes. */
export function query<I extends z.ZodRawShape, O extends z.ZodType>(
  definition: Definition<I, O> & { topics: readonly string[] },
): Procedure<'query', z.ZodObject<I, z.core.$strict>, O> {
  return { ...definition, kind: 'query', input: z.strictObject(definition.input) };
}

const commandId = z
  .uuid()
  .describe('Chosen by the client; sending it again gives the first answer and no second effect');

/**
 * A write. The schema gains `commandId` (chosen by the client, the key of the replay) and `overrideIds` (grants of a manager
 * for single actions that the actor may not do alone; see auth.override).
 */
export function command<I extends z.ZodRawShape, O extends z.ZodType>(definition: Definition<I, O>) {
  const input = z.strictObject({
    ...definition.input,
    commandId,
    overrideIds: z.array(z.uuid()).max(20).optional(),
  });
  return { ...definition, kind: 'command', input, topics: [] } satisfies Procedure as Procedure<
    'command',
    typeof input,
    O
  >;
}

/** A slow procedure with an AbortSignal: it owns no transaction and calls queries and commands. */
export function task<I extends z.ZodRawShape, O extends z.ZodType>(
  definition: Definition<I, O>,
): Procedure<'task', z.ZodObject<I, z.core.$strict>, O> {
  return { ...definition, kind: 'task', input: z.strictObject(definition.input), topics: [] };
}

/** What a caller sends. */
export type Input<P extends Procedure> = z.input<P['input']>;
/** What a handler gets after parsing. */
export type Parsed<P extends Procedure> = z.output<P['input']>;
/** What a handler answers and a caller gets. */
export type Output<P extends Procedure> = z.output<P['output']>;

/** The asynchronous client of a contract, as the page and the tests use it. */
export type Client<C extends Contract> = {
  [M in keyof C]: { [N in keyof C[M]]: (input: Input<C[M][N]>) => Promise<Output<C[M][N]>> };
};
