/** Hot. Registers as runs of equal ones, in a working copy. */
import { writeDenseRegister } from './dense.ts';
import { HEADER_BYTES, REGISTERS } from './format.ts';

/** The largest value that a run can tell. */
export const SPARSE_VALUE_MAX = 32;
const VALUE_RUN_MAX = 4;
const ZERO_RUN_MAX = 64;
const TWO_BYTES = 0x40;
const VALUE = 0x80;
/** Runs behind a changed one that are looked at for neighbours to join: as many as Redis does, for equal bytes. */
const JOINED_RUNS = 5;

/** What `set` and `walk` may say. */
export const UNCHANGED = 0;
export const CHANGED = 1;
/** The value, or the length, is too much for this encoding. Nothing was changed. */
export const TOO_DENSE = 2;
/** The runs do not make up the registers. */
export const CORRUPT = 3;

/**
 * A flyweight: a copy of a whole HyperLogLog, header included, in bytes[0, length).
 *
 * Invariant: bytes behind `length` are spare; there are at least 8.
 */
export class SparseEditor {
  bytes = new Uint8Array(4096);
  length = 0;

  load(from: Uint8Array, start: number, end: number): void {
    this.length = end - start;
    this.#reserve(this.length);
    this.bytes.set(from.subarray(start, end));
    // What a run that is cut off lacks reads as zero, as behind a C string.
    this.bytes[this.length] = 0;
  }

  /** Without its header, the runs of a fresh one: all registers are zero. */
  clear(): void {
    this.length = HEADER_BYTES + this.#writeZeros(HEADER_BYTES, REGISTERS);
  }

  /** Makes a register at least `value`. The whole may become no longer than `bytesMax` bytes. */
  set(index: number, value: number, bytesMax: number): number {
    if (value > SPARSE_VALUE_MAX) return TOO_DENSE;
    let previous = 0;
    let at = HEADER_BYTES;
    let first = 0;
    for (; at < this.length; at += runBytes(this.bytes[at])) {
      const next = first + this.#runAt(at);
      if (index < next) break;
      first = next;
      previous = at;
    }
    if (at >= this.length) return CORRUPT;
    const byte = this.bytes[at];
    const old = runValue(byte);
    if (old >= value) return UNCHANGED;
    const before = index - first;
    const behind = this.#runAt(at) - before - 1;
    const needed = piecesBytes(old, before) + 1 + piecesBytes(old, behind);
    const added = needed - runBytes(byte);
    if (added > 0 && this.length + added > bytesMax) return TOO_DENSE;
    this.#splice(at, runBytes(byte), needed);
    let to = at + this.#writeRun(at, old, before);
    to += this.#writeRun(to, value, 1);
    this.#writeRun(to, old, behind);
    this.#join(previous === 0 ? HEADER_BYTES : previous);
    return CHANGED;
  }

  /** Raises `registers` (a byte each) to what the runs tell; returns CORRUPT if these are not as many. */
  merge(registers: Uint8Array): number {
    let index = 0;
    for (let at = HEADER_BYTES; at < this.length; at += runBytes(this.bytes[at])) {
      const value = runValue(this.bytes[at]);
      const end = index + this.#runAt(at);
      if (end > REGISTERS) return CORRUPT;
      for (; index < end; index++) if (registers[index] < value) registers[index] = value;
    }
    return index === REGISTERS ? CHANGED : CORRUPT;
  }

  /** Writes the registers densely at `at` of zeroed bytes; returns CORRUPT if they are not as many as there must be. */
  writeDense(into: Uint8Array, at: number): number {
    const registers = new Uint8Array(REGISTERS);
    if (this.merge(registers) === CORRUPT) return CORRUPT;
    for (let i = 0; i < REGISTERS; i++) if (registers[i] > 0) writeDenseRegister(into, at, i, registers[i]);
    return CHANGED;
  }

  /** The runs for PFDEBUG DECODE: "Z:64 v:2,1 X:100". */
  describe(): string {
    const parts: string[] = [];
    for (let at = HEADER_BYTES; at < this.length; at += runBytes(this.bytes[at])) {
      const byte = this.bytes[at];
      const run = this.#runAt(at);
      if (byte >= VALUE) parts.push(`v:${runValue(byte)},${run}`);
      else parts.push(`${byte >= TWO_BYTES ? 'Z' : 'z'}:${run}`);
    }
    return parts.join(' ');
  }

  /** How many registers the run at `at` stands for. */
  #runAt(at: number): number {
    const byte = this.bytes[at];
    if (byte >= VALUE) return (byte & 3) + 1;
    if (byte < TWO_BYTES) return byte + 1;
    return (((byte & 63) << 8) | this.bytes[at + 1]) + 1;
  }

  /** Writes a run, of none or more registers; returns its bytes. */
  #writeRun(at: number, value: number, run: number): number {
    if (run === 0) return 0;
    if (value === 0) return this.#writeZeros(at, run);
    this.bytes[at] = VALUE | ((value - 1) << 2) | (run - 1);
    return 1;
  }

  #writeZeros(at: number, run: number): number {
    const count = run - 1;
    if (run <= ZERO_RUN_MAX) {
      this.bytes[at] = count;
      return 1;
    }
    this.bytes[at] = TWO_BYTES | (count >>> 8);
    this.bytes[at + 1] = count & 255;
    return 2;
  }

  /** Makes `needed` bytes of the `old` ones at `at`. */
  #splice(at: number, old: number, needed: number): void {
    this.#reserve(this.length + needed - old);
    this.bytes.copyWithin(at + needed, at + old, this.length);
    this.length += needed - old;
  }

  /** Joins neighbours of the same value from `start` on. */
  #join(start: number): void {
    let at = start;
    for (let looks = 0; looks < JOINED_RUNS && at < this.length; looks++) {
      const byte = this.bytes[at];
      if (byte < VALUE) {
        at += runBytes(byte);
        continue;
      }
      const next = at + 1;
      const together = (byte & 3) + 1 + (this.bytes[next] & 3) + 1;
      const isJoined =
        next < this.length && (this.bytes[next] & ~3) === (byte & ~3) && together <= VALUE_RUN_MAX;
      if (isJoined) {
        this.bytes[next] = (byte & ~3) | (together - 1);
        this.#splice(at, 1, 0);
      } else {
        at++;
      }
    }
  }

  #reserve(length: number): void {
    if (length + 8 <= this.bytes.length) return;
    const grown = new Uint8Array((length + 8) * 2);
    grown.set(this.bytes);
    this.bytes = grown;
  }
}

function runBytes(byte: number): number {
  return byte >= TWO_BYTES && byte < VALUE ? 2 : 1;
}

function runValue(byte: number): number {
  return byte >= VALUE ? ((byte >>> 2) & 31) + 1 : 0;
}

function piecesBytes(value: number, run: number): number {
  if (run === 0) return 0;
  return value === 0 && run > ZERO_RUN_MAX ? 2 : 1;
}
