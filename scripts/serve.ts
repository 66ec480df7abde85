/**
 * `npm run serve -- --data DIR --port N [--demo]`: serves the shop of a data folder. Prints one line of JSON when it can be used and
 * stops cleanly on SIGTERM.
 */
import { join } from 'node:path';
import { keepCompiled, ROOT, serveOptions } from './arguments.ts';

keepCompiled();
const { serve } = await import('./host.ts');
await serve(serveOptions({ data: join(ROOT, 'data/shop'), port: 4780 }));
