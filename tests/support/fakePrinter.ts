/** A network printer for tests: takes jobs on a real socket and reads their ESC/POS back into lines of text. */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readEscPos, type PrintedJob } from './escPosReader.ts';

export { readEscPos, type PrintedJob };

export interface FakePrinter {
  port: number;
  jobs: PrintedJob[];
  /** Connections taken so far, whatever became of them. */
  connections: number;
  /**
   * `ok`; `cut`: the connection breaks in the middle of a job; `slow`: takes it in small bites; `stuck`: out of paper, reads nothing;
   * `silent`: prints, and never closes its side.
   */
  mode: 'ok' | 'cut' | 'slow' | 'stuck' | 'silent';
  /** Stops listening: connections are refused until it is switched on again, at the same port. */
  switchOff: () => Promise<void>;
  switchOn: () => Promise<void>;
  close: () => Promise<void>;
}

/** Listens on a port of loopback. */
export async function fakePrinter(port = 0): Promise<FakePrinter> {
  const open = new Set<Socket>();
  const printer: FakePrinter = { port, jobs: [], connections: 0, mode: 'ok', switchOff, switchOn, close: switchOff };
  let server: Server | undefined;

  function take(socket: Socket): void {
    const chunks: Buffer[] = [];
    printer.connections += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    if (printer.mode === 'stuck') return void socket.pause();
    socket.on('data', (chunk: Buffer) => {
      if (printer.mode === 'cut') return void socket.resetAndDestroy();
      chunks.push(chunk);
      if (printer.mode !== 'slow') return;
      socket.pause();
      setTimeout(() => socket.resume(), 20);
    });
    socket.on('end', () => {
      printer.jobs.push(readEscPos(Buffer.concat(chunks)));
      if (printer.mode !== 'silent') socket.end();
    });
  }

  async function switchOn(): Promise<void> {
    // A silent printer keeps its half of the connection open.
    const listening = createServer({ allowHalfOpen: true, highWaterMark: 1_024 }, take);
    await new Promise<void>((resolve) => listening.listen(printer.port, '127.0.0.1', resolve));
    server = listening;
    printer.port = (listening.address() as AddressInfo).port;
  }

  async function switchOff(): Promise<void> {
    for (const socket of open) socket.destroy();
    const listening = server;
    server = undefined;
    if (listening) await new Promise((resolve) => listening.close(resolve));
  }

  await switchOn();
  return printer;
}
