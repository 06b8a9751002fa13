/** Hot. maxmemory: what counts as used, and making room before a command that may need more. */
import { GATE_MEMORY } from './gates.ts';
import type { Server } from './server.ts';

export class MemoryLimit {
  readonly #server: Server;
  /** Bytes; 0 for no limit. */
  maximum = 0;

  constructor(server: Server) {
    this.#server = server;
  }

  setMaximum(bytes: number): void {
    this.maximum = bytes;
    if (bytes > 0) this.#server.gates |= GATE_MEMORY;
    else this.#server.gates &= ~GATE_MEMORY;
  }

  /** Bytes that the data set takes. */
  get used(): number {
    return this.#server.keyspace.arena.usedBytes;
  }

  /** Brings memory below the limit; returns whether it is. */
  makeRoom(): boolean {
    return this.maximum === 0 || this.used <= this.maximum;
  }
}
