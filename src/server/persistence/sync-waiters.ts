/** Cold. Clients that wait until their writes are durable: WAITAOF. */
import type { Reply } from '../../protocol/reply.ts';
import type { Timer } from '../../transport/transport.ts';
import type { Client } from '../client.ts';
import { type Answer, deferReply } from '../deferred-reply.ts';
import type { Server } from '../server.ts';
import type { ServerCall } from '../server-call.ts';
import type { AppendWriter } from './append-writer.ts';

const UNBLOCKED = 'UNBLOCKED client unblocked via CLIENT UNBLOCK';
export const APPENDONLY_IS_OFF =
  'ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.';
/** What a timer can take. */
const TIMER_MILLISECONDS_MAX = 2 ** 31 - 1;

export interface SyncWait {
  /** The offset that has to be durable (`AppendWriter.offset`). */
  readonly offset: number;
  /** Whether this server's own disk is waited for. */
  readonly local: boolean;
  /** How many replicas are waited for. */
  readonly replicas: number;
  /** Milliseconds of the epoch when the time is up; 0 for never. */
  readonly until: number;
}

interface Waiter {
  readonly client: Client;
  readonly wait: SyncWait;
  readonly answer: Answer;
  timer: Timer | undefined;
}

export class SyncWaiters {
  readonly #server: Server;
  readonly #writer: AppendWriter;
  readonly #waiters = new Map<Client, Waiter>();

  constructor(server: Server, writer: AppendWriter) {
    this.#server = server;
    this.#writer = writer;
  }

  /** Lets the client of a running command wait, unless it has what it waits for. */
  wait(call: ServerCall, wait: SyncWait): void {
    const { client } = call;
    if (this.#isDone(wait)) return this.#reply(call.reply, wait);
    const waiter: Waiter = { client, wait, answer: deferReply(call), timer: undefined };
    this.#waiters.set(client, waiter);
    client.unblock = (withError) => {
      this.#end(waiter, (reply) => (withError ? reply.error(UNBLOCKED) : this.#reply(reply, wait)));
      return true;
    };
    this.#setTimer(waiter);
  }

  /** Answers those that have what they wait for. */
  serve(): void {
    for (const waiter of this.#waiters.values()) {
      if (this.#isDone(waiter.wait)) this.#end(waiter, (reply) => this.#reply(reply, waiter.wait));
    }
  }

  /** The append-only file was switched off: nothing will be durable. */
  refuse(): void {
    for (const waiter of this.#waiters.values()) {
      if (waiter.wait.local) this.#end(waiter, (reply) => reply.error(APPENDONLY_IS_OFF));
    }
  }

  /** The client has gone. */
  forget(client: Client): void {
    const waiter = this.#waiters.get(client);
    if (waiter !== undefined) this.#remove(waiter);
  }

  /** No replicas are known yet, so nobody but this server has anything. */
  #isDone({ local, replicas, offset }: SyncWait): boolean {
    return replicas === 0 && (!local || this.#isSynced(offset));
  }

  #isSynced(offset: number): boolean {
    return this.#server.appendOnly.state === 'on' && this.#writer.syncedOffset >= offset;
  }

  /** How many disks have it: of this server, and of replicas. */
  #reply(reply: Reply, { offset }: SyncWait): void {
    reply.array(2);
    reply.integer(this.#isSynced(offset) ? 1 : 0);
    reply.integer(0);
  }

  #setTimer(waiter: Waiter): void {
    const { keyspace, clock, transport } = this.#server;
    const { until } = waiter.wait;
    if (until === 0) return;
    const left = Math.min(until - keyspace.now, TIMER_MILLISECONDS_MAX);
    waiter.timer = transport.setTimer(left, () => {
      keyspace.setNow(clock.milliseconds());
      if (keyspace.now < until) this.#setTimer(waiter);
      else this.#end(waiter, (reply) => this.#reply(reply, waiter.wait));
    });
  }

  #end(waiter: Waiter, write: (reply: Reply) => void): void {
    this.#remove(waiter);
    waiter.answer(write);
  }

  #remove(waiter: Waiter): void {
    waiter.timer?.cancel();
    waiter.client.unblock = undefined;
    this.#waiters.delete(waiter.client);
  }
}
