/**
 * Hot. LZF, the compression of strings in RDB files.
 *
 * The format (M. Lehmann, LibLZF): a sequence of runs, each led by a control byte.
 *
 *     000nnnnn                      the n + 1 bytes that follow, as they are
 *     nnnddddd dddddddd             n + 2 bytes (n from 1 to 6) from d + 1 bytes back in the output
 *     111ddddd nnnnnnnn dddddddd    n + 9 bytes, likewise
 *
 * A copy may reach into the bytes that it produces.
 */

const LITERALS_MAX = 32;
const DISTANCE_MAX = 1 << 13;
const MATCH_MAX = 2 + 7 + 255;
const TABLE_BITS_MIN = 6;
const TABLE_BITS_MAX = 14;

/** Where three bytes with this hash were seen last, counted from the start of the input; -1 for nowhere. */
const table = new Int32Array(1 << TABLE_BITS_MAX);

/**
 * Compresses bytes[start, end) into target[at, limit). Returns how many bytes it wrote, or 0 when they do not fit
 * (nothing else makes it fail; what was written then means nothing). The same input always gives the same output.
 */
export function compressLzf(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
  limit: number,
): number {
  const bits = Math.min(Math.max(33 - Math.clz32(end - start), TABLE_BITS_MIN), TABLE_BITS_MAX);
  const shift = 32 - bits;
  table.fill(-1, 0, 1 << bits);
  let out = at;
  let literals = start;
  let from = start;
  while (from + 2 < end) {
    const three = bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16);
    const slot = Math.imul(three, 0x9e3779b1) >>> shift;
    const seen = start + table[slot];
    table[slot] = from - start;
    if (seen < start || from - seen > DISTANCE_MAX || !sameThree(bytes, seen, from)) {
      from++;
      continue;
    }
    out = writeLiterals(bytes, literals, from, target, out, limit);
    if (out < 0 || out + 3 > limit) return 0;
    const length = matchLength(bytes, seen, from, end);
    const distance = from - seen - 1;
    const code = length - 2;
    if (code < 7) {
      target[out++] = (code << 5) | (distance >> 8);
    } else {
      target[out++] = 0xe0 | (distance >> 8);
      target[out++] = code - 7;
    }
    target[out++] = distance & 0xff;
    from += length;
    literals = from;
  }
  out = writeLiterals(bytes, literals, end, target, out, limit);
  return out < 0 ? 0 : out - at;
}

function sameThree(bytes: Uint8Array, left: number, right: number): boolean {
  return (
    bytes[left] === bytes[right] &&
    bytes[left + 1] === bytes[right + 1] &&
    bytes[left + 2] === bytes[right + 2]
  );
}

function matchLength(bytes: Uint8Array, seen: number, from: number, end: number): number {
  const longest = Math.min(end - from, MATCH_MAX);
  let length = 3;
  while (length < longest && bytes[seen + length] === bytes[from + length]) length++;
  return length;
}

/** Returns where the output goes on, or -1 when there is no room. */
function writeLiterals(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
  limit: number,
): number {
  let out = at;
  for (let from = start; from < end; ) {
    const count = Math.min(end - from, LITERALS_MAX);
    if (out + 1 + count > limit) return -1;
    target[out++] = count - 1;
    for (let index = 0; index < count; index++) target[out + index] = bytes[from + index];
    out += count;
    from += count;
  }
  return out;
}

/**
 * Decompresses bytes[start, end) into target[at, at + length). True if the input is well formed and gives exactly that
 * many bytes; never reads or writes outside the ranges.
 */
export function decompressLzf(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
  length: number,
): boolean {
  return (
    decompressSome(bytes, start, end, target, at, at, at + length, length) === end && outEnd === at + length
  );
}

/** Where the output of `decompressSome` has come to. */
let outEnd = 0;

/**
 * Goes on with input from `start` on until the input is at its end or about `some` bytes have been put out, into target[out, limit);
 * copies reach back to target[first]. Returns where the input goes on, or -1 if it is not well formed.
 */
function decompressSome(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  first: number,
  outStart: number,
  limit: number,
  some: number,
): number {
  const enough = outStart + some;
  let out = outStart;
  let from = start;
  while (from < end && out <= enough) {
    const control = bytes[from++];
    if (control < LITERALS_MAX) {
      const count = control + 1;
      if (from + count > end || out + count > limit) return -1;
      for (let index = 0; index < count; index++) target[out + index] = bytes[from + index];
      from += count;
      out += count;
      continue;
    }
    let count = (control >> 5) + 2;
    if (count === 9) {
      if (from === end) return -1;
      count += bytes[from++];
    }
    if (from === end) return -1;
    const source = out - (((control & 0x1f) << 8) | bytes[from++]) - 1;
    if (source < first || out + count > limit) return -1;
    for (let index = 0; index < count; index++) target[out + index] = target[source + index];
    out += count;
  }
  outEnd = out;
  return from;
}

/** Decompresses a long text bit by bit: bytes[start, end) into target[at, at + length). */
export class Decompression {
  readonly #bytes: Uint8Array;
  #from: number;
  readonly #end: number;
  readonly #target: Uint8Array;
  readonly #first: number;
  #out: number;
  readonly #limit: number;

  constructor(bytes: Uint8Array, start: number, end: number, target: Uint8Array, at: number, length: number) {
    this.#bytes = bytes;
    this.#from = start;
    this.#end = end;
    this.#target = target;
    this.#first = at;
    this.#out = at;
    this.#limit = at + length;
  }

  /** Puts out about that many bytes more. Returns whether the input is well formed so far. */
  run(some: number): boolean {
    this.#from = decompressSome(
      this.#bytes,
      this.#from,
      this.#end,
      this.#target,
      this.#first,
      this.#out,
      this.#limit,
      some,
    );
    this.#out = outEnd;
    return this.#from >= 0 && (!this.isDone || this.#out === this.#limit);
  }

  /** Whether the input is at its end. */
  get isDone(): boolean {
    return this.#from === this.#end;
  }
}
