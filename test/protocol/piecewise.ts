/** Feeds a stream to the request parser in pieces, as a connection does: what is unfinished stays and is presented again. */
import { COMPLETE, INCOMPLETE, INVALID, Progress, RequestParser } from '../../src/protocol/request-parser.ts';

export interface Parsed {
  /** The words of each request, one character a byte. */
  readonly requests: string[][];
  /** Why the stream was given up; undefined if it was not. */
  readonly error: string | undefined;
  /** Bytes that belong to an unfinished request. */
  readonly rest: number;
}

export function parsePieces(pieces: readonly Uint8Array[], parser = new RequestParser()): Parsed {
  const requests: string[][] = [];
  let kept = new Uint8Array(0);
  let progress: Progress | null = null;
  for (const piece of pieces) {
    // Input moves with every turn, and other bytes stand around it.
    const input = Buffer.concat([Buffer.from('*9\r\n'), kept, piece, Buffer.from('\r\n$1\r\n')]);
    const end = input.length - 6;
    let at = 4;
    while (at < end) {
      const status: number =
        progress === null ? parser.parse(input, at, end) : parser.resume(input, at, end, progress);
      if (status === INVALID) return { requests, error: parser.error, rest: 0 };
      if (status === INCOMPLETE) {
        if (parser.resumable) {
          progress ??= new Progress();
          parser.saveProgress(at, progress);
        }
        break;
      }
      progress = null;
      if (status === COMPLETE) requests.push(wordsOf(parser));
      at = parser.next;
    }
    kept = Uint8Array.prototype.slice.call(input, at, end);
  }
  return { requests, error: undefined, rest: kept.length };
}

function wordsOf({ arguments: words }: RequestParser): string[] {
  return Array.from({ length: words.count }, (_, index) => words.text(index));
}

/** A request as clients send it, of words with one character a byte. */
export function encode(words: readonly string[]): Buffer {
  return Buffer.from(
    `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`,
    'latin1',
  );
}

/** The stream in pieces that end at `cuts`. */
export function cutAt(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...new Set([...cuts.map((cut) => cut % (stream.length + 1)), stream.length])].sort(
    (a, b) => a - b,
  );
  return ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
}
