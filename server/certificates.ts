/**
 * The branch's own certificate authority and the server's certificate: the only file that writes X.509. The authority vouches for private
 * addresses and `*.local` alone, so that its key, if stolen, impersonates nothing else to whoever installed it.
 */
import 'reflect-metadata';
import { isIPv4 } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { PRIVATE_RANGES } from './addresses.ts';

export interface KeyAndCertificate {
  /** PEM, PKCS #8. */
  key: string;
  /** PEM. */
  certificate: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Browsers and telephones refuse certificates that live much longer than a year. */
const SERVER_DAYS = 397;
/** Clocks of a shop differ. */
const EARLIER_MS = DAY_MS;

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Makes an authority. `addresses` are vouched for besides the private ranges. */
export async function makeAuthority(
  name: string,
  addresses: readonly string[],
  nowMs: number,
): Promise<KeyAndCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ O: ['Rep-Drill'] }, { CN: [name] }],
    keys,
    ...lifeOf(nowMs, AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      nameConstraints(addresses),
    ],
  });
  return { key: await exported(keys.privateKey), certificate: certificate.toString('pem') };
}

/** Issues a server's certificate for these addresses and this host name, signed by the authority. */
export async function issueServer(
  authority: KeyAndCertificate,
  names: { addresses: readonly string[]; hostName: string },
  nowMs: number,
): Promise<KeyAndCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const issuer = new X509Certificate(authority.certificate);
  const certificate = await X509CertificateGenerator.create({
    subject: [{ O: ['Rep-Drill'] }, { CN: [names.hostName] }],
    issuer: issuer.subjectName,
    ...lifeOf(nowMs, SERVER_DAYS),
    publicKey: keys.publicKey,
    signingKey: await imported(authority.key),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      new SubjectAlternativeNameExtension([
        ...names.addresses.map((value) => ({ type: 'ip' as const, value })),
        { type: 'dns', value: names.hostName },
      ]),
    ],
  });
  return { key: await exported(keys.privateKey), certificate: certificate.toString('pem') };
}

const lifeOf = (nowMs: number, days: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(nowMs - EARLIER_MS),
  notAfter: new Date(nowMs - EARLIER_MS + days * DAY_MS),
});

/** A key as Web Crypto has it, whatever the types of this place call it. */
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const exported = async (key: Key): Promise<string> =>
  PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

const imported = (pem: string): Promise<Key> =>
  crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);

/** RFC 5280, 4.2.1.10: `permittedSubtrees` of the private networks and of names under `local`. The library has no class for it. */
function nameConstraints(addresses: readonly string[]): Extension {
  const networks = [
    ...PRIVATE_RANGES,
    ...addresses.filter((address) => isIPv4(address)).map((ip) => [ip, 32] as const),
  ];
  const subtrees = [
    der(0x82, Buffer.from('local')),
    ...networks.map(([ip, bits]) => der(0x87, Buffer.from(ip.split('.').map(Number)), mask(bits))),
  ].map((name) => der(0x30, name));
  return new Extension('2.5.29.30', true, new Uint8Array(der(0x30, der(0xa0, ...subtrees))));
}

function mask(bits: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0);
  return bytes;
}

/** One DER value of less than 65,536 bytes. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}
