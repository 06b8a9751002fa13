/** Hot. The one place where writes leave: towards the append-only file and replicas. */
import type { ServerCall } from './server-call.ts';

/** Takes the words of one command that changed database `database`. The bytes are valid during the call only. */
export interface WriteSink {
  write(database: number, call: ServerCall): void;
}

export class Propagation {
  #sinks: WriteSink[] = [];

  add(sink: WriteSink): void {
    this.#sinks = [...this.#sinks, sink];
  }

  remove(sink: WriteSink): void {
    this.#sinks = this.#sinks.filter((other) => other !== sink);
  }

  /** A command has changed the data set: `call.propagated` if it is set, else the request as it came, goes to every sink. */
  written(call: ServerCall): void {
    for (const sink of this.#sinks) sink.write(call.database.index, call);
    call.propagated = null;
  }
}
