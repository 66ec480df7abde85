/** The keys of the LAN's door, in a folder of the shop: readable by its owner alone, in no database, backup or payload. */
import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyAndCertificate } from './certificates.ts';

const RENEW_BEFORE_MS = 30 * 86_400_000;

export interface ServerNames {
  addresses: readonly string[];
  hostName: string;
}

export class LanKeys {
  readonly #folder: string;
  #authority: (KeyAndCertificate & { fingerprint: string }) | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    const kept = this.#read('authority');
    if (kept) this.#authority = { ...kept, fingerprint: fingerprintOf(kept.certificate) };
  }

  /** SHA-256 of the authority's certificate, hexadecimal; undefined before it was made. */
  get fingerprint(): string | undefined {
    return this.#authority?.fingerprint;
  }

  /** The authority's certificate, PEM. */
  get certificate(): string | undefined {
    return this.#authority?.certificate;
  }

  /** The server's key and its certificate, with the authority's behind it; made anew where names or time ask for it. */
  async server(names: ServerNames, authorityName: string, nowMs: number): Promise<{ key: string; cert: string }> {
    const { makeAuthority, issueServer } = await import('./certificates.ts');
    if (!this.#authority) {
      const made = await makeAuthority(authorityName, names.addresses, nowMs);
      this.#write('authority', made);
      this.#authority = { ...made, fingerprint: fingerprintOf(made.certificate) };
    }
    let server = this.#read('server');
    if (!server || !isCurrent(server.certificate, this.#authority.certificate, names, nowMs)) {
      server = await issueServer(this.#authority, names, nowMs);
      this.#write('server', server);
    }
    return { key: server.key, cert: `${server.certificate}\n${this.#authority.certificate}` };
  }

  #read(name: string): KeyAndCertificate | undefined {
    const [key, certificate] = [join(this.#folder, `${name}-key.pem`), join(this.#folder, `${name}.pem`)];
    if (!existsSync(key) || !existsSync(certificate)) return undefined;
    return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
  }

  #write(name: string, { key, certificate }: KeyAndCertificate): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    chmodSync(this.#folder, 0o700);
    for (const [file, text] of [
      [`${name}-key.pem`, key],
      [`${name}.pem`, certificate],
    ] as const) {
      const path = join(this.#folder, file);
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
  }
}

export const fingerprintOf = (pem: string): string =>
  new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();

/** Whether a certificate names all that it must, is the authority's, and lives for a while yet. */
function isCurrent(pem: string, authorityPem: string, { addresses, hostName }: ServerNames, nowMs: number): boolean {
  const certificate = new X509Certificate(pem);
  return (
    certificate.verify(new X509Certificate(authorityPem).publicKey) &&
    addresses.every((address) => certificate.checkIP(address) !== undefined) &&
    certificate.checkHost(hostName) !== undefined &&
    Date.parse(certificate.validFrom) <= nowMs &&
    Date.parse(certificate.validTo) - nowMs > RENEW_BEFORE_MS
  );
}
