/** Serves the built page under app://repdrill/ with the same policy as over HTTP. Only files of the page, only by GET. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { PAGE_POLICY, PAGE_TYPES } from '#core/shared/page.ts';
import { type ElectronParts, PAGE_ORIGIN, SCHEME } from './electron.ts';

/** Must run before the app is ready: a secure scheme with an origin of its own, that fetch works on. */
export function declareScheme({ protocol }: ElectronParts): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }]);
}

export function servePages({ protocol }: ElectronParts, folder: string): void {
  protocol.handle(SCHEME, (request) => pageFile(folder, request));
}

/** The answer to one request of the page. */
export async function pageFile(folder: string, request: { url: string; method: string }): Promise<Response> {
  const url = new URL(request.url);
  if (`${url.protocol}//${url.host}` !== PAGE_ORIGIN || request.method !== 'GET') return refused(403);
  const file = safeFile(folder, url.pathname);
  const type = file === undefined ? undefined : PAGE_TYPES[extname(file)];
  if (file === undefined || type === undefined) return refused(404);
  try {
    const headers = {
      'content-type': type,
      'content-security-policy': PAGE_POLICY,
      'x-content-type-options': 'nosniff',
    };
    return new Response(await readFile(file), { headers });
  } catch {
    return refused(404);
  }
}

function safeFile(folder: string, pathname: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const file = normalize(join(folder, path));
  return file.startsWith(normalize(folder) + sep) ? file : undefined;
}

const refused = (status: number): Response => new Response(null, { status });
