/** Spanish of Chile: usted, infinitives on buttons, no blame, no exclamation marks on errors. One file of `es/` a part of the product. */
import { admin } from './es/admin.ts';
import { assistant } from './es/assistant.ts';
import { goods } from './es/goods.ts';
import { reports } from './es/reports.ts';
import { selling } from './es/selling.ts';
import { shell } from './es/shell.ts';
import { sync } from './es/sync.ts';

export const es = { ...shell, ...selling, ...goods, ...reports, ...admin, ...sync, ...assistant };
