/**
 * The only file that speaks to Ollama: over loopback HTTP, with deadlines of our own, strict about every line, and closing the socket at once
 * when it is told to stop. A stock client cannot be stopped while a model loads and drops broken lines in silence (docs/gotchas.md).
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Reason } from './contract.ts';

export class OllamaProblem extends Error {
  override readonly name = 'OllamaProblem';
  readonly reason: Reason;
  readonly detail: string;
  constructor(reason: Reason, detail = '') {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

export interface Deadlines {
  /** From the request to the first byte: a model is read into memory meanwhile. */
  firstByteMs: number;
  /** Between two bytes. */
  idleMs: number;
  /** Of a whole choice. */
  totalMs: number;
}
export const DEADLINES: Deadlines = { firstByteMs: 90_000, idleMs: 20_000, totalMs: 180_000 };
const MAX_LINE = 262_144;

export interface Host {
  url: string;
  deadlines: Deadlines;
}

/** The address to use, or why it may not be used: only this machine, unless an administrator said otherwise. */
export function hostOf(
  configured: string,
  allowRemote: boolean,
  environment: string | undefined,
): string | OllamaProblem {
  const said = (configured === '' ? (environment ?? '') : configured).trim() || '127.0.0.1:11434';
  let url: URL;
  try {
    url = new URL(/^https?:\/\//.test(said) ? said : `http://${said}`);
  } catch {
    return new OllamaProblem('REMOTE_HOST', said.slice(0, 80));
  }
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.port === '' && !/:\d+\/?$/.test(said) && url.protocol === 'http:') url.port = '11434';
  const isLoopback = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname);
  if (!isLoopback && !allowRemote) return new OllamaProblem('REMOTE_HOST', url.hostname);
  return url.origin;
}

/** Whether the program is on this machine: on the path, or where its installers put it. */
export function isOllamaInstalled(environment: NodeJS.ProcessEnv = process.env, home = homedir()): boolean {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [
    ...folders.flatMap((folder) => [join(folder, 'ollama'), join(folder, 'ollama.exe')]),
    join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Programs', 'Ollama', 'ollama.exe'),
    '/Applications/Ollama.app',
    join(home, 'Applications', 'Ollama.app'),
  ].some((file) => existsSync(file));
}

export interface Installed {
  name: string;
  sizeBytes: number;
  isCloud: boolean;
}

/** The models on the machine. STOPPED where nothing answers. */
export async function installedModels(host: Host, signal?: AbortSignal): Promise<Installed[]> {
  const guard = guarded({ ...host.deadlines, firstByteMs: Math.min(3_000, host.deadlines.firstByteMs) }, signal);
  try {
    const response = await send(host, '/api/tags', undefined, guard.signal);
    const body: unknown = JSON.parse(await response.text());
    const models = (body as { models?: unknown }).models;
    if (!Array.isArray(models)) throw new OllamaProblem('PROTOCOL', 'no models');
    return models.map((model: { name?: unknown; size?: unknown; remote_host?: unknown }) => {
      const name = String(model.name);
      const isCloud = (typeof model.remote_host === 'string' && model.remote_host !== '') || /[:-]cloud$/.test(name);
      return { name, sizeBytes: Number(model.size) || 0, isCloud };
    });
  } catch (error) {
    throw guard.explain(error);
  } finally {
    guard.end();
  }
}

export interface Chosen {
  content: string;
  promptTokens: number | null;
  outputTokens: number | null;
}

export interface ChatRequest {
  model: string;
  system: string;
  user: string;
  format: object;
  threads: number;
}

/** Lets the model choose. The choice is whole or an OllamaProblem: half an answer is none. */
export async function chat(host: Host, request: ChatRequest, signal: AbortSignal, onByte: () => void): Promise<Chosen> {
  const guard = guarded(host.deadlines, signal);
  try {
    const body = {
      model: request.model,
      messages: [
        { role: 'system', content: request.system },
        { role: 'user', content: request.user },
      ],
      stream: true,
      think: false,
      format: request.format,
      keep_alive: '30m',
      options: { temperature: 0, num_ctx: 4096, num_predict: 300, num_thread: request.threads },
    };
    const response = await send(host, '/api/chat', body, guard.signal);
    let content = '';
    for await (const line of lines(response, guard, onByte)) {
      if (typeof line['remote_host'] === 'string' && line['remote_host'] !== '') throw new OllamaProblem('CLOUD_MODEL');
      const message = line['message'] as { content?: unknown } | undefined;
      if (typeof message?.content === 'string') content += message.content;
      if (line['done'] !== true) continue;
      if (line['done_reason'] === 'length') throw new OllamaProblem('PROTOCOL', 'cut short');
      const count = (value: unknown): number | null => (Number.isSafeInteger(value) ? (value as number) : null);
      return { content, promptTokens: count(line['prompt_eval_count']), outputTokens: count(line['eval_count']) };
    }
    throw new OllamaProblem('PROTOCOL', 'ended without done');
  } catch (error) {
    throw guard.explain(error);
  } finally {
    guard.end();
  }
}

export interface PullProgress {
  completedBytes: number;
  totalBytes: number;
}

/** Downloads a model; Ollama keeps what has come, so asking again goes on from there. */
export async function pull(
  host: Host,
  model: string,
  signal: AbortSignal,
  onProgress: (progress: PullProgress) => void,
): Promise<void> {
  const guard = guarded({ ...host.deadlines, totalMs: 24 * 3_600_000 }, signal);
  const layers = new Map<string, PullProgress>();
  try {
    const response = await send(host, '/api/pull', { model, stream: true }, guard.signal);
    for await (const line of lines(response, guard, () => undefined)) {
      if (typeof line['digest'] === 'string' && typeof line['total'] === 'number') {
        layers.set(line['digest'], { totalBytes: line['total'], completedBytes: Number(line['completed']) || 0 });
        const sum = (key: keyof PullProgress): number =>
          [...layers.values()].reduce((total, layer) => total + layer[key], 0);
        onProgress({ completedBytes: sum('completedBytes'), totalBytes: sum('totalBytes') });
      }
      if (line['status'] === 'success') return;
    }
    throw new OllamaProblem('PROTOCOL', 'ended without success');
  } catch (error) {
    throw guard.explain(error);
  } finally {
    guard.end();
  }
}

/** Strict NDJSON: every line is an object or the whole is refused; an `error` line ends it. */
async function* lines(
  response: Response,
  guard: Guard,
  onByte: () => void,
): AsyncGenerator<Record<string, unknown>, void, undefined> {
  if (!response.body) throw new OllamaProblem('PROTOCOL', 'no body');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let buffer = '';
  const parse = (line: string): Record<string, unknown> => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new OllamaProblem('PROTOCOL', 'malformed line');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new OllamaProblem('PROTOCOL', 'no object');
    const told = (value as { error?: unknown }).error;
    if (told !== undefined) throw toldProblem(0, typeof told === 'string' ? told : JSON.stringify(told));
    return value as Record<string, unknown>;
  };
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    guard.alive();
    onByte();
    buffer += decoder.decode(chunk, { stream: true });
    for (let end = buffer.indexOf('\n'); end >= 0; end = buffer.indexOf('\n')) {
      const line = buffer.slice(0, end).trim();
      buffer = buffer.slice(end + 1);
      if (line.length > MAX_LINE) throw new OllamaProblem('PROTOCOL', 'line too long');
      if (line !== '') yield parse(line);
    }
    // The socket is closed at once: waiting for a stream to end that will not be read would be up to the other side.
    if (buffer.length > MAX_LINE) throw guard.fail(new OllamaProblem('PROTOCOL', 'line too long'));
  }
  if (buffer.trim() !== '') yield parse(buffer.trim());
}

async function send(host: Host, path: string, body: object | undefined, signal: AbortSignal): Promise<Response> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(host.url + path, { ...(body ? post : {}), signal, redirect: 'error' });
  if (response.ok) return response;
  const told = (await response.text()).slice(0, 2_000);
  throw toldProblem(response.status, told);
}

function toldProblem(status: number, text: string): OllamaProblem {
  if (/no space left|disk full|ENOSPC/i.test(text)) return new OllamaProblem('PROTOCOL', 'DISK_FULL');
  if (/not found|try pulling/i.test(text) || status === 404)
    return new OllamaProblem('MODEL_MISSING', text.slice(0, 120));
  if (status === 503 || /server busy|overloaded|maximum pending/i.test(text)) return new OllamaProblem('BUSY');
  return new OllamaProblem('PROTOCOL', `${String(status)} ${text.slice(0, 120)}`);
}

interface Guard {
  signal: AbortSignal;
  /** A byte came: the idle deadline starts again. */
  alive: () => void;
  end: () => void;
  /** Gives up for this reason and closes the socket. */
  fail: (problem: OllamaProblem) => OllamaProblem;
  explain: (error: unknown) => OllamaProblem;
}

/** One AbortController over the caller's wish to stop and our three deadlines; it says afterwards which of them it was. */
function guarded(deadlines: Deadlines, outer: AbortSignal | undefined): Guard {
  const controller = new AbortController();
  let cause: OllamaProblem | undefined;
  const stop = (reason: Reason) => (): void => {
    cause ??= new OllamaProblem(reason);
    controller.abort();
  };
  const cancelled = stop('CANCELLED');
  if (outer?.aborted === true) cancelled();
  outer?.addEventListener('abort', cancelled, { once: true });
  let waiting = setTimeout(stop('TIMED_OUT'), deadlines.firstByteMs);
  const total = setTimeout(stop('TIMED_OUT'), deadlines.totalMs);
  return {
    signal: controller.signal,
    alive: () => {
      clearTimeout(waiting);
      waiting = setTimeout(stop('TIMED_OUT'), deadlines.idleMs);
    },
    end: () => {
      clearTimeout(waiting);
      clearTimeout(total);
      outer?.removeEventListener('abort', cancelled);
      // Generation goes on at the other side while the socket is open.
      controller.abort();
    },
    fail: (problem) => {
      cause ??= problem;
      controller.abort();
      return cause;
    },
    explain: (error) => {
      if (cause) return cause;
      if (error instanceof OllamaProblem) return error;
      const code = ((error as { cause?: { code?: unknown } }).cause?.code ?? '') as string;
      if (['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(code))
        return new OllamaProblem('STOPPED', code);
      return new OllamaProblem('PROTOCOL', String(error).slice(0, 120));
    },
  };
}
