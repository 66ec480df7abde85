/**
 * Goal: the window shows our page and nothing else, its page holds no token and reaches the core only by its procedures, a stranger's
 * frame reaches nothing, and the shop is closed before the process ends.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContextBridge, IpcRenderer } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bridge, exposeBridge } from '#electron/bridge.ts';
import { PAGE_URL } from '#electron/electron.ts';
import { runWindowHost, utilityLaunch } from '#electron/host.ts';
import { pageFile } from '#electron/pages.ts';
import { handleKey } from '#electron/windows.ts';
import { type ContentsDouble, contextBridgeDouble, electronDouble } from './electronDouble.ts';

let folder: string;
let double: ReturnType<typeof electronDouble>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rd-window-'));
  mkdirSync(join(folder, 'pages/assets'), { recursive: true });
  writeFileSync(join(folder, 'pages/index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'secret.html'), 'secret');
});
afterEach(async () => {
  if (!double.state.hasQuit && double.state.windows.length > 0) {
    double.app.quit();
    await until(() => double.state.hasQuit);
  }
  rmSync(folder, { recursive: true });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function open(options: Partial<Parameters<typeof electronDouble>[0]> = {}) {
  double = electronDouble({ userData: folder, ...options });
  await runWindowHost(double.electron, {
    data: undefined,
    pages: join(folder, 'pages'),
    preload: '/preload.cjs',
    version: '1.2.3',
  });
  return double.state.windows[0];
}

function bridgeOf(contents: ContentsDouble): Bridge {
  const page = contextBridgeDouble();
  exposeBridge(page.contextBridge as unknown as ContextBridge, double.ipcRenderer(contents) as unknown as IpcRenderer);
  return page.world['repdrill'] as Bridge;
}

const FIRST_RUN = {
  organisation: { name: 'Lubricentro Maipú SpA', rut: '76.192.083-9', giro: '' },
  branch: { name: 'Maipú', code: 'MA', address: '', comuna: '' },
  terminalName: 'Caja 1',
  admin: { email: 'olga@example.cl', firstName: 'Olga', lastName: 'Soto', password: 'aceite-10w40-mineral' },
};

describe('the window', () => {
  it('is isolated and sandboxed, without menu, and loads the page by our own scheme', async () => {
    const window = await open();
    expect(window?.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
      preload: '/preload.cjs',
    });
    expect(double.state).toMatchObject({ menu: null, schemes: ['app'] });
    expect(window?.webContents.mainFrame.url).toBe(PAGE_URL);
    expect(window?.isShown).toBe(true);
  });

  it('goes nowhere else, opens nothing, permits nothing, loads nothing from the network', async () => {
    const contents = (await open())?.webContents;
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'app://other/index.html',
      'app://repdrill.evil/',
    ]) {
      expect([url, contents?.navigate(url)]).toEqual([url, false]);
      expect(contents?.windowOpenHandler?.({ url })).toEqual({ action: 'deny' });
    }
    expect(contents?.navigate('app://repdrill/index.html#/stock')).toBe(true);
    let isAllowed: boolean | undefined;
    double.state.permission?.(contents, 'media', (answer) => (isAllowed = answer));
    expect([isAllowed, double.state.permissionCheck?.(), double.state.devicePermission?.()]).toEqual([
      false,
      false,
      false,
    ]);
    const cancelled = (url: string): boolean | undefined => {
      let cancel: boolean | undefined;
      double.state.block?.({ url }, (answer) => (cancel = answer.cancel));
      return cancel;
    };
    expect(['https://cdn.example/x.js', 'ws://127.0.0.1:1/', 'file:///etc/passwd'].map(cancelled)).toEqual([
      true,
      true,
      true,
    ]);
    expect([PAGE_URL, 'blob:app://repdrill/1', 'data:image/png;base64,'].map(cancelled)).toEqual([false, false, false]);
  });

  it('takes a browser’s keys away, leaves the shop’s own, and zooms between 90 and 150 %', async () => {
    const contents = {
      zoom: 1,
      getZoomFactor: () => contents.zoom,
      setZoomFactor: (factor: number) => void (contents.zoom = factor),
    };
    const press = (key: string, control = false): boolean =>
      handleKey(contents, { type: 'keyDown', key, control, meta: false });
    expect([
      press('F5'),
      press('F11'),
      press('F12'),
      press('r', true),
      press('R', true),
      press('w', true),
    ]).not.toContain(false);
    expect([
      press('F9'),
      press('F10'),
      press('F1'),
      press('k', true),
      press('z', true),
      press('1', true),
      press('+'),
      press('-'),
    ]).not.toContain(true);
    for (let times = 0; times < 9; times += 1) press('+', true);
    expect(contents.zoom).toBe(1.5);
    for (let times = 0; times < 9; times += 1) press('-', true);
    expect(contents.zoom).toBe(0.9);
    press('0', true);
    expect(contents.zoom).toBe(1);
  });

  it('opens where it was, unless no screen shows that place any more', async () => {
    const place = (x: number) =>
      writeFileSync(
        join(folder, 'window.json'),
        JSON.stringify({ bounds: { x, y: 10, width: 1200, height: 700 }, isMaximized: true }),
      );
    place(40);
    const window = await open();
    expect(window?.options).toMatchObject({ x: 40, y: 10, width: 1200, height: 700 });
    expect(window?.maximized).toBe(true);
    window?.close();
    await until(() => double.state.hasQuit);
    expect(JSON.parse(readFileSync(join(folder, 'window.json'), 'utf8'))).toEqual({
      bounds: { x: 40, y: 10, width: 1200, height: 700 },
      isMaximized: true,
    });
    place(5_000);
    expect((await open())?.options).toMatchObject({ width: 1366, height: 768 });
  });

  it('is one: a second start brings the first to the front and leaves', async () => {
    const window = await open();
    const second = electronDouble({ userData: folder, isFirst: false });
    await runWindowHost(second.electron, { data: undefined, pages: folder, preload: '', version: '1' });
    expect([second.state.hasQuit, second.state.windows.length]).toEqual([true, 0]);
    if (window) window.minimized = true;
    double.app.emit('second-instance');
    expect([window?.minimized, window?.focused]).toEqual([false, 1]);
  });

  it('says in words why a shop that is in use cannot be opened', async () => {
    await open();
    const other = electronDouble({ userData: folder });
    await runWindowHost(other.electron, { data: undefined, pages: folder, preload: '', version: '1' });
    expect(other.state.errors[0]).toContain('Otro Rep-Drill ya está usando esta tienda');
    expect(other.state.exitCode).toBe(1);
  });

  it('closes the shop before it ends', async () => {
    const window = await open();
    expect(existsSync(join(folder, 'shop/shop.db-wal'))).toBe(true);
    window?.close();
    expect(double.state.hasQuit).toBe(false);
    await until(() => double.state.hasQuit);
    expect(existsSync(join(folder, 'shop/shop.db-wal'))).toBe(false);
  });
});

describe('the page', () => {
  it('signs in without ever holding the token, hears the news, and signs out', async () => {
    const window = await open();
    if (!window) throw new Error('no window');
    const page = bridgeOf(window.webContents);
    const news: string[] = [];
    const stop = page.onChange((topics) => news.push(...topics));
    const opened = await page.call('auth.firstRun', FIRST_RUN);
    expect(opened).toMatchObject({ answer: { token: 'bound-to-the-window', user: { firstName: 'Olga' } } });
    await until(() => news.includes('installation'));
    expect(await page.call('auth.me', {})).toMatchObject({ answer: { firstName: 'Olga' } });
    expect(JSON.stringify(window.webContents.sent)).not.toMatch(/token/);
    await page.call('auth.logout', {});
    expect(await page.call('auth.me', {})).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    stop();
  }, 60_000);

  it('loses its session when it is loaded anew, and another window has none', async () => {
    const window = await open();
    if (!window) throw new Error('no window');
    const page = bridgeOf(window.webContents);
    await page.call('auth.firstRun', FIRST_RUN);
    const second = new double.electron.BrowserWindow({ width: 1, height: 1, webPreferences: {} });
    await second.loadURL(PAGE_URL);
    expect(await bridgeOf(second.webContents as unknown as ContentsDouble).call('auth.me', {})).toMatchObject({
      error: { code: 'UNAUTHENTICATED' },
    });
    expect(await page.call('auth.me', {})).toHaveProperty('answer');
    window.webContents.reload();
    expect(await page.call('auth.me', {})).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  }, 60_000);

  it('gets typed errors, and of a bug no more than a reference', async () => {
    const window = await open();
    if (!window) throw new Error('no window');
    const page = bridgeOf(window.webContents);
    expect(await page.call('auth.login', { email: 1 })).toMatchObject({
      error: { code: 'INVALID_INPUT', details: { issues: expect.any(Array) } },
    });
    expect(await page.call('no.such', {})).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await page.call('system.status', 1n)).toMatchObject({ error: { code: 'INVALID_INPUT' } });
    expect(await page.call('system.status', { text: 'x'.repeat(2_000_000) })).toMatchObject({
      error: { code: 'INVALID_INPUT' },
    });
    expect(await page.call(7 as unknown as string, {})).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('is the only one that is answered: no other origin, no frame within it', async () => {
    const window = await open();
    if (!window) throw new Error('no window');
    const frame = double.foreignFrame();
    frame.url = PAGE_URL;
    for (const channel of double.state.handlers.keys()) {
      await expect(double.ipcRenderer(window.webContents, frame).invoke(channel, 'system.status', {})).rejects.toThrow(
        'somewhere else',
      );
    }
    window.webContents.mainFrame.url = 'https://evil.example/app://repdrill/';
    await expect(double.ipcRenderer(window.webContents).invoke('repdrill:call', 'system.status', {})).rejects.toThrow(
      'somewhere else',
    );
  });

  it('comes back when it died, and prints what the system prints', async () => {
    const savePath = join(folder, 'out.pdf');
    const window = await open({ savePath });
    if (!window) throw new Error('no window');
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(window.webContents.reloads).toBe(1);
    const page = bridgeOf(window.webContents);
    expect(await page.printers()).toEqual(['Epson TM-T20', 'Zebra']);
    expect(await page.savePdf('../../etc/Boleta 1')).toBe(true);
    expect(readFileSync(savePath, 'utf8')).toContain('%PDF');
  });
});

it('serves files of the page alone, by GET, with the policy', async () => {
  const pages = join(folder, 'pages');
  const get = (url: string, method = 'GET') => pageFile(pages, { url, method });
  const index = await get(PAGE_URL);
  expect([index.status, index.headers.get('content-type'), await index.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<!doctype html><title>page</title>',
  ]);
  expect(index.headers.get('content-security-policy')).toContain("script-src 'self'");
  const statuses = await Promise.all(
    [
      'app://repdrill/../secret.html',
      'app://repdrill/..%2fsecret.html',
      'app://repdrill/%2e%2e/secret.html',
      'app://repdrill/%00.html',
      'app://repdrill/%',
      'app://repdrill/none.js',
      'app://repdrill/',
    ].map(async (url) => (await get(url)).status),
  );
  expect(new Set(statuses)).toEqual(new Set([404]));
  expect((await get('app://other/index.html')).status).toBe(403);
  expect((await get(PAGE_URL, 'POST')).status).toBe(403);
});

it('starts child processes as Electron does', async () => {
  double = electronDouble({ userData: folder });
  expect(() => utilityLaunch(double.electron)('/program.js')).toThrow('no utility process here');
});
