/**
 * A window that is a till of the branch's machine: it shows that machine's page over the LAN and trusts its certificate authority alone, by
 * the fingerprint that the pairing link carries. It opens no shop of its own.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { BrowserWindow, Request } from 'electron';
import type { ElectronParts } from './electron.ts';

export interface Branch {
  /** `https://192.168.1.20:4790`. */
  origin: string;
  /** SHA-256 of the authority's certificate, hexadecimal. */
  fingerprint: string;
}

const LINK = /^(https:\/\/[a-z0-9.-]+(?::\d{1,5})?)\/#\/pair\/(\d{8})\/([0-9a-f]{64})$/i;

/** What `--branch` says, kept for the starts after this one; an empty one forgets it. Undefined: this window is a shop of its own. */
export function chosenBranch(
  argument: string | undefined,
  userData: string,
): (Branch & { startUrl: string }) | undefined {
  const file = join(userData, 'branch.json');
  if (argument === undefined) {
    const kept = readKept(file);
    return kept && { ...kept, startUrl: `${kept.origin}/` };
  }
  if (argument === '') {
    rmSync(file, { force: true });
    return undefined;
  }
  const [, origin = '', , fingerprint = ''] = LINK.exec(argument.trim()) ?? [];
  if (origin === '') throw new Error('--branch no es un enlace de vinculación. / --branch is no pairing link.');
  const branch = { origin: origin.toLowerCase(), fingerprint: fingerprint.toLowerCase() };
  writeFileSync(file, JSON.stringify(branch), { mode: 0o600 });
  return { ...branch, startUrl: argument.trim() };
}

function readKept(file: string): Branch | undefined {
  try {
    const { origin, fingerprint } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Branch>;
    const isSound = LINK.test(`${String(origin)}/#/pair/00000000/${String(fingerprint)}`);
    return isSound && origin !== undefined && fingerprint !== undefined ? { origin, fingerprint } : undefined;
  } catch {
    return undefined;
  }
}

const TRUSTED = 0;
const REFUSED = -2;

/** Replaces the system's trust by the pinned authority's, for every connection of this process. */
export function pinAuthority({ session }: ElectronParts, branch: Branch): void {
  session.defaultSession.setCertificateVerifyProc((request, decide) =>
    decide(isBranchs(request, branch, Date.now()) ? TRUSTED : REFUSED),
  );
}

/** Whether a server's certificate was issued by the pinned authority, for this very host, and is in its time. */
export function isBranchs(
  { hostname, certificate }: Pick<Request, 'hostname' | 'certificate'>,
  branch: Branch,
  nowMs: number,
): boolean {
  try {
    const leaf = new X509Certificate(certificate.data);
    const authority = new X509Certificate(certificate.issuerCert.data);
    const named = isIP(hostname) === 0 ? leaf.checkHost(hostname) : leaf.checkIP(hostname);
    return (
      hostname === new URL(branch.origin).hostname &&
      named !== undefined &&
      authority.fingerprint256.replaceAll(':', '').toLowerCase() === branch.fingerprint &&
      !leaf.ca &&
      leaf.checkIssued(authority) &&
      leaf.verify(authority.publicKey) &&
      Date.parse(leaf.validFrom) <= nowMs &&
      nowMs < Date.parse(leaf.validTo)
    );
  } catch {
    // Not a chain that can be read: not ours.
    return false;
  }
}

const AGAIN_MS = 5_000;
/** Chromium's codes: a navigation that another one replaced, and those of certificates. */
const ABORTED = -3;
const isCertificate = (code: number): boolean => code <= -200 && code > -300;

/** Says in words that the machine cannot be had, and asks for it again until it can. */
export function keepAsking(window: BrowserWindow, branch: Branch): void {
  window.webContents.on('did-fail-load', (_event, code, _description, _url, isMainFrame) => {
    if (!isMainFrame || code === ABORTED || window.isDestroyed()) return;
    void window.loadURL(waitingPage(branch.origin, isCertificate(code)));
    setTimeout(() => {
      if (!window.isDestroyed()) void window.loadURL(`${branch.origin}/`);
    }, AGAIN_MS);
  });
}

function waitingPage(origin: string, isForeign: boolean): string {
  const [title, hint] = isForeign
    ? [
        'El equipo que responde no es el de su sucursal',
        'Su certificado no es el vinculado. No escriba claves aquí; pida un enlace nuevo al encargado.',
      ]
    : [
        'El equipo principal no responde',
        'Revise que esté encendido, con Rep-Drill abierto y la red del local abierta. Se reintenta solo.',
      ];
  const html = `<!doctype html><html lang="es"><meta charset="utf-8"><title>Rep-Drill</title><style>body{font:17px/1.5 system-ui;display:grid;place-content:center;height:100vh;margin:0;color-scheme:light dark}main{max-width:32em;padding:24px}</style><main><h1>${title}</h1><p>${hint}</p><p>${origin}</p></main></html>`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
}
