/**
 * One POST per procedure, the built page, events, health: the same behind both entrances, this machine's own and the LAN's. It parses no
 * input and knows no rule of the shop. Over the LAN every call shows the device's credential; the core says what a device may do.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '#core/app.ts';
import type { CallerDevice } from '#core/engine/context.ts';
import { DomainError } from '#core/shared/errors.ts';
import { SECURITY_HEADERS, send, sendError, sendHtml, sendJson } from './answers.ts';
import { CREDENTIAL_COOKIE, keepCredential, withoutCredential } from './credential.ts';
import { streamEvents } from './events.ts';
import {
  bearerToken,
  checkAddress,
  checkHeaders,
  cookieOf,
  type Entrance,
  givenRequestId,
  RateLimiter,
  readJson,
} from './guards.ts';
import { healthPage, monitorAnswer } from './healthPage.ts';
import { apiPage, openApi, secretProcedures } from './openapi.ts';
import { StaticFiles } from './static.ts';

export interface HttpHostOptions {
  app: App;
  /** Folder of the built page. */
  pages: string;
  version: string;
  /** Requests per second and address, with twice as many at once. */
  requestsPerSecond?: number | undefined;
  /** Passwords, PINs and pairing codes per minute and address; the accounts have their own throttle besides. */
  secretsPerMinute?: number | undefined;
  /** The certificate authority's certificate, where the entrance has one. */
  authority?: () => string | undefined;
}

const MAX_STREAMS = 64;

export class HttpHost {
  readonly #options: HttpHostOptions;
  readonly #entrance: Entrance;
  readonly #streams = new Set<() => void>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #files: StaticFiles;
  readonly #requests: RateLimiter;
  readonly #secrets: RateLimiter;
  readonly #secretPaths: ReadonlySet<string> = secretProcedures();
  #openApi: object | undefined;

  constructor(options: HttpHostOptions, entrance: Entrance) {
    this.#options = options;
    this.#entrance = entrance;
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
    checkAddress(request, this.#entrance);
    this.#requests.take(request.socket.remoteAddress ?? '', performance.now());
    checkHeaders(request, this.#entrance);
    const path = pathOf(request);
    const { origin } = this.#entrance;
    const credential = origin === 'lan' ? cookieOf(request, CREDENTIAL_COOKIE) : undefined;
    const from = { origin, requestId, credential, device: this.#options.app.door.deviceOf(credential) };
    if (request.method === 'GET' || request.method === 'HEAD') return this.#read(request, response, path, from);
    const procedure = /^\/api\/(\w{1,40})\/(\w{1,40})$/.exec(path);
    if (!procedure || request.method !== 'POST') throw new DomainError('NOT_FOUND', { path: path.slice(0, 80) });
    await this.#call(request, response, `${procedure[1] ?? ''}.${procedure[2] ?? ''}`, from);
  }

  #read(request: IncomingMessage, response: ServerResponse, path: string, from: From): void {
    const { app, version, authority } = this.#options;
    if (from.origin === 'lan' && from.device === undefined) return this.#readUnpaired(request, response, path);
    switch (path) {
      case '/healthz': {
        const { status, body } = monitorAnswer(app, version);
        return sendJson(response, status, body);
      }
      case '/authority.crt':
        return sendAuthority(response, authority?.());
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
    // Whoever opens the page every day stays paired.
    if (path === '/' && from.credential !== undefined) keepCredential(response, from.credential);
    if (path.startsWith('/api/') || !this.#files.serve(request, response, path)) {
      throw new DomainError('NOT_FOUND', { path: path.slice(0, 80) });
    }
  }

  /** All that a device gets to see before it is paired: the page that asks for the code, and whether the shop is alive. */
  #readUnpaired(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { app, version, authority } = this.#options;
    if (path === '/healthz') {
      const { status, body } = monitorAnswer(app, version);
      return sendJson(response, status, { status: body.status });
    }
    if (path === '/authority.crt') return sendAuthority(response, authority?.());
    const isData = /^\/(api|events|health)(\/|$)/.test(path);
    if (isData || !this.#files.serve(request, response, path)) throw new DomainError('DEVICE_NOT_PAIRED');
  }

  #stream(request: IncomingMessage, response: ServerResponse, from: From): void {
    const { app } = this.#options;
    const caller = { ...from, token: bearerToken(request) };
    app.call('auth.me', {}, caller);
    if (this.#streams.size >= MAX_STREAMS) throw new DomainError('RATE_LIMITED', { retryInSeconds: 10 });
    const stop = streamEvents(app, { token: caller.token ?? '', credential: from.credential }, response);
    this.#streams.add(stop);
    response.on('close', () => this.#streams.delete(stop));
  }

  async #call(request: IncomingMessage, response: ServerResponse, name: string, from: From): Promise<void> {
    const { app } = this.#options;
    // Before the body is read: a stranger has nothing to tell us.
    if (from.origin === 'lan' && !from.device && name !== PAIRING) throw new DomainError('DEVICE_NOT_PAIRED');
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
    sendJson(response, 200, name === PAIRING ? withoutCredential(response, answer) : answer);
  }
}

const PAIRING = 'devices.pair';

/** Where a request came from. */
interface From {
  origin: 'loopback' | 'lan';
  requestId: string;
  credential: string | undefined;
  device: CallerDevice | undefined;
}

/** The certificate that browsers install, as the type that makes them offer it. */
function sendAuthority(response: ServerResponse, pem: string | undefined): void {
  if (pem === undefined) throw new DomainError('NOT_FOUND', { path: '/authority.crt' });
  response.setHeader('content-disposition', 'attachment; filename="rep-drill.crt"');
  send(response, 200, 'application/x-x509-ca-cert', pem);
}

function pathOf(request: IncomingMessage): string {
  try {
    return new URL(request.url ?? '/', 'http://host').pathname;
  } catch {
    throw new DomainError('NOT_FOUND', { path: '' });
  }
}
