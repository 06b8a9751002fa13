/** Hot. Writes records as commands: the base of an append-only file where aof-use-rdb-preamble is off. */
import type { FunctionLibraries } from '../function-libraries.ts';
import type { RdbOutput } from '../rdb/output.ts';
import type { ValueStore } from '../rdb/value-codec.ts';
import type { SnapshotFormat } from '../snapshot-format.ts';
import { CommandWriter } from './command-writer.ts';

/** Every record is written at once, however large. */
export class CommandSnapshot implements SnapshotFormat {
  readonly isUnfinished = false;
  readonly #output: RdbOutput;
  readonly #libraries: FunctionLibraries;
  readonly #writer: CommandWriter;
  readonly #startedSeconds: number | null;

  /** `startedSeconds`: the time to begin with as an annotation, in seconds of the epoch; null for none. */
  constructor(
    store: ValueStore,
    output: RdbOutput,
    libraries: FunctionLibraries,
    startedSeconds: number | null,
  ) {
    this.#output = output;
    this.#libraries = libraries;
    this.#writer = new CommandWriter(store, output);
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
    this.record(index, record);
  }

  recordEarly(index: number, record: number): void {
    this.record(index, record);
  }

  advance(): void {}

  changing(): void {}

  released(): boolean {
    return false;
  }

  abandon(): void {}

  end(): void {
    this.#output.flush();
  }
}
