/** Goal: the log is one JSON object a line, and no secret reaches it, however deep or in whatever text it comes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openLog, scrub } from './log.ts';

it('writes JSON lines to a numbered file, each with time, level and message', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rd-log-'));
  const log = await openLog(folder);
  log.info({ requestId: 'r1', deep: { token: 'abc' } }, 'hello');
  log.debug({}, 'not at this level');
  log.error({ cause: new Error('Bearer abc.def failed') }, 'oh');
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.log'));
  const lines = readFileSync(join(folder, name ?? ''), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({ level: 30, requestId: 'r1', msg: 'hello', deep: { token: '[struck out]' } });
  expect(JSON.stringify(lines[1])).not.toContain('abc.def');
  rmSync(folder, { recursive: true });
});

it('strikes out secrets under every name at every depth, and card digits in any text', () => {
  const names = [
    'password',
    'currentPassword',
    'passwordHash',
    'pin',
    'pinHash',
    'token',
    'authorization',
    'pepper',
    'recoveryKey',
    'salaryClp',
    'lastFour',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.integer({ min: 0, max: 4 }), (name, depth) => {
      let value: object = { [name]: 'sesame-opens' };
      for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { inner: value } : { list: [value] };
      expect(JSON.stringify(scrub(value))).not.toContain('sesame');
    }),
  );
  expect(scrub('card 4111 1111 1111 1111 refused')).toBe('card [struck out] refused');
  expect(scrub('barcode 7801234567890 at 1773144000000')).toBe('barcode 7801234567890 at 1773144000000');
});
