/** Hot. Reads the commands of an append-only file, which are requests one behind the other, and lines of comments. */
import type { Arguments } from '../../protocol/arguments.ts';
import { COMPLETE, INCOMPLETE, RequestParser } from '../../protocol/request-parser.ts';
import type { ReadableFile } from '../files.ts';

const BUFFER_BYTES = 256 * 1024;
const STAR = 42;
const HASH = 35;
const LF = 10;

/** The file ends in the middle of a command. */
export class UnexpectedEnd extends Error {}

/** The file holds something else than commands. */
export class BadFormat extends Error {}

/**
 * Invariants:
 * 1. #bytes[#at, #end) was read and not consumed; #at stands at byte `offset` of the file.
 * 2. After `next`, the command is #bytes[#at - `length`, #at) and stays there until the next call.
 */
export class CommandReader {
  readonly #file: ReadableFile;
  readonly #parser = new RequestParser();
  #bytes = new Uint8Array(BUFFER_BYTES);
  #at = 0;
  #end = 0;
  /** How far the file was consumed. */
  offset: number;

  /** `offset` is where the file stands. */
  constructor(file: ReadableFile, offset: number) {
    this.#file = file;
    this.offset = offset;
    this.#parser.wordBytesMax = Number.POSITIVE_INFINITY;
  }

  /** The words of the command that `next` has found. */
  get words(): Arguments {
    return this.#parser.arguments;
  }

  /** Reads a command; false at the file's end. Throws UnexpectedEnd or BadFormat, or what the system says. */
  next(): boolean {
    for (;;) {
      if (this.#at === this.#end && !this.#fill()) return false;
      const first = this.#bytes[this.#at];
      if (first === HASH) {
        this.#skipLine();
        continue;
      }
      if (first !== STAR) throw new BadFormat();
      const status = this.#parser.parse(this.#bytes, this.#at, this.#end);
      if (status === COMPLETE) {
        this.#consume(this.#parser.next);
        return true;
      }
      if (status !== INCOMPLETE) throw new BadFormat();
      if (!this.#fill()) throw new UnexpectedEnd();
    }
  }

  #skipLine(): void {
    for (;;) {
      const end = this.#bytes.indexOf(LF, this.#at);
      if (end >= 0 && end < this.#end) {
        this.#consume(end + 1);
        return;
      }
      if (!this.#fill()) throw new UnexpectedEnd();
    }
  }

  #consume(end: number): void {
    this.offset += end - this.#at;
    this.#at = end;
  }

  /** Reads more behind what is not consumed; false at the file's end. */
  #fill(): boolean {
    const kept = this.#end - this.#at;
    const needed = kept > this.#bytes.length >> 1 ? this.#bytes.length * 2 : this.#bytes.length;
    const target = needed > this.#bytes.length ? new Uint8Array(needed) : this.#bytes;
    target.set(this.#bytes.subarray(this.#at, this.#end));
    this.#bytes = target;
    this.#at = 0;
    this.#end = kept;
    const count = this.#file.read(target.subarray(kept));
    this.#end += count;
    return count > 0;
  }
}
