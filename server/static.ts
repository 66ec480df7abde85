/** The built page: hashed files for ever, the document never cached, all compressed once. */
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { PAGE_TYPES } from '#core/shared/page.ts';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.json', '.svg']);

interface Asset {
  type: string;
  cache: string;
  plain: Buffer;
  br?: Buffer;
  gzip?: Buffer;
}

/** Serves the files below `folder`; unknown paths without an extension are the page's own routes. */
export class StaticFiles {
  readonly #folder: string;
  readonly #assets = new Map<string, Asset | undefined>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers the file, or false where there is none. */
  serve(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const wanted = path === '/' || extname(path) === '' ? '/index.html' : path;
    const asset = this.#find(wanted);
    if (!asset) return false;
    const accepts = request.headers['accept-encoding'] ?? '';
    const [encoding, body] =
      asset.br && /\bbr\b/.test(accepts)
        ? ['br', asset.br]
        : asset.gzip && /\bgzip\b/.test(accepts)
          ? ['gzip', asset.gzip]
          : [undefined, asset.plain];
    response.writeHead(200, {
      'content-type': asset.type,
      'cache-control': asset.cache,
      'content-length': body.length,
      vary: 'accept-encoding',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  }

  #find(path: string): Asset | undefined {
    if (!this.#assets.has(path)) this.#assets.set(path, this.#load(path));
    return this.#assets.get(path);
  }

  #load(path: string): Asset | undefined {
    const file = normalize(join(this.#folder, path));
    const extension = extname(file);
    if (!file.startsWith(normalize(this.#folder) + sep) || PAGE_TYPES[extension] === undefined || !existsSync(file))
      return undefined;
    const plain = readFileSync(file);
    const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    const asset = { type: PAGE_TYPES[extension], cache, plain };
    if (!COMPRESSIBLE.has(extension)) return asset;
    const br = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
    return { ...asset, br, gzip: gzipSync(plain) };
  }
}
