/** Cold where nobody waits. Clients whose commands wait for keys, and executing these again when their keys may be ready. */
import type { Wait, Waiting } from '../../commands/blocking.ts';
import type { Call } from '../../commands/call.ts';
import type { Database } from '../../keyspace/database.ts';
import type { KeyspaceEvent, KeyspaceListener } from '../../keyspace/events.ts';
import { typeOf } from '../../keyspace/record.ts';
import { Arguments } from '../../protocol/arguments.ts';
import { Reply } from '../../protocol/reply.ts';
import { Output } from '../../transport/output.ts';
import type { Timer } from '../../transport/transport.ts';
import type { Client } from '../client.ts';
import type { Server } from '../server.ts';
import { ServerCall } from '../server-call.ts';

const UNBLOCKED = 'UNBLOCKED client unblocked via CLIENT UNBLOCK';
/** `setTimer` counts in 31 bits. */
const TIMER_MILLISECONDS_MAX = 2 ** 31 - 1;

/** A client that waits. */
interface Waiter {
  readonly client: Client;
  /** Id of the command, and copies of its words. */
  readonly command: number;
  readonly words: readonly Uint8Array[];
  readonly database: number;
  readonly wait: Wait;
  /** Whether the client wants the reply (CLIENT REPLY). */
  readonly isWanted: boolean;
  /** Names of its keys in `#queues`, each once. */
  readonly names: readonly string[];
  timer: Timer | undefined;
  /** When to try again though nothing has changed; infinite for never. */
  again: number;
  /** The command is being executed again: has it decided to go on waiting? */
  waitsOn: boolean;
}

/**
 * Invariants:
 * 1. A waiter is in the queue of each of its keys, in the order in which they began to wait.
 * 2. While there are waiters, this listens to the keyspace, before whoever listened there.
 * 3. What becomes ready while a command runs is served when it is done, before anything else is executed.
 */
export class WaitingClients implements Waiting, KeyspaceListener {
  readonly #server: Server;
  readonly #waiters = new Map<Client, Waiter>();
  readonly #queues = new Map<string, Set<Waiter>>();
  /** Keys that have changed since they were looked at last. */
  readonly #touched = new Set<string>();
  #listener: KeyspaceListener | null = null;
  /** The waiter whose command is being executed again. */
  #retried: Waiter | undefined;
  #isServing = false;
  #call: ServerCall | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Whether `serve` has something to do. */
  get isPending(): boolean {
    return this.#touched.size > 0;
  }

  /** Keys that somebody waits for; and those of them for which somebody wants to know when they are gone. */
  get keyCounts(): { all: number; withoutKey: number } {
    const queues = [...this.#queues.values()];
    const withoutKey = queues.filter((queue) => [...queue].some(({ wait }) => wait.triesWithoutKey)).length;
    return { all: queues.length, withoutKey };
  }

  /** Who is being served by executing his command again, and its words. */
  get retried(): { readonly client: Client; readonly words: readonly Uint8Array[] } | undefined {
    return this.#retried;
  }

  wait(call: Call, wait: Wait): void {
    this.#server.dispatcher.statistics.withdraw();
    if (this.#retried !== undefined) {
      this.#retried.waitsOn = true;
      this.#retried.again = wait.again ?? Number.POSITIVE_INFINITY;
      return;
    }
    const { client, reply, output, arguments: words, database } = call as ServerCall;
    const names = new Set(wait.keys.map((index) => nameOf(database.index, words.copy(index))));
    const waiter: Waiter = {
      client,
      command: client.lastCommand,
      words: words.copyAll(),
      database: database.index,
      wait,
      isWanted: reply.output === output,
      names: [...names],
      timer: undefined,
      again: wait.again ?? Number.POSITIVE_INFINITY,
      waitsOn: false,
    };
    this.#add(waiter);
    client.stopped = true;
    client.connection.pause();
    client.unblock = (withError) => {
      this.#end(waiter, (late) => (withError ? late.error(UNBLOCKED) : wait.timedOut(late)));
      return true;
    };
    this.#setTimer(waiter);
  }

  touch({ database, arguments: words }: Call, index: number): void {
    this.#touch(database.index, words.copy(index));
  }

  /** The client has gone. */
  forget(client: Client): void {
    const waiter = this.#waiters.get(client);
    if (waiter !== undefined) this.#remove(waiter);
  }

  /** Executes the commands again that wait for keys that have changed, as long as that makes more keys ready. */
  serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      for (const name of this.#touched) {
        this.#touched.delete(name);
        for (const waiter of [...(this.#queues.get(name) ?? [])]) {
          if (this.#isWaiting(waiter) && this.#isWorthTrying(waiter, name)) this.#retry(waiter);
        }
      }
    } finally {
      this.#isServing = false;
    }
  }

  changed(database: Database, event: KeyspaceEvent, bytes: Uint8Array, start: number, end: number): void {
    this.#touch(database.index, bytes.subarray(start, end));
    this.#listener?.changed(database, event, bytes, start, end);
  }

  missed(database: Database, bytes: Uint8Array, start: number, end: number): void {
    this.#listener?.missed(database, bytes, start, end);
  }

  expired(database: Database, key: Uint8Array): void {
    this.#touch(database.index, key);
    this.#listener?.expired(database, key);
  }

  evicted(database: Database, key: Uint8Array): void {
    this.#touch(database.index, key);
    this.#listener?.evicted(database, key);
  }

  flushed(index: number): void {
    for (const name of this.#queues.keys()) {
      if (index < 0 || name.startsWith(`${index}:`)) this.#touched.add(name);
    }
    this.#listener?.flushed(index);
  }

  #touch(database: number, key: Uint8Array): void {
    const name = nameOf(database, key);
    if (this.#queues.has(name)) this.#touched.add(name);
  }

  #add(waiter: Waiter): void {
    const { keyspace } = this.#server;
    if (this.#waiters.size === 0) {
      this.#listener = keyspace.listener;
      keyspace.listener = this;
    }
    this.#waiters.set(waiter.client, waiter);
    for (const name of waiter.names) {
      const queue = this.#queues.get(name);
      if (queue === undefined) this.#queues.set(name, new Set([waiter]));
      else queue.add(waiter);
    }
  }

  #remove(waiter: Waiter): void {
    const { keyspace } = this.#server;
    waiter.timer?.cancel();
    waiter.client.unblock = undefined;
    this.#waiters.delete(waiter.client);
    for (const name of waiter.names) {
      const queue = this.#queues.get(name);
      queue?.delete(waiter);
      if (queue?.size === 0) this.#queues.delete(name);
    }
    if (this.#waiters.size > 0 || keyspace.listener !== this) return;
    keyspace.listener = this.#listener;
    this.#listener = null;
  }

  /** Waits for the end of the waiter's time, or for the next try, in stretches that a timer can take. */
  #setTimer(waiter: Waiter): void {
    const { keyspace, isAttached } = this.#server;
    const { until, timedOut } = waiter.wait;
    const end = until === 0 ? Number.POSITIVE_INFINITY : until;
    const next = Math.min(end, waiter.again);
    waiter.timer?.cancel();
    if (next === Number.POSITIVE_INFINITY || !isAttached) return;
    const left = Math.max(0, next - keyspace.now);
    waiter.timer = this.#server.transport.setTimer(Math.min(left, TIMER_MILLISECONDS_MAX), () => {
      keyspace.setNow(this.#server.clock.milliseconds());
      if (keyspace.now >= end) this.#end(waiter, timedOut);
      else if (keyspace.now >= waiter.again) this.#retry(waiter);
      else this.#setTimer(waiter);
    });
  }

  /** Not when it was served for another key, or is being closed. */
  #isWaiting({ client }: Waiter): boolean {
    return this.#waiters.has(client) && !client.closing;
  }

  /** Whether the key may have what the waiter's command wants. */
  #isWorthTrying({ wait, database }: Waiter, name: string): boolean {
    if (wait.triesWithoutKey) return true;
    const { arena, databases } = this.#server.keyspace;
    const key = keyOf(name);
    const record = databases[database].lookup(key, 0, key.length);
    return record !== 0 && typeOf(arena, record) === wait.type;
  }

  #retry(waiter: Waiter): void {
    const server = this.#server;
    const call = this.#retryingCall();
    const { client } = waiter;
    call.arguments.assign([...waiter.words]);
    call.client = client;
    call.database = server.keyspace.databases[waiter.database];
    call.reply.version = client.version;
    waiter.waitsOn = false;
    const { statistics } = server.dispatcher;
    statistics.cut();
    this.#retried = waiter;
    try {
      server.dispatcher.rerun(call, waiter.command);
      statistics.cut();
    } finally {
      this.#retried = undefined;
    }
    const { output } = call.reply;
    const { bytes, length } = output;
    output.length = 0;
    if (waiter.waitsOn) {
      if (Number.isFinite(waiter.again)) this.#setTimer(waiter);
      return;
    }
    this.#remove(waiter);
    if (waiter.isWanted) client.connection.write(bytes, 0, length);
    this.#resume(client);
  }

  /** What the commands are given that are executed again: the request under way keeps its own. */
  #retryingCall(): ServerCall {
    if (this.#call === undefined) {
      this.#call = new ServerCall(this.#server, new Reply(new Output(1024)), new Arguments());
      this.#call.waiting = this;
    }
    return this.#call;
  }

  /** Ends the waiting with a reply. */
  #end(waiter: Waiter, write: (reply: Reply) => void): void {
    const { client, command } = waiter;
    const { statistics } = this.#server.dispatcher;
    this.#remove(waiter);
    const reply = new Reply(new Output(256));
    reply.version = client.version;
    statistics.complete(command);
    write(reply);
    if (reply.errors > 0) {
      statistics.fail(command);
      statistics.countError(reply.lastError);
    }
    if (waiter.isWanted) client.connection.write(reply.output.bytes, 0, reply.output.length);
    this.#resume(client);
  }

  #resume(client: Client): void {
    if (client.closing) return;
    // Waiting was no idleness.
    client.lastActiveAt = this.#server.keyspace.now;
    client.stopped = false;
    client.connection.resume();
  }
}

/** A key in its database, as a string of one character a byte. */
function nameOf(database: number, key: Uint8Array): string {
  return `${database}:${Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')}`;
}

function keyOf(name: string): Uint8Array {
  return Buffer.from(name.slice(name.indexOf(':') + 1), 'latin1');
}
