/** Hot. Writes records into an RDB file. */
import { decayed, idleSeconds } from '../../keyspace/access-clock.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { bytesOf, clockOf, expiryOf, keyLengthOf, keyStartOf } from '../../keyspace/record.ts';
import type { SnapshotFormat } from '../snapshot-format.ts';
import { ABSENT } from './format.ts';
import type { ChunkSink, OutputOptions } from './output.ts';
import type { ValueStore } from './value-codec.ts';
import { formOf, writeValue } from './values.ts';
import { type FileOrigin, RdbWriter } from './writer.ts';

export class RdbSnapshot implements SnapshotFormat {
  readonly #keyspace: Keyspace;
  readonly #store: ValueStore;
  readonly #origin: FileOrigin;
  readonly #writer: RdbWriter;
  /** The database that the records written last belong to; -1 before the first. */
  #selected = -1;

  /** `store` is where values are read from, `first` the first chunk to fill. */
  constructor(
    keyspace: Keyspace,
    store: ValueStore,
    origin: FileOrigin,
    sink: ChunkSink,
    first: Uint8Array,
    options: OutputOptions,
  ) {
    this.#keyspace = keyspace;
    this.#store = store;
    this.#origin = origin;
    this.#writer = new RdbWriter(sink, first, options);
  }

  begin(): void {
    this.#writer.begin(this.#origin);
  }

  database(index: number, keys: number, expiries: number): void {
    this.#writer.select(index);
    this.#writer.sizes(keys, expiries);
    this.#selected = index;
  }

  record(index: number, record: number): void {
    if (index !== this.#selected) {
      this.#writer.select(index);
      this.#selected = index;
    }
    const { arena, policy } = this.#keyspace;
    const clock = clockOf(arena, record);
    let idle = ABSENT;
    let frequency = ABSENT;
    if (policy.measure === 'lfu') frequency = decayed(this.#keyspace, clock);
    else if (policy.measure === 'lru' || policy.measure === 'lrm') idle = idleSeconds(this.#keyspace, clock);
    const start = keyStartOf(arena, record);
    const end = start + keyLengthOf(arena, record);
    const form = formOf(this.#store, record);
    this.#writer.key(form, bytesOf(arena, record), start, end, expiryOf(arena, record), idle, frequency);
    writeValue(this.#writer.output, this.#store, record);
  }

  end(): void {
    this.#writer.end();
  }
}
