/** English; the same keys as Spanish, by the compiler. */
import { admin } from './en/admin.ts';
import { assistant } from './en/assistant.ts';
import { goods } from './en/goods.ts';
import { reports } from './en/reports.ts';
import { selling } from './en/selling.ts';
import { shell } from './en/shell.ts';
import { sync } from './en/sync.ts';
import type { es } from './es.ts';
import type { InEnglish } from './index.ts';

export const en: InEnglish<typeof es> = { ...shell, ...selling, ...goods, ...reports, ...admin, ...sync, ...assistant };
