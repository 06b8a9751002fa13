/** Hot. What the keyspace must be able to do with streams. */
import { type Arena, OutOfMemory } from '../../memory/arena.ts';
import { IdTree } from '../../memory/id-tree.ts';
import { ID_WORDS } from '../../memory/id-tree-node.ts';
import { listpackBytes } from '../../memory/listpack.ts';
import { WideId } from '../../memory/wide-id.ts';
import type { DigestSink, Structure } from '../structure.ts';
import { Groups, PENDING_WORDS } from './groups.ts';
import { writeIdText } from './id-text.ts';
import { Idempotency } from './idempotency.ts';
import {
  CONSUMER_PENDING,
  GROUP_CONSUMERS,
  GROUP_PENDING,
  GROUPS,
  getWord,
  indexOf,
  LENGTH,
  NODES,
  ROOT_WORDS,
  setWord,
  wordsOf,
} from './layout.ts';
import {
  addName,
  nameBytes,
  namedAt,
  nameLength,
  nameStart,
  namesCount,
  removeNamedAt,
} from './name-list.ts';
import { NODE_SLACK_BYTES, Stream } from './stream.ts';
import { verifyStream } from './verify.ts';

/** A leaf of pending entries holds about as many. */
const PENDING_PER_BLOCK = 48;
const POINT = 0x2e;

/** All that commands need to work on streams: flyweights that are moved to the stream in question. */
export class StreamStructure implements Structure {
  readonly arena: Arena;
  readonly stream: Stream;
  readonly groups: Groups;
  readonly idempotency: Idempotency;
  /** To be moved to the index of a stream's nodes. */
  readonly nodes: IdTree;
  readonly #target: IdTree;
  readonly #pending: [IdTree, IdTree];
  readonly #owned: [IdTree, IdTree];
  readonly #id = new WideId();
  readonly #text = new Uint8Array(48);

  constructor(arena: Arena) {
    this.arena = arena;
    this.stream = new Stream(arena);
    this.groups = new Groups(arena);
    this.idempotency = new Idempotency(arena);
    this.nodes = new IdTree(arena, 1);
    this.#target = new IdTree(arena, 1);
    this.#pending = [new IdTree(arena, PENDING_WORDS), new IdTree(arena, PENDING_WORDS)];
    this.#owned = [new IdTree(arena, 0), new IdTree(arena, 0)];
  }

  count(_encoding: number, root: number): number {
    return getWord(this.arena, root, LENGTH) >>> 0;
  }

  effort(_encoding: number, root: number): number {
    this.nodes.open(root, NODES);
    let blocks = this.nodes.count;
    for (let index = namesCount(this.arena, root, GROUPS) - 1; index >= 0; index--) {
      this.groups.openGroup(namedAt(this.arena, root, GROUPS, index));
      blocks += this.groups.pending.count / PENDING_PER_BLOCK + this.groups.consumerCount;
    }
    return blocks;
  }

  free(_encoding: number, root: number): void {
    this.freeSome(_encoding, root, Number.POSITIVE_INFINITY);
  }

  freeSome(_encoding: number, root: number, blocks: number): number {
    const { arena } = this;
    let left = this.#freeNodes(root, blocks);
    while (left > 0 && getWord(arena, root, GROUPS) !== 0) left = this.#freeLastGroup(root, left);
    if (left <= 0) return root;
    this.idempotency.free(root);
    arena.free(root);
    return 0;
  }

  copy(_encoding: number, root: number): number {
    const { arena } = this;
    const copy = arena.allocate(ROOT_WORDS * 4);
    arena.copy(root, 0, copy, 0, ROOT_WORDS * 4);
    wordsOf(arena, copy).fill(0, indexOf(copy, GROUPS), indexOf(copy, ROOT_WORDS));
    try {
      this.#copyNodes(root, copy);
      this.#copyGroups(root, copy);
      this.idempotency.copy(root, copy);
    } catch (error) {
      if (error instanceof OutOfMemory) this.free(_encoding, copy);
      throw error;
    }
    return copy;
  }

  bytes(_encoding: number, root: number, samples: number): number {
    const { arena } = this;
    const nodes = this.nodes;
    nodes.open(root, NODES);
    let sampled = 0;
    let bytes = 0;
    for (let more = nodes.first(); more && (samples === 0 || sampled < samples); more = nodes.next()) {
      bytes += arena.sizeOf(nodes.words[nodes.at + ID_WORDS]);
      sampled++;
    }
    if (sampled > 0) bytes = Math.round((bytes / sampled) * nodes.count);
    bytes += arena.sizeOf(root) + nodes.bytes + this.idempotency.bytes(root);
    const groups = namesCount(arena, root, GROUPS);
    if (groups > 0) bytes += arena.sizeOf(getWord(arena, root, GROUPS));
    for (let index = 0; index < groups; index++)
      bytes += this.#groupBytes(namedAt(arena, root, GROUPS, index));
    return bytes;
  }

  digest(_encoding: number, root: number, sink: DigestSink): void {
    const { cursor } = this.stream;
    cursor.open(root);
    for (let more = cursor.first(); more; more = cursor.next()) {
      const length = writeIdText(cursor.id, this.#text, 0, POINT);
      sink.mix(this.#text, 0, length);
      for (let left = cursor.pairs; left > 0; left--) {
        cursor.nextPair();
        sink.mix(cursor.field.bytes, cursor.field.start, cursor.field.end);
        sink.mix(cursor.value.bytes, cursor.value.start, cursor.value.end);
      }
    }
  }

  verify(_encoding: number, root: number): void {
    verifyStream(this.stream, this.groups, root);
  }

  #freeNodes(root: number, blocks: number): number {
    const { arena } = this;
    const nodes = this.nodes;
    nodes.open(root, NODES);
    let left = blocks;
    while (left > 0 && nodes.count > 0) {
      const count = nodes.enterLastLeaf();
      for (let index = 0; index < count; index++) {
        arena.free(nodes.words[nodes.at + ID_WORDS]);
        nodes.next();
      }
      nodes.dropLastLeaf();
      left -= count + 1;
    }
    return left;
  }

  /** Frees some of the last group; what it is about is good for nothing else then. */
  #freeLastGroup(root: number, blocks: number): number {
    const { arena, groups } = this;
    const index = namesCount(arena, root, GROUPS) - 1;
    groups.openGroup(namedAt(arena, root, GROUPS, index));
    let left = dropLeaves(groups.pending, blocks);
    while (left > 0 && groups.consumerCount > 0) {
      groups.openConsumer(groups.consumerAt(groups.consumerCount - 1));
      left = dropLeaves(groups.owned, left);
      if (left <= 0) break;
      removeNamedAt(arena, groups.group, GROUP_CONSUMERS, groups.consumerCount - 1);
      left--;
    }
    if (left <= 0) return left;
    removeNamedAt(arena, root, GROUPS, index);
    return left - 1;
  }

  #copyNodes(root: number, copy: number): void {
    const { arena } = this;
    const nodes = this.nodes;
    const target = this.#target;
    nodes.open(root, NODES);
    target.open(copy, NODES);
    for (let more = nodes.first(); more; more = nodes.next()) {
      const node = nodes.words[nodes.at + ID_WORDS];
      const used = listpackBytes(arena, node);
      const block = arena.allocate(used + NODE_SLACK_BYTES);
      arena.copy(node, 0, block, 0, used);
      nodes.readId(this.#id);
      try {
        target.insert(this.#id);
      } catch (error) {
        arena.free(block);
        throw error;
      }
      target.words[target.at + ID_WORDS] = block;
    }
  }

  #copyGroups(root: number, copy: number): void {
    const { arena } = this;
    for (let index = 0; index < namesCount(arena, root, GROUPS); index++) {
      const group = namedAt(arena, root, GROUPS, index);
      const target = this.#copyNamed(group, copy, GROUPS, GROUP_CONSUMERS);
      const consumers = new Map<number, number>();
      for (let at = 0; at < namesCount(arena, group, GROUP_CONSUMERS); at++) {
        const consumer = namedAt(arena, group, GROUP_CONSUMERS, at);
        const twin = this.#copyNamed(consumer, target, GROUP_CONSUMERS, CONSUMER_PENDING);
        consumers.set(consumer, twin);
        this.#copyTree(this.#owned, consumer, twin, CONSUMER_PENDING, 0);
      }
      this.#copyTree(this.#pending, group, target, GROUP_PENDING, 5);
      const [, pending] = this.#pending;
      for (let more = pending.first(); more; more = pending.next()) {
        const at = pending.at + ID_WORDS;
        pending.words[at] = consumers.get(pending.words[at]) ?? 0;
      }
    }
  }

  /** A copy of a named block in another list, of its words before `kept` only. */
  #copyNamed(block: number, owner: number, word: number, kept: number): number {
    const { arena } = this;
    const start = nameStart(block);
    const copy = addName(
      arena,
      owner,
      word,
      nameBytes(arena, block),
      start,
      start + nameLength(arena, block),
    );
    for (let at = 1; at < kept; at++) setWord(arena, copy, at, getWord(arena, block, at));
    return copy;
  }

  #copyTree(
    [from, to]: [IdTree, IdTree],
    source: number,
    target: number,
    offset: number,
    words: number,
  ): void {
    from.open(source, offset);
    to.open(target, offset);
    for (let more = from.first(); more; more = from.next()) {
      from.readId(this.#id);
      to.insert(this.#id);
      for (let word = ID_WORDS; word < ID_WORDS + words; word++)
        to.words[to.at + word] = from.words[from.at + word];
    }
  }

  #groupBytes(group: number): number {
    const { arena, groups } = this;
    groups.openGroup(group);
    let bytes = arena.sizeOf(group) + groups.pending.bytes;
    if (groups.consumerCount > 0) bytes += arena.sizeOf(getWord(arena, group, GROUP_CONSUMERS));
    for (let index = 0; index < groups.consumerCount; index++) {
      const consumer = groups.consumerAt(index);
      groups.openConsumer(consumer);
      bytes += arena.sizeOf(consumer) + groups.owned.bytes;
    }
    return bytes;
  }
}

function dropLeaves(tree: IdTree, blocks: number): number {
  let left = blocks;
  while (left > 0 && tree.count > 0) {
    tree.dropLastLeaf();
    left--;
  }
  return left;
}
