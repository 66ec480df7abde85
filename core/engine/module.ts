/** How a module joins the application: its part of the contract, one handler per procedure, its jobs and its reactions to events. */
import type { Contract, Output, Parsed, Procedure } from '#core/shared/procedure.ts';
import type { CommandContext, QueryContext, Subscription, TaskContext } from './context.ts';
import type { Job } from './jobs.ts';

/** The handler that a procedure wants: synchronous for queries and commands, asynchronous for tasks. */
export type Handler<P extends Procedure> = P['kind'] extends 'query'
  ? (context: QueryContext, input: Parsed<P>) => Output<P>
  : P['kind'] extends 'command'
    ? (context: CommandContext, input: Parsed<P>) => Output<P>
    : (context: TaskContext, input: Parsed<P>) => Promise<Output<P>>;

export type Handlers<C extends Contract> = { [M in keyof C]: { [N in keyof C[M]]: Handler<C[M][N]> } };

export interface Module {
  readonly contract: Contract;
  readonly handlers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly jobs: readonly Job[];
  readonly subscriptions: readonly Subscription[];
}

/** Checks at compile time that every procedure of the contract has its handler. */
export function defineModule<C extends Contract>(definition: {
  contract: C;
  handlers: Handlers<C>;
  jobs?: readonly Job[];
  subscriptions?: readonly Subscription[];
}): Module {
  return {
    contract: definition.contract,
    handlers: definition.handlers,
    jobs: definition.jobs ?? [],
    subscriptions: definition.subscriptions ?? [],
  };
}
