/** Cold. CLIENT PAUSE: commands wait until a time, all of them or those that write. */
import { MAY_REPLICATE } from '../commands/flags.ts';
import type { Client } from './client.ts';
import { GATE_PAUSE, mayWrite } from './gates.ts';
import type { Server } from './server.ts';

export class Pause {
  readonly #server: Server;
  readonly #held = new Set<Client>();
  #holders = 0;
  /** Milliseconds of the epoch. */
  until = 0;
  all = false;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Holds commands back until `until`. A pause in effect is only ever made longer and stricter. */
  start(until: number, all: boolean): void {
    const active = (this.#server.gates & GATE_PAUSE) !== 0;
    this.until = active ? Math.max(this.until, until) : until;
    this.all = active ? this.all || all : all;
    this.#server.gates |= GATE_PAUSE;
  }

  /** Lets all commands go on. */
  end(): void {
    this.until = 0;
    this.all = false;
    if (this.#holders > 0) return;
    this.#server.gates &= ~GATE_PAUSE;
    for (const client of this.#held) {
      client.stopped = client.closing;
      client.connection.resume();
    }
    this.#held.clear();
  }

  /** Holds writes back until the function returned is called, whatever clients say of pauses meanwhile. */
  holdWrites(): () => void {
    this.#holders++;
    this.#server.gates |= GATE_PAUSE;
    return () => {
      this.#holders--;
      if (this.#holders === 0 && this.#server.keyspace.now >= this.until) this.end();
    };
  }

  /** Ends the pause if its time has come. */
  check(now: number): void {
    if ((this.#server.gates & GATE_PAUSE) !== 0 && now >= this.until && this.until > 0) this.end();
  }

  /** Whether a command with these flags must wait; then its client is stopped until the pause ends. */
  holds(client: Client, flags: number): boolean {
    if (!this.all && !mayWrite(flags) && (flags & MAY_REPLICATE) === 0) return false;
    client.stopped = true;
    client.connection.pause();
    this.#held.add(client);
    return true;
  }

  /** Whether the client waits for the pause to end. */
  isHolding(client: Client): boolean {
    return this.#held.has(client);
  }

  forget(client: Client): void {
    this.#held.delete(client);
  }

  /** Clients that wait. */
  get count(): number {
    return this.#held.size;
  }
}
