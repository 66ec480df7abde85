/** The credential of a paired device: in a cookie that no script reads and no other site sends, never in the page. */
import type { ServerResponse } from 'node:http';

/** `__Host-`: over TLS only, for this host alone, for all of it. */
export const CREDENTIAL_COOKIE = '__Host-rd-device';
/** As long as browsers keep a cookie; it is renewed whenever the page is loaded. */
const KEPT_SECONDS = 400 * 86_400;

export function keepCredential(response: ServerResponse, credential: string): void {
  const attributes = `Path=/; Max-Age=${String(KEPT_SECONDS)}; HttpOnly; Secure; SameSite=Strict`;
  response.setHeader('set-cookie', `${CREDENTIAL_COOKIE}=${credential}; ${attributes}`);
}

/** Moves the credential of a fresh pairing into the cookie; the page gets the rest of the answer. */
export function withoutCredential(response: ServerResponse, answer: unknown): unknown {
  const { credential, ...rest } = answer as { credential: string };
  keepCredential(response, credential);
  return rest;
}
