/** Cold. Socket addresses: the kernel's sockaddr structures to and from ListenAddress and text. */
import { isIP } from 'node:net';
import type { ListenAddress } from '../transport.ts';

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;

/** sockaddr_in (16), sockaddr_in6 (28) and sockaddr_un (110) all fit. */
export const SOCKET_ADDRESS_BYTES = 128;
/** sun_path with its closing zero; Linux's limit. */
const UNIX_PATH_BYTES = 108;

const text = new TextDecoder();

/** Writes the address into `bytes` and returns its length. Throws an Error with a code for what cannot be said. */
export function encodeSocketAddress(address: ListenAddress, bytes: Uint8Array): number {
  bytes.fill(0);
  if (address.kind === 'unix') return encodePath(address.path, bytes);
  const family = isIP(address.host);
  if (family === 0) {
    throw Object.assign(new Error(`${address.host}: not an IP address`), { code: 'EADDRNOTAVAIL' });
  }
  bytes[0] = family === 4 ? AF_INET : AF_INET6;
  bytes[2] = address.port >> 8;
  bytes[3] = address.port & 255;
  if (family === 4) {
    bytes.set(address.host.split('.').map(Number), 4);
    return 16;
  }
  bytes.set(parseIPv6(address.host), 8);
  return 28;
}

function encodePath(path: string, bytes: Uint8Array): number {
  const encoded = new TextEncoder().encode(path);
  if (encoded.length >= UNIX_PATH_BYTES) {
    throw Object.assign(new Error(`${path}: longer than a UNIX socket's path may be`), {
      code: 'ENAMETOOLONG',
    });
  }
  bytes[0] = AF_UNIX;
  bytes.set(encoded, 2);
  return 2 + encoded.length + 1;
}

function parseIPv6(host: string): Uint8Array {
  const bytes = new Uint8Array(16);
  let [plain] = host.split('%') as [string];
  const dotted = plain.lastIndexOf('.') < 0 ? -1 : plain.lastIndexOf(':');
  if (dotted >= 0) {
    // The last 32 bits in IPv4's notation: rewritten as two groups.
    const [a, b, c, d] = plain
      .slice(dotted + 1)
      .split('.')
      .map(Number) as [number, number, number, number];
    plain = `${plain.slice(0, dotted + 1)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const [head, tail] = plain.split('::') as [string, string | undefined];
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const put = (group: string, index: number) => {
    const value = Number.parseInt(group, 16);
    bytes[index * 2] = value >> 8;
    bytes[index * 2 + 1] = value & 255;
  };
  first.forEach(put);
  last.forEach((group, index) => {
    put(group, 8 - last.length + index);
  });
  return bytes;
}

/** The host and port that a sockaddr holds; undefined for other families. */
export function decodeSocketAddress(bytes: Uint8Array): { host: string; port: number } | undefined {
  const family = bytes[0]! | (bytes[1]! << 8);
  const port = (bytes[2]! << 8) | bytes[3]!;
  if (family === AF_INET) return { host: bytes.subarray(4, 8).join('.'), port };
  if (family === AF_INET6) return { host: formatIPv6(bytes.subarray(8, 24)), port };
  return undefined;
}

/** As inet_ntop prints: the longest run of two or more zero groups becomes "::", mapped IPv4 is dotted. */
function formatIPv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => (bytes[index * 2]! << 8) | bytes[index * 2 + 1]!);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${bytes.subarray(12, 16).join('.')}`;
  }
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, index) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  });
  return best;
}

/** "127.0.0.1:52114" or "[::1]:52114". */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** How messages name a listening address. */
export function formatListenAddress(address: ListenAddress): string {
  return address.kind === 'unix' ? address.path : formatHostPort(address.host, address.port);
}

/** The path that a sockaddr_un of `length` bytes holds, "" for a peer without a name. */
export function decodePath(bytes: Uint8Array, length: number): string {
  const end = bytes.indexOf(0, 2);
  return text.decode(bytes.subarray(2, Math.min(length, end < 0 ? length : end)));
}
