/**
 * How bytes reach a printer. Each has deadlines and fails with PRINTER_UNREACHABLE: `reason` in a word, and `mayHavePrinted` where paper
 * may have come out all the same. None ever waits on the counter.
 */
import { spawn } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DomainError } from '#core/shared/errors.ts';
import type { Transport } from './contract.ts';
import { WINSPOOL_PROGRAM } from './winspool.ts';

export interface Deadlines {
  /** To get a connection. */
  connectMs: number;
  /** Without the printer taking a byte. */
  stallMs: number;
  /** For the printer to close after it took everything; many never do. */
  closeMs: number;
  /** For the whole job. */
  totalMs: number;
}

export const DEADLINES: Deadlines = { connectMs: 4_000, stallMs: 8_000, closeMs: 2_000, totalMs: 30_000 };

/** Sends the bytes of one job. `jobId` names its file. */
export async function sendToPrinter(
  transport: Transport,
  bytes: Uint8Array,
  jobId: string,
  deadlines = DEADLINES,
): Promise<void> {
  switch (transport.kind) {
    case 'TCP':
      return sendTcp(transport, bytes, deadlines);
    case 'SPOOLER':
      return process.platform === 'win32'
        ? sendWindows(transport.queue, bytes)
        : run('lp', ['-d', transport.queue, '-o', 'raw'], bytes);
    case 'FILE':
      return sendFile(transport.folder, bytes, jobId);
    case 'NONE':
      throw unreachable('NO_PRINTER', false);
  }
}

const unreachable = (reason: string, mayHavePrinted: boolean): DomainError =>
  new DomainError('PRINTER_UNREACHABLE', { reason, mayHavePrinted });

/** Port 9100: the connection is the job. It is done once the printer has taken every byte and the end. */
function sendTcp(
  { host, port }: { host: string; port: number },
  bytes: Uint8Array,
  deadlines: Deadlines,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let stage: 'CONNECTING' | 'SENDING' | 'CLOSING' = 'CONNECTING';
    let deadline: NodeJS.Timeout | undefined;
    const settle = (done: () => void): void => {
      clearTimeout(deadline);
      clearTimeout(overall);
      socket.removeAllListeners().on('error', () => undefined);
      socket.destroy();
      done();
    };
    const fail = (reason: string): void => settle(() => reject(unreachable(reason, stage !== 'CONNECTING')));
    const within = (ms: number, late: () => void): void => {
      clearTimeout(deadline);
      deadline = setTimeout(late, ms);
    };
    const overall = setTimeout(() => fail('TIMEOUT'), deadlines.totalMs);
    within(deadlines.connectMs, () => fail('TIMEOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => fail(REASONS[error.code ?? ''] ?? error.code ?? 'ERROR'));
    socket.once('connect', () => {
      stage = 'SENDING';
      within(deadlines.stallMs, () => fail('STALLED'));
      socket.on('drain', () => within(deadlines.stallMs, () => fail('STALLED')));
      socket.end(bytes);
      // What a printer says back (its status) is not asked for; reading it lets the connection close.
      socket.resume();
    });
    socket.once('finish', () => {
      stage = 'CLOSING';
      within(deadlines.closeMs, () => settle(resolve));
      socket.once('close', () => settle(resolve));
    });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'REFUSED',
  ETIMEDOUT: 'TIMEOUT',
  EHOSTUNREACH: 'NOT_FOUND',
  ENETUNREACH: 'NOT_FOUND',
  ENOTFOUND: 'NOT_FOUND',
  EAI_AGAIN: 'NOT_FOUND',
  ECONNRESET: 'CUT',
  EPIPE: 'CUT',
};

/** Written aside and renamed: whoever watches the folder never reads half a receipt. */
async function sendFile(folder: string, bytes: Uint8Array, jobId: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${jobId}.bin`);
    await writeFile(`${file}.part`, bytes);
    await rename(`${file}.part`, file);
  } catch (error) {
    throw unreachable((error as NodeJS.ErrnoException).code ?? 'ERROR', false);
  }
}

/** A shared printer (`\\host\name`) is a file that takes raw bytes; any other goes through the spooler's own interface as RAW. */
async function sendWindows(queue: string, bytes: Uint8Array): Promise<void> {
  if (queue.startsWith('\\\\')) {
    try {
      return await writeFile(queue, bytes);
    } catch (error) {
      throw unreachable((error as NodeJS.ErrnoException).code ?? 'ERROR', false);
    }
  }
  const base64 = (value: Uint8Array): string => Buffer.from(value).toString('base64');
  const encoded = Buffer.from(WINSPOOL_PROGRAM, 'utf16le').toString('base64');
  // Name and bytes go through the input, so that no name is ever read as a command.
  const input = Buffer.from(`${base64(Buffer.from(queue, 'utf8'))}\n${base64(bytes)}\n`);
  await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-EncodedCommand', encoded], input);
}

const SPOOLER_DEADLINE_MS = 20_000;

/** Runs a program without a shell, the bytes on its input. */
function run(program: string, parameters: string[], input: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: SPOOLER_DEADLINE_MS,
      windowsHide: true,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(0, 200)));
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(unreachable(error.code === 'ENOENT' ? 'NO_SPOOLER' : error.message, false)),
    );
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else if (signal !== null) reject(unreachable('TIMEOUT', true));
      else reject(unreachable(said.trim() || `exit ${String(code)}`, false));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
