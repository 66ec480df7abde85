import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { TextKey } from './index.ts';

/** The texts of a component, in the chosen language; the same function until the language changes. */
export function useText(): (key: TextKey, values?: Record<string, unknown>) => string {
  const { t } = useTranslation();
  return useCallback((key: TextKey, values: Record<string, unknown> = {}) => t(key, values), [t]);
}
