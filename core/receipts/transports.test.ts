/**
 * Goal: every way to a printer ends in time, says in a word why it failed, and knows whether paper may have come out. Real sockets, a real
 * folder, a real child process in place of CUPS.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DomainError } from '#core/shared/errors.ts';
import { type FakePrinter, fakePrinter } from '#tests/support/fakePrinter.ts';
import { layout } from './document.ts';
import { toEscPos } from './escpos.ts';
import { sendToPrinter } from './transports.ts';

const SHORT = { connectMs: 1_000, stallMs: 1_000, closeMs: 300, totalMs: 10_000 };
vi.setConfig({ testTimeout: 20_000 });
const paper = (lineCount: number): Uint8Array =>
  toEscPos(
    layout(
      Array.from({ length: lineCount }, (_, index) => ({ kind: 'text' as const, text: `renglón ${String(index)}` })),
      48,
    ),
    48,
  );

/** What a failed job says; undefined where it went well. */
async function failureOf(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, ...error.details };
    throw error;
  }
}

describe('TCP', () => {
  let printer: FakePrinter;
  const send = (bytes: Uint8Array): Promise<unknown> =>
    failureOf(sendToPrinter({ kind: 'TCP', host: '127.0.0.1', port: printer.port }, bytes, 'job', SHORT));

  beforeEach(async () => {
    printer = await fakePrinter();
  });
  afterEach(() => printer.close());

  it('hands over every byte, to a slow printer too', async () => {
    expect(await send(paper(40))).toBeUndefined();
    printer.mode = 'slow';
    expect(await send(paper(4_000))).toBeUndefined();
    expect(printer.jobs.map((job) => job.lines.filter((line) => line !== '').length)).toEqual([40, 4_000]);
  });

  it('takes the word of a printer that prints and never closes', async () => {
    printer.mode = 'silent';
    expect(await send(paper(10))).toBeUndefined();
    expect(printer.jobs).toHaveLength(1);
  });

  it('is refused by one that is switched off, and nothing was printed', async () => {
    await printer.switchOff();
    expect(await send(paper(1))).toEqual({ code: 'PRINTER_UNREACHABLE', reason: 'REFUSED', mayHavePrinted: false });
  });

  it('does not know what came out where the connection broke', async () => {
    printer.mode = 'cut';
    expect(await send(paper(2_000))).toEqual({ code: 'PRINTER_UNREACHABLE', reason: 'CUT', mayHavePrinted: true });
  });

  it('gives one up that takes no more bytes', async () => {
    printer.mode = 'stuck';
    // More than the buffers of the connection hold.
    expect(await send(new Uint8Array(32 * 1024 * 1024).fill(65))).toEqual({
      code: 'PRINTER_UNREACHABLE',
      reason: 'STALLED',
      mayHavePrinted: true,
    });
  });

  it('gives up on a place where nobody answers', async () => {
    // An address that is nobody's (RFC 5737).
    const failure = await failureOf(
      sendToPrinter({ kind: 'TCP', host: '192.0.2.1', port: 9100 }, paper(1), 'job', SHORT),
    );
    expect(failure).toMatchObject({ code: 'PRINTER_UNREACHABLE', mayHavePrinted: false });
    expect(['TIMEOUT', 'NOT_FOUND', 'REFUSED']).toContain((failure as { reason: string }).reason);
  });
});

describe('folder and spooler', () => {
  let folder: string;
  const path = process.env['PATH'];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rd-print-'));
  });
  afterEach(() => {
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true });
  });

  it('leaves whole files only', async () => {
    const target = join(folder, 'papel', 'caja 1');
    expect(await failureOf(sendToPrinter({ kind: 'FILE', folder: target }, paper(3), 'job-1'))).toBeUndefined();
    expect(readdirSync(target)).toEqual(['job-1.bin']);
    expect(new Uint8Array(readFileSync(join(target, 'job-1.bin')))).toEqual(paper(3));
    writeFileSync(join(folder, 'file'), '');
    expect(await failureOf(sendToPrinter({ kind: 'FILE', folder: join(folder, 'file') }, paper(1), 'x'))).toMatchObject(
      { mayHavePrinted: false },
    );
  });

  it.skipIf(process.platform === 'win32')('gives CUPS the raw bytes, and no name is a command', async () => {
    const queue = '$(touch hacked); -o x "caja 1"';
    writeFileSync(join(folder, 'lp'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/said'\ncat > '${folder}/bytes'\n`);
    chmodSync(join(folder, 'lp'), 0o755);
    process.env['PATH'] = `${folder}:${path ?? ''}`;
    expect(await failureOf(sendToPrinter({ kind: 'SPOOLER', queue }, paper(3), 'job'))).toBeUndefined();
    expect(readFileSync(join(folder, 'said'), 'utf8')).toBe(`-d\n${queue}\n-o\nraw\n`);
    expect(new Uint8Array(readFileSync(join(folder, 'bytes')))).toEqual(paper(3));
    writeFileSync(join(folder, 'lp'), '#!/bin/sh\necho "lp: no such queue" >&2\nexit 1\n');
    expect(await failureOf(sendToPrinter({ kind: 'SPOOLER', queue }, paper(3), 'job'))).toEqual({
      code: 'PRINTER_UNREACHABLE',
      reason: 'lp: no such queue',
      mayHavePrinted: false,
    });
    process.env['PATH'] = join(folder, 'nothing');
    expect(await failureOf(sendToPrinter({ kind: 'SPOOLER', queue }, paper(3), 'job'))).toMatchObject({
      reason: 'NO_SPOOLER',
    });
  });
});
