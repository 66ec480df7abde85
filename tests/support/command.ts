/** Runs services inside one command, for tests of what modules offer to each other below the contract. */
import type { CommandContext } from '#core/engine/context.ts';
import { systemActor } from '#core/engine/dispatch.ts';
import { eventKind } from '#core/engine/events.ts';
import type { Permission } from '#core/shared/permissions.ts';
import type { TestApp } from './testApp.ts';

const tested = eventKind<object>('test.ran', 1);

/** One transaction with its one event; an error undoes all of it. With `permissions` the actor holds these alone. */
export function inCommand<T>(
  test: TestApp,
  work: (context: CommandContext) => T,
  permissions?: readonly Permission[],
): T {
  const system = systemActor(test.app.dispatcher.site?.terminalId ?? '');
  const actor = permissions ? { ...system, permissions: new Set(permissions) } : system;
  const task = test.app.dispatcher.taskContext({ actor, origin: 'internal' });
  return task.command('test', (context) => {
    const answer = work(context);
    context.record(tested, '', {});
    return answer;
  });
}
