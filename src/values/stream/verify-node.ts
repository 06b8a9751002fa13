/** Cold. Whether a listpack that comes from outside is a node of a stream. */
import { compareIds, WideId } from '../../memory/wide-id.ts';
import { integerHigh, integerLow, readInteger, skipElement } from './element.ts';
import { DELETED, HEADER_BYTES, SAME_FIELDS } from './node.ts';

const id = new WideId();
const previous = new WideId();

/**
 * Checks bytes[start, end), which are a listpack with sound elements. Its ids must grow and lie above `after` (or be no lower
 * than the master's when there is none); `after` becomes the last of them. Returns how many entries are not deleted, -1 if
 * this is no node.
 */
export function verifyNode(
  bytes: Uint8Array,
  start: number,
  end: number,
  master: WideId,
  after: WideId | null,
  last: WideId,
): number {
  const counts = new Reader(bytes, start + HEADER_BYTES, end - 1);
  const live = counts.count();
  const deleted = counts.count();
  const fields = counts.count();
  if (live < 1 || deleted < 0 || fields < 1 || !counts.skip(fields) || counts.count() !== 0) return -1;
  let [seen, gone] = [0, 0];
  while (!counts.isAtEnd) {
    const isFirst = seen + gone === 0;
    const flags = readEntry(counts, master, fields);
    if (flags < 0) return -1;
    if (isFirst ? compareIds(id, master) < 0 : compareIds(id, previous) <= 0) return -1;
    if (isFirst && after !== null && compareIds(id, after) <= 0) return -1;
    Object.assign(previous, id);
    if ((flags & DELETED) !== 0) gone++;
    else seen++;
  }
  Object.assign(last, previous);
  return seen === live && gone === deleted ? live : -1;
}

/** Reads over an entry; its id is in `id`. Returns its flags, -1 if it is none. */
function readEntry(reader: Reader, master: WideId, fields: number): number {
  const flags = reader.flags();
  if (flags < 0 || !reader.integer()) return -1;
  id.msLow = (master.msLow + integerLow) | 0;
  id.msHigh = (master.msHigh + integerHigh + carry(master.msLow)) | 0;
  if (!reader.integer()) return -1;
  id.seqLow = (master.seqLow + integerLow) | 0;
  id.seqHigh = (master.seqHigh + integerHigh + carry(master.seqLow)) | 0;
  let elements = fields;
  if ((flags & SAME_FIELDS) === 0) {
    const pairs = reader.count();
    if (pairs < 1) return -1;
    elements = pairs * 2;
  }
  if (!reader.skip(elements)) return -1;
  const said = reader.count();
  return said === elements + ((flags & SAME_FIELDS) === 0 ? 4 : 3) ? flags : -1;
}

function carry(word: number): number {
  return (word >>> 0) + (integerLow >>> 0) > 0xffffffff ? 1 : 0;
}

/** Goes through the elements of a listpack and never beyond its end. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Whether the next element is an integer, which is read then. */
  integer(): boolean {
    if (this.isAtEnd || !readInteger(this.#bytes, this.#at)) return false;
    this.#at = skipElement(this.#bytes, this.#at);
    return true;
  }

  /** A count that an int32 holds; -1 if the next element is none. */
  count(): number {
    return this.integer() && integerHigh === 0 && integerLow >= 0 ? integerLow : -1;
  }

  /** Flags stand in a single byte, because they are changed in place. */
  flags(): number {
    const flags = this.isAtEnd ? -1 : this.#bytes[this.#at];
    return flags >= 0 && flags <= (DELETED | SAME_FIELDS) && this.integer() ? flags : -1;
  }

  /** Whether that many elements follow, which are gone over. */
  skip(elements: number): boolean {
    for (let left = elements; left > 0; left--) {
      if (this.isAtEnd) return false;
      this.#at = skipElement(this.#bytes, this.#at);
    }
    return true;
  }
}
