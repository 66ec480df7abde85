/** A till's side of the LAN, over real HTTPS: trusts the branch's authority alone, keeps the cookie, can lie about anything. */
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

export interface LanAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  json: { error?: { code: string; details: Record<string, unknown> } } & Record<string, unknown>;
}

export class LanClient {
  readonly #url: URL;
  readonly #ca: string;
  cookie: string | undefined;
  token: string | undefined;

  constructor(url: string, ca: string) {
    this.#url = new URL(url);
    this.#ca = ca;
  }

  ask(
    method: string,
    path: string,
    options: { headers?: Record<string, string>; body?: string; tls?: RequestOptions } = {},
  ): Promise<LanAnswer> {
    const { hostname, port } = this.#url;
    const headers = {
      ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      ...options.headers,
    };
    // By the address that was called, not by the Host header that a test may lie in.
    const identity = (_: string, certificate: PeerCertificate) => checkServerIdentity(hostname, certificate);
    const tls = { ca: this.#ca, checkServerIdentity: identity, ...options.tls };
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        { host: hostname, port, method, path, headers, agent: false, ...tls },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const body = Buffer.concat(chunks).toString('utf8');
            let json = {} as LanAnswer['json'];
            try {
              json = JSON.parse(body) as LanAnswer['json'];
            } catch {
              // A page or a certificate.
            }
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body, json });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(options.body);
    });
  }

  post(path: string, input: unknown, headers: Record<string, string> = {}): Promise<LanAnswer> {
    const all = { 'content-type': 'application/json', ...headers };
    return this.ask('POST', `/api/${path.replace('.', '/')}`, { headers: all, body: JSON.stringify(input) });
  }

  /** Pairs and keeps the cookie as a browser would. */
  async pair(pairingCode: string): Promise<LanAnswer> {
    const answer = await this.post('devices.pair', { pairingCode });
    const [set = ''] = [answer.headers['set-cookie'] ?? []].flat();
    if (set !== '') this.cookie = set.split(';')[0];
    return answer;
  }

  async signIn(userId: string, pin: string): Promise<void> {
    const { json } = await this.post('auth.pinLogin', { userId, pin });
    this.token = json['token'] as string;
  }

  /** Listens to the news; answers what was heard so far and a promise of the end. */
  listen(): Promise<{ heard: () => string; ended: Promise<void> }> {
    const { hostname, port } = this.#url;
    const headers = { cookie: this.cookie ?? '', authorization: `Bearer ${this.token ?? ''}` };
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        { host: hostname, port, path: '/events', headers, ca: this.#ca, agent: false },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          const ended = new Promise<void>((done) => response.on('close', done));
          resolve({ heard: () => text, ended });
        },
      );
      outgoing.on('error', reject);
      outgoing.end();
    });
  }
}
