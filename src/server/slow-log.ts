/** Cold. The log of commands that took long (SLOWLOG). */

/** Words kept of a request, and bytes kept of a word. */
const WORDS_MAX = 32;
const WORD_BYTES_MAX = 128;

export interface SlowLogEntry {
  readonly id: number;
  /** Seconds of the epoch. */
  readonly time: number;
  readonly microseconds: number;
  readonly words: readonly Uint8Array[];
  readonly address: string;
  readonly clientName: string;
}

export class SlowLog {
  /** slowlog-log-slower-than: microseconds; 0 logs every command, a negative number none. */
  slowerThan = 10_000;
  /** Newest first. */
  entries: SlowLogEntry[] = [];
  /** slowlog-max-len: entries kept when the next one comes. */
  lengthMax = 128;
  #nextId = 0;

  /** Adds an entry; `words` are cut to what the log keeps. */
  add(entry: Omit<SlowLogEntry, 'id'>): void {
    this.entries.unshift({ ...entry, id: this.#nextId++, words: shortened(entry.words) });
    this.entries.length = Math.min(this.entries.length, this.lengthMax);
  }

  clear(): void {
    this.entries = [];
  }

  /** Bytes that the log takes, about. */
  get bytes(): number {
    let bytes = 0;
    for (const entry of this.entries) for (const word of entry.words) bytes += word.length + 64;
    return bytes + this.entries.length * 128;
  }
}

function shortened(words: readonly Uint8Array[]): Uint8Array[] {
  const kept = words.slice(0, words.length > WORDS_MAX ? WORDS_MAX - 1 : WORDS_MAX).map(shortenedWord);
  if (words.length > WORDS_MAX) kept.push(latin1(`... (${words.length - WORDS_MAX + 1} more arguments)`));
  return kept;
}

function shortenedWord(word: Uint8Array): Uint8Array {
  if (word.length <= WORD_BYTES_MAX) return word;
  const rest = latin1(`... (${word.length - WORD_BYTES_MAX} more bytes)`);
  const kept = new Uint8Array(WORD_BYTES_MAX + rest.length);
  kept.set(word.subarray(0, WORD_BYTES_MAX));
  kept.set(rest, WORD_BYTES_MAX);
  return kept;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
