/**
 * The page's calls over IPC. The session is bound to the window here: its token never reaches the page, and ends when the page is left.
 */
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import type { App } from '#core/app.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { Reply } from './bridge.ts';
import { CHANNEL, type ElectronParts, PAGE_ORIGIN } from './electron.ts';
import { listPrinters, savePdf } from './printing.ts';

/** What the page is given for its token: something to hold, worth nothing. */
const BOUND = 'bound-to-the-window';
/** More is no input of ours; JSON text, as over HTTP. */
const MAX_INPUT = 1024 * 1024;

interface WindowSession {
  token: string | undefined;
  abort: AbortController;
}

/** Answers the page's calls and tells it the news, until the answered function is called. */
export function bindIpc(electron: ElectronParts, app: App): () => void {
  const { ipcMain, BrowserWindow } = electron;
  const sessions = new Map<number, WindowSession>();
  ipcMain.handle(CHANNEL.call, async (event, path: unknown, input: unknown) => {
    assertOurPage(event);
    return answer(app, sessionOf(app, sessions, event.sender), path, input);
  });
  ipcMain.handle(CHANNEL.printers, (event) => {
    assertOurPage(event);
    return listPrinters(event.sender);
  });
  ipcMain.handle(CHANNEL.savePdf, (event, name: unknown) => {
    assertOurPage(event);
    return savePdf(electron, event.sender, typeof name === 'string' ? name : 'documento');
  });
  const stopNews = tellNews(app, () => BrowserWindow.getAllWindows().map((window) => window.webContents));
  return () => {
    stopNews();
    for (const channel of [CHANNEL.call, CHANNEL.printers, CHANNEL.savePdf]) ipcMain.removeHandler(channel);
    for (const session of sessions.values()) end(app, session);
  };
}

/** A frame of another origin, or a frame within the page, has no business here. */
function assertOurPage(event: IpcMainInvokeEvent): void {
  const frame = event.senderFrame;
  const isOurs = frame !== null && frame === event.sender.mainFrame && frame.url.startsWith(`${PAGE_ORIGIN}/`);
  if (!isOurs) throw new Error('a call from somewhere else');
}

function sessionOf(app: App, sessions: Map<number, WindowSession>, contents: WebContents): WindowSession {
  const known = sessions.get(contents.id);
  if (known) return known;
  const session: WindowSession = { token: undefined, abort: new AbortController() };
  sessions.set(contents.id, session);
  // A reload asks for the PIN again, as in a browser.
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) end(app, session);
  });
  contents.once('destroyed', () => {
    end(app, session);
    sessions.delete(contents.id);
  });
  return session;
}

function end(app: App, session: WindowSession): void {
  const { token } = session;
  session.abort.abort();
  session.abort = new AbortController();
  session.token = undefined;
  if (token === undefined) return;
  Promise.resolve()
    .then(() => app.call('auth.logout', {}, { token, origin: 'window' }))
    .catch(() => {
      // It had ended by itself.
    });
}

async function answer(app: App, session: WindowSession, path: unknown, input: unknown): Promise<Reply> {
  const requestId = app.ids.next(app.clock.nowMs());
  try {
    if (typeof path !== 'string') throw new DomainError('NOT_FOUND', { procedure: '' });
    const { token } = session;
    const caller = { token, origin: 'window', requestId, signal: session.abort.signal, waits: true } as const;
    const given = await app.call(path, plain(input), caller);
    if (path === 'auth.logout') session.token = undefined;
    return { answer: bind(session, given) };
  } catch (error) {
    if (error instanceof DomainError)
      return { error: { code: error.code, details: error.details, reference: requestId } };
    const cause = error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
    app.log.error({ requestId, path: String(path).slice(0, 80), ...cause }, 'a call failed unexpectedly');
    return { error: { code: 'INTERNAL', details: {}, reference: requestId } };
  }
}

/** IPC carries dates, maps and bigints that HTTP does not: the core gets JSON from both. */
function plain(input: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(input ?? {});
  } catch {
    text = undefined;
  }
  if (text === undefined || text.length > MAX_INPUT)
    throw new DomainError('INVALID_INPUT', { issues: ['(input): not JSON, or too large'] });
  return JSON.parse(text) as unknown;
}

/** Keeps the token of a newly opened session here, and gives the page the rest of the answer. */
function bind(session: WindowSession, given: unknown): unknown {
  if (typeof given !== 'object' || given === null || !('token' in given) || typeof given.token !== 'string')
    return given;
  session.token = given.token;
  return { ...given, token: BOUND };
}

/** Many commits within one turn of the loop are one piece of news. */
function tellNews(app: App, pages: () => WebContents[]): () => void {
  let pending: Set<string> | undefined;
  return app.onChange(({ topics }) => {
    if (!pending) {
      pending = new Set();
      setImmediate(() => {
        const told = [...(pending ?? [])];
        pending = undefined;
        for (const page of pages()) if (!page.isDestroyed()) page.send(CHANNEL.change, told);
      });
    }
    for (const topic of topics) pending.add(topic);
  });
}
