import { useTranslation } from 'react-i18next';
import type { TextKey } from './index.ts';

/** The texts of a component, in the chosen language. */
export function useText(): (key: TextKey, values?: Record<string, unknown>) => string {
  const { t } = useTranslation();
  return (key, values = {}) => t(key, values);
}
