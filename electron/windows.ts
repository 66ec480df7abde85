/** The shop's window: closed off from the web, its place on the screen kept, browser keys off. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow, Rectangle, WebContents } from 'electron';
import type { ElectronParts } from './electron.ts';

const DEFAULT_SIZE = { width: 1366, height: 768 };
const MIN_ZOOM = 0.9;
const MAX_ZOOM = 1.5;

/** Applies to every page that this process will ever show: no place to go but its own origin, no window to open, no permission, no network. */
export function closeOff({ app, session, Menu }: ElectronParts, origin: string): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void }): void => event.preventDefault();
    contents.on('will-navigate', (event) => {
      if (!event.url.startsWith(`${origin}/`)) event.preventDefault();
    });
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', stay);
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  defaultSession.setPermissionCheckHandler(() => false);
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !isOwn(details.url, origin) }));
  // F10 opens the drawer: no menu may take it.
  Menu.setApplicationMenu(null);
}

/** The page's own origin, and what it makes itself. */
const isOwn = (url: string, origin: string): boolean =>
  [`${origin}/`, `blob:${origin}/`, 'data:', 'devtools:'].some((start) => url.startsWith(start));

/** Opens the window where it was last, and loads the page. */
export function openWindow(
  electron: ElectronParts,
  options: { url: string; preload?: string; stateFile: string },
): BrowserWindow {
  const place = seenPlace(electron, options.stateFile);
  const window = new electron.BrowserWindow({
    ...(place?.bounds ?? DEFAULT_SIZE),
    minWidth: 1024,
    minHeight: 640,
    show: false,
    backgroundColor: '#f4f5f7',
    title: 'Rep-Drill',
    webPreferences: {
      ...(options.preload === undefined ? {} : { preload: options.preload }),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !electron.app.isPackaged,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.webContents.on('before-input-event', (event, input) => {
    if (handleKey(window.webContents, input)) event.preventDefault();
  });
  // The sale on the screen is in the database: a page that died comes back where it was.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.webContents.reload();
  });
  if (place?.isMaximized === true) window.maximize();
  window.on('close', () => keepPlace(window, options.stateFile));
  void window.loadURL(options.url);
  return window;
}

interface Key {
  type: string;
  key: string;
  control: boolean;
  meta: boolean;
}

/** Takes the keys of a browser away from the shop, and zooms between 90 and 150 %. Answers whether the key is used up. */
export function handleKey(contents: Pick<WebContents, 'getZoomFactor' | 'setZoomFactor'>, input: Key): boolean {
  if (input.type !== 'keyDown') return false;
  const key = input.key.toLowerCase();
  if (['f5', 'f11', 'f12', 'browserback', 'browserforward', 'browserrefresh'].includes(key)) return true;
  if (!input.control && !input.meta) return false;
  const zoom = (factor: number): true => {
    contents.setZoomFactor(Math.round(Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, factor)) * 10) / 10);
    return true;
  };
  if (key === '+' || key === '=') return zoom(contents.getZoomFactor() + 0.1);
  if (key === '-') return zoom(contents.getZoomFactor() - 0.1);
  if (key === '0') return zoom(1);
  return key === 'r' || key === 'w';
}

interface Place {
  bounds: Rectangle;
  isMaximized: boolean;
}

/** The kept place, if a screen still shows it. */
function seenPlace(electron: ElectronParts, file: string): Place | undefined {
  const kept = readPlace(file);
  if (!kept) return undefined;
  const { x, y, width, height } = kept.bounds;
  const isSeen = electron.screen.getAllDisplays().some(({ workArea }) => {
    const overlapX = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    const overlapY = Math.min(y + height, workArea.y + workArea.height) - Math.max(y, workArea.y);
    return overlapX >= 200 && overlapY >= 100;
  });
  return isSeen ? kept : undefined;
}

function readPlace(file: string): Place | undefined {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<Place>;
    const { bounds } = kept;
    const isSound =
      bounds !== undefined &&
      [bounds.x, bounds.y, bounds.width, bounds.height].every((value) => Number.isInteger(value));
    return isSound ? { bounds, isMaximized: kept.isMaximized === true } : undefined;
  } catch {
    return undefined;
  }
}

function keepPlace(window: BrowserWindow, file: string): void {
  const place: Place = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
  try {
    writeFileSync(file, JSON.stringify(place));
  } catch {
    // The window's place is not worth a word.
  }
}

export const stateFileOf = (userData: string): string => join(userData, 'window.json');
