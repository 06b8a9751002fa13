/** Hot. What sorted sets are combined from: sorted sets, and sets, whose members all count 1. */
import { encodingOf, TYPE_SET, TYPE_SORTED_SET, typeOf } from '../../keyspace/record.ts';
import { rootOf } from '../../keyspace/value.ts';
import type { ListpackEntry } from '../../memory/listpack.ts';
import type { SetValue } from '../../values/set/set-value.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE } from '../errors.ts';

export class Source {
  weight = 1;
  count = 0;
  /** The record; sources with the same one are the same. 0 for no key. */
  record = 0;
  /** The member that `next` has come to, with its score; `find` sets the score too. */
  member: ListpackEntry;
  score = 1;
  readonly #sortedSet: SortedSetValue;
  readonly #set: SetValue;
  #isSorted = true;
  #left = 0;

  constructor(sortedSet: SortedSetValue, set: SetValue) {
    this.#sortedSet = sortedSet;
    this.#set = set;
    this.member = sortedSet.member;
  }

  /** Opens what word `index` names; returns false after having replied that it is neither kind of set. */
  open(call: Call, index: number): boolean {
    const { arguments: words, database, keyspace } = call;
    const { arena } = keyspace;
    const record = database.read(words.bytes, words.start(index), words.end(index));
    this.record = record;
    this.weight = 1;
    this.count = 0;
    if (record === 0) return true;
    const type = typeOf(arena, record);
    if (type !== TYPE_SORTED_SET && type !== TYPE_SET) {
      call.reply.error(WRONG_TYPE);
      return false;
    }
    this.#isSorted = type === TYPE_SORTED_SET;
    const value = this.#isSorted ? this.#sortedSet : this.#set;
    value.open(encodingOf(arena, record), rootOf(arena, record));
    this.count = value.count;
    this.member = value.member;
    return true;
  }

  /** Starts going through all members. */
  begin(): void {
    this.#left = this.count;
    this.score = 1;
    if (!this.#isSorted) this.#set.begin();
  }

  next(): boolean {
    if (this.#left-- === 0) return false;
    if (!this.#isSorted) return this.#set.next();
    if (this.#left === this.count - 1) this.#sortedSet.seek(0);
    else this.#sortedSet.next();
    this.score = this.#sortedSet.score;
    return true;
  }

  find(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.count === 0) return false;
    if (!this.#isSorted) return this.#set.find(bytes, start, end);
    if (!this.#sortedSet.find(bytes, start, end)) return false;
    this.score = this.#sortedSet.score;
    return true;
  }
}
