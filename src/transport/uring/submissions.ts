/** Hot. The submission entries that the transport uses, as the kernel's io_uring.h lays them out. */
import { ENTRY_WORDS, type Ring } from './ring.ts';

const OP_POLL_ADD = 6;
const OP_ACCEPT = 13;
const OP_ASYNC_CANCEL = 14;
const OP_SEND = 26;
const OP_RECV = 27;

const BUFFER_SELECT = 1 << 5;
/** No completion unless something went wrong, or less was done than asked. */
const SKIP_SUCCESS = 1 << 6;

const POLL_ADD_MULTISHOT = 1;
const ACCEPT_MULTISHOT = 1;
/** Waits for a connection before it takes a descriptor: at the limit of descriptors it fails only if one is there. */
export const ACCEPT_POLL_FIRST = 4;
const RECEIVE_MULTISHOT = 2;
const CANCEL_ALL = 1;
const CANCEL_DESCRIPTOR = 2;
const SOCK_NONBLOCK_CLOEXEC = 0x80800;

const MSG_DONTWAIT = 0x40;
const MSG_WAITALL = 0x100;
const MSG_NOSIGNAL = 0x4000;

/**
 * An entry in words: operation, flags and priority (0); descriptor (1); offset (2, 3); address (4, 5); length (6);
 * the operation's flags (7); user data (8, 9: descriptor and `about`); buffer group (10); the rest is zero.
 */
function fill(ring: Ring, operation: number, descriptor: number, about: number): number {
  const { entries } = ring;
  const at = ring.nextEntry();
  entries.fill(0, at, at + ENTRY_WORDS);
  entries[at] = operation;
  entries[at + 1] = descriptor;
  entries[at + 8] = descriptor;
  entries[at + 9] = about;
  return at;
}

/**
 * Sends at once as much as the kernel takes, and completes only if that was not all (result: how much, or -errno).
 * Returns the entry's first word, for `extendSend`. Writes each word that any other entry could have left in its place.
 */
export function fillSendNow(
  ring: Ring,
  descriptor: number,
  about: number,
  addressLow: number,
  addressHigh: number,
  length: number,
): number {
  const { entries } = ring;
  const at = ring.nextEntry();
  entries[at] = OP_SEND | (SKIP_SUCCESS << 8);
  entries[at + 1] = descriptor;
  entries[at + 2] = 0;
  entries[at + 3] = 0;
  entries[at + 4] = addressLow;
  entries[at + 5] = addressHigh;
  entries[at + 6] = length;
  // With MSG_WAITALL a part is reported as a failure, which is not skipped.
  entries[at + 7] = MSG_DONTWAIT | MSG_WAITALL | MSG_NOSIGNAL;
  entries[at + 8] = descriptor;
  entries[at + 9] = about;
  entries[at + 10] = 0;
  return at;
}

/** Makes a send that was not submitted yet longer. */
export function extendSend(ring: Ring, entry: number, length: number): void {
  ring.entries[entry + 6] = length;
}

/** Sends when the peer has made room, as much as fits then. */
export function fillSendLater(
  ring: Ring,
  descriptor: number,
  about: number,
  addressLow: number,
  addressHigh: number,
  length: number,
): void {
  const at = fill(ring, OP_SEND, descriptor, about);
  ring.entries[at + 4] = addressLow;
  ring.entries[at + 5] = addressHigh;
  ring.entries[at + 6] = length;
  ring.entries[at + 7] = MSG_NOSIGNAL;
}

/** Receives into buffers of the group, with a completion each time, until the input ends or fails. */
export function fillReceive(ring: Ring, descriptor: number, about: number, group: number): void {
  const at = fill(ring, OP_RECV | (BUFFER_SELECT << 8) | (RECEIVE_MULTISHOT << 16), descriptor, about);
  ring.entries[at + 10] = group;
}

/** Accepts with a completion each time. `flags`: 0 or ACCEPT_POLL_FIRST. */
export function fillAccept(ring: Ring, descriptor: number, about: number, flags: number): void {
  const at = fill(ring, OP_ACCEPT | ((ACCEPT_MULTISHOT | flags) << 16), descriptor, about);
  ring.entries[at + 7] = SOCK_NONBLOCK_CLOEXEC;
}

/** Completes when the descriptor has one of `events`: once, or each time. */
export function fillPoll(ring: Ring, descriptor: number, about: number, events: number, once: boolean): void {
  const at = fill(ring, OP_POLL_ADD, descriptor, about);
  ring.entries[at + 6] = once ? 0 : POLL_ADD_MULTISHOT;
  ring.entries[at + 7] = events;
}

/** Cancels the operation whose user data is (descriptor, target). Completes only if there is none. */
export function fillCancel(ring: Ring, descriptor: number, about: number, target: number): void {
  const at = fill(ring, OP_ASYNC_CANCEL | (SKIP_SUCCESS << 8), descriptor, about);
  ring.entries[at + 1] = -1;
  ring.entries[at + 4] = descriptor;
  ring.entries[at + 5] = target;
}

/** Cancels every operation on the descriptor. Completes only if there is none. */
export function fillCancelAll(ring: Ring, descriptor: number, about: number): void {
  const at = fill(ring, OP_ASYNC_CANCEL | (SKIP_SUCCESS << 8), descriptor, about);
  ring.entries[at + 7] = CANCEL_ALL | CANCEL_DESCRIPTOR;
}
