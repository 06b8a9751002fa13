/** Cold. The system calls that the Linux transports make, bound through bun:ffi. Loading fails where that is missing. */
import { constants } from 'node:os';

/** A region's address as bun:ffi takes it. Exact up to 2^53. */
export type Address = number;

/** Results below zero mean failure; `errorNumber` then tells why. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(descriptor: number, address: Address, length: number): number;
  listen(descriptor: number, backlog: number): number;
  accept4(descriptor: number, address: Address, length: Address, flags: number): number;
  connect(descriptor: number, address: Address, length: number): number;
  setsockopt(descriptor: number, level: number, name: number, value: Address, length: number): number;
  getsockopt(descriptor: number, level: number, name: number, value: Address, length: Address): number;
  getsockname(descriptor: number, address: Address, length: Address): number;
  getpeername(descriptor: number, address: Address, length: Address): number;
  shutdown(descriptor: number, how: number): number;
  close(descriptor: number): number;
  recv(descriptor: number, buffer: Address, length: number, flags: number): number;
  send(descriptor: number, buffer: Address, length: number, flags: number): number;
  epoll_create1(flags: number): number;
  epoll_ctl(descriptor: number, operation: number, target: number, event: Address): number;
  epoll_wait(descriptor: number, events: Address, capacity: number, milliseconds: number): number;
  timerfd_create(clock: number, flags: number): number;
  timerfd_settime(descriptor: number, flags: number, value: Address, old: Address): number;
  mmap(
    hint: Address,
    length: number,
    protection: number,
    flags: number,
    descriptor: number,
    offset: number,
  ): Address;
  munmap(address: Address, length: number): number;
  /** A system call by number whose arguments fit 32 bits, or are addresses. */
  syscall(number: number, a: number, b: Address, c: Address, d: number, e: number): number;
  /** The same for a hot call without addresses. */
  plainSyscall(number: number, a: number, b: number, c: number, d: number, e: number): number;
  /** The same with one address and a size, for a hot call. */
  waitingSyscall(
    number: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: Address,
    bytes: number,
  ): number;
  /** The thread's errno, to be read right after a call that failed. */
  errorNumber(): number;
  /** The address of a view's first byte. Stable only for large or mapped memory. */
  addressOf(view: Uint8Array): Address;
  /** The memory at an address as a buffer, which is not freed by the collector. */
  bufferAt(address: Address, length: number): ArrayBuffer;
}

const DECLARATIONS = {
  socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
  bind: { args: ['i32', 'ptr', 'i32'], returns: 'i32' },
  listen: { args: ['i32', 'i32'], returns: 'i32' },
  accept4: { args: ['i32', 'ptr', 'ptr', 'i32'], returns: 'i32' },
  connect: { args: ['i32', 'ptr', 'i32'], returns: 'i32' },
  setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'i32'], returns: 'i32' },
  getsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'ptr'], returns: 'i32' },
  getsockname: { args: ['i32', 'ptr', 'ptr'], returns: 'i32' },
  getpeername: { args: ['i32', 'ptr', 'ptr'], returns: 'i32' },
  shutdown: { args: ['i32', 'i32'], returns: 'i32' },
  close: { args: ['i32'], returns: 'i32' },
  // Lengths are size_t, results ssize_t: the callers stay below 2^31, so that both fit an i32.
  recv: { args: ['i32', 'ptr', 'ptr', 'i32'], returns: 'i32' },
  send: { args: ['i32', 'ptr', 'ptr', 'i32'], returns: 'i32' },
  epoll_create1: { args: ['i32'], returns: 'i32' },
  epoll_ctl: { args: ['i32', 'i32', 'i32', 'ptr'], returns: 'i32' },
  epoll_wait: { args: ['i32', 'ptr', 'i32', 'i32'], returns: 'i32' },
  timerfd_create: { args: ['i32', 'i32'], returns: 'i32' },
  timerfd_settime: { args: ['i32', 'i32', 'ptr', 'ptr'], returns: 'i32' },
  mmap: { args: ['ptr', 'ptr', 'i32', 'i32', 'i32', 'ptr'], returns: 'ptr' },
  munmap: { args: ['ptr', 'ptr'], returns: 'i32' },
  syscall: { args: ['i32', 'i32', 'ptr', 'ptr', 'i32', 'i32'], returns: 'i32' },
  __errno_location: { args: [], returns: 'ptr' },
} as const;

const PLAIN_DECLARATIONS = {
  syscall: { args: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], returns: 'i32' },
} as const;

/** The seventh argument is on the stack, where an i32 would leave the upper half as it was: so it goes as an address. */
const WAITING_DECLARATIONS = {
  syscall: { args: ['i32', 'i32', 'i32', 'i32', 'i32', 'ptr', 'ptr'], returns: 'i32' },
} as const;

const LIBRARIES = ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`];

let loaded: Libc | undefined;

/** Binds the C library once. Throws an Error where there is no bun:ffi or no Linux. */
export async function loadLibc(): Promise<Libc> {
  if (loaded !== undefined) return loaded;
  if (process.platform !== 'linux') throw new Error(`needs Linux, this is ${process.platform}`);
  if (process.versions['bun'] === undefined) throw new Error('needs Bun, this is Node');
  const ffi = await import('bun:ffi');
  let failure: unknown;
  for (const library of LIBRARIES) {
    try {
      const { symbols } = ffi.dlopen(library, DECLARATIONS);
      const calls = symbols as unknown as Libc & { __errno_location(): number };
      const plain = ffi.dlopen(library, PLAIN_DECLARATIONS).symbols;
      const waiting = ffi.dlopen(library, WAITING_DECLARATIONS).symbols;
      loaded = {
        ...calls,
        plainSyscall: plain.syscall,
        waitingSyscall: waiting.syscall as unknown as Libc['waitingSyscall'],
        errorNumber: () => ffi.read.i32(calls.__errno_location() as never, 0),
        addressOf: (view) => ffi.ptr(view),
        bufferAt: (address, length) => ffi.toArrayBuffer(address as never, 0, length),
      };
      return loaded;
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`cannot bind the C library: ${(failure as Error).message}`);
}

const NAMES = new Map<number, string>(
  Object.entries(constants.errno).map(([name, number]) => [number as number, name]),
);

/** "ECONNRESET" for 104. */
export function errorName(errorNumber: number): string {
  return NAMES.get(errorNumber) ?? `errno ${errorNumber}`;
}

/** An Error whose `code` is the system's name of the failure. */
export function systemError(what: string, errorNumber: number): Error & { code: string } {
  const code = errorName(errorNumber);
  const text = DESCRIPTIONS.get(code);
  const message = text === undefined ? `${what}: ${code}` : `${what}: ${text} (${code})`;
  return Object.assign(new Error(message), { code });
}

/** What people expect to read for the failures that a server meets. */
const DESCRIPTIONS = new Map([
  ['EACCES', 'Permission denied'],
  ['EPERM', 'Operation not permitted'],
  ['EADDRINUSE', 'Address already in use'],
  ['EADDRNOTAVAIL', 'Cannot assign requested address'],
  ['EAFNOSUPPORT', 'Address family not supported by protocol'],
  ['ECONNREFUSED', 'Connection refused'],
  ['ECONNRESET', 'Connection reset by peer'],
  ['EHOSTUNREACH', 'No route to host'],
  ['EMFILE', 'Too many open files'],
  ['ENFILE', 'Too many open files in system'],
  ['ENETUNREACH', 'Network is unreachable'],
  ['ENOBUFS', 'No buffer space available'],
  ['ENOENT', 'No such file or directory'],
  ['ENOMEM', 'Cannot allocate memory'],
  ['ENOSYS', 'Function not implemented'],
  ['ENOTDIR', 'Not a directory'],
  ['EPIPE', 'Broken pipe'],
  ['EROFS', 'Read-only file system'],
  ['ETIMEDOUT', 'Connection timed out'],
]);
