/**
 * The HTTP host: a thin adapter over `app.call`. One POST per procedure, the built page, events, health. It parses no input and
 * knows no rule of the shop.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '#core/app.ts';
import { DomainError } from '#core/shared/errors.ts';
import { SECURITY_HEADERS, sendError, sendHtml, sendJson } from './answers.ts';
import { streamEvents } from './events.ts';
import {
  bearerToken,
  checkHeaders,
  givenRequestId,
  type GuardOptions,
  originOf,
  RateLimiter,
  readJson,
} from './guards.ts';
import { healthPage, monitorAnswer } from './healthPage.ts';
import { apiPage, openApi, secretProcedures } from './openapi.ts';
import { StaticFiles } from './static.ts';

export interface ServerOptions {
  app: App;
  /** 0 lets the system choose. */
  port: number;
  /** 127.0.0.1 unless the shop opens itself to its LAN. */
  address?: string;
  /** Addresses of the LAN that may call, besides this machine. Plain HTTP: put TLS before it. */
  lanAddresses?: readonly string[];
  /** Folder of the built page. */
  pages: string;
  version: string;
  /** Requests per second and address, with twice as many at once. */
  requestsPerSecond?: number;
  /** Passwords and PINs per minute and address; the accounts have their own throttle besides. */
  secretsPerMinute?: number;
}

export interface RunningServer {
  readonly url: string;
  /** Stops taking requests, ends the event streams and waits for answers under way. */
  close(): Promise<void>;
}

const MAX_STREAMS = 64;
/** How long answers under way may take at the close. */
const GRACE_MS = 5_000;

/** Starts listening; resolves when the first request can be answered. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { app, address = '127.0.0.1' } = options;
  const hosts = new Set<string>();
  const host = new HttpHost(options, { hosts, lanAddresses: new Set(options.lanAddresses ?? []) });
  const limits = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 15_000, maxHeaderSize: 16 * 1024 };
  const server = createServer(limits, (request, response) => void host.handle(request, response));
  server.maxConnections = 500;
  await listen(server, options.port, address);
  const { port } = server.address() as AddressInfo;
  for (const name of ['127.0.0.1', 'localhost', ...(address === '0.0.0.0' ? localAddresses() : [address])]) {
    hosts.add(`${name}:${String(port)}`);
  }
  app.log.info({ port, address }, 'the server is listening');
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    close: () =>
      new Promise((resolve) => {
        host.endStreams();
        server.close(() => resolve());
        // A connection that never asked anything would hold the server open as long as one with an answer under way.
        void Promise.race([host.settled(), delay(GRACE_MS, undefined, { ref: false })]).then(() =>
          server.closeAllConnections(),
        );
      }),
  };
}

class HttpHost {
  readonly #options: ServerOptions;
  readonly #guard: GuardOptions;
  readonly #streams = new Set<() => void>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #files: StaticFiles;
  readonly #requests: RateLimiter;
  readonly #secrets: RateLimiter;
  readonly #secretPaths: ReadonlySet<string> = secretProcedures();
  #openApi: object | undefined;

  constructor(options: ServerOptions, guard: GuardOptions) {
    this.#options = options;
    this.#guard = guard;
    this.#files = new StaticFiles(options.pages);
    const { requestsPerSecond = 300, secretsPerMinute = 60 } = options;
    this.#requests = new RateLimiter(requestsPerSecond, requestsPerSecond * 2);
    this.#secrets = new RateLimiter(secretsPerMinute / 60, secretsPerMinute);
  }

  endStreams(): void {
    for (const stop of this.#streams) stop();
  }

  /** Resolves when every answer under way has been given. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { app } = this.#options;
    const done = new Promise<void>((resolve) => response.on('close', resolve));
    this.#underWay.add(done);
    void done.then(() => this.#underWay.delete(done));
    const requestId = givenRequestId(request) ?? app.ids.next(app.clock.nowMs());
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    response.setHeader('x-request-id', requestId);
    try {
      await this.#route(request, response, requestId);
    } catch (error) {
      sendError(response, error, requestId, app.log);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const origin = originOf(request, this.#guard);
    this.#requests.take(request.socket.remoteAddress ?? '', performance.now());
    checkHeaders(request, this.#guard);
    const path = pathOf(request);
    if (request.method === 'GET' || request.method === 'HEAD')
      return this.#read(request, response, path, { origin, requestId });
    const procedure = /^\/api\/(\w{1,40})\/(\w{1,40})$/.exec(path);
    if (!procedure || request.method !== 'POST') throw new DomainError('NOT_FOUND', { path: path.slice(0, 80) });
    await this.#call(request, response, `${procedure[1] ?? ''}.${procedure[2] ?? ''}`, { origin, requestId });
  }

  #read(request: IncomingMessage, response: ServerResponse, path: string, from: Caller): void {
    const { app, version } = this.#options;
    switch (path) {
      case '/healthz': {
        const { status, body } = monitorAnswer(app, version);
        return sendJson(response, status, body);
      }
      case '/health':
        if (from.origin !== 'loopback') throw new DomainError('FORBIDDEN', { permission: 'address' });
        return sendHtml(response, healthPage(app, version));
      case '/api/openapi.json':
        return sendJson(response, 200, (this.#openApi ??= openApi(version)));
      case '/api':
      case '/api/':
      case '/api/docs':
        return sendHtml(response, apiPage());
      case '/events':
        return this.#stream(request, response, from);
    }
    if (path.startsWith('/api/') || !this.#files.serve(request, response, path)) {
      throw new DomainError('NOT_FOUND', { path: path.slice(0, 80) });
    }
  }

  #stream(request: IncomingMessage, response: ServerResponse, from: Caller): void {
    const token = bearerToken(request);
    this.#options.app.call('auth.me', {}, { ...from, token });
    if (this.#streams.size >= MAX_STREAMS) throw new DomainError('RATE_LIMITED', { retryInSeconds: 10 });
    const stop = streamEvents(this.#options.app, token ?? '', response);
    this.#streams.add(stop);
    response.on('close', () => this.#streams.delete(stop));
  }

  async #call(request: IncomingMessage, response: ServerResponse, name: string, from: Caller): Promise<void> {
    const { app } = this.#options;
    if (this.#secretPaths.has(name)) this.#secrets.take(request.socket.remoteAddress ?? '', performance.now());
    const input = await readJson(request);
    const abort = new AbortController();
    response.on('close', () => abort.abort());
    const answer = await app.call(name, input, {
      ...from,
      token: bearerToken(request),
      signal: abort.signal,
      waits: true,
    });
    app.log.debug({ requestId: from.requestId, procedure: name }, 'answered');
    sendJson(response, 200, answer);
  }
}

interface Caller {
  origin: 'loopback' | 'lan' | 'window' | 'internal';
  requestId: string;
}

function pathOf(request: IncomingMessage): string {
  try {
    return new URL(request.url ?? '/', 'http://host').pathname;
  } catch {
    throw new DomainError('NOT_FOUND', { path: '' });
  }
}

function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve());
  });
}

const localAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map((entry) => entry.address));
