/** Hot. Reading the entries of a listpack one after the other. */
import { END, entryBytes, ListpackEntry } from './listpack-entry.ts';

/** A flyweight: `step` moves it on, and then it is the text of the entry. Valid until the listpack changes. */
export class ListpackCursor extends ListpackEntry {
  /** Where the next entry begins in `#segment`. */
  next = 0;
  #segment: Uint8Array = new Uint8Array(0);

  /** Begins before the entry at byte `at` of a segment. */
  open(segment: Uint8Array, at: number): void {
    this.#segment = segment;
    this.next = at;
  }

  /** Reads the next entry; returns whether there is one. */
  step(): boolean {
    const segment = this.#segment;
    const at = this.next;
    if (segment[at] === END) return false;
    this.readAt(segment, at);
    this.next = at + entryBytes(segment, at);
    return true;
  }
}
