/**
 * The LAN's entrance: HTTPS on the private addresses of this machine, closed until somebody at the machine opens it. Its certificate
 * follows the machine's addresses, and it stays open over restarts as long as the keys are the same.
 */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { App } from '#core/app.ts';
import { DomainError } from '#core/shared/errors.ts';
import { isNeighbour, isPrivate, lanAddresses, localHostName } from './addresses.ts';
import { HttpHost } from './httpHost.ts';
import { LanKeys } from './lanKeys.ts';
import { closeServer, LIMITS, listen } from './server.ts';

export interface LanOptions {
  app: App;
  /** The folder of the shop; the keys lie in `lan/` of it. */
  data: string;
  port: number;
  pages: string;
  version: string;
  /** This machine's addresses in the shop's network; its private ones unless told. */
  addresses?: (() => string[]) | undefined;
  requestsPerSecond?: number;
  secretsPerMinute?: number;
}

export interface RunningLan {
  /** Listens no more; the shop opens again at the next start if it was open. */
  stop(): Promise<void>;
  /** Looks at the addresses and the certificate now. */
  refresh(): Promise<void>;
}

export const LAN_PORT = 4790;
/** How soon a new address of the machine is noticed. */
const LOOK_EVERY_MS = 30_000;
const TLS = { minVersion: 'TLSv1.2', handshakeTimeout: 10_000 } as const;

/** Joins the application and the LAN; opens it where it was left open. */
export async function startLan(options: LanOptions): Promise<RunningLan> {
  const lan = new LanEntrance(options);
  options.app.door.host = lan;
  await lan.openAgain();
  return lan;
}

class LanEntrance implements RunningLan {
  readonly #options: LanOptions;
  readonly #keys: LanKeys;
  readonly #host: HttpHost;
  readonly #hosts = new Set<string>();
  readonly #servers = new Map<string, Server>();
  readonly #unsubscribe: () => void;
  #trouble: 'NO_ADDRESS' | 'PORT_IN_USE' | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** One change of the listeners at a time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: LanOptions) {
    this.#options = options;
    this.#keys = new LanKeys(join(options.data, 'lan'));
    const admits = (address: string): boolean => isPrivate(address) || isNeighbour(address, this.#addresses());
    const entrance = { origin: 'lan', scheme: 'https', hosts: this.#hosts, admits } as const;
    // What the core says holds: a file that goes on as somebody else comes out closed.
    this.#unsubscribe = options.app.onChange(({ topics }) => {
      if (topics.includes('lanAccess') && !options.app.door.isLeftOpen(this.#keys.fingerprint ?? '')) void this.close();
    });
    this.#host = new HttpHost({ ...options, authority: () => this.#keys.certificate }, entrance);
  }

  report() {
    const urls = [...this.#servers].map(([address, server]) => `https://${address}:${String(portOf(server))}`);
    const { fingerprint = '', certificate = '' } = this.#keys;
    return { urls, fingerprint, certificate, trouble: this.#trouble };
  }

  async open(): Promise<void> {
    await this.#watch();
    if (this.#servers.size > 0) return;
    const reason = this.#trouble ?? 'NO_ADDRESS';
    await this.close();
    throw new DomainError('NETWORK_UNAVAILABLE', { reason });
  }

  /** After a restart: what was open opens again, or waits for its network. */
  async openAgain(): Promise<void> {
    const { fingerprint } = this.#keys;
    if (fingerprint !== undefined && this.#options.app.door.isLeftOpen(fingerprint)) await this.#watch();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#trouble = null;
    // Not waited for: the answer to whoever closes it may be under way on one of these connections.
    await this.#inTurn(async () => void this.#dropAll());
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#inTurn(() => this.#dropAll());
  }

  refresh(): Promise<void> {
    return this.#inTurn(() => this.#look());
  }

  async #watch(): Promise<void> {
    this.#timer ??= setInterval(() => {
      this.refresh().catch((error: unknown) => {
        this.#options.app.log.error({ message: String(error) }, 'the LAN could not be looked after');
      });
    }, LOOK_EVERY_MS).unref();
    await this.refresh();
  }

  /** Listens on every address of the machine and no other, with a certificate that names them. */
  async #look(): Promise<void> {
    if (this.#timer === undefined) return;
    const { app, port } = this.#options;
    const addresses = this.#addresses();
    for (const [address, server] of this.#servers) if (!addresses.includes(address)) void this.#drop(address, server);
    this.#trouble = addresses.length === 0 ? 'NO_ADDRESS' : null;
    if (addresses.length === 0) return;
    const hostName = localHostName();
    const name = `Rep-Drill ${app.dispatcher.site?.branchName ?? ''}`.trim();
    const secure = { ...TLS, ...(await this.#keys.server({ addresses, hostName }, name, app.clock.nowMs())) };
    for (const address of addresses) {
      const listening = this.#servers.get(address);
      if (listening) {
        listening.setSecureContext(secure);
        continue;
      }
      const server = createServer({ ...LIMITS, ...secure }, (request, response) => {
        void this.#host.handle(request, response);
      });
      server.maxConnections = 200;
      try {
        await listen(server, port, address);
      } catch (error) {
        this.#trouble = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'NO_ADDRESS';
        app.log.warn({ address, port, message: String(error) }, 'the LAN cannot be listened to');
        continue;
      }
      this.#servers.set(address, server);
      for (const host of [address, hostName]) this.#hosts.add(`${host}:${String(portOf(server))}`);
      app.log.info({ address, port: portOf(server) }, 'open to the LAN');
    }
  }

  async #dropAll(): Promise<void> {
    await Promise.all([...this.#servers].map(([address, server]) => this.#drop(address, server)));
    this.#hosts.clear();
  }

  #drop(address: string, server: Server): Promise<void> {
    this.#servers.delete(address);
    this.#hosts.delete(`${address}:${String(portOf(server))}`);
    return closeServer(server, this.#host);
  }

  #addresses(): string[] {
    return (this.#options.addresses ?? lanAddresses)();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo | null)?.port ?? 0;
