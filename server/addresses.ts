/** The addresses of this machine on the shop's own network: private IPv4, so that a public interface is never opened by mistake. */
import { BlockList, isIPv4 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** RFC 1918, and loopback. */
export const PRIVATE_RANGES: readonly (readonly [string, number])[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
];

const ranges = new BlockList();
for (const [network, bits] of PRIVATE_RANGES) ranges.addSubnet(network, bits);

/** Whether somebody with this address is in a private network (or on this machine). */
export function isPrivate(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || (isIPv4(plain) && ranges.check(plain));
}

/** Whether somebody is in a network that one of these addresses of ours belongs to: for shops whose network has no private addresses. */
export function isNeighbour(address: string, own: readonly string[]): boolean {
  const networks = new BlockList();
  for (const entry of Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])) {
    const [network, bits] = (entry.cidr ?? '').split('/');
    if (own.includes(entry.address) && network && isIPv4(network)) networks.addSubnet(network, Number(bits));
  }
  const plain = address.replace(/^::ffff:/, '');
  return isIPv4(plain) && networks.check(plain);
}

/** This machine's private addresses, sorted. */
export const lanAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, family, address }) => !internal && family === 'IPv4' && isPrivate(address))
    .map(({ address }) => address)
    .sort();

/** The name that machines of one network find each other by. */
export function localHostName(): string {
  const [label = ''] = hostname().toLowerCase().split('.');
  return `${label.replace(/[^a-z0-9-]/g, '') || 'rep-drill'}.local`;
}
