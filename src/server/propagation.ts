/** Hot. The one place where writes leave: towards the append-only file and replicas. */
import type { Database } from '../keyspace/database.ts';
import type { RemovalListener } from '../keyspace/events.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import type { ServerCall } from './server-call.ts';

/** Takes the words of one command that changed database `database`. The bytes are valid during the call only. */
export interface WriteSink {
  /** `call.propagated` if it is set, else the request as it came. Several commands are to happen together (MULTI, EXEC). */
  write(database: number, call: ServerCall): void;
  /** The same for a command that nobody has sent. */
  writeWords(database: number, words: readonly Uint8Array[]): void;
}

/** A command that nobody has sent. */
interface Written {
  readonly database: number;
  readonly words: Uint8Array[];
}

const encoder = new TextEncoder();
const DEL = encoder.encode('DEL');
const UNLINK = encoder.encode('UNLINK');
const HDEL = encoder.encode('HDEL');

/**
 * Invariants:
 * 1. It listens to removals if and only if there are sinks.
 * 2. What goes by itself while a command runs is told before the command, of which it may be the condition.
 */
export class Propagation implements RemovalListener {
  readonly #keyspace: Keyspace;
  #sinks: WriteSink[] = [];
  /** What went by itself and was not told yet. */
  #removed: Written[] = [];
  #isForced = false;

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
  }

  /** Whether anybody takes writes. */
  get isActive(): boolean {
    return this.#sinks.length > 0;
  }

  /** Whether there is something to be told though no command has changed anything. */
  get isPending(): boolean {
    return this.#removed.length > 0 || this.#isForced;
  }

  add(sink: WriteSink): void {
    this.#sinks = [...this.#sinks, sink];
    this.#keyspace.removals = this;
  }

  remove(sink: WriteSink): void {
    this.flush();
    this.#sinks = this.#sinks.filter((other) => other !== sink);
    if (this.#sinks.length === 0) this.#keyspace.removals = null;
  }

  /** The command that is running is propagated even if it changes nothing: others may have what is not here. */
  force(): void {
    this.#isForced = true;
  }

  /** A command has run: what went by itself on the way goes to every sink, and, if it has changed something, what it propagates. */
  ran(call: ServerCall, hasChanged: boolean): void {
    if (this.#removed.length > 0) this.#putRemovedFirst(call, hasChanged || this.#isForced);
    this.#isForced = false;
    for (const sink of this.#sinks) sink.write(call.database.index, call);
  }

  /** Keys were deleted by no command that was sent. */
  deleted(database: Database, keys: readonly Uint8Array[]): void {
    this.#writeWords(database.index, [DEL, ...keys]);
  }

  keyExpired(database: Database, key: Uint8Array): void {
    this.#note(database, [this.#keyspace.lazyFree.unlinksExpired ? UNLINK : DEL, key]);
  }

  keyEvicted(database: Database, key: Uint8Array): void {
    this.#note(database, [this.#keyspace.lazyFree.unlinksEvicted ? UNLINK : DEL, key]);
  }

  elementsExpired(database: Database, key: Uint8Array, elements: readonly Uint8Array[]): void {
    for (const element of elements) this.#note(database, [HDEL, key, element]);
  }

  /** Tells of what went by itself; to be called after work that is no command's. */
  flush(): void {
    if (this.#removed.length === 0) return;
    const removed = this.#removed;
    this.#removed = [];
    for (const { database, words } of removed) this.#writeWords(database, words);
  }

  /** Makes what went by itself a part of what the command propagates. */
  #putRemovedFirst(call: ServerCall, hasChanged: boolean): void {
    const { index } = call.database;
    const here = this.#removed.filter(({ database }) => database === index);
    this.#removed = this.#removed.filter(({ database }) => database !== index);
    this.flush();
    const written = hasChanged ? (call.propagated ?? [call.arguments.copyAll()]) : [];
    call.propagated = [...here.map(({ words }) => words), ...written];
  }

  #note(database: Database, words: Uint8Array[]): void {
    this.#removed.push({ database: database.index, words });
  }

  #writeWords(database: number, words: readonly Uint8Array[]): void {
    for (const sink of this.#sinks) sink.writeWords(database, words);
  }
}
