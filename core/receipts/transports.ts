/** How bytes reach a printer. Each has a deadline and fails with PRINTER_UNREACHABLE in words; none ever waits on the counter. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '#core/shared/errors.ts';
import type { Transport } from './contract.ts';

const DEADLINE_MS = 5_000;

/** Sends the bytes of one job. */
export async function sendToPrinter(transport: Transport, bytes: Uint8Array, jobId: string): Promise<void> {
  switch (transport.kind) {
    case 'TCP':
      return sendTcp(transport.host, transport.port, bytes);
    case 'SPOOLER':
      return sendSpooler(transport.queue, bytes, jobId);
    case 'FILE':
      await mkdir(transport.folder, { recursive: true });
      await writeFile(join(transport.folder, `${jobId}.bin`), bytes);
  }
}

/** Port 9100: the connection is the job; done when the printer has taken every byte and closed or acknowledged the end. */
function sendTcp(host: string, port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (reason: string): void => {
      socket.destroy();
      reject(new DomainError('PRINTER_UNREACHABLE', { reason }));
    };
    socket.setTimeout(DEADLINE_MS, () => fail('TIMEOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? 'ERROR'));
    socket.once('connect', () => {
      socket.end(bytes);
    });
    socket.once('finish', () => {
      socket.once('close', (hadError) => (hadError ? fail('CUT') : resolve()));
      socket.resume();
    });
  });
}

/** CUPS takes raw bytes on lp's input; on Windows a copy in binary mode to the shared queue goes through the spooler untouched. */
async function sendSpooler(queue: string, bytes: Uint8Array, jobId: string): Promise<void> {
  if (process.platform !== 'win32') return run('lp', ['-d', queue, '-o', 'raw'], bytes);
  const file = join(tmpdir(), `rep-drill-${jobId}.bin`);
  await writeFile(file, bytes);
  const share = queue.startsWith('\\\\') ? queue : `\\\\localhost\\${queue}`;
  return run('cmd', ['/c', 'copy', '/b', file, share], new Uint8Array());
}

function run(program: string, parameters: string[], input: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['pipe', 'ignore', 'pipe'], timeout: DEADLINE_MS });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(0, 200)));
    const fail = (reason: string): void => reject(new DomainError('PRINTER_UNREACHABLE', { reason }));
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => (code === 0 ? resolve() : fail(said || `exit ${String(code)}`)));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
