/** The commands of one form over four kinds of card: the core checks every field again, so the form may send what it collected. */
import { command as send } from '../../api/hooks.ts';
import type { PersonKind } from './PersonDialog.tsx';

type Act = 'create' | 'update' | 'archive';

export const command = (
  path: `${PersonKind}.${Act}`,
  input: Record<string, unknown>,
  commandId: string,
): Promise<unknown> => send(path as 'customers.archive', input as { id: string }, commandId);
