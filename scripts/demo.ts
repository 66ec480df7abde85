/** `npm run demo`: builds the demonstration shop and serves it; the sign-in page shows who can sign in. `-- --fresh` builds it anew;
 * `-- --branches 3` shows a centre with three branches. */
import { join } from 'node:path';
import { keepCompiled, ROOT, serveOptions } from './arguments.ts';
import { openBrowser } from './browser.ts';

keepCompiled();
const options = serveOptions({ data: join(ROOT, 'data/demo'), port: 4780 });
const url = options.branches === '1' ? await serveShop() : await serveSeveral();
console.error(`Rep-Drill demonstration shop: ${url}  (Ctrl+C stops it)`);
if (options.open) openBrowser(url);

async function serveShop(): Promise<string> {
  const { serve } = await import('./host.ts');
  return serve({ ...options, demo: true });
}

async function serveSeveral(): Promise<string> {
  const { serveBranches } = await import('./branches.ts');
  return serveBranches({ count: Number(options.branches), port: options.port, fresh: options.fresh });
}
