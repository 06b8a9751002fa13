/** Hot. Writes records as commands: the base of an append-only file where aof-use-rdb-preamble is off. */
import type { Keyspace } from '../../keyspace/keyspace.ts';
import type { Structure } from '../../values/structure.ts';
import type { FunctionLibraries } from '../function-libraries.ts';
import type { RdbOutput } from '../rdb/output.ts';
import type { ValueStore } from '../rdb/value-codec.ts';
import type { SnapshotFormat } from '../snapshot-format.ts';
import { KeyCommands } from './command-output.ts';
import { CommandWriter } from './command-writer.ts';
import { type LargeKey, LargeKeys } from './large-keys.ts';

interface OpenKey {
  readonly large: LargeKey;
  /** How to free its value: its key is gone. */
  released: { readonly structure: Structure; readonly encoding: number } | undefined;
}

export class CommandSnapshot implements SnapshotFormat {
  readonly #keyspace: Keyspace;
  readonly #output: RdbOutput;
  readonly #libraries: FunctionLibraries;
  readonly #writer: CommandWriter;
  readonly #largeKeys: LargeKeys;
  readonly #startedSeconds: number | null;
  /** Keys that are written in part, by the roots of their values. */
  readonly #open = new Map<number, OpenKey>();

  /**
   * `store` is where values are read from; `startedSeconds` the time to begin with as an annotation, in seconds of the epoch,
   * null for none.
   */
  constructor(
    keyspace: Keyspace,
    store: ValueStore,
    output: RdbOutput,
    libraries: FunctionLibraries,
    startedSeconds: number | null,
  ) {
    const commands = new KeyCommands(output);
    this.#keyspace = keyspace;
    this.#output = output;
    this.#libraries = libraries;
    this.#writer = new CommandWriter(store, commands);
    this.#largeKeys = new LargeKeys(store, commands, output);
    this.#startedSeconds = startedSeconds;
  }

  begin(): void {
    if (this.#startedSeconds !== null) {
      const line = Uint8Array.from(`#TS:${this.#startedSeconds}\r\n`, (character) => character.charCodeAt(0));
      this.#output.bytes(line, 0, line.length);
    }
    for (const code of this.#libraries) this.#writer.library(code);
  }

  database(): void {}

  record(index: number, record: number): void {
    this.#writer.record(index, record);
  }

  recordInPieces(index: number, record: number): void {
    const large = this.#largeKeys.open(index, record);
    if (large === null) this.record(index, record);
    else this.#open.set(large.root, { large, released: undefined });
  }

  recordEarly(index: number, record: number): void {
    const large = this.#largeKeys.open(index, record);
    if (large === null) return this.record(index, record);
    this.#open.set(large.root, { large, released: undefined });
    this.changing(large.root);
  }

  get isUnfinished(): boolean {
    return this.#open.size > 0;
  }

  advance(): void {
    for (const open of this.#open.values()) {
      if (!open.large.step()) this.#finish(open);
      return;
    }
  }

  changing(root: number): void {
    const open = this.#open.get(root);
    if (open === undefined || open.large.bearsChanges) return;
    while (open.large.step());
    this.#finish(open);
  }

  released(structure: Structure, encoding: number, root: number): boolean {
    const open = this.#open.get(root);
    if (open === undefined) return false;
    open.released = { structure, encoding };
    return true;
  }

  abandon(): void {
    for (const open of this.#open.values()) {
      open.large.abandon();
      this.#finish(open);
    }
  }

  end(): void {
    this.#output.flush();
  }

  #finish({ large, released }: OpenKey): void {
    this.#open.delete(large.root);
    if (released !== undefined)
      this.#keyspace.lazyFree.addValue(released.structure, released.encoding, large.root);
  }
}
