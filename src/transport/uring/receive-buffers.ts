/** Hot. The buffers that an io_uring puts input into: a ring that the kernel takes from and we give back to. */

import type { Libc } from '../linux/libc.ts';
import { systemError } from '../linux/libc.ts';
import { mapMemory, type Region, upperHalf } from '../linux/memory.ts';
import { REGISTER_PBUF_RING, type Ring } from './ring.ts';

/** How many there may be, a power of two: what one turn can receive. */
const BUFFER_COUNT = 128;
/** How many there are at first. The kernel goes round all of them, so each takes memory as soon as there is traffic. */
const BUFFER_COUNT_FIRST = 16;
export const BUFFER_BYTES = 1 << 14;
/**
 * Room before each buffer, for the part of a request that came before. (It also keeps buffers from starting at the same
 * place of a page, where all of them would share few sets of the processor's caches.)
 */
export const HEADROOM_BYTES = 1088;
const STRIDE_BYTES = HEADROOM_BYTES + BUFFER_BYTES;
const GROUP = 0;
const SLOT_BYTES = 16;
/** The ring's tail is where the first slot has two reserved bytes. */
const TAIL_HALFWORD = 7;
const IDENTITY_HALFWORD = 6;
const NO_IDENTITY = 0xffff;

/**
 * The group of provided buffers, one slot (address 8 bytes, length 4, identity 2, reserved 2) a buffer.
 *
 * Invariant: the slots from the kernel's head to `#tail` hold buffers that nobody uses, each once. Buffers are given back in
 * the order in which they were taken, so where all exist a slot keeps its buffer and giving back is moving the tail.
 */
export class ReceiveBuffers {
  readonly group = GROUP;
  readonly bytes: Uint8Array;
  readonly #memory: Region;
  readonly #slots: Region;
  readonly #halfwords: Uint16Array;
  /** Buffers that exist: the identities below. */
  #count = BUFFER_COUNT_FIRST;
  /** The kernel found none: as many again come with the next `publish`, up to the most there may be. */
  tooFew = false;
  #tail = BUFFER_COUNT_FIRST;

  constructor(libc: Libc, ring: Ring) {
    this.#memory = mapMemory(libc, BUFFER_COUNT * STRIDE_BYTES);
    this.#slots = mapMemory(libc, BUFFER_COUNT * SLOT_BYTES);
    this.bytes = this.#memory.bytes;
    this.#halfwords = new Uint16Array(this.#slots.bytes.buffer);
    for (let slot = 0; slot < BUFFER_COUNT; slot++)
      this.#halfwords[slot * (SLOT_BYTES >> 1) + IDENTITY_HALFWORD] = NO_IDENTITY;
    for (let index = 0; index < this.#count; index++) this.#fill(index, index);
    this.#halfwords[TAIL_HALFWORD] = this.#tail;
    register(libc, ring, this.#slots);
  }

  /** Where a buffer begins in `bytes`, behind its headroom. */
  startOf(identity: number): number {
    return identity * STRIDE_BYTES + HEADROOM_BYTES;
  }

  /** The kernel may use the buffer again, once `publish` was called. */
  giveBack(identity: number): void {
    const slot = this.#tail & (BUFFER_COUNT - 1);
    if (this.#halfwords[slot * (SLOT_BYTES >> 1) + IDENTITY_HALFWORD] !== identity)
      this.#fill(slot, identity);
    this.#tail = (this.#tail + 1) & 0xffff;
  }

  publish(): void {
    if (this.tooFew) this.#grow();
    this.#halfwords[TAIL_HALFWORD] = this.#tail;
  }

  #grow(): void {
    this.tooFew = false;
    const end = Math.min(this.#count * 2, BUFFER_COUNT);
    while (this.#count < end) this.giveBack(this.#count++);
  }

  #fill(slot: number, identity: number): void {
    const { words } = this.#slots;
    const address = this.#memory.address + this.startOf(identity);
    words[slot * 4] = (address % 2 ** 32) | 0;
    words[slot * 4 + 1] = upperHalf(address);
    words[slot * 4 + 2] = BUFFER_BYTES;
    this.#halfwords[slot * (SLOT_BYTES >> 1) + IDENTITY_HALFWORD] = identity;
  }

  unmap(): void {
    this.#memory.unmap();
    this.#slots.unmap();
  }
}

/** struct io_uring_buf_reg: address of the slots, their number, the group's identity and flags. */
function register(libc: Libc, ring: Ring, slots: Region): void {
  const registration = mapMemory(libc, 40);
  const { words } = registration;
  words[0] = (slots.address % 2 ** 32) | 0;
  words[1] = upperHalf(slots.address);
  words[2] = BUFFER_COUNT;
  words[3] = GROUP;
  const result = ring.register(REGISTER_PBUF_RING, registration.address, 1);
  const failure = result < 0 ? libc.errorNumber() : 0;
  registration.unmap();
  if (failure !== 0) throw systemError('io_uring buffer ring', failure);
}
