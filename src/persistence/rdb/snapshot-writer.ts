/** Hot. Writes all databases as they are now into an RDB file. */
import { decayed, idleSeconds } from '../../keyspace/access-clock.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { bytesOf, clockOf, expiryOf, keyLengthOf, keyStartOf } from '../../keyspace/record.ts';
import { ABSENT } from './format.ts';
import type { ChunkSink, OutputOptions } from './output.ts';
import { formOf, writeValue } from './values.ts';
import { type FileOrigin, RdbWriter } from './writer.ts';

export class SnapshotWriter {
  readonly #keyspace: Keyspace;
  readonly #writer: RdbWriter;

  /** `first` is the first chunk to fill. */
  constructor(keyspace: Keyspace, sink: ChunkSink, first: Uint8Array, options: OutputOptions) {
    this.#keyspace = keyspace;
    this.#writer = new RdbWriter(sink, first, options);
  }

  /** Writes the whole file. Throws what the sink throws. */
  write(origin: FileOrigin): void {
    this.#writer.begin(origin);
    const visit = (record: number): void => this.#record(record);
    for (const { keys, expiring, index } of this.#keyspace.databases) {
      if (keys.count === 0) continue;
      this.#writer.database(index, keys.count, expiring.count);
      let cursor = 0;
      do cursor = keys.scan(cursor, visit);
      while (cursor !== 0);
    }
    this.#writer.end();
  }

  #record(record: number): void {
    const { arena, policy } = this.#keyspace;
    const clock = clockOf(arena, record);
    let idle = ABSENT;
    let frequency = ABSENT;
    if (policy.measure === 'lfu') frequency = decayed(this.#keyspace, clock);
    else if (policy.measure === 'lru' || policy.measure === 'lrm') idle = idleSeconds(this.#keyspace, clock);
    const start = keyStartOf(arena, record);
    const end = start + keyLengthOf(arena, record);
    const form = formOf(this.#keyspace, record);
    this.#writer.key(form, bytesOf(arena, record), start, end, expiryOf(arena, record), idle, frequency);
    writeValue(this.#writer.output, this.#keyspace, record);
  }
}
