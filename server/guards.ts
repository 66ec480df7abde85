/**
 * What a request must be before anything looks at what it asks. Against DNS rebinding: an exact list of hosts. Against other sites and
 * other local ports: an exact origin, JSON only, and the session in a header that no browser sends by itself.
 */
import type { IncomingMessage } from 'node:http';
import { DomainError } from '#core/shared/errors.ts';

/** A way in: this machine's own, or the LAN's. */
export interface Entrance {
  origin: 'loopback' | 'lan';
  scheme: 'http' | 'https';
  /** `host:port` values that a browser may have typed, in lower case. */
  hosts: ReadonlySet<string>;
  /** Whether somebody with this address may call at all. */
  admits: (address: string) => boolean;
}

export const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** FORBIDDEN where the caller is neither here nor in the shop's network. */
export function checkAddress(request: IncomingMessage, entrance: Entrance): void {
  if (!entrance.admits(request.socket.remoteAddress ?? ''))
    throw new DomainError('FORBIDDEN', { permission: 'address' });
}

/** Refuses a request that was sent under another name or by another page. */
export function checkHeaders(request: IncomingMessage, { hosts, scheme }: Entrance): void {
  const host = request.headers.host ?? '';
  if (!hosts.has(host.toLowerCase())) throw new DomainError('FORBIDDEN', { permission: 'host' });
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `${scheme}://${host}`) {
    throw new DomainError('FORBIDDEN', { permission: 'origin' });
  }
  // Another port of this machine is "same-site". Following a link to us is harmless: it only reads the page.
  const site = request.headers['sec-fetch-site'];
  const isLink = request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate';
  if ((site === 'cross-site' || site === 'same-site') && !isLink)
    throw new DomainError('FORBIDDEN', { permission: 'origin' });
}

/** The JSON body of a request, at most `limit` bytes; anything else is INVALID_INPUT. */
export async function readJson(request: IncomingMessage, limit = 1024 * 1024): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim();
  if (type !== 'application/json') throw invalid('content-type: application/json only');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw invalid(`body: over ${String(limit)} bytes`);
    chunks.push(chunk);
  }
  const text = new TextDecoder('utf-8', { fatal: true });
  try {
    return size === 0 ? {} : (JSON.parse(text.decode(Buffer.concat(chunks))) as unknown);
  } catch {
    throw invalid('body: not JSON in UTF-8');
  }
}

/** The value of one cookie, if it looks like ours. Other applications of the host may set any number of others. */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const found = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = found.find(([key]) => key === name)?.[1];
  return value !== undefined && /^[\w-]{1,64}$/.test(value) ? value : undefined;
}

/** The session's token: in a header that no browser sends by itself, never in a cookie. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]{1,64})$/.exec(request.headers.authorization ?? '')?.[1];
}

/** A request id given by the page, if it is a harmless one. */
export function givenRequestId(request: IncomingMessage): string | undefined {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined;
}

const invalid = (issue: string): DomainError => new DomainError('INVALID_INPUT', { issues: [issue] });

/** Token buckets by key: `perSecond` refill, `burst` at once. Idle buckets are forgotten. */
export class RateLimiter {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();
  readonly #perSecond: number;
  readonly #burst: number;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes one token or throws RATE_LIMITED with the seconds left. */
  take(key: string, nowMs: number): void {
    if (this.#buckets.size > 10_000) this.#buckets.clear();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#burst, atMs: nowMs };
    const elapsedMs = Math.max(0, nowMs - bucket.atMs);
    const tokens = Math.min(this.#burst, bucket.tokens + (elapsedMs / 1000) * this.#perSecond);
    if (tokens < 1)
      throw new DomainError('RATE_LIMITED', { retryInSeconds: Math.ceil((1 - tokens) / this.#perSecond) });
    this.#buckets.set(key, { tokens: tokens - 1, atMs: nowMs });
  }
}
