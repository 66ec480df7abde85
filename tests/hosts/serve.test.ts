/** Goal: `npm run serve` says when it is ready, keeps a second one away from the same shop, and stops cleanly when told to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
let folder: string;
const started: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rd-serve-'));
});
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Served {
  child: ChildProcess;
  firstLine: Promise<string>;
  ended: Promise<{ code: number | null; errors: string }>;
}

function serve(): Served {
  const child = spawn(process.execPath, ['scripts/serve.ts', '--data', folder, '--port', '0', '--pages', folder], {
    cwd: ROOT,
    stdio: 'pipe',
  });
  started.push(child);
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('\n')) resolve(output.slice(0, output.indexOf('\n')));
    });
  });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) =>
    child.on('exit', (code) => resolve({ code, errors })),
  );
  return { child, firstLine, ended };
}

it('is ready when it says so, refuses a second owner in words, and stops with 0 on SIGTERM leaving no WAL', async () => {
  const first = serve();
  const ready = JSON.parse(await first.firstLine) as { ready: boolean; url: string };
  expect(ready.ready).toBe(true);
  expect(((await (await fetch(`${ready.url}healthz`)).json()) as { status: string }).status).toBe('ok');
  const second = await serve().ended;
  expect(second.code).toBe(1);
  expect(second.errors).toContain('Otro Rep-Drill ya está usando esta tienda');
  first.child.kill('SIGTERM');
  expect((await first.ended).code).toBe(0);
  expect(readdirSync(folder)).not.toContain('shop.db-wal');
  const [log = ''] = readdirSync(join(folder, 'logs')).filter((name) => name.endsWith('.log'));
  expect(readFileSync(join(folder, 'logs', log), 'utf8')).toContain('the shop is closed');
});
