/** Hot. Consumer groups: what they were given, and what they have not acknowledged. */
import type { Arena } from '../../memory/arena.ts';
import { IdTree } from '../../memory/id-tree.ts';
import { ID_WORDS } from '../../memory/id-tree-node.ts';
import { compareIdAt, readId, WideId, writeId } from '../../memory/wide-id.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_PENDING,
  CONSUMER_SEEN,
  GROUP_CONSUMERS,
  GROUP_LAST_ID,
  GROUP_PENDING,
  GROUP_READ,
  GROUPS,
  indexOf,
  setBig,
  setNumber,
  wordsOf,
} from './layout.ts';
import { addName, findName, indexOfName, namedAt, namesCount, removeNamedAt } from './name-list.ts';

/** Words of a pending entry: its id, and these. */
const OWNER = ID_WORDS;
export const DELIVERED = ID_WORDS + 1;
export const DELIVERIES = ID_WORDS + 3;
/** Words of the value behind the id. */
export const PENDING_WORDS = 5;
const TWO_32 = 2 ** 32;

/**
 * The pending entries of a group: a map from entry ids to owner (a consumer's block, 0 = nobody), time of delivery and
 * number of deliveries. Each consumer has the set of ids that it owns, so that its own can be walked.
 *
 * Invariants:
 * 1. An id is in a consumer's set if and only if the group's map has it with that consumer as owner.
 *
 * `pending` is on the group that `openGroup` was given last; methods that speak of "the found entry" mean the one under its
 * cursor.
 */
export class Groups {
  readonly arena: Arena;
  readonly pending: IdTree;
  /** On the consumer that `openConsumer` was given last. */
  readonly owned: IdTree;
  readonly #changed: IdTree;
  readonly #scratch = new WideId();
  group = 0;

  constructor(arena: Arena) {
    this.arena = arena;
    this.pending = new IdTree(arena, PENDING_WORDS);
    this.owned = new IdTree(arena, 0);
    this.#changed = new IdTree(arena, 0);
  }

  /** The group of a stream named bytes[start, end), which is opened; 0 if there is none. */
  find(root: number, bytes: Uint8Array, start: number, end: number): number {
    const group = findName(this.arena, root, GROUPS, bytes, start, end);
    if (group !== 0) this.openGroup(group);
    return group;
  }

  openGroup(group: number): void {
    this.group = group;
    this.pending.open(group, GROUP_PENDING);
  }

  /** Adds a group and opens it. May throw OutOfMemory. REQUIRES: there is none of that name. */
  create(
    root: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    lastId: WideId,
    entriesRead: bigint,
  ): number {
    const group = addName(this.arena, root, GROUPS, bytes, start, end);
    this.openGroup(group);
    this.writeLastId(lastId);
    setBig(this.arena, group, GROUP_READ, entriesRead);
    return group;
  }

  /** Removes a group. Returns whether there was one. */
  destroy(root: number, bytes: Uint8Array, start: number, end: number): boolean {
    const index = indexOfName(this.arena, root, GROUPS, bytes, start, end);
    if (index < 0) return false;
    this.destroyAt(root, index);
    return true;
  }

  destroyAt(root: number, index: number): void {
    const { arena } = this;
    this.openGroup(namedAt(arena, root, GROUPS, index));
    for (let left = this.consumerCount; left > 0; left--) {
      this.openConsumer(this.consumerAt(left - 1));
      while (this.owned.count > 0) this.owned.dropLastLeaf();
      removeNamedAt(arena, this.group, GROUP_CONSUMERS, left - 1);
    }
    while (this.pending.count > 0) this.pending.dropLastLeaf();
    removeNamedAt(arena, root, GROUPS, index);
  }

  readLastId(id: WideId): void {
    readId(wordsOf(this.arena, this.group), indexOf(this.group, GROUP_LAST_ID), id);
  }

  writeLastId(id: WideId): void {
    writeId(wordsOf(this.arena, this.group), indexOf(this.group, GROUP_LAST_ID), id);
  }

  /** `compareIds` of the group's last id with `id`. */
  compareLastId(id: WideId): number {
    return compareIdAt(wordsOf(this.arena, this.group), indexOf(this.group, GROUP_LAST_ID), id);
  }

  get consumerCount(): number {
    return namesCount(this.arena, this.group, GROUP_CONSUMERS);
  }

  consumerAt(index: number): number {
    return namedAt(this.arena, this.group, GROUP_CONSUMERS, index);
  }

  /** The group's consumer named bytes[start, end), which is opened; 0 if there is none. */
  findConsumer(bytes: Uint8Array, start: number, end: number): number {
    const consumer = findName(this.arena, this.group, GROUP_CONSUMERS, bytes, start, end);
    if (consumer !== 0) this.openConsumer(consumer);
    return consumer;
  }

  openConsumer(consumer: number): void {
    this.owned.open(consumer, CONSUMER_PENDING);
  }

  /** Adds a consumer, seen now and never active, and opens it. May throw OutOfMemory. REQUIRES: there is none of that name. */
  createConsumer(bytes: Uint8Array, start: number, end: number, now: number): number {
    const consumer = addName(this.arena, this.group, GROUP_CONSUMERS, bytes, start, end);
    setNumber(this.arena, consumer, CONSUMER_SEEN, now);
    setNumber(this.arena, consumer, CONSUMER_ACTIVE, -1);
    this.openConsumer(consumer);
    return consumer;
  }

  /** Removes a consumer with all that it owns. Returns how much that was; -1 if there is no such consumer. */
  removeConsumer(bytes: Uint8Array, start: number, end: number): number {
    const index = indexOfName(this.arena, this.group, GROUP_CONSUMERS, bytes, start, end);
    if (index < 0) return -1;
    this.openConsumer(this.consumerAt(index));
    const { owned, pending } = this;
    const removed = owned.count;
    while (owned.last()) {
      owned.readId(this.#scratch);
      pending.remove(this.#scratch);
      owned.removeFound();
    }
    removeNamedAt(this.arena, this.group, GROUP_CONSUMERS, index);
    return removed;
  }

  /** The owner of the found entry; 0 for nobody. */
  get owner(): number {
    return this.pending.words[this.pending.at + OWNER];
  }

  /** When the found entry was delivered. */
  get delivered(): number {
    const { words, at } = this.pending;
    return words[at + DELIVERED] * TWO_32 + (words[at + DELIVERED + 1] >>> 0);
  }

  set delivered(milliseconds: number) {
    this.pending.changing();
    const { words, at } = this.pending;
    words[at + DELIVERED] = Math.floor(milliseconds / TWO_32);
    words[at + DELIVERED + 1] = milliseconds | 0;
  }

  /** How often the found entry was delivered; rounded above 2^53. */
  get deliveries(): number {
    return this.deliveriesHigh * TWO_32 + (this.deliveriesLow >>> 0);
  }

  get deliveriesHigh(): number {
    return this.pending.words[this.pending.at + DELIVERIES];
  }

  get deliveriesLow(): number {
    return this.pending.words[this.pending.at + DELIVERIES + 1];
  }

  setDeliveries(high: number, low: number): void {
    this.pending.changing();
    const { words, at } = this.pending;
    words[at + DELIVERIES] = high;
    words[at + DELIVERIES + 1] = low;
  }

  /** Counts another delivery of the found entry. */
  countDelivery(): void {
    this.pending.changing();
    const { words, at } = this.pending;
    const low = (words[at + DELIVERIES + 1] + 1) | 0;
    words[at + DELIVERIES + 1] = low;
    if (low === 0) words[at + DELIVERIES] = (words[at + DELIVERIES] + 1) | 0;
  }

  /**
   * Makes an entry pending for a consumer (0: for nobody), delivered at `now` for the first time, and finds it; one that is
   * pending already changes hands only. Returns whether it is new. May throw OutOfMemory; then nothing has changed.
   */
  give(id: WideId, consumer: number, now: number): boolean {
    const { pending } = this;
    const isNew = !pending.find(id);
    if (!isNew) {
      this.handOver(id, consumer);
      return false;
    }
    if (consumer !== 0) this.#own(consumer, id);
    try {
      pending.insert(id);
    } catch (error) {
      if (consumer !== 0) this.#disown(consumer, id);
      throw error;
    }
    pending.words[pending.at + OWNER] = consumer;
    this.delivered = now;
    this.setDeliveries(0, 1);
    return true;
  }

  /** Gives the found entry another owner (0: nobody). May throw OutOfMemory; then nothing has changed. */
  handOver(id: WideId, consumer: number): void {
    const { pending, owner } = this;
    if (owner === consumer) return;
    if (consumer !== 0) this.#own(consumer, id);
    if (owner !== 0) this.#disown(owner, id);
    pending.words[pending.at + OWNER] = consumer;
  }

  /** Takes an entry off the pending ones. Returns whether it was one. */
  acknowledge(id: WideId): boolean {
    const { pending } = this;
    if (!pending.find(id)) return false;
    const { owner } = this;
    if (owner !== 0) this.#disown(owner, id);
    pending.removeFound();
    return true;
  }

  #own(consumer: number, id: WideId): void {
    this.#changed.open(consumer, CONSUMER_PENDING);
    this.#changed.insert(id);
  }

  #disown(consumer: number, id: WideId): void {
    this.#changed.open(consumer, CONSUMER_PENDING);
    this.#changed.remove(id);
  }
}
