/** The words of the link: why something waits, and what a document of the queue is. */
import { CallError } from '../../api/client.ts';
import { es } from '../../text/es.ts';
import type { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';

type Text = ReturnType<typeof useText>;

/** Why it waits, in words; a reason without words stands for itself. */
export const reasonText = (t: Text, reason: string): string =>
  reason in es.syncReasons ? t(`syncReasons.${reason as keyof typeof es.syncReasons}`) : reason;

/** `sales.checkedOut` is a sale. */
export function kindText(t: Text, kind: string): string {
  const key = kind.replace('.', '_');
  return key in es.kinds ? t(`kinds.${key as keyof typeof es.kinds}`) : kind;
}

/** Why a machine could not be linked or set up: what to do is said where the link knows it. */
export function linkProblem(t: Text, error: unknown): string {
  if (!(error instanceof CallError)) return errorText(error);
  const { reason, email, branch } = error.details as Record<string, unknown>;
  if (error.code === 'CONFLICT' && typeof reason === 'string') return reasonText(t, reason);
  if (error.code === 'NOT_FOUND' && typeof email === 'string') return t('wizard.unknownEmail', { email });
  if (error.code === 'NOT_FOUND' && typeof branch === 'string') return t('wizard.unknownBranch', { branch });
  if (error.code === 'INVALID_INPUT') return t('wizard.badCredential');
  return errorText(error);
}
