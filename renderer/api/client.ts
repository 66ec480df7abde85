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

export const setToken = (value: string | undefined): void => void (token = value);
/** Told when the core no longer knows the session. */
export const whenSignedOut = (listener: () => void): void => void (onSignedOut = listener);

/** Calls a procedure of the contract. Throws CallError. */
export async function call<P extends Path>(path: P, input: InputOf<P>, signal?: AbortSignal): Promise<OutputOf<P>> {
  const sent = token;
  try {
    return (window.repdrill ? await callWindow(path, input) : await callHttp(path, input, signal)) as OutputOf<P>;
  } catch (error) {
    // Where the session was exchanged while this was on its way, only its own token is worth nothing any more.
    if (error instanceof CallError && error.code === 'UNAUTHENTICATED' && token !== undefined && sent === token)
      onSignedOut();
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
  let response: Response;
  try {
    const init: RequestInit = { method: 'POST', headers: headers(), body: JSON.stringify(input) };
    response = await fetch(`api/${path.replace('.', '/')}`, signal ? { ...init, signal } : init);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new CallError('OFFLINE');
  }
  const body = (await response.json()) as { error?: { code: ErrorCode; details: ErrorDetails; reference: string } };
  if (response.ok) return body;
  throw new CallError(body.error?.code ?? 'INTERNAL', body.error?.details, body.error?.reference);
}

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

async function stream(events: Events, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      const response = await fetch('events', { headers: headers(), signal });
      if (!response.ok || !response.body) throw new Error('no stream');
      events.onConnection(true);
      if (attempt > 0) events.onGap();
      await readStream(response.body, events);
    } catch {
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may have been aborted while we waited
      if (signal.aborted) return;
    }
    events.onConnection(false);
    await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 500 * (attempt + 1))));
  }
}

async function readStream(body: ReadableStream<Uint8Array<ArrayBuffer>>, events: Events): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += value;
    const messages = buffer.split('\n\n');
    buffer = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^event: change\ndata: (.*)$/s.exec(message)?.[1];
      if (data !== undefined) events.onTopics(JSON.parse(data) as string[]);
    }
  }
}
