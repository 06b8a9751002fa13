/** Hot inside, cold outside. The longest common subsequence of two strings. */

/** Bytes a match of one byte costs in Redis, whose limit we keep: lengths to remember for each pair of positions. */
const CELL_BYTES = 4;

/** A run of bytes common to both strings; ends are the positions of the last byte, as clients see them. */
export interface MatchRange {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
  readonly length: number;
}

export interface CommonSubsequence {
  readonly bytes: Uint8Array;
  /** From the end of the strings to their start. */
  readonly ranges: readonly MatchRange[];
}

/** Whether strings of these lengths may be compared when a command may use `bytesMax` bytes (proto-max-bulk-len) for it. */
export function isWithinLimit(aLength: number, bLength: number, bytesMax: number): boolean {
  return (aLength + 1) * (bLength + 1) * CELL_BYTES <= bytesMax;
}

/** How long the longest common subsequence of a[aStart, aEnd) and b[bStart, bEnd) is. Takes 4 bytes for a byte of b. */
export function commonLength(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const width = bEnd - bStart;
  const lengths = new Int32Array(width + 1);
  for (let at = aStart; at < aEnd; at++) advance(lengths, a[at], b, bStart, width);
  return lengths[width];
}

/**
 * Lengths of the longest common subsequences of a prefix of a with every prefix of b, brought forward by a's next byte:
 * a byte in common makes the one of both shorter prefixes longer by one, else the better of the two neighbours counts.
 */
function advance(lengths: Int32Array, byte: number, b: Uint8Array, bStart: number, width: number): void {
  let diagonal = 0;
  let left = 0;
  for (let column = 1; column <= width; column++) {
    const above = lengths[column];
    if (b[bStart + column - 1] === byte) left = diagonal + 1;
    else if (above > left) left = above;
    lengths[column] = left;
    diagonal = above;
  }
}

/**
 * The longest common subsequence of a[aStart, aEnd) and b[bStart, bEnd), and where its parts lie. Of several it is the one found
 * by walking back from both ends, taking bytes that are equal, else leaving out a byte of a if that loses nothing
 * while leaving out one of b would, else one of b. Remembers that choice for each pair of positions: a bit each, 1/32 of
 * what Redis takes.
 */
export function commonSubsequence(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): CommonSubsequence {
  const height = aEnd - aStart;
  const width = bEnd - bStart;
  const stride = (width + 31) >>> 5;
  const lengths = new Int32Array(width + 1);
  const aIsLeftOut = new Int32Array(stride * height);
  for (let row = 0; row < height; row++)
    advanceRemembering(lengths, a[aStart + row], b, bStart, width, aIsLeftOut, row * stride);

  const bytes = new Uint8Array(lengths[width]);
  const ranges: MatchRange[] = [];
  let left = bytes.length;
  let run = 0;
  let i = height;
  let j = width;
  while (i > 0 && j > 0) {
    if (a[aStart + i - 1] === b[bStart + j - 1]) {
      i--;
      j--;
      run++;
      bytes[--left] = a[aStart + i];
      continue;
    }
    if (run > 0) ranges.push(matchRange(i, j, run));
    run = 0;
    if ((aIsLeftOut[(i - 1) * stride + ((j - 1) >>> 5)] >>> ((j - 1) & 31)) & 1) i--;
    else j--;
  }
  if (run > 0) ranges.push(matchRange(i, j, run));
  return { bytes, ranges };
}

function matchRange(aStart: number, bStart: number, length: number): MatchRange {
  return { aStart, aEnd: aStart + length - 1, bStart, bEnd: bStart + length - 1, length };
}

/** `advance`, setting the bits, from word `bitsAt` on, of the columns where leaving out a's byte is better. */
function advanceRemembering(
  lengths: Int32Array,
  byte: number,
  b: Uint8Array,
  bStart: number,
  width: number,
  bits: Int32Array,
  bitsAt: number,
): void {
  let diagonal = 0;
  let left = 0;
  let word = 0;
  for (let column = 0; column < width; column++) {
    const above = lengths[column + 1];
    if (b[bStart + column] === byte) {
      left = diagonal + 1;
    } else if (above > left) {
      left = above;
      word |= 1 << (column & 31);
    }
    lengths[column + 1] = left;
    diagonal = above;
    if ((column & 31) === 31) {
      bits[bitsAt + (column >>> 5)] = word;
      word = 0;
    }
  }
  if (width & 31) bits[bitsAt + (width >>> 5)] = word;
}
