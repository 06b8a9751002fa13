/** Warm. What the keyspace does with sorted sets. */
import type { Arena } from '../../memory/arena.ts';
import { formatDouble } from '../../memory/doubles.ts';
import { listpackBytes } from '../../memory/listpack.ts';
import { ENCODING_SKIPLIST } from '../encoding.ts';
import type { DigestSink, Structure } from '../structure.ts';
import type { SortedSetValue } from './sorted-set-value.ts';

export class SortedSetStructure implements Structure {
  readonly sortedSet: SortedSetValue;
  readonly #arena: Arena;
  readonly #others: SortedSetValue[] = [];

  constructor(sortedSet: SortedSetValue) {
    this.sortedSet = sortedSet;
    this.#arena = sortedSet.arena;
  }

  /** More flyweights, for commands that work on several sorted sets together. */
  another(index: number): SortedSetValue {
    while (this.#others.length <= index) this.#others.push(this.sortedSet.another());
    return this.#others[index];
  }

  count(encoding: number, root: number): number {
    this.sortedSet.open(encoding, root);
    return this.sortedSet.count;
  }

  effort(encoding: number, root: number): number {
    return encoding === ENCODING_SKIPLIST ? this.count(encoding, root) : 1;
  }

  free(encoding: number, root: number): void {
    if (encoding === ENCODING_SKIPLIST) this.sortedSet.big.free(root);
    else this.#arena.free(root);
  }

  freeSome(encoding: number, root: number, blocks: number): number {
    if (encoding === ENCODING_SKIPLIST) return this.sortedSet.big.freeSome(root, blocks);
    this.#arena.free(root);
    return 0;
  }

  copy(encoding: number, root: number): number {
    const arena = this.#arena;
    if (encoding === ENCODING_SKIPLIST) return this.sortedSet.big.copy(root);
    const bytes = listpackBytes(arena, root);
    const made = arena.allocate(bytes);
    arena.copy(root, 0, made, 0, bytes);
    return made;
  }

  bytes(encoding: number, root: number, samples: number): number {
    const arena = this.#arena;
    if (encoding !== ENCODING_SKIPLIST) return arena.sizeOf(root);
    const { sortedSet } = this;
    sortedSet.open(encoding, root);
    const { members, order } = sortedSet.big;
    const wanted = samples === 0 ? members.count : Math.min(samples, members.count);
    let sampled = 0;
    order.seek(0);
    for (let i = 0; i < wanted; i++) {
      sampled += arena.sizeOf(order.entry);
      order.next();
    }
    const entries = Math.round((sampled / wanted) * members.count);
    return arena.sizeOf(root) + members.structureBytes + order.structureBytes() + entries;
  }

  digest(encoding: number, root: number, sink: DigestSink): void {
    const { sortedSet } = this;
    const { member } = sortedSet;
    sortedSet.open(encoding, root);
    sortedSet.seek(0);
    do {
      const score = new TextEncoder().encode(formatDouble(sortedSet.score));
      sink.beginElement();
      sink.mixIntoElement(member.bytes, member.start, member.end);
      sink.mixIntoElement(score, 0, score.length);
      sink.endElement();
    } while (sortedSet.next());
  }

  verify(encoding: number, root: number): void {
    const { sortedSet } = this;
    sortedSet.open(encoding, root);
    const { count } = sortedSet;
    if (encoding === ENCODING_SKIPLIST) {
      sortedSet.big.members.verify();
      sortedSet.big.order.verify();
      if (sortedSet.big.order.count !== count)
        throw new Error(`SortedSet: ${sortedSet.big.order.count} members in order, ${count} in the table`);
    }
    if (!sortedSet.isOrdered()) throw new Error('SortedSet: members are out of order');
    this.#verifyMembers(count);
  }

  #verifyMembers(count: number): void {
    const { sortedSet } = this;
    const { member } = sortedSet;
    for (let rank = 0; rank < count; rank++) {
      sortedSet.seek(rank);
      const { score } = sortedSet;
      const name = member.bytes.slice(member.start, member.end);
      if (!sortedSet.find(name, 0, name.length) || sortedSet.score !== score)
        throw new Error(`SortedSet: the member at rank ${rank} is not found with its score`);
    }
  }
}
