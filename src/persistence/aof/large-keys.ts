/** Warm. Large values as commands, written in pieces between requests. */
import {
  bytesOf,
  encodingOf,
  expiryOf,
  keyLengthOf,
  keyStartOf,
  TYPE_HASH,
  TYPE_LIST,
  TYPE_SET,
  TYPE_SORTED_SET,
  TYPE_STREAM,
  typeOf,
} from '../../keyspace/record.ts';
import { rootOf } from '../../keyspace/value.ts';
import { WideId } from '../../memory/wide-id.ts';
import { ENCODING_HASHTABLE, ENCODING_SKIPLIST } from '../../values/encoding.ts';
import type { RdbOutput } from '../rdb/output.ts';
import { TablePieces } from '../rdb/table-pieces.ts';
import type { ValueStore } from '../rdb/value-codec.ts';
import type { KeyCommands } from './command-output.ts';
import { BATCH, RPUSH, writeExpiry } from './command-writer.ts';
import { StreamWriter } from './stream-writer.ts';
import { hashEntries, memberEntries, scoredEntries, type TableBatches } from './table-batches.ts';

/** Elements of a list, or entries of a stream, in a piece. */
const PIECE = 512;
/** Values of fewer are written at once. */
const LARGE_COUNT = 4 * PIECE;

/** A key whose value is written in pieces. */
export interface LargeKey {
  readonly root: number;
  /**
   * Whether what has still to be written is written as it was when this was made. Else the rest has to be written before
   * anything of the value changes.
   */
  readonly bearsChanges: boolean;
  /** Writes the next piece; returns whether there are more. */
  step(): boolean;
  /** No more pieces are wanted. */
  abandon(): void;
}

/** What is kept of a record that may change its name, or go, before all is written. */
class Key {
  readonly #commands: KeyCommands;
  readonly #database: number;
  readonly #name: Uint8Array;
  readonly #expiry: number;

  constructor(commands: KeyCommands, { arena }: ValueStore, database: number, record: number) {
    const start = keyStartOf(arena, record);
    this.#commands = commands;
    this.#database = database;
    this.#name = bytesOf(arena, record).slice(start, start + keyLengthOf(arena, record));
    this.#expiry = expiryOf(arena, record);
  }

  /** What follows is about this key. */
  readonly begin = (): void => {
    this.#commands.about(this.#database, this.#name, 0, this.#name.length);
  };

  end(): void {
    this.begin();
    writeExpiry(this.#commands, this.#expiry);
  }
}

export class LargeKeys {
  readonly #store: ValueStore;
  readonly #commands: KeyCommands;
  readonly #output: RdbOutput;
  readonly #streams: StreamWriter;

  /** `commands` go to `output`. */
  constructor(store: ValueStore, commands: KeyCommands, output: RdbOutput) {
    this.#store = store;
    this.#commands = commands;
    this.#output = output;
    this.#streams = new StreamWriter(store, commands);
  }

  /** Begins with a record; null if its value is not large. */
  open(database: number, record: number): LargeKey | null {
    const { arena, structures } = this.#store;
    const structure = structures.byType[typeOf(arena, record)];
    if (structure === undefined) return null;
    const encoding = encodingOf(arena, record);
    const root = rootOf(arena, record);
    if (structure.count(encoding, root) < LARGE_COUNT) return null;
    const key = new Key(this.#commands, this.#store, database, record);
    const type = typeOf(arena, record);
    if (type === TYPE_LIST) return this.#list(key, encoding, root);
    if (type === TYPE_STREAM) return this.#stream(key, root);
    if (encoding !== ENCODING_HASHTABLE && encoding !== ENCODING_SKIPLIST) return null;
    return this.#table(key, type, root);
  }

  #table(key: Key, type: number, root: number): LargeKey {
    const batches = this.#batches(type, key.begin);
    const pieces = new TablePieces(batches.form, root, this.#output);
    // Nothing comes before the entries, so that those which change can be written at once, too.
    pieces.begin(this.#output);
    return {
      root,
      bearsChanges: true,
      step(): boolean {
        if (pieces.step()) return true;
        batches.flush();
        key.end();
        return false;
      },
      abandon: () => pieces.abandon(),
    };
  }

  #batches(type: number, begin: () => void): TableBatches {
    if (type === TYPE_SET) return memberEntries(this.#store, this.#commands, begin);
    if (type === TYPE_HASH) return hashEntries(this.#store, this.#commands, begin);
    if (type === TYPE_SORTED_SET) return scoredEntries(this.#store, this.#commands, begin);
    throw new Error(`LargeKeys: type ${type} has no table`);
  }

  #list(key: Key, encoding: number, root: number): LargeKey {
    const commands = this.#commands;
    const list = this.#store.structures.lists.list.another();
    let done = 0;
    const step = (): boolean => {
      key.begin();
      list.open(encoding, root);
      const { count, element } = list;
      const end = Math.min(count, done + PIECE);
      for (list.seek(done); done < end; list.next(), done++) {
        if (done % BATCH === 0) commands.begin(RPUSH, Math.min(count - done, BATCH));
        commands.word(element.bytes, element.start, element.end);
      }
      if (done < count) return true;
      key.end();
      return false;
    };
    return { root, bearsChanges: false, step, abandon: () => {} };
  }

  #stream(key: Key, root: number): LargeKey {
    const streams = this.#streams;
    const next = new WideId();
    const step = (): boolean => {
      key.begin();
      if (streams.entries(root, next, PIECE)) return true;
      streams.rest(root);
      key.end();
      return false;
    };
    return { root, bearsChanges: false, step, abandon: () => {} };
  }
}
