/** Hot. Writes records into an RDB file. */
import { decayed, idleSeconds } from '../../keyspace/access-clock.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { bytesOf, clockOf, expiryOf, keyLengthOf, keyStartOf } from '../../keyspace/record.ts';
import type { Structure } from '../../values/structure.ts';
import type { FunctionLibraries } from '../function-libraries.ts';
import type { SnapshotFormat } from '../snapshot-format.ts';
import { ABSENT } from './format.ts';
import { writeFunctions } from './functions.ts';
import { LargeValues } from './large-values.ts';
import type { RdbOutput } from './output.ts';
import type { ValueStore } from './value-codec.ts';
import { formOf, piecesOf, writeValue } from './values.ts';
import { type FileOrigin, RdbWriter } from './writer.ts';

export class RdbSnapshot implements SnapshotFormat {
  readonly #keyspace: Keyspace;
  readonly #store: ValueStore;
  readonly #origin: FileOrigin;
  readonly #libraries: FunctionLibraries;
  readonly #writer: RdbWriter;
  readonly #large: LargeValues;

  /** `store` is where values are read from. */
  constructor(
    keyspace: Keyspace,
    store: ValueStore,
    origin: FileOrigin,
    libraries: FunctionLibraries,
    output: RdbOutput,
  ) {
    this.#keyspace = keyspace;
    this.#store = store;
    this.#origin = origin;
    this.#libraries = libraries;
    this.#writer = new RdbWriter(output);
    this.#large = new LargeValues(this.#writer, keyspace.lazyFree);
  }

  begin(): void {
    this.#writer.begin(this.#origin);
    writeFunctions(this.#writer, this.#libraries);
  }

  database(index: number, keys: number, expiries: number): void {
    this.#large.writerFor(index).sizes(keys, expiries);
  }

  record(index: number, record: number): void {
    const writer = this.#large.writerFor(index);
    this.#writeKey(writer, record);
    writeValue(writer.output, this.#store, record);
  }

  recordInPieces(index: number, record: number): void {
    const pieces = piecesOf(this.#writer.output, this.#store, record);
    if (pieces === null) this.record(index, record);
    else this.#large.open(index, pieces, (writer) => this.#writeKey(writer, record));
  }

  recordEarly(index: number, record: number): void {
    const pieces = piecesOf(this.#writer.output, this.#store, record);
    if (pieces === null) return this.record(index, record);
    this.#large.open(index, pieces, (writer) => this.#writeKey(writer, record));
    this.#large.changing(pieces.root);
  }

  get isUnfinished(): boolean {
    return !this.#large.isEmpty;
  }

  advance(): void {
    this.#large.advance();
  }

  changing(root: number): void {
    this.#large.changing(root);
  }

  released(structure: Structure, encoding: number, root: number): boolean {
    return this.#large.released(structure, encoding, root);
  }

  abandon(): void {
    this.#large.abandon();
  }

  end(): void {
    this.#writer.end();
  }

  /** All of a key but its value. */
  #writeKey(writer: RdbWriter, record: number): void {
    const { arena, policy } = this.#keyspace;
    const clock = clockOf(arena, record);
    let idle = ABSENT;
    let frequency = ABSENT;
    if (policy.measure === 'lfu') frequency = decayed(this.#keyspace, clock);
    else if (policy.measure === 'lru' || policy.measure === 'lrm') idle = idleSeconds(this.#keyspace, clock);
    const start = keyStartOf(arena, record);
    const end = start + keyLengthOf(arena, record);
    const form = formOf(this.#store, record, writer.output.version);
    writer.key(form, bytesOf(arena, record), start, end, expiryOf(arena, record), idle, frequency);
  }
}
