/**
 * The page's only way to the core: one call per procedure, over HTTP in a browser and over IPC in the window. The token lives in
 * memory: a reload asks for the PIN again.
 */
import type { contract } from '#core/contract.ts';
import type { ErrorCode, ErrorDetails } from '#core/shared/errors.ts';
import type { Input, Output } from '#core/shared/procedure.ts';

export type AppContract = typeof contract;
export type Path = { [G in keyof AppContract]: `${G}.${keyof AppContract[G] & string}` }[keyof AppContract];
type At<P extends Path> = P extends `${infer G}.${infer N}`
  ? G extends keyof AppContract
    ? N extends keyof AppContract[G]
      ? AppContract[G][N]
      : never
    : never
  : never;
export type InputOf<P extends Path> = Input<At<P>>;
export type OutputOf<P extends Path> = Output<At<P>>;

/** A failure that the core expected (its code has a text), or the connection to it (OFFLINE). */
export class CallError extends Error {
  readonly code: ErrorCode | 'OFFLINE';
  readonly details: ErrorDetails;
  readonly reference: string;

  constructor(code: ErrorCode | 'OFFLINE', details: ErrorDetails = {}, reference = '') {
    super(code);
    this.code = code;
    this.details = details;
    this.reference = reference;
  }
}

let token: string | undefined;
let onSignedOut: () => void = () => {};
let onUnpaired: () => void = () => {};
/** Breaks off the stream of news, which may only seem alive: it is opened anew, or found to be lost. */
let doubtStream: () => void = () => {};

export const setToken = (value: string | undefined): void => void (token = value);
/** Told when the core no longer knows the session. */
export const whenSignedOut = (listener: () => void): void => void (onSignedOut = listener);
/** Told when this device does not belong to the shop, or no more. */
export const whenUnpaired = (listener: () => void): void => void (onUnpaired = listener);

/** Calls a procedure of the contract. Throws CallError. */
export async function call<P extends Path>(path: P, input: InputOf<P>, signal?: AbortSignal): Promise<OutputOf<P>> {
  const sent = token;
  try {
    return (window.repdrill ? await callWindow(path, input) : await callHttp(path, input, signal)) as OutputOf<P>;
  } catch (error) {
    // Where the session was exchanged while this was on its way, only its own token is worth nothing any more.
    if (error instanceof CallError && error.code === 'UNAUTHENTICATED' && token !== undefined && sent === token)
      onSignedOut();
    if (error instanceof CallError && error.code === 'DEVICE_NOT_PAIRED') onUnpaired();
    throw error;
  }
}

async function callWindow(path: string, input: unknown): Promise<unknown> {
  const result = await window.repdrill?.call(path, input);
  if (result && 'answer' in result) return result.answer;
  const { code, details, reference } = result?.error ?? { code: 'OFFLINE', details: {} };
  throw new CallError(code as ErrorCode, details as ErrorDetails, reference);
}

const headers = (): Record<string, string> => ({
  'content-type': 'application/json',
  'x-request-id': crypto.randomUUID(),
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
});

async function callHttp(path: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
  try {
    const init: RequestInit = { method: 'POST', headers: headers(), body: JSON.stringify(input) };
    const response = await fetch(`api/${path.replace('.', '/')}`, signal ? { ...init, signal } : init);
    const body = (await response.json()) as Failure;
    if (response.ok) return body;
    throw failureOf(body);
  } catch (error) {
    if (error instanceof CallError || (signal?.aborted === true && !isTimeout(signal.reason))) throw error;
    // Not reached, or broken off in the middle of the answer: nobody knows whether it was done.
    doubtStream();
    throw new CallError('OFFLINE');
  }
}

interface Failure {
  error?: { code: ErrorCode; details: ErrorDetails; reference: string };
}

const failureOf = ({ error }: Failure): CallError =>
  new CallError(error?.code ?? 'INTERNAL', error?.details, error?.reference);

const isTimeout = (reason: unknown): boolean => reason instanceof DOMException && reason.name === 'TimeoutError';

export interface Events {
  onTopics: (topics: string[]) => void;
  /** After a gap everything may be stale. */
  onGap: () => void;
  onConnection: (isConnected: boolean) => void;
}

/** Listens to the core's news until stopped; reconnects by itself. */
export function listen(events: Events): () => void {
  if (window.repdrill) {
    events.onConnection(true);
    return window.repdrill.onChange(events.onTopics);
  }
  const abort = new AbortController();
  void stream(events, abort.signal);
  return () => abort.abort();
}

/** How long to wait for the stream to be opened, and then for the next of its beats (one in five seconds). */
const SILENCE_MS = 12_000;

async function stream(events: Events, signal: AbortSignal): Promise<void> {
  for (let attempt = 0, failures = 0; !signal.aborted; attempt += 1) {
    const broken = new AbortController();
    doubtStream = () => broken.abort();
    const alive = watch(() => broken.abort());
    try {
      const response = await fetch('events', {
        headers: headers(),
        signal: AbortSignal.any([signal, broken.signal]),
      });
      // Whatever it answers, the machine is there.
      failures = 0;
      events.onConnection(true);
      if (response.ok && response.body) {
        if (attempt > 0) events.onGap();
        await readStream(response.body, events, alive.renew);
      } else {
        const { code } = failureOf((await response.json()) as Failure);
        if (code === 'DEVICE_NOT_PAIRED') onUnpaired();
        await wait(2_000);
      }
    } catch {
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may have been aborted while we waited
      if (signal.aborted) return;
      // A stream that broke may be opened again at once: only then the machine counts as gone.
      if (failures > 0) events.onConnection(false);
      failures += 1;
    } finally {
      alive.stop();
    }
    await wait(Math.min(3_000, 250 * failures));
  }
}

/** Calls `onSilence` unless it is renewed in time. */
function watch(onSilence: () => void): { renew: () => void; stop: () => void } {
  let timer = setTimeout(onSilence, SILENCE_MS);
  return {
    renew: () => {
      clearTimeout(timer);
      timer = setTimeout(onSilence, SILENCE_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function readStream(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  events: Events,
  onAlive: () => void,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onAlive();
    buffer += value;
    const messages = buffer.split('\n\n');
    buffer = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^event: change\ndata: (.*)$/s.exec(message)?.[1];
      if (data !== undefined) events.onTopics(JSON.parse(data) as string[]);
    }
  }
}
