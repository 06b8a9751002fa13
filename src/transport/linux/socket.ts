/** Cold. Opening sockets and asking them things: listening, connecting, names, options. */
import { chmodSync, unlinkSync } from 'node:fs';
import type { ListenAddress } from '../transport.ts';
import {
  AF_INET6,
  decodePath,
  decodeSocketAddress,
  encodeSocketAddress,
  formatHostPort,
  formatListenAddress,
  SOCKET_ADDRESS_BYTES,
} from './address.ts';
import type { Libc } from './libc.ts';
import { systemError } from './libc.ts';
import { mapMemory, type Region } from './memory.ts';

const SOCK_STREAM = 1;
export const SOCK_NONBLOCK = 0x800;
export const SOCK_CLOEXEC = 0x80000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_ERROR = 4;
const SO_KEEPALIVE = 9;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const TCP_KEEPIDLE = 4;
const TCP_KEEPINTVL = 5;
const TCP_KEEPCNT = 6;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
/** Unanswered probes before the peer counts as gone. */
const KEEP_ALIVE_PROBES = 3;
const EINPROGRESS = 115;

/** Makes and examines sockets; owns the scratch memory that the calls need. */
export class Sockets {
  readonly #libc: Libc;
  readonly #scratch: Region;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#scratch = mapMemory(libc, SOCKET_ADDRESS_BYTES);
  }

  /** A listening socket. Connections inherit its options. A UNIX socket's stale file is replaced. */
  listen(address: ListenAddress, keepAliveSeconds: number): { descriptor: number; port: number } {
    const what = `cannot listen on ${formatListenAddress(address)}`;
    const descriptor = this.#open(address, what);
    try {
      this.#set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
      if (address.kind === 'unix') removeFile(address.path);
      else this.setTcpOptions(descriptor, keepAliveSeconds);
      this.#check(this.#libc.bind(descriptor, this.#scratch.address, this.#encode(address)), what);
      if (address.kind === 'unix' && address.mode !== undefined) chmodSync(address.path, address.mode);
      this.#check(this.#libc.listen(descriptor, address.backlog), what);
    } catch (error) {
      this.#libc.close(descriptor);
      throw error;
    }
    const bound = address.kind === 'tcp' ? this.#name('getsockname', descriptor) : undefined;
    return { descriptor, port: bound?.port ?? 0 };
  }

  /** Starts connecting; the socket becomes writable when that has ended (`takeError` then says how). */
  connect(address: ListenAddress, keepAliveSeconds: number): number {
    const what = `cannot connect to ${formatListenAddress(address)}`;
    const descriptor = this.#open(address, what);
    if (address.kind === 'tcp') this.setTcpOptions(descriptor, keepAliveSeconds);
    if (this.#libc.connect(descriptor, this.#scratch.address, this.#encode(address)) < 0) {
      const failure = this.#libc.errorNumber();
      if (failure !== EINPROGRESS) {
        this.#libc.close(descriptor);
        throw systemError(what, failure);
      }
    }
    return descriptor;
  }

  /** No delay for small replies; keep-alive probes after this many idle seconds, 0 for none. */
  setTcpOptions(descriptor: number, keepAliveSeconds: number): void {
    this.#set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    this.#set(descriptor, SOL_SOCKET, SO_KEEPALIVE, keepAliveSeconds > 0 ? 1 : 0);
    if (keepAliveSeconds <= 0) return;
    this.#set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, keepAliveSeconds);
    this.#set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, Math.max(1, Math.floor(keepAliveSeconds / 3)));
    this.#set(descriptor, IPPROTO_TCP, TCP_KEEPCNT, KEEP_ALIVE_PROBES);
  }

  /** The error that waits on a socket, which this clears; 0 if none. */
  takeError(descriptor: number): number {
    const { address, words } = this.#scratch;
    words[0] = 0;
    words[1] = 4;
    const result = this.#libc.getsockopt(descriptor, SOL_SOCKET, SO_ERROR, address, address + 4);
    return result < 0 ? this.#libc.errorNumber() : words[0]!;
  }

  /** "127.0.0.1:6379" for either end of a TCP socket, "?:0" if the system cannot tell any more. */
  tcpName(which: 'getsockname' | 'getpeername', descriptor: number): string {
    const name = this.#name(which, descriptor);
    return name === undefined ? '?:0' : formatHostPort(name.host, name.port);
  }

  /** "/path/to/socket:0" for a UNIX socket, whose path is the listening end's. */
  unixName(descriptor: number): string {
    const { address, words, bytes } = this.#scratch;
    for (const which of ['getsockname', 'getpeername'] as const) {
      const length = SOCKET_ADDRESS_BYTES >> 2;
      words[length] = SOCKET_ADDRESS_BYTES;
      if (this.#libc[which](descriptor, address, address + SOCKET_ADDRESS_BYTES) < 0) continue;
      const path = decodePath(bytes, words[length]!);
      if (path !== '') return `${path}:0`;
    }
    return '?:0';
  }

  #name(
    which: 'getsockname' | 'getpeername',
    descriptor: number,
  ): { host: string; port: number } | undefined {
    const { address, words, bytes } = this.#scratch;
    words[SOCKET_ADDRESS_BYTES >> 2] = SOCKET_ADDRESS_BYTES;
    if (this.#libc[which](descriptor, address, address + SOCKET_ADDRESS_BYTES) < 0) return undefined;
    return decodeSocketAddress(bytes);
  }

  #encode(address: ListenAddress): number {
    return encodeSocketAddress(address, this.#scratch.bytes.subarray(0, SOCKET_ADDRESS_BYTES));
  }

  #open(address: ListenAddress, what: string): number {
    this.#encode(address);
    const family = this.#scratch.bytes[0]!;
    const descriptor = this.#libc.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    this.#check(descriptor, what);
    if (family === AF_INET6) this.#set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    return descriptor;
  }

  #set(descriptor: number, level: number, option: number, value: number): void {
    this.#scratch.words[0] = value;
    this.#libc.setsockopt(descriptor, level, option, this.#scratch.address, 4);
  }

  #check(result: number, what: string): void {
    if (result < 0) throw systemError(what, this.#libc.errorNumber());
  }

  /** Gives the scratch memory back. */
  release(): void {
    this.#scratch.unmap();
  }
}

export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
