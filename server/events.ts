/** News for the page: after each commit the tables that changed, as server-sent events read by fetch (the token is in a header). */
import type { ServerResponse } from 'node:http';
import type { App } from '#core/app.ts';
import { findSession } from '#core/engine/sessions.ts';

/** Pages take a longer silence for a lost connection: renderer/api/client.ts. */
const HEARTBEAT_MS = 5_000;
/** A page that does not read what it is told is cut off; it reconnects and refetches. */
const MAX_UNREAD_BYTES = 256 * 1024;

/** Streams until the page leaves or its session ends. A page that reconnects refetches everything: nothing is replayed. */
export function streamEvents(
  app: App,
  holder: { token: string; credential: string | undefined },
  response: ServerResponse,
): () => void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write('event: hello\ndata: {}\n\n');
  // A look at the session without using it: a page that nobody touches must not keep it alive.
  const isLive = (): boolean => findSession(app.database.reader, holder.token, app.clock.nowMs()) !== undefined;
  let pending: Set<string> | undefined;
  // Many commits within one turn of the loop are one piece of news.
  const unsubscribe = app.onChange(({ topics }) => {
    // Signed out, disabled, or its device revoked: it hears nothing more, this news included.
    if (topics.includes('session') && !isLive()) return stop();
    if (!pending) {
      pending = new Set();
      setImmediate(() => {
        const sent = [...(pending ?? [])];
        pending = undefined;
        if (response.writableEnded) return;
        if (response.writableLength > MAX_UNREAD_BYTES) return stop();
        response.write(`event: change\ndata: ${JSON.stringify(sent)}\n\n`);
      });
    }
    for (const topic of topics) pending.add(topic);
  });
  const heartbeat = setInterval(() => {
    // An idle till is seen too.
    app.door.deviceOf(holder.credential);
    if (isLive()) response.write('event: beat\ndata: {}\n\n');
    else stop();
  }, HEARTBEAT_MS);
  const stop = (): void => {
    clearInterval(heartbeat);
    unsubscribe();
    response.end();
  };
  response.on('close', stop);
  return stop;
}
