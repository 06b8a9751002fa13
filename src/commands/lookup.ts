/**
 * Hot. Finds a command by its name's bytes in the request, in any letter case, without making a string.
 *
 * A name's first eight bytes are two 32-bit words, folded to lower case by setting bit 5 of every byte:
 *
 *   length 0..3   low = the bytes, zeros behind them      high = 0
 *   length 4..8   low = bytes 0 to 3                      high = the last four bytes (they may overlap)
 *   length 9..    low = bytes 0 to 3                      high = bytes 4 to 7, the others are compared one by one
 *
 * Both words and the length lead into a table with open addressing, six numbers in a slot of eight:
 *
 *   +-----+------+--------+-----------+-------------+------+
 *   | low | high | length | id plus 1 | compareFrom | name |     id plus 1 is 0 in an empty slot
 *   +-----+------+--------+-----------+-------------+------+     name: where it lies in `names`
 *
 * Bit 5 folds letters exactly, but some others too ('_' and DEL, '-' and CR), so names with anything but letters are
 * compared whole (compareFrom 0), others from byte 8 on.
 *
 * Costs 8 to 11 ns a name, found or not (bench/command-lookup.ts, Bun 1.4).
 */

const SLOT = 8;
const LOW = 0;
const HIGH = 1;
const LENGTH = 2;
const ID = 3;
const COMPARE_FROM = 4;
const NAME = 5;
const FOLD = 0x20202020;

export class NameLookup {
  readonly slots: Int32Array;
  /** Every name in lower case, one behind the other. */
  readonly names: Uint8Array;
  /** Number of slots less one; the number is a power of two, at most a quarter of the slots is in use. */
  readonly mask: number;

  /** Names (in any case, Latin letters fold) with their ids, which must not be negative. A later duplicate is ignored. */
  constructor(entries: Iterable<readonly [name: string, id: number]>) {
    const known = [...entries].map(([name, id]) => ({ name: new TextEncoder().encode(lowerCase(name)), id }));
    const slotCount = 2 ** Math.ceil(Math.log2(Math.max(known.length, 1) * 4));
    this.mask = slotCount - 1;
    this.slots = new Int32Array(slotCount * SLOT);
    this.names = new Uint8Array(known.reduce((total, { name }) => total + name.length, 0));
    let offset = 0;
    for (const { name, id } of known) {
      this.names.set(name, offset);
      this.#insert(name, offset, id);
      offset += name.length;
    }
  }

  #insert(name: Uint8Array, offset: number, id: number): void {
    const low = lowWord(name, 0, name.length);
    const high = highWord(name, 0, name.length);
    let slot = firstSlot(low, high, this.mask);
    while (this.slots[slot * SLOT + ID] !== 0) slot = (slot + 1) & this.mask;
    const lettersOnly = name.every((byte) => byte >= 97 && byte <= 122);
    this.slots.set([low, high, name.length, id + 1, lettersOnly ? 8 : 0, offset], slot * SLOT);
  }
}

/** The id of the name in bytes [start, end), -1 if it is not among the lookup's. */
export function findName(lookup: NameLookup, bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const low = lowWord(bytes, start, length);
  const high = highWord(bytes, start, length);
  const slots = lookup.slots;
  let slot = firstSlot(low, high, lookup.mask);
  for (;;) {
    const at = slot * SLOT;
    const id = slots[at + ID];
    if (id === 0) return -1;
    if (slots[at + LOW] === low && slots[at + HIGH] === high && slots[at + LENGTH] === length) {
      const from = slots[at + COMPARE_FROM];
      if (from >= length || equalFrom(lookup.names, slots[at + NAME], bytes, start, from, length))
        return id - 1;
    }
    slot = (slot + 1) & lookup.mask;
  }
}

function lowWord(bytes: Uint8Array, start: number, length: number): number {
  if (length >= 4) return word(bytes, start);
  let low = FOLD;
  if (length > 0) low |= bytes[start];
  if (length > 1) low |= bytes[start + 1] << 8;
  if (length > 2) low |= bytes[start + 2] << 16;
  return low;
}

function highWord(bytes: Uint8Array, start: number, length: number): number {
  if (length < 4) return 0;
  return word(bytes, length < 8 ? start + length - 4 : start + 4);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24) | FOLD;
}

function firstSlot(low: number, high: number, mask: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) & mask;
}

function equalFrom(
  names: Uint8Array,
  name: number,
  bytes: Uint8Array,
  start: number,
  from: number,
  length: number,
): boolean {
  for (let at = from; at < length; at++) {
    const byte = bytes[start + at];
    const lower = byte >= 65 && byte <= 90 ? byte + 32 : byte;
    if (names[name + at] !== lower) return false;
  }
  return true;
}

/** Folds A to Z and nothing else, as the comparison does. */
function lowerCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
