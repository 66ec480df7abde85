/** A network printer for tests: takes jobs on a real socket and reads their ESC/POS back into lines of text. */
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface PrintedJob {
  bytes: Buffer;
  lines: string[];
  cuts: number;
  kicks: number;
  barcodes: string[];
}

/** Code page 858, upper half, as far as receipts use it. */
const CP858 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

/** Reads a job as a printer would: text, cuts, drawer kicks and barcodes. Unknown commands fail the test. */
export function readEscPos(bytes: Uint8Array): PrintedJob {
  const job: PrintedJob = { bytes: Buffer.from(bytes), lines: [], cuts: 0, kicks: 0, barcodes: [] };
  let line = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1] ?? 0;
    if (byte === 0x1b) {
      if (next === 0x40) at += 2;
      else if (next === 0x70) {
        job.kicks += 1;
        at += 5;
      } else if ([0x4d, 0x45, 0x74, 0x61, 0x21, 0x33].includes(next)) at += 3;
      else throw new Error(`unknown ESC ${next.toString(16)} at ${String(at)}`);
    } else if (byte === 0x1d) {
      if (next === 0x56) {
        job.cuts += 1;
        at += 3;
      } else if (next === 0x6b) {
        const length = bytes[at + 3] ?? 0;
        const data = Buffer.from(bytes.slice(at + 4, at + 4 + length)).toString('latin1');
        job.barcodes.push(data.replace(/^\{[ABC]/, ''));
        at += 4 + length;
      } else if ([0x21, 0x68, 0x77, 0x48].includes(next)) at += 3;
      else throw new Error(`unknown GS ${next.toString(16)} at ${String(at)}`);
    } else if (byte === 0x1c && next === 0x2e) {
      at += 2;
    } else if (byte === 0x0a) {
      job.lines.push(line);
      line = '';
      at += 1;
    } else if (byte === 0x0d) at += 1;
    else {
      line += byte < 0x80 ? String.fromCharCode(byte) : (CP858[byte - 0x80] ?? '?');
      at += 1;
    }
  }
  return job;
}

export interface FakePrinter {
  port: number;
  jobs: PrintedJob[];
  /** `ok`, or `cut`: the connection breaks in the middle of a job. */
  mode: 'ok' | 'cut';
  close: () => Promise<void>;
}

/** Listens on a port of loopback. */
export async function fakePrinter(port = 0): Promise<FakePrinter> {
  const server: Server = createServer((socket) => {
    const chunks: Buffer[] = [];
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      if (printer.mode === 'cut') socket.resetAndDestroy();
      else chunks.push(chunk);
    });
    socket.on('end', () => {
      if (printer.mode === 'ok') printer.jobs.push(readEscPos(Buffer.concat(chunks)));
      socket.end();
    });
  });
  const printer: FakePrinter = {
    port: 0,
    jobs: [],
    mode: 'ok',
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  printer.port = (server.address() as AddressInfo).port;
  return printer;
}
