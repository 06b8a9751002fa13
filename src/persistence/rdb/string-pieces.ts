/** Hot. A long string in pieces, as it was when this was made. Not compressed: there are no pieces of that. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import type { BlockWatcher } from '../../memory/watchers.ts';
import type { RdbOutput } from './output.ts';
import type { ValuePieces } from './value-pieces.ts';

/** Strings from this length on are written in pieces. */
export const LONG_STRING_BYTES = 512 * 1024;
const PIECE_BYTES = 128 * 1024;

/** A piece that has not been written is copied just before it changes; a block that its key gives up is freed at the end. */
export class StringPieces implements ValuePieces, BlockWatcher {
  readonly root: number;
  readonly #arena: Arena;
  readonly #length: number;
  /** The piece that is written next. */
  #piece = 0;
  readonly #copies = new Map<number, Uint8Array>();
  #isReleased = false;
  #output: RdbOutput | null = null;

  constructor(arena: Arena, block: number, length: number) {
    this.root = block;
    this.#arena = arena;
    this.#length = length;
    arena.blockWatchers.add(block, this);
  }

  begin(output: RdbOutput): void {
    this.#output = output;
  }

  step(): boolean {
    const output = this.#output;
    if (output === null) throw new Error('StringPieces: a piece before the beginning');
    if (this.#piece === 0) output.length(this.#length);
    const piece = this.#piece++;
    const bytes = this.#copies.get(piece) ?? this.#bytesOf(piece);
    output.bytes(bytes, 0, bytes.length);
    this.#copies.delete(piece);
    if (this.#piece * PIECE_BYTES < this.#length) return true;
    this.abandon();
    return false;
  }

  bearChange(): boolean {
    return true;
  }

  abandon(): void {
    this.#arena.blockWatchers.remove(this.root);
    if (this.#isReleased) this.#arena.free(this.root);
    this.#isReleased = false;
  }

  changing(from: number, to: number): void {
    const last = Math.ceil(Math.min(to, this.#length) / PIECE_BYTES);
    for (let piece = Math.max(this.#piece, Math.floor(from / PIECE_BYTES)); piece < last; piece++)
      if (!this.#copies.has(piece)) this.#copies.set(piece, this.#bytesOf(piece).slice());
  }

  released(): boolean {
    this.#isReleased = true;
    return true;
  }

  /** A piece as it is. */
  #bytesOf(piece: number): Uint8Array {
    const start = (this.root & SEGMENT_MASK) << 3;
    const from = start + piece * PIECE_BYTES;
    return this.#arena.bytes[this.root >>> SEGMENT_SHIFT].subarray(
      from,
      Math.min(from + PIECE_BYTES, start + this.#length),
    );
  }
}
