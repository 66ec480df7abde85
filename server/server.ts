/**
 * The HTTP host: a thin adapter over `app.call`. One POST per procedure, the built page, events, health. It parses no input and
 * knows no rule of the shop.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { App } from '#core/app.ts';
import { DomainError, ERRORS } from '#core/shared/errors.ts';
import { streamEvents } from './events.ts';
import { bearerToken, checkHeaders, givenRequestId, type GuardOptions, originOf, RateLimiter, readJson } from './guards.ts';
import { apiPage, openApi } from './openapi.ts';
import { StaticFiles } from './static.ts';

export interface ServerOptions {
  app: App;
  /** 0 lets the system choose. */
  port: number;
  /** 127.0.0.1 unless the shop opens itself to its LAN. */
  address?: string;
  lanAddresses?: readonly string[];
  /** Folder of the built page. */
  pages: string;
  version: string;
  /** Logins and PINs per minute and address; the accounts have their own throttle besides. */
  loginsPerMinute?: number;
}

export interface RunningServer {
  readonly url: string;
  /** Stops taking requests, ends the event streams and waits for answers under way. */
  close(): Promise<void>;
}

const SECRET_PATHS = new Set([
  'auth.login',
  'auth.pinLogin',
  'auth.elevate',
  'auth.recover',
  'auth.newRecoveryKey',
  'auth.override',
  'auth.firstRun',
  'auth.changePassword',
  'auth.setPin',
]);

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; media-src 'self' data:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
} as const;

/** Starts listening; resolves when the first request can be answered. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { app, address = '127.0.0.1' } = options;
  const streams = new Set<() => void>();
  const guard: { hosts: Set<string>; lanAddresses: Set<string> } = {
    hosts: new Set(),
    lanAddresses: new Set(options.lanAddresses ?? []),
  };
  const host = new HttpHost(options, guard, streams);
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    void host.handle(request, response);
  });
  await listen(server, options.port, address);
  const { port } = server.address() as AddressInfo;
  for (const name of ['127.0.0.1', 'localhost', ...(address === '0.0.0.0' ? localAddresses() : [address])]) {
    guard.hosts.add(`${name}:${String(port)}`);
  }
  app.log.info({ port, address }, 'server is listening');
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    close: () =>
      new Promise((resolve) => {
        for (const stop of streams) stop();
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

class HttpHost {
  readonly #options: ServerOptions;
  readonly #guard: GuardOptions;
  readonly #streams: Set<() => void>;
  readonly #files: StaticFiles;
  readonly #requests = new RateLimiter(300, 600);
  readonly #logins: RateLimiter;
  #openApi: string | undefined;

  constructor(options: ServerOptions, guard: GuardOptions, streams: Set<() => void>) {
    this.#options = options;
    this.#guard = guard;
    this.#streams = streams;
    this.#files = new StaticFiles(options.pages);
    const perMinute = options.loginsPerMinute ?? 60;
    this.#logins = new RateLimiter(perMinute / 60, perMinute);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { app } = this.#options;
    const requestId = givenRequestId(request) ?? app.ids.next(app.clock.nowMs());
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    response.setHeader('x-request-id', requestId);
    try {
      await this.#route(request, response, requestId);
    } catch (error) {
      this.#fail(response, error, requestId, request.url ?? '');
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const { app, version } = this.#options;
    const origin = originOf(request, this.#guard);
    this.#requests.take(request.socket.remoteAddress ?? '', performance.now());
    checkHeaders(request, this.#guard);
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (path === '/healthz' && isRead) return this.#health(response);
    if (path === '/api/openapi.json' && isRead) {
      return send(response, 200, 'application/json', (this.#openApi ??= JSON.stringify(openApi(version))));
    }
    if ((path === '/api' || path === '/api/') && isRead) return send(response, 200, 'text/html; charset=utf-8', apiPage());
    const caller = { token: bearerToken(request), origin, requestId };
    if (path === '/events' && isRead) {
      app.call('auth.me', {}, caller);
      const stop = streamEvents(app, caller, response);
      this.#streams.add(stop);
      response.on('close', () => this.#streams.delete(stop));
      return;
    }
    const procedure = /^\/api\/(\w{1,40})\/(\w{1,40})$/.exec(path);
    if (procedure && request.method === 'POST') {
      const name = `${procedure[1] ?? ''}.${procedure[2] ?? ''}`;
      if (SECRET_PATHS.has(name)) this.#logins.take(request.socket.remoteAddress ?? '', performance.now());
      const input = await readJson(request);
      const abort = new AbortController();
      response.on('close', () => abort.abort());
      const answer = await app.call(name, input, { ...caller, signal: abort.signal });
      app.log.debug({ requestId, procedure: name }, 'answered');
      return send(response, 200, 'application/json', JSON.stringify(answer));
    }
    if (isRead && this.#files.serve(request, response, path)) return;
    throw new DomainError('NOT_FOUND', { path: path.slice(0, 80) });
  }

  /** For a monitor: 200 while the shop can sell. */
  #health(response: ServerResponse): void {
    const { app, version } = this.#options;
    const isSound = app.database.damage === undefined && app.database.raw.open;
    const body = { status: isSound ? 'ok' : 'damaged', version, installed: app.dispatcher.site !== undefined };
    send(response, isSound ? 200 : 503, 'application/json', JSON.stringify(body));
  }

  #fail(response: ServerResponse, error: unknown, requestId: string, url: string): void {
    const { log } = this.#options.app;
    if (response.headersSent) {
      response.end();
      return;
    }
    response.setHeader('connection', 'close');
    if (error instanceof DomainError) {
      const body = { error: { code: error.code, details: error.details, reference: requestId } };
      return send(response, ERRORS[error.code], 'application/json', JSON.stringify(body));
    }
    // A bug: its reference goes to the page, everything else to the log alone.
    const cause = error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
    log.error({ requestId, url: url.slice(0, 200), ...cause }, 'a request failed unexpectedly');
    const body = { error: { code: 'INTERNAL', details: {}, reference: requestId } };
    send(response, 500, 'application/json', JSON.stringify(body));
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve());
  });
}

const localAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map((entry) => entry.address));
