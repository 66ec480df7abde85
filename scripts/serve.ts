/**
 * `npm run serve -- --data DIR --port N [--demo]`: serves the shop of a data folder. Prints one line of JSON when it can be used and
 * stops cleanly on SIGTERM.
 */
import { join } from 'node:path';
import { ROOT, serveOptions } from './arguments.ts';
import { serve } from './host.ts';

const options = serveOptions({ data: join(ROOT, 'data/shop'), port: 4780 });
await serve(options);
