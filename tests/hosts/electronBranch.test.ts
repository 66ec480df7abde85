/**
 * Goal: a window pointed at a branch's machine trusts that machine's authority and nothing else, has no bridge into its own process, opens no
 * shop, goes nowhere else, and says in words when the machine does not answer.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runWindowHost } from '#electron/host.ts';
import { issueServer, makeAuthority } from '#server/certificates.ts';
import { fingerprintOf } from '#server/lanKeys.ts';
import { electronDouble } from './electronDouble.ts';

const ORIGIN = 'https://192.168.1.20:4790';
let folder: string;
let double: ReturnType<typeof electronDouble>;
let authority: Awaited<ReturnType<typeof makeAuthority>>;
let link: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rd-branch-'));
  authority = await makeAuthority('Maipú', [], Date.now());
  link = `${ORIGIN}/#/pair/12345678/${fingerprintOf(authority.certificate)}`;
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

async function open(branch?: string) {
  double = electronDouble({ userData: folder });
  await runWindowHost(double.electron, { data: undefined, branch, pages: folder, preload: '/p.cjs', version: '1' });
  return double.state.windows[0];
}

interface Served {
  by?: Awaited<ReturnType<typeof makeAuthority>>;
  names?: { addresses: string[]; hostName: string };
  hostname?: string;
  issuedAtMs?: number;
  withChain?: boolean;
}

/** Chromium's question about a server's certificate, and the window's verdict. */
async function verdict({ by = authority, names, hostname = '192.168.1.20', issuedAtMs, withChain = true }: Served) {
  const own = { addresses: ['192.168.1.20'], hostName: 'caja.local' };
  const leaf = await issueServer(by, names ?? own, issuedAtMs ?? Date.now());
  const issuerCert = withChain ? { issuerCert: { data: by.certificate } } : {};
  let given: number | undefined;
  double.state.verify?.({ hostname, certificate: { data: leaf.certificate, ...issuerCert } }, (code) => (given = code));
  return given;
}

it('trusts the pinned authority’s certificate for that host, in its time, and no other', async () => {
  await open(link);
  const DAY = 86_400_000;
  expect(await verdict({})).toBe(0);
  expect(await verdict({ by: await makeAuthority('Maipú', [], Date.now()) })).toBe(-2);
  expect(await verdict({ hostname: '192.168.1.21' })).toBe(-2);
  expect(await verdict({ names: { addresses: ['192.168.1.21'], hostName: 'otra.local' } })).toBe(-2);
  expect(await verdict({ issuedAtMs: Date.now() - 500 * DAY })).toBe(-2);
  expect(await verdict({ issuedAtMs: Date.now() + 10 * DAY })).toBe(-2);
  expect(await verdict({ withChain: false })).toBe(-2);
  // The real authority shown beside a leaf that it did not sign.
  const forged = await issueServer(
    await makeAuthority('Maipú', [], Date.now()),
    {
      addresses: ['192.168.1.20'],
      hostName: 'caja.local',
    },
    Date.now(),
  );
  let given: number | undefined;
  const certificate = { data: forged.certificate, issuerCert: { data: authority.certificate } };
  double.state.verify?.({ hostname: '192.168.1.20', certificate }, (code) => (given = code));
  expect(given).toBe(-2);
});

it('shows the machine’s page without a bridge, opens no shop, and goes nowhere else', async () => {
  const window = await open(link);
  expect(window?.webContents.mainFrame.url).toBe(link);
  expect(window?.options.webPreferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
  });
  expect(window?.options.webPreferences['preload']).toBeUndefined();
  expect([existsSync(join(folder, 'shop')), double.state.handlers.size]).toEqual([false, 0]);
  expect(window?.webContents.navigate('https://192.168.1.21:4790/')).toBe(false);
  expect(window?.webContents.navigate('https://192.168.1.20/')).toBe(false);
  expect(window?.webContents.navigate(`${ORIGIN}/#/stock`)).toBe(true);
  const cancelled = (url: string): boolean | undefined => {
    let cancel: boolean | undefined;
    double.state.block?.({ url }, (answer) => (cancel = answer.cancel));
    return cancel;
  };
  expect(
    [`${ORIGIN}/api/auth/me`, `blob:${ORIGIN}/1`, 'https://cdn.example/x.js', 'app://repdrill/'].map(cancelled),
  ).toEqual([false, false, true, true]);
});

it('remembers its branch without the code, and forgets it when told to', async () => {
  await open(link);
  double.app.quit();
  expect((await open())?.webContents.mainFrame.url).toBe(`${ORIGIN}/`);
  double.app.quit();
  const own = await open('');
  expect([own?.webContents.mainFrame.url.startsWith('app://'), double.state.verify]).toEqual([true, undefined]);
  double.app.quit();
  await vi.waitFor(() => expect(double.state.hasQuit).toBe(true), 10_000);
});

it('refuses what is no pairing link', async () => {
  for (const text of ['http://192.168.1.20:4790/#/pair/12345678/ab', `${ORIGIN}/`, 'javascript:alert(1)'])
    await expect(open(text)).rejects.toThrow('--branch');
});

it('says in words that the machine does not answer or is another one, and asks again', async () => {
  const window = await open(link);
  vi.useFakeTimers();
  const fail = (code: number): void => void window?.webContents.emit('did-fail-load', {}, code, '', ORIGIN, true);
  const shown = (): string => decodeURIComponent(window?.webContents.mainFrame.url ?? '');
  fail(-102);
  expect(shown()).toContain('El equipo principal no responde');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(shown()).toBe(`${ORIGIN}/`);
  fail(-202);
  expect(shown()).toContain('no es el de su sucursal');
  fail(-3);
  expect(shown()).toContain('no es el de su sucursal');
});
