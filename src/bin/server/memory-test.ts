/** Cold. --test-memory: whether what is written to memory is read again. */

const MEGABYTE = 1024 * 1024;
/** So that no more than this needs to be allocated in one piece. */
const PIECE_BYTES_MAX = 256 * MEGABYTE;
const ROUNDS = 4;

type Pattern = readonly [name: string, word: (index: number, round: number) => number];

const PATTERNS: readonly Pattern[] = [
  ['Addresses', (index) => index],
  ['Random words', (index, round) => Math.imul(index ^ (round * 0x85ebca6b), 0x9e3779b1)],
  ['All bits set', () => -1],
  ['No bit set', () => 0],
  ['Every other bit', (index, round) => ((index + round) & 1 ? 0x55555555 : 0xaaaaaaaa)],
];

/** Fills and checks so many megabytes again and again. Returns whether all was well. */
export function testMemory(megabytes: number, write: (text: string) => void): boolean {
  let pieces: Int32Array[];
  try {
    pieces = allocate(megabytes * MEGABYTE);
  } catch {
    write(`Unable to allocate ${megabytes} megabytes\n`);
    return false;
  }
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, word] of PATTERNS) {
      write(`${name} [${round} of ${ROUNDS}]\n`);
      for (const [piece, words] of pieces.entries()) {
        const wrong = fillAndCompare(words, piece * (PIECE_BYTES_MAX / 4), round, word);
        if (wrong < 0) continue;
        write(`\n*** MEMORY ERROR DETECTED, ${piece * PIECE_BYTES_MAX + wrong * 4} bytes from the start\n`);
        return false;
      }
    }
  }
  write('\nYour memory passed this test. One that runs without an operating system sees more: memtest86.\n');
  return true;
}

function allocate(bytes: number): Int32Array[] {
  const pieces: Int32Array[] = [];
  for (let left = bytes; left > 0; left -= PIECE_BYTES_MAX)
    pieces.push(new Int32Array(Math.min(left, PIECE_BYTES_MAX) / 4));
  return pieces;
}

/** Index of the first word that is not what was written, -1 if there is none. */
function fillAndCompare(words: Int32Array, first: number, round: number, word: Pattern[1]): number {
  for (let i = 0; i < words.length; i++) words[i] = word(first + i, round);
  for (let i = 0; i < words.length; i++) if (words[i] !== (word(first + i, round) | 0)) return i;
  return -1;
}
