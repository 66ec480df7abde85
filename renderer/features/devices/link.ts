/**
 * The pairing link, as text or QR: address, code and the fingerprint of the branch's certificate authority. Code and fingerprint stand
 * behind the `#`, so that they are in no request and in no log; the window's host reads the same link (electron/branch.ts).
 */
export const pairingLink = (url: string, code: string, fingerprint: string): string =>
  `${url}/#/pair/${code}/${fingerprint}`;

/** The code that the link brought; empty without one. */
export function broughtCode(): string {
  const code = /^#\/pair\/(\d{8})(\/|$)/.exec(window.location.hash)?.[1];
  return code === undefined ? '' : spaced(code, 4);
}

/** Takes the code out of the address bar, where a bookmark or the next person would find it. */
export const forgetBroughtCode = (): void => window.history.replaceState(null, '', window.location.pathname);

/** In groups, as people read digits aloud. */
export const spaced = (text: string, group: number): string =>
  text.replace(new RegExp(`(.{${String(group)}})(?=.)`, 'g'), '$1 ');
