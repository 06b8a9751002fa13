/** Cold. Memory that never moves, because the kernel is told its address. */
import type { Address, Libc } from './libc.ts';
import { systemError } from './libc.ts';

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
/** Fault the pages of a kernel ring in at once. */
const MAP_POPULATE = 0x8000;
const PAGE_BYTES = 4096;

/** A mapped region, seen as bytes and 32-bit words. It takes memory only where it is touched. */
export class Region {
  readonly address: Address;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly #libc: Libc;

  constructor(libc: Libc, address: Address, length: number) {
    const buffer = libc.bufferAt(address, length);
    this.#libc = libc;
    this.address = address;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer, 0, length >> 2);
  }

  /** Gives the memory back. REQUIRES: neither the kernel nor any view uses it again. */
  unmap(): void {
    this.#libc.munmap(this.address, this.bytes.length);
  }
}

/**
 * Maps at least `length` zeroed bytes, all with the same upper half of their 64-bit address, so that address arithmetic
 * may stay within 32 bits. Throws an Error with the system's code.
 */
export function mapMemory(libc: Libc, length: number): Region {
  const first = map(libc, length, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (upperHalf(first.address) === upperHalf(first.address + first.bytes.length - 1)) return first;
  const second = mapMemory(libc, length);
  first.unmap();
  return second;
}

/** The upper 32 bits of an address. */
export function upperHalf(address: Address): number {
  return Math.floor(address / 2 ** 32);
}

/** Maps what a descriptor offers at `offset` (an io_uring's rings). */
export function mapDescriptor(libc: Libc, descriptor: number, offset: number, length: number): Region {
  return map(libc, length, MAP_SHARED | MAP_POPULATE, descriptor, offset);
}

function map(libc: Libc, length: number, flags: number, descriptor: number, offset: number): Region {
  const rounded = Math.ceil(length / PAGE_BYTES) * PAGE_BYTES;
  const address = libc.mmap(0, rounded, PROT_READ_WRITE, flags, descriptor, offset);
  // MAP_FAILED is -1, which arrives as the highest address.
  if (address === 0 || address === null || address < 0 || address > Number.MAX_SAFE_INTEGER) {
    throw systemError(`mmap of ${rounded} bytes`, libc.errorNumber());
  }
  return new Region(libc, address, rounded);
}
