/** The entrance of this machine itself: plain HTTP on loopback, and nowhere else. The LAN has its own, in lan.ts. */
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { LOOPBACK } from './guards.ts';
import { HttpHost, type HttpHostOptions } from './httpHost.ts';

export interface ServerOptions extends HttpHostOptions {
  /** 0 lets the system choose. */
  port: number;
}

export interface RunningServer {
  readonly url: string;
  /** Stops taking requests, ends the event streams and waits for answers under way. */
  close(): Promise<void>;
}

/** How long answers under way may take at the close. */
const GRACE_MS = 5_000;

/** What a connection may take, on both entrances. */
export const LIMITS = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 15_000,
  maxHeaderSize: 16 * 1024,
} as const;

/** Starts listening; resolves when the first request can be answered. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const hosts = new Set<string>();
  const admits = (address: string): boolean => LOOPBACK.has(address);
  const host = new HttpHost(options, { origin: 'loopback', scheme: 'http', hosts, admits });
  const server = createServer(LIMITS, (request, response) => void host.handle(request, response));
  server.maxConnections = 500;
  await listen(server, options.port, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  for (const name of ['127.0.0.1', 'localhost']) hosts.add(`${name}:${String(port)}`);
  options.app.log.info({ port }, 'the server is listening');
  return { url: `http://127.0.0.1:${String(port)}/`, close: () => closeServer(server, host) };
}

/** Stops taking requests at once; resolves when the answers under way have been given, or had their time. */
export function closeServer(server: Server & { closeAllConnections(): void }, host: HttpHost): Promise<void> {
  return new Promise((resolve) => {
    host.endStreams();
    server.close(() => resolve());
    // A connection that never asked anything would hold the server open as long as one with an answer under way.
    void Promise.race([host.settled(), delay(GRACE_MS, undefined, { ref: false })]).then(() =>
      server.closeAllConnections(),
    );
  });
}

export function listen(server: Server, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
