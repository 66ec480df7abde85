/** Goal: every fault of Ollama ends within its deadline in a state that the panel has, a cancel closes the socket, and nothing of the shop goes out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Turn } from '#core/assistant/contract.ts';
import { chat, hostOf, OllamaProblem, pull } from '#core/assistant/ollama.ts';
import { choiceFormat, readChoice, systemPrompt } from '#core/assistant/choose.ts';
import { QUESTIONS_A_MINUTE } from '#core/assistant/guards.ts';
import { BUILT_IN_ROLES } from '#core/shared/permissions.ts';
import { fakeOllama, FAULTS, type FakeOllama } from '#tests/fakeOllama/server.ts';
import { testApp, type TestApp } from '#tests/support/testApp.ts';

const deadlines = { firstByteMs: 1_000, idleMs: 600, totalMs: 5_000 };
let fake: FakeOllama;
let test: TestApp;

beforeAll(async () => {
  fake = await fakeOllama();
  fake.models = [...Object.keys(FAULTS), 'good'].map((name) => ({ name, size: 1 }));
  fake.models.push({ name: 'elsewhere', size: 1, remote_host: 'https://ollama.com' });
  test = await testApp();
});
afterAll(async () => {
  test.close();
  await fake.stop();
});

const never = new AbortController().signal;
const ask = (model: string, signal = never) =>
  chat(
    { url: fake.url, deadlines },
    { model, system: 's', user: 'u', format: {}, threads: 1 },
    signal,
    () => undefined,
  );

describe('the client', () => {
  it.each([
    ['never-answers', 'TIMED_OUT'],
    ['missing-a', 'MODEL_MISSING'],
    ['missing-b', 'MODEL_MISSING'],
    ['bad-request', 'PROTOCOL'],
    ['busy', 'BUSY'],
    ['error-json', 'PROTOCOL'],
    ['error-html', 'PROTOCOL'],
    ['no-done', 'PROTOCOL'],
    ['error-mid-stream', 'PROTOCOL'],
    ['malformed-choice', 'PROTOCOL'],
    ['stalls-mid-stream', 'TIMED_OUT'],
    ['length', 'PROTOCOL'],
    ['cloud-stream', 'CLOUD_MODEL'],
    ['huge-line', 'PROTOCOL'],
  ])('%s ends as %s', async (model, reason) => {
    const startedMs = performance.now();
    await expect(ask(model)).rejects.toMatchObject({ reason });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('takes a connection cut in the middle for a fault', async () => {
    await expect(ask('cut-mid-line')).rejects.toBeInstanceOf(OllamaProblem);
  });

  it.each(['slow-load', 'byte-by-byte', 'split-utf8', 'two-in-a-chunk', 'slow-tokens', 'good'])(
    '%s is understood',
    async (model) => {
      expect((await ask(model)).content).toContain('"tool":"help"');
    },
  );

  it('closes the socket within 300 ms of a cancel, while the model loads and while it writes', async () => {
    for (const model of ['never-answers', 'slow-tokens', 'stalls-mid-stream']) {
      const controller = new AbortController();
      const asked = ask(model, controller.signal);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const before = fake.closedAtMs.length;
      const cancelledMs = performance.now();
      controller.abort();
      await expect(asked).rejects.toMatchObject({ reason: 'CANCELLED' });
      while (fake.closedAtMs.length === before && performance.now() - cancelledMs < 1_000)
        await new Promise((resolve) => setTimeout(resolve, 5));
      expect(performance.now() - cancelledMs).toBeLessThan(300);
    }
  });

  it('knows when nobody answers, and goes on after a restart', async () => {
    const { url } = fake;
    await fake.stop();
    await expect(ask('good')).rejects.toMatchObject({ reason: 'STOPPED' });
    await fake.restart().catch(() => undefined);
    expect(fake.url).toBe(url);
    expect((await ask('good')).content).toContain('help');
  });

  it('asks only this machine unless somebody allowed another', () => {
    expect(hostOf('', false, undefined)).toBe('http://127.0.0.1:11434');
    expect(hostOf('', false, '0.0.0.0:9999')).toBe('http://127.0.0.1:9999');
    for (const host of [
      'http://192.168.1.4:11434',
      'ollama.com',
      'http://127.0.0.1.evil.example',
      'http://[::ffff:8.8.8.8]',
    ])
      expect(hostOf(host, false, undefined)).toBeInstanceOf(OllamaProblem);
    expect(hostOf('http://192.168.1.4:11434', true, undefined)).toBe('http://192.168.1.4:11434');
  });

  it('downloads with progress, stops on a full disk or a stall, and resumes', async () => {
    const seen: number[] = [];
    const go = () =>
      pull({ url: fake.url, deadlines }, 'qwen3.5:2b', never, ({ completedBytes }) => seen.push(completedBytes));
    fake.pulling = 'disk full';
    await expect(go()).rejects.toMatchObject({ detail: 'DISK_FULL' });
    fake.pulling = 'stall';
    await expect(go()).rejects.toMatchObject({ reason: 'TIMED_OUT' });
    fake.pulling = 'ok';
    seen.length = 0;
    await go();
    expect(seen[0]).toBe(500_000);
    expect(seen.at(-1)).toBe(1_000_000);
  });
});

describe('the choice', () => {
  const cashier = new Set(BUILT_IN_ROLES.employee);
  it('offers a role only what it may use', () => {
    const offer = JSON.stringify([systemPrompt(cashier), choiceFormat(cashier)]);
    for (const word of ['margin', 'reorder_suggestions', 'sales_summary', 'cost']) expect(offer).not.toContain(word);
  });
  it.each([
    ['prose', 'Claro: $1.000.000'],
    ['an unknown tool', '{"tool":"run_sql","arguments":{}}'],
    ['a tool above the role', '{"tool":"margin_summary","arguments":{}}'],
    ['a wrong value', '{"tool":"stock_status","arguments":{"filter":"everything"}}'],
    ['an invented name', '{"tool":"stock_status","arguments":{"product":"Castrol"}}'],
  ])('refuses %s', (_, content) => {
    expect(readChoice(content, 'que stock hay', cashier)).toEqual({ kind: 'INVALID' });
  });
});

describe('the pipeline', () => {
  const asked = async (model: string, question: string): Promise<Turn & { answer: Answer }> => {
    await test.client(test.as.admin).assistant.setSetup({
      enabled: 'YES',
      model,
      host: fake.url,
      allowRemote: 'NO',
      comment: 'NO',
      retentionDays: 30,
    });
    return (await test.client(test.as.manager).assistant.ask({ question })) as Turn & { answer: Answer };
  };
  // Words that no rule knows, so that the model is asked.
  it.each([
    ['good', 'ANSWER', null],
    ['leaked-think', 'ANSWER', null],
    ['prose', 'SUGGEST', 'NOT_UNDERSTOOD'],
    ['wrong-enum', 'SUGGEST', 'NOT_UNDERSTOOD'],
    ['busy', 'FAILED', 'BUSY'],
    ['absent', 'FAILED', 'MODEL_MISSING'],
    ['elsewhere', 'FAILED', 'CLOUD_MODEL'],
  ])('%s: %s', async (model, outcome, reason) => {
    const { answer } = await asked(model, `zarandeo ${model} cachivache`);
    expect([answer.outcome, answer.reason]).toEqual([outcome, reason]);
    expect(JSON.stringify(answer.figures)).not.toContain('1.000.000');
  });

  it('remembers a choice, and sends nothing but question, date and tools', async () => {
    const before = fake.chats.length;
    expect((await asked('good', 'zarandeo dos veces')).answer.via).toBe('MODEL');
    expect((await asked('good', 'zarandeo dos veces')).answer.via).toBe('CACHE');
    expect(fake.chats.length).toBe(before + 1);
    expect(fake.chats.at(-1)).toMatchObject({
      think: false,
      user: 'Today is Tuesday 2026-03-10.\nQuestion: "zarandeo dos veces"',
    });
    expect(fake.chats.at(-1)?.tools).toBeUndefined();
  });

  it('lets twenty questions a minute through to the model, and says how long to wait', async () => {
    test.clock.advance(120_000);
    let last: Answer | undefined;
    for (let index = 0; index <= QUESTIONS_A_MINUTE; index += 1)
      last = (await asked('good', `zarandeo numero ${'x'.repeat(index + 1)}`)).answer;
    expect(last).toMatchObject({
      outcome: 'FAILED',
      reason: 'RATE_LIMITED',
      figures: [{ id: 'wait', value: 60, unit: 'COUNT' }],
    });
    expect((await asked('good', '¿Cuánto hemos vendido hoy?')).answer.reason).not.toBe('RATE_LIMITED');
  });
});
