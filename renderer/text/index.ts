/** The page's words. Spanish is loaded with the page, English when it is asked for; keys are checked by the compiler. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { useLook } from '../app/look.ts';
import { es } from './es.ts';

type Leaves<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Leaves<T[K], `${P}${K}.`>;
}[keyof T & string];

/** Every key of the catalogue, e.g. `sell.title`. */
export type TextKey = Leaves<typeof es>;
/** English for the same keys: none missing, none more. */
export type InEnglish<T> = { [K in keyof T]: { [L in keyof T[K]]: string } };

export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'es',
    fallbackLng: 'es',
    resources: { es: { translation: es } },
    interpolation: { escapeValue: false },
  });
  await setLanguage(useLook.getState().language);
  useLook.subscribe((state, previous) => {
    if (state.language !== previous.language) void setLanguage(state.language);
  });
}

async function setLanguage(language: 'es' | 'en'): Promise<void> {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const { en } = await import('./en.ts');
    i18next.addResourceBundle('en', 'translation', en);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === 'es' ? 'es-CL' : 'en';
}

/** A text outside a component. */
export const t = (key: TextKey, values: Record<string, unknown> = {}): string => i18next.t(key, values);
