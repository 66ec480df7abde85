/** `npm run demo`: builds the demonstration shop and serves it; the sign-in page shows who can sign in. `-- --fresh` builds it anew. */
import { join } from 'node:path';
import { keepCompiled, ROOT, serveOptions } from './arguments.ts';
import { openBrowser } from './browser.ts';

keepCompiled();
const { serve } = await import('./host.ts');
const options = serveOptions({ data: join(ROOT, 'data/demo'), port: 4780 });
const url = await serve({ ...options, demo: true });
console.error(`Rep-Drill demonstration shop: ${url}  (Ctrl+C stops it)`);
if (options.open) openBrowser(url);
