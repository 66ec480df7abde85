/** How the host answers: the same headers on every answer, JSON for programs, a typed error for every failure. */
import type { ServerResponse } from 'node:http';
import { DomainError, ERRORS } from '#core/shared/errors.ts';
import { PAGE_POLICY } from '#core/shared/page.ts';
import type { Log } from '#core/engine/ports.ts';

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': PAGE_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
};

export function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

export const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, 'application/json', JSON.stringify(body));

export const sendHtml = (response: ServerResponse, body: string): void =>
  send(response, 200, 'text/html; charset=utf-8', body);

/** What went wrong, as far as the other side may know: a DomainError in full; of a bug its reference alone, the rest goes to the log. */
export function sendError(response: ServerResponse, error: unknown, requestId: string, log: Log): void {
  if (response.headersSent || response.destroyed) {
    response.end();
    return;
  }
  // What was not read of a refused body must not be taken for the next request.
  response.setHeader('connection', 'close');
  if (error instanceof DomainError) {
    const { code, details } = error;
    if (typeof details['retryInSeconds'] === 'number') response.setHeader('retry-after', details['retryInSeconds']);
    return sendJson(response, ERRORS[code], { error: { code, details, reference: requestId } });
  }
  const cause = error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
  log.error({ requestId, url: response.req.url?.slice(0, 200), ...cause }, 'a request failed unexpectedly');
  sendJson(response, 500, { error: { code: 'INTERNAL', details: {}, reference: requestId } });
}

/** Text as HTML. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
