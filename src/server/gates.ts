/**
 * Hot. Everything that may stand between a request and its command. Each feature that is on sets a bit in `server.gates`
 * or `client.gates`; when both are 0, as they mostly are, none of this is looked at.
 */

import { OUT_OF_MEMORY } from '../commands/errors.ts';
import {
  ADMIN,
  DENYOOM,
  HAS_KEYS,
  LOADING,
  NO_AUTH,
  READONLY,
  SKIP_MONITOR,
  WRITE,
} from '../commands/flags.ts';
import { TOUCH_NONE, touchModeFor } from '../keyspace/access-clock.ts';
import { CLIENT_MONITOR, CLIENT_NO_TOUCH, CLIENT_UNAUTHENTICATED } from './client.ts';
import type { Dispatcher } from './dispatch.ts';
import type { Server } from './server.ts';
import type { ServerCall } from './server-call.ts';

/** Some client runs MONITOR. */
export const GATE_MONITOR = 1 << 16;
/** maxmemory is set. */
export const GATE_MEMORY = 1 << 17;
/** CLIENT PAUSE is in effect. */
export const GATE_PAUSE = 1 << 18;
/** The data set is being loaded. */
export const GATE_LOADING = 1 << 19;
/** maxmemory-clients is set. */
export const GATE_CLIENT_MEMORY = 1 << 20;
/** The last snapshot has failed, and writes are to be refused until one succeeds. */
export const GATE_SAVE_FAILED = 1 << 21;
/** The append-only file cannot be written, and writes are refused until it can. */
export const GATE_APPEND_FAILED = 1 << 22;

/** What a key or an element takes of memory for each word that names it, besides the bytes of the request: at most about that. */
const OVERHEAD_BYTES = 16;
/** What requests up to this long take besides is within the tolerance. */
const FEW_WORDS = 8;

const SAVE_FAILED =
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may " +
  'modify the data set are disabled, because this instance is configured to report errors during writes if RDB ' +
  'snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.';
export const LOADING_DATA = 'LOADING Redis is loading the dataset in memory';

export class Gatekeeper {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Checks what is on, and runs the command if nothing forbids it. Returns false if the request must wait. */
  execute(dispatcher: Dispatcher, call: ServerCall, id: number): boolean {
    const { client } = call;
    const server = this.#server;
    const flags = dispatcher.commands.flags[id];
    if ((client.gates & CLIENT_UNAUTHENTICATED) !== 0 && (flags & NO_AUTH) === 0) {
      dispatcher.refuse(call, id, 'NOAUTH Authentication required.');
      return true;
    }
    if ((server.gates & GATE_CLIENT_MEMORY) !== 0 && server.clientEviction.check(client)) return true;
    // While data are loaded nothing is evicted.
    const isLimited = (server.gates & (GATE_MEMORY | GATE_LOADING)) === GATE_MEMORY;
    if (isLimited && !this.#makeRoom(dispatcher, call, id, flags)) return true;
    if ((server.gates & (GATE_SAVE_FAILED | GATE_APPEND_FAILED | GATE_LOADING)) !== 0) {
      const refusal = this.#refusal(dispatcher, id, flags);
      if (refusal !== '') {
        dispatcher.refuse(call, id, refusal);
        return true;
      }
    }
    if ((server.gates & GATE_PAUSE) !== 0 && server.pause.holds(client, flags)) return false;
    if ((client.gates & CLIENT_MONITOR) !== 0 && (flags & HAS_KEYS) !== 0) {
      dispatcher.refuse(call, id, "ERR Replica can't interact with the keyspace");
      return true;
    }
    if (isLimited) server.memory.begin();
    if ((client.gates & CLIENT_NO_TOUCH) !== 0) this.#runUntouched(dispatcher, call, id);
    else dispatcher.run(call, id);
    if (isLimited) this.#settle();
    if ((server.gates & GATE_MONITOR) !== 0 && (flags & (SKIP_MONITOR | ADMIN)) === 0)
      server.monitors.feed(call);
    return true;
  }

  /** Runs a command again that has waited for a key: by now there may be no memory for it. */
  rerun(dispatcher: Dispatcher, call: ServerCall, id: number): void {
    const isLimited = (this.#server.gates & (GATE_MEMORY | GATE_LOADING)) === GATE_MEMORY;
    if (!isLimited) return dispatcher.run(call, id);
    if (!this.#evictFor(call, dispatcher.commands.flags[id]))
      return dispatcher.refuse(call, id, OUT_OF_MEMORY);
    this.#server.memory.begin();
    dispatcher.run(call, id);
    this.#settle();
  }

  /** Why a command of these flags cannot run in the state that the data are in; empty if it can. */
  #refusal(dispatcher: Dispatcher, id: number, flags: number): string {
    const { gates } = this.#server;
    // Health checks are to notice, so PING is refused too.
    const isTold = (flags & WRITE) !== 0 || dispatcher.commands.fullNames[id] === 'ping';
    if ((gates & GATE_SAVE_FAILED) !== 0 && isTold) return SAVE_FAILED;
    if ((gates & GATE_APPEND_FAILED) !== 0 && isTold) return this.#server.appendOnly.refusal;
    return (gates & GATE_LOADING) !== 0 && (flags & LOADING) === 0 ? LOADING_DATA : '';
  }

  /** Evicts what exceeds maxmemory; refuses a command that may need memory when that did not help. */
  #makeRoom(dispatcher: Dispatcher, call: ServerCall, id: number, flags: number): boolean {
    const hasRoom = this.#evictFor(call, flags);
    if (call.client.stopped) return false;
    if (!hasRoom) dispatcher.refuse(call, id, OUT_OF_MEMORY);
    return hasRoom;
  }

  /** Evicts what exceeds maxmemory, and what a request may need; returns whether it may run. */
  #evictFor({ arguments: words }: ServerCall, flags: number): boolean {
    const mayGrow = (flags & DENYOOM) !== 0;
    const bytes = words.offsets[(words.count << 1) - 1] - words.offsets[0];
    const elements = Math.max(0, words.count - FEW_WORDS);
    const needed = mayGrow ? bytes + elements * OVERHEAD_BYTES : 0;
    const enough = this.#server.memory.makeRoom(needed);
    this.#server.propagation.flush();
    return enough || !mayGrow;
  }

  #settle(): void {
    this.#server.memory.settle();
    this.#server.propagation.flush();
  }

  /** Runs for a client that has asked with CLIENT NO-TOUCH not to disturb the keys' clocks. */
  #runUntouched(dispatcher: Dispatcher, call: ServerCall, id: number): void {
    const { keyspace } = call;
    if (dispatcher.commands.fullNames[id] !== 'touch') keyspace.touchMode = TOUCH_NONE;
    try {
      dispatcher.run(call, id);
    } finally {
      keyspace.touchMode = touchModeFor(keyspace.policy.measure);
    }
  }
}

/** Whether CLIENT PAUSE WRITE holds a command of these flags back. */
export function mayWrite(flags: number): boolean {
  return (flags & WRITE) !== 0 && (flags & READONLY) === 0;
}
