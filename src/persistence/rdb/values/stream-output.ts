/** Hot. Writes streams in the forms that stream.ts tells of. */
import { type Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../../memory/arena.ts';
import type { IdTree } from '../../../memory/id-tree.ts';
import { ID_WORDS } from '../../../memory/id-tree-node.ts';
import { listpackBytes } from '../../../memory/listpack.ts';
import { readId, WideId, writeId } from '../../../memory/wide-id.ts';
import type { Groups } from '../../../values/stream/groups.ts';
import type { Idempotency } from '../../../values/stream/idempotency.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_SEEN,
  DELETED_ID,
  ENTRIES_ADDED,
  FIRST_ID,
  GROUP_READ,
  GROUPS,
  getNumber,
  getWord,
  LAST_ID,
  LENGTH,
  NODES,
} from '../../../values/stream/layout.ts';
import { nameBytes, namedAt, nameLength, nameStart, namesCount } from '../../../values/stream/name-list.ts';
import {
  TYPE_STREAM_LISTPACKS_2,
  TYPE_STREAM_LISTPACKS_3,
  TYPE_STREAM_LISTPACKS_4,
  TYPE_STREAM_LISTPACKS_5,
  versionOfForm,
} from '../format.ts';
import type { NodeForm } from '../node-pieces.ts';
import type { RdbOutput } from '../output.ts';
import { PART_ELEMENTS, type Parts } from '../value-codec.ts';
import { writeIdempotency } from './stream-idempotency.ts';

const ID_BYTES = ID_WORDS * 4;
const id = new WideId();

export interface StreamFlyweights {
  readonly groups: Groups;
  readonly idempotency: Idempotency;
}

/** The form for readers of a version, or the oldest that has room for all that a stream knows. */
export function streamForm({ groups, idempotency }: StreamFlyweights, root: number, version: number): number {
  if (hasReleased(groups, root)) return TYPE_STREAM_LISTPACKS_5;
  idempotency.open(root);
  if (idempotency.isUsed) return TYPE_STREAM_LISTPACKS_4;
  return version >= versionOfForm(TYPE_STREAM_LISTPACKS_3)
    ? TYPE_STREAM_LISTPACKS_3
    : TYPE_STREAM_LISTPACKS_2;
}

/** Whether some pending entry has no owner. */
function hasReleased(groups: Groups, root: number): boolean {
  const { arena } = groups;
  for (let index = namesCount(arena, root, GROUPS) - 1; index >= 0; index--) {
    groups.openGroup(namedAt(arena, root, GROUPS, index));
    let left = groups.pending.count;
    for (let consumer = groups.consumerCount - 1; consumer >= 0; consumer--) {
      groups.openConsumer(groups.consumerAt(consumer));
      left -= groups.owned.count;
    }
    if (left > 0) return true;
  }
  return false;
}

/** A stream that is written. */
export class StreamOutput implements NodeForm {
  readonly arena: Arena;
  readonly nodes: Int32Array;
  readonly #root: number;
  /** The ids of the nodes. */
  readonly #ids: Int32Array;
  readonly #flyweights: StreamFlyweights;

  /** `flyweights` are moved about until all is written; those of `index` only now. */
  constructor(root: number, index: IdTree, flyweights: StreamFlyweights) {
    const { arena } = index;
    this.arena = arena;
    this.#root = root;
    this.#flyweights = flyweights;
    index.open(root, NODES);
    this.nodes = new Int32Array(index.count);
    this.#ids = new Int32Array(index.count * ID_WORDS);
    let place = 0;
    for (let more = index.first(); more; more = index.next(), place++) {
      index.readId(id);
      writeId(this.#ids, place * ID_WORDS, id);
      this.nodes[place] = index.words[index.at + ID_WORDS];
    }
  }

  head(output: RdbOutput): void {
    output.length(this.nodes.length);
  }

  node(output: RdbOutput, place: number): void {
    const node = this.nodes[place];
    readId(this.#ids, place * ID_WORDS, id);
    output.length(ID_BYTES);
    writeRawId(output);
    const start = (node & SEGMENT_MASK) << 3;
    output.string(this.arena.bytes[node >>> SEGMENT_SHIFT], start, start + listpackBytes(this.arena, node));
  }

  *tail(output: RdbOutput): Parts {
    const { idempotency } = this.#flyweights;
    const form = streamForm(this.#flyweights, this.#root, output.version);
    this.#writeState(output);
    yield* this.#writeGroups(output, form);
    if (form < TYPE_STREAM_LISTPACKS_4) return;
    idempotency.open(this.#root);
    writeIdempotency(output, idempotency);
  }

  free(node: number): void {
    this.arena.free(node);
  }

  #writeState(output: RdbOutput): void {
    const { arena } = this;
    const root = this.#root;
    output.length(getWord(arena, root, LENGTH) >>> 0);
    for (const word of [LAST_ID, FIRST_ID, DELETED_ID])
      for (const half of [word, word + 2]) writeLong(output, arena, root, half);
    writeLong(output, arena, root, ENTRIES_ADDED);
  }

  *#writeGroups(output: RdbOutput, form: number): Parts {
    const { arena } = this;
    const { groups } = this.#flyweights;
    const count = namesCount(arena, this.#root, GROUPS);
    output.length(count);
    for (let index = 0; index < count; index++) {
      const group = namedAt(arena, this.#root, GROUPS, index);
      groups.openGroup(group);
      writeName(output, arena, group);
      groups.readLastId(id);
      output.length64(id.msHigh, id.msLow);
      output.length64(id.seqHigh, id.seqLow);
      writeLong(output, arena, group, GROUP_READ);
      yield* this.#writePending(output);
      yield* this.#writeConsumers(output, form);
      if (form >= TYPE_STREAM_LISTPACKS_5) yield* this.#writeReleased(output);
    }
  }

  *#writePending(output: RdbOutput): Parts {
    const { groups } = this.#flyweights;
    const { pending } = groups;
    output.length(pending.count);
    let done = 0;
    for (let more = pending.first(); more; more = pending.next()) {
      if (++done % PART_ELEMENTS === 0) yield;
      pending.readId(id);
      writeRawId(output);
      output.integer64(groups.delivered);
      output.length64(groups.deliveriesHigh, groups.deliveriesLow);
    }
  }

  *#writeConsumers(output: RdbOutput, form: number): Parts {
    const { arena } = this;
    const { groups } = this.#flyweights;
    const { owned } = groups;
    output.length(groups.consumerCount);
    for (let index = 0; index < groups.consumerCount; index++) {
      const consumer = groups.consumerAt(index);
      groups.openConsumer(consumer);
      writeName(output, arena, consumer);
      output.integer64(getNumber(arena, consumer, CONSUMER_SEEN));
      if (form >= TYPE_STREAM_LISTPACKS_3) output.integer64(getNumber(arena, consumer, CONSUMER_ACTIVE));
      output.length(owned.count);
      let done = 0;
      for (let more = owned.first(); more; more = owned.next()) {
        if (++done % PART_ELEMENTS === 0) yield;
        owned.readId(id);
        writeRawId(output);
      }
      yield;
    }
  }

  /** The pending entries that nobody owns. */
  *#writeReleased(output: RdbOutput): Parts {
    const { groups } = this.#flyweights;
    const { pending } = groups;
    let count = 0;
    let done = 0;
    for (let more = pending.first(); more; more = pending.next()) {
      if (++done % PART_ELEMENTS === 0) yield;
      if (groups.owner === 0) count++;
    }
    output.length(count);
    for (let more = pending.first(); more; more = pending.next()) {
      if (++done % PART_ELEMENTS === 0) yield;
      if (groups.owner !== 0) continue;
      pending.readId(id);
      writeRawId(output);
    }
  }
}

function writeName(output: RdbOutput, arena: Arena, block: number): void {
  const start = nameStart(block);
  output.string(nameBytes(arena, block), start, start + nameLength(arena, block));
}

/** `id`, most significant byte first. */
function writeRawId(output: RdbOutput): void {
  output.word(id.msHigh);
  output.word(id.msLow);
  output.word(id.seqHigh);
  output.word(id.seqLow);
}

function writeLong(output: RdbOutput, arena: Arena, block: number, word: number): void {
  output.length64(getWord(arena, block, word), getWord(arena, block, word + 1));
}
