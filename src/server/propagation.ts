/** Hot. The one place where writes leave: towards the append-only file and replicas. */
import type { Database } from '../keyspace/database.ts';
import type { ServerCall } from './server-call.ts';

/** Takes the words of one command that changed database `database`. The bytes are valid during the call only. */
export interface WriteSink {
  write(database: number, call: ServerCall): void;
  /** The same for a command that nobody has sent. */
  writeWords(database: number, words: readonly Uint8Array[]): void;
}

const DEL = new TextEncoder().encode('DEL');

export class Propagation {
  #sinks: WriteSink[] = [];

  /** Whether anybody takes writes. */
  get isActive(): boolean {
    return this.#sinks.length > 0;
  }

  add(sink: WriteSink): void {
    this.#sinks = [...this.#sinks, sink];
  }

  remove(sink: WriteSink): void {
    this.#sinks = this.#sinks.filter((other) => other !== sink);
  }

  /** A command has changed the data set: `call.propagated` if it is set, else the request as it came, goes to every sink. */
  written(call: ServerCall): void {
    for (const sink of this.#sinks) sink.write(call.database.index, call);
  }

  /** Keys were deleted by no command that was sent. */
  deleted(database: Database, keys: readonly Uint8Array[]): void {
    for (const sink of this.#sinks) sink.writeWords(database.index, [DEL, ...keys]);
  }
}
