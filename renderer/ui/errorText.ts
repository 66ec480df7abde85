/** The words of a failure. */
import i18next from 'i18next';
import { CallError } from '../api/client.ts';
import { errorsEn, errorsEs } from '../text/errors.ts';

/** What happened, what is safe and what to do; for a bug also the reference that finds it in the log. */
export function errorText(error: unknown): string {
  const known = error instanceof CallError ? error : new CallError('INTERNAL');
  const text = (i18next.language === 'en' ? errorsEn : errorsEs)[known.code];
  const filled = text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(known.details[name] ?? ''));
  return known.code === 'INTERNAL' && known.reference !== '' ? `${filled} (${known.reference.slice(0, 8)})` : filled;
}
