/** An Ollama for tests over real HTTP: the name of the model says what goes wrong. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeOllama {
  url: string;
  /** What `/api/tags` lists. */
  models: { name: string; size: number; remote_host?: string }[];
  /** What the well-behaved model answers. */
  choice: string;
  /** What it answers where a comment is wanted. */
  comment: string;
  chats: { model: string; system: string; user: string; format: unknown; think: unknown; tools: unknown }[];
  /** When sockets were closed by the other side, epoch milliseconds. */
  closedAtMs: number[];
  pulls: number;
  /** How the next pull goes. */
  pulling: 'ok' | 'stall' | 'disk full' | 'slow';
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const line = (value: object): string => `${JSON.stringify(value)}\n`;
const said = (content: string): string => line({ message: { role: 'assistant', content }, done: false });
const DONE = line({
  message: { content: '' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 550,
  eval_count: 20,
});

export async function fakeOllama(): Promise<FakeOllama> {
  let server: Server;
  let port = 0;
  const fake: FakeOllama = {
    url: '',
    models: [{ name: 'good', size: 1_000 }],
    choice: '{"tool":"help","arguments":{}}',
    comment: '{"comment":""}',
    chats: [],
    closedAtMs: [],
    pulls: 0,
    pulling: 'ok',
    restart: async () => {
      await fake.stop();
      await start();
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  async function start(): Promise<void> {
    server = createServer((request, response) => void answer(fake, request, response));
    server.on('connection', (socket) => socket.on('close', () => fake.closedAtMs.push(Date.now())));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    fake.url = `http://127.0.0.1:${String(port)}`;
  }
  await start();
  return fake;
}

async function answer(fake: FakeOllama, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => undefined);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = (chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}) as Record<string, unknown>;
  if (request.url === '/api/tags') return void response.end(JSON.stringify({ models: fake.models }));
  if (request.url === '/api/pull') return pull(fake, String(body['model']), response);
  const [system, user] = (body['messages'] as { content: string }[]).map((message) => message.content);
  const { format, think, tools } = body;
  fake.chats.push({ model: String(body['model']), system: system ?? '', user: user ?? '', format, think, tools });
  const wantsComment = JSON.stringify(format ?? {}).includes('comment');
  if (wantsComment && !FAULTS[String(body['model'])]) return void response.end(said(fake.comment) + DONE);
  await chat(fake, String(body['model']), response);
}

/** Every fault of a chat, by the name of the model. */
export const FAULTS: Readonly<Record<string, (fake: FakeOllama, response: ServerResponse) => void | Promise<void>>> = {
  'never-answers': () => undefined,
  'slow-load': async (fake, response) => {
    await later(150);
    response.end(said(fake.choice) + DONE);
  },
  'missing-a': (_, response) => fail(response, 404, '{"error":"model \'x\' not found"}'),
  'missing-b': (_, response) => fail(response, 404, '{"error":"model \\"x\\" not found, try pulling it first"}'),
  'bad-request': (_, response) => fail(response, 400, '{"error":"invalid format"}'),
  busy: (_, response) =>
    fail(response, 503, '{"error":"server busy, please try again.  maximum pending requests exceeded"}'),
  'error-json': (_, response) => fail(response, 500, '{"error":"llama runner process has terminated"}'),
  'error-html': (_, response) => fail(response, 500, '<html><body>Internal Server Error</body></html>'),
  'byte-by-byte': async (fake, response) => {
    for (const byte of Buffer.from(said(fake.choice) + DONE)) {
      response.write(Buffer.from([byte]));
      await later(0);
    }
    response.end();
  },
  'split-utf8': async (fake, response) => {
    const bytes = Buffer.from(line({ message: { content: fake.choice }, note: 'ñandú', done: false }) + DONE);
    const cut = bytes.indexOf(0xc3) + 1;
    response.write(bytes.subarray(0, cut));
    await later(20);
    response.end(bytes.subarray(cut));
  },
  'two-in-a-chunk': (fake, response) =>
    void response.end(said(fake.choice.slice(0, 5)) + said(fake.choice.slice(5)) + DONE),
  'cut-mid-line': (fake, response) => {
    response.write(said(fake.choice).slice(0, 20), () => response.destroy());
  },
  'no-done': (fake, response) => void response.end(said(fake.choice)),
  'error-mid-stream': (_, response) => void response.end(said('{"tool"') + line({ error: 'an error was encountered' })),
  'malformed-choice': (fake, response) => void response.end(`${said(fake.choice).slice(0, -4)}\n${DONE}`),
  'slow-tokens': async (fake, response) => {
    for (const character of fake.choice) {
      response.write(said(character));
      await later(5);
    }
    response.end(DONE);
  },
  'stalls-mid-stream': (_, response) => void response.write(said('{"tool":')),
  length: (fake, response) =>
    void response.end(said(fake.choice.slice(0, 8)) + line({ done: true, done_reason: 'length' })),
  prose: (_, response) => void response.end(said('Claro, con gusto. Las ventas fueron de $1.000.000.') + DONE),
  'wrong-enum': (_, response) => void response.end(said('{"tool":"run_sql","arguments":{"query":"select 1"}}') + DONE),
  'forbidden-tool': (_, response) =>
    void response.end(said('{"tool":"margin_summary","arguments":{"period":"this_month"}}') + DONE),
  'leaked-think': (fake, response) => void response.end(said(`<think>hmm</think>${fake.choice}`) + DONE),
  'cloud-stream': (fake, response) =>
    void response.end(
      line({ remote_host: 'https://ollama.com', message: { content: fake.choice }, done: false }) + DONE,
    ),
  'huge-line': (_, response) => void response.end(said('x'.repeat(10_000_000)) + DONE),
};

function fail(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}

async function chat(fake: FakeOllama, model: string, response: ServerResponse): Promise<void> {
  const fault = FAULTS[model];
  if (fault) await fault(fake, response);
  else if (fake.models.some(({ name }) => name === model)) response.end(said(fake.choice) + DONE);
  else fail(response, 404, `{"error":"model '${model}' not found"}`);
}

const LAYER = 1_000_000;
let kept = 0;

async function pull(fake: FakeOllama, model: string, response: ServerResponse): Promise<void> {
  fake.pulls += 1;
  if (fake.pulls === 1) kept = 0;
  response.write(line({ status: 'pulling manifest' }));
  for (; kept <= LAYER; kept += LAYER / 10) {
    if (response.destroyed) return;
    response.write(line({ status: 'pulling', digest: 'sha256:a', total: LAYER, completed: kept }));
    if (kept >= LAYER / 2 && fake.pulling === 'stall') return;
    if (kept >= LAYER / 2 && fake.pulling === 'disk full')
      return void response.end(line({ error: 'write: no space left on device' }));
    await later(fake.pulling === 'slow' ? 30 : 2);
  }
  fake.models.push({ name: model, size: LAYER });
  response.end(line({ status: 'success' }));
}
