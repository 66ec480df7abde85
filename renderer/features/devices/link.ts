/**
 * The pairing link, as text or QR: address, code and the fingerprint of the branch's certificate authority. Code and fingerprint stand
 * behind the `#`, so that they are in no request and in no log; the window's host reads the same link (electron/branch.ts).
 */
export const pairingLink = (url: string, code: string, fingerprint: string): string =>
  `${url}/#/pair/${code}/${fingerprint}`;

/** The code that the link brought, taken out of the address bar; empty without one. */
export function takeCode(): string {
  const code = /^#\/pair\/(\d{8})(\/|$)/.exec(window.location.hash)?.[1];
  if (code === undefined) return '';
  window.history.replaceState(null, '', window.location.pathname);
  return spaced(code, 4);
}

/** In groups, as people read digits aloud. */
export const spaced = (text: string, group: number): string =>
  text.replace(new RegExp(`(.{${String(group)}})(?=.)`, 'g'), '$1 ');
