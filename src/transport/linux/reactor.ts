/** Hot. What the Linux transports have in common: the turn, the owner's calls, listeners, timers, the way to the end. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Output } from '../output.ts';
import { CHUNK_BYTES_MIN } from '../output-queue.ts';
import { Timers } from '../timers.ts';
import type {
  CloseReason,
  Connection,
  ConnectionOptions,
  Handler,
  ListenAddress,
  Listener,
  Timer,
  Transport,
} from '../transport.ts';
import {
  CLOSED,
  CONNECTING,
  ENDING,
  INPUT_ENDED,
  KEEPING,
  LinuxConnection,
  PAUSED,
  RESUMED,
  TOLD,
} from './connection.ts';
import { type Libc, systemError } from './libc.ts';
import { LinuxListener } from './listener.ts';
import { mapMemory, type Region } from './memory.ts';
import { findRuntimeLoop, yieldToRuntime } from './runtime-loop.ts';
import { Sockets } from './socket.ts';

/** Room for the replies of a turn. Touched as far as a turn's replies reach, from the front in every turn. */
const OUTPUT_BYTES = 1 << 20;
/** More than this is given to the kernel before the turn goes on. */
export const FLUSH_BYTES = 1 << 18;
/** A reply that does not fit goes on in buffers of at least this size. */
const OVERFLOW_BYTES = 1 << 20;
/**
 * The runtime's own timers and what else its descriptor does not tell of wait this long at most: little after it had
 * work (more is likely), then ever longer while there is traffic, or none.
 */
const RUNTIME_DELAY_MIN_MS = 1;
const RUNTIME_DELAY_BUSY_MS = 20;
const RUNTIME_DELAY_IDLE_MS = 100;
/** How long a listener rests after it could not accept for want of descriptors. */
const ACCEPT_REST_MS = 100;
const ACCEPT_WARNING_MS = 1000;
/** A paused connection's input is read this far, so that the peer's end is noticed, and no further. */
export const PAUSED_INPUT_MAX_BYTES = 1 << 16;

/**
 * A turn: wait; take input and let the owner reply into `output`; timers; `beforeFlush`; send; tell `closed`; `turnEnded`.
 *
 * Invariants:
 * 1. `output` holds the replies of this turn from its start on, each connection's in one piece [directStart, directEnd);
 *    what does not keep to that (a second piece, writes from outside, overflow) is in the connection's queue, behind it.
 * 2. The owner is called only from the turn, never from within a call that it makes.
 * 3. A connection with CLOSED set sends and receives nothing more, and is on `closing` until its owner was told.
 */
export abstract class Reactor implements Transport {
  abstract readonly name: string;
  readonly output: Output;
  readonly libc: Libc;
  readonly handler: Handler;
  readonly sockets: Sockets;
  readonly runtimeLoop = findRuntimeLoop();

  /** The connection whose input the owner handles now, and where its reply began in `output`. */
  serving: LinuxConnection | undefined = undefined;
  protected replyStart = 0;
  protected readonly region: Region;
  /** The reply outgrew the region: `output.bytes` is a buffer of its own until the owner returns. */
  protected overflowing = false;

  protected readonly connections: (LinuxConnection | undefined)[] = [];
  protected connectionCount = 0;
  readonly listeners = new Set<LinuxListener>();
  readonly #restingListeners: LinuxListener[] = [];
  protected dirty: LinuxConnection[] = [];
  protected dirtyCount = 0;
  #spareDirty: LinuxConnection[] = [];
  resumed: LinuxConnection[] = [];
  /** Paused in this turn while they had a reply to be sent. */
  readonly pausedWithReply: LinuxConnection[] = [];
  protected ending: LinuxConnection[] = [];
  protected closing: LinuxConnection[] = [];

  protected readonly timers = new Timers();
  protected alarmDeadline = Number.POSITIVE_INFINITY;
  protected turnRequested = false;
  protected yieldRequested = false;
  protected finished = false;
  protected hadTraffic = false;
  #nextYield = 0;
  #runtimeDelay = RUNTIME_DELAY_MIN_MS;
  #keepAliveSeconds = 0;
  #lastAcceptWarning = Number.NEGATIVE_INFINITY;
  #closeRequested = false;

  constructor(libc: Libc, handler: Handler) {
    this.libc = libc;
    this.handler = handler;
    this.sockets = new Sockets(libc);
    this.region = mapMemory(libc, OUTPUT_BYTES);
    this.output = new Output(0, { overflow: (output, needed) => this.#overflow(output, needed) });
    this.output.bytes = this.region.bytes;
  }

  // What an implementation adds.
  /** Runs turns until `yieldRequested` or `finished`. */
  protected abstract runTurns(): void;
  /** Gives this turn's output to the kernel, without waiting for it to be taken. */
  protected abstract flush(): void;
  abstract watchListener(listener: LinuxListener): void;
  /** Stops accepting; with `closes`, the descriptor is closed too. */
  abstract unwatchListener(listener: LinuxListener, closes: boolean): void;
  /** Starts to receive from a connection (or, while CONNECTING, to wait for its establishment). */
  protected abstract watch(connection: LinuxConnection): void;
  /** `attention` or the queue changed in a way that may change what is to be watched. */
  protected abstract watchChanged(connection: LinuxConnection): void;
  /** Closes the descriptor as soon as nothing uses it (`closeDescriptor`). */
  protected abstract release(connection: LinuxConnection): void;
  /** Asks to be woken at `deadline` (milliseconds of performance.now). */
  protected abstract setAlarm(deadline: number): void;
  /** Frees the event mechanism. */
  protected abstract shutDown(): void;

  // Input.

  /** Presents bytes[start, end), fresh input of a connection that keeps none, and collects the reply. */
  protected deliver(connection: LinuxConnection, bytes: Uint8Array, start: number, end: number): void {
    const output = this.output;
    const before = output.length;
    this.serving = connection;
    this.replyStart = before;
    const used = this.handler.received(connection, bytes, start, end);
    this.serving = undefined;
    if (used < end - start) this.keep(connection, bytes, start + used, end);
    if (this.overflowing) this.#endOverflow(connection);
    else if (output.length !== before) this.collect(connection, before, output.length);
  }

  protected keep(connection: LinuxConnection, bytes: Uint8Array, start: number, end: number): void {
    if ((connection.attention & (ENDING | CLOSED)) !== 0) return;
    connection.kept.append(bytes, start, end);
    connection.attention |= KEEPING;
  }

  /** Presents what is kept. */
  protected deliverKept(connection: LinuxConnection): void {
    const { output } = this;
    const { kept } = connection;
    const before = output.length;
    this.serving = connection;
    this.replyStart = before;
    const used = this.handler.received(connection, kept.bytes, kept.start, kept.end);
    this.serving = undefined;
    if ((connection.attention & (ENDING | CLOSED)) !== 0) kept.clear();
    else kept.consume(used);
    if (kept.length === 0) connection.attention &= ~KEEPING;
    if (this.overflowing) this.#endOverflow(connection);
    else if (output.length !== before) this.collect(connection, before, output.length);
  }

  /** The peer will send no more. A partial request is dropped; replies still go out. */
  protected inputEnded(connection: LinuxConnection): void {
    connection.attention |= INPUT_ENDED;
    if ((connection.attention & PAUSED) !== 0 && connection.pendingOutputBytes > 0) {
      // Paused because it reads too slowly: its pipeline is finished when it has read on (see `drained`).
      this.watchChanged(connection);
      return;
    }
    this.endWhenSent(connection, 'peer');
  }

  /** The kernel has taken all of the connection's output. */
  protected drained(connection: LinuxConnection): void {
    const wasBlocked = connection.blocked;
    connection.blocked = false;
    if ((connection.attention & ENDING) !== 0) {
      if (wasBlocked) this.ending.push(connection);
    } else if ((connection.attention & (PAUSED | CLOSED)) === PAUSED) {
      this.handler.drained?.(connection);
      const stays = (connection.attention & (INPUT_ENDED | PAUSED)) === (INPUT_ENDED | PAUSED);
      if (stays) this.endWhenSent(connection, 'peer');
    }
  }

  #tellDrained(): void {
    for (const connection of this.pausedWithReply.splice(0)) {
      if (connection.pendingOutputBytes === 0) this.drained(connection);
    }
  }

  #presentResumed(): void {
    const list = this.resumed;
    this.resumed = [];
    for (const connection of list) {
      connection.attention &= ~RESUMED;
      if ((connection.attention & (PAUSED | ENDING | CLOSED | CONNECTING)) !== 0) continue;
      if ((connection.attention & KEEPING) !== 0) this.deliverKept(connection);
      if ((connection.attention & (INPUT_ENDED | PAUSED)) === INPUT_ENDED) {
        this.endWhenSent(connection, 'peer');
      }
      if ((connection.attention & CLOSED) === 0) this.watchChanged(connection);
      if (this.output.length > FLUSH_BYTES) this.flushEarly();
    }
  }

  // Output.

  /** Takes output.bytes[start, end) as the connection's reply. */
  protected collect(connection: LinuxConnection, start: number, end: number): void {
    if ((connection.attention & CLOSED) !== 0) {
      this.output.length = start;
    } else if (connection.queue.length > 0 || connection.blocked) {
      this.queueReply(connection, start, end);
    } else if (connection.directEnd === connection.directStart) {
      connection.directStart = start;
      connection.directEnd = end;
      this.markDirty(connection);
    } else if (connection.directEnd === start) {
      connection.directEnd = end;
    } else {
      this.queueReply(connection, start, end);
    }
  }

  protected queueReply(connection: LinuxConnection, start: number, end: number): void {
    connection.queue.append(this.output.bytes, start, end);
    this.output.length = start;
    if (!connection.blocked) this.markDirty(connection);
  }

  markDirty(connection: LinuxConnection): void {
    if (connection.dirty) return;
    connection.dirty = true;
    this.dirty[this.dirtyCount++] = connection;
  }

  /** The list of connections with output, which starts anew: what is written meanwhile is for the next time. */
  protected takeDirty(): LinuxConnection[] {
    const list = this.dirty;
    this.dirty = this.#spareDirty;
    this.#spareDirty = list;
    this.dirtyCount = 0;
    return list;
  }

  /** The part of this turn's reply that was not given to the kernel yet. */
  directBytes(connection: LinuxConnection): number {
    return connection.directEnd - connection.directStart;
  }

  /** What the connection's owner has replied in the call that is under way. */
  unsortedOutputBytes(connection: LinuxConnection): number {
    if (this.serving !== connection) return 0;
    return this.output.length - (this.overflowing ? 0 : this.replyStart);
  }

  #overflow(output: Output, needed: number): void {
    const connection = this.serving;
    if (connection === undefined) throw new Error('output written while no connection is served');
    if (this.overflowing) connection.queue.adopt(output.bytes, output.length);
    else connection.queue.append(output.bytes, this.replyStart, output.length);
    this.overflowing = true;
    output.bytes = new Uint8Array(Math.max(OVERFLOW_BYTES, needed));
    output.taken += output.length;
    output.length = 0;
  }

  #endOverflow(connection: LinuxConnection): void {
    const { output } = this;
    const { bytes, length } = output;
    if (length >= CHUNK_BYTES_MIN && length >= bytes.length >> 1) connection.queue.adopt(bytes, length);
    else connection.queue.append(bytes, 0, length);
    this.overflowing = false;
    output.bytes = this.region.bytes;
    output.length = this.replyStart;
    if ((connection.attention & CLOSED) !== 0) connection.queue.clear();
    else if (!connection.blocked) this.markDirty(connection);
  }

  /** In the middle of a turn: the region is filling up. */
  protected flushEarly(): void {
    this.handler.beforeFlush();
    this.flush();
  }

  // The turn.

  /** Everything after the input, until the kernel has the output. */
  protected completeInput(): void {
    if (this.resumed.length > 0) this.#presentResumed();
    this.handler.beforeFlush();
  }

  /** Everything after the output was given to the kernel. */
  protected completeTurn(): void {
    if (this.pausedWithReply.length > 0) this.#tellDrained();
    if (this.ending.length > 0) this.#closeEnded();
    if (this.closing.length > 0) this.#tellClosed();
    this.handler.turnEnded();
    if (this.#closeRequested && this.connectionCount === 0) this.finished = true;
    if (this.timers.nextDeadline < this.alarmDeadline) this.#armAlarm(this.timers.nextDeadline);
  }

  /** Is there work that does not come from the kernel? Then the wait must not block. */
  protected hasWork(): boolean {
    return (
      this.turnRequested ||
      this.dirtyCount > 0 ||
      this.resumed.length > 0 ||
      this.ending.length > 0 ||
      this.closing.length > 0 ||
      this.finished
    );
  }

  /** The alarm went off: timers, and the runtime's turn if that is due. */
  protected alarmed(): void {
    const now = performance.now();
    this.timers.runDue(now);
    if (now >= this.#nextYield) this.yieldRequested = true;
    this.#armAlarm(Math.min(this.timers.nextDeadline, Math.max(this.#nextYield, now + 1)));
  }

  #armAlarm(deadline: number): void {
    this.alarmDeadline = deadline;
    this.setAlarm(deadline);
  }

  async run(): Promise<void> {
    while (!this.finished) {
      this.#nextYield = performance.now() + this.#runtimeDelay;
      if (this.#nextYield < this.alarmDeadline || this.alarmDeadline < performance.now()) {
        this.#armAlarm(Math.min(this.#nextYield, this.timers.nextDeadline));
      }
      this.yieldRequested = false;
      this.runTurns();
      const longest = this.hadTraffic ? RUNTIME_DELAY_BUSY_MS : RUNTIME_DELAY_IDLE_MS;
      this.#runtimeDelay = Math.min(this.#runtimeDelay * 2, longest);
      this.hadTraffic = false;
      await yieldToRuntime();
    }
    for (const listener of this.listeners) listener.close();
    this.shutDown();
    this.sockets.release();
    this.region.unmap();
  }

  requestTurn(): void {
    this.turnRequested = true;
  }

  yieldToRuntime(): void {
    this.yieldRequested = true;
    this.#runtimeDelay = RUNTIME_DELAY_MIN_MS / 2;
  }

  setTimer(milliseconds: number, callback: () => void): Timer {
    return this.timers.add(performance.now() + milliseconds, callback);
  }

  // Listeners and new connections.

  async listen(address: ListenAddress, options: ConnectionOptions): Promise<Listener> {
    const numeric = await resolveHost(address);
    const { descriptor, port } = this.sockets.listen(numeric, options.keepAliveSeconds);
    this.#keepAliveSeconds = options.keepAliveSeconds;
    const listener = new LinuxListener(
      this,
      numeric.kind === 'tcp' ? { ...numeric, port } : numeric,
      descriptor,
    );
    this.listeners.add(listener);
    this.watchListener(listener);
    return listener;
  }

  setKeepAlive(seconds: number): void {
    this.#keepAliveSeconds = seconds;
    for (const listener of this.listeners) {
      if (listener.address.kind === 'tcp') this.sockets.setTcpOptions(listener.descriptor, seconds);
    }
  }

  protected accepted(listener: LinuxListener, descriptor: number): void {
    if (this.#closeRequested) {
      this.libc.close(descriptor);
      return;
    }
    const connection = this.#adopt(new LinuxConnection(this, listener.address.kind, descriptor));
    this.watch(connection);
    this.handler.accepted(connection, listener);
  }

  #adopt(connection: LinuxConnection): LinuxConnection {
    this.connections[connection.descriptor] = connection;
    this.connectionCount++;
    return connection;
  }

  /** Lets the listener rest for a while, so that the same failure does not come back at once. */
  protected acceptFailed(listener: LinuxListener, errorNumber: number): void {
    this.unwatchListener(listener, false);
    if (this.#restingListeners.push(listener) === 1) this.setTimer(ACCEPT_REST_MS, () => this.#acceptAgain());
    const now = performance.now();
    if (now - this.#lastAcceptWarning < ACCEPT_WARNING_MS) return;
    this.#lastAcceptWarning = now;
    this.handler.acceptFailed(systemError('cannot accept a connection', errorNumber).message);
  }

  #acceptAgain(): void {
    for (const listener of this.#restingListeners.splice(0)) {
      if (this.listeners.has(listener)) this.watchListener(listener);
    }
  }

  connect(address: ListenAddress, connected: (connection: Connection) => void): Connection {
    const connection = new LinuxConnection(this, address.kind, -1);
    connection.attention = CONNECTING;
    connection.connected = connected;
    this.connectionCount++;
    resolveHost(address).then(
      (numeric) => this.#connectNow(connection, numeric),
      (error: Error) => this.decideClose(connection, 'error', error.message),
    );
    this.yieldToRuntime();
    return connection;
  }

  #connectNow(connection: LinuxConnection, address: ListenAddress): void {
    if ((connection.attention & CLOSED) !== 0) return;
    if (this.#closeRequested) {
      connection.destroy();
      return;
    }
    try {
      connection.descriptor = this.sockets.connect(address, this.#keepAliveSeconds);
    } catch (error) {
      this.decideClose(connection, 'error', (error as Error).message);
      return;
    }
    this.connections[connection.descriptor] = connection;
    this.watch(connection);
  }

  /** The attempt to connect has ended, well or badly. */
  protected connectEnded(connection: LinuxConnection, errorNumber: number): void {
    if (errorNumber !== 0) {
      this.decideClose(connection, 'error', systemError('cannot connect', errorNumber).message);
      return;
    }
    connection.attention &= ~CONNECTING;
    connection.blocked = false;
    if (connection.queue.length > 0) this.markDirty(connection);
    connection.connected?.(connection);
    this.watchChanged(connection);
  }

  nameOf(connection: LinuxConnection, which: 'getsockname' | 'getpeername'): string {
    if (connection.descriptor < 0) return '?:0';
    if (connection.kind === 'unix') return this.sockets.unixName(connection.descriptor);
    return this.sockets.tcpName(which, connection.descriptor);
  }

  // The end.

  endWhenSent(connection: LinuxConnection, reason: CloseReason): void {
    if ((connection.attention & (ENDING | CLOSED)) !== 0) return;
    connection.attention |= ENDING;
    connection.closeReason = reason;
    if (this.serving !== connection) {
      connection.kept.clear();
      connection.attention &= ~KEEPING;
    }
    if (!connection.blocked) this.ending.push(connection);
    else this.watchChanged(connection);
  }

  #closeEnded(): void {
    const list = this.ending;
    this.ending = [];
    for (const connection of list) {
      if ((connection.attention & CLOSED) !== 0) continue;
      if (connection.pendingOutputBytes === 0) this.decideClose(connection, connection.closeReason, '');
      else if (!connection.blocked) this.ending.push(connection);
      else this.watchChanged(connection);
    }
  }

  decideClose(connection: LinuxConnection, reason: CloseReason, detail: string): void {
    if ((connection.attention & CLOSED) !== 0) return;
    connection.attention |= CLOSED;
    connection.closeReason = reason;
    connection.closeDetail = detail;
    this.closing.push(connection);
  }

  /** Owners may close further connections when told: all within this turn. */
  #tellClosed(): void {
    for (let index = 0; index < this.closing.length; index++) {
      const connection = this.closing[index]!;
      connection.kept.clear();
      this.handler.closed(connection, connection.closeReason, connection.closeDetail);
      connection.attention |= TOLD;
      this.release(connection);
    }
    this.closing.length = 0;
    if (this.#restingListeners.length > 0) this.#acceptAgain();
  }

  protected closeDescriptor(connection: LinuxConnection): void {
    this.connectionCount--;
    connection.queue.clear();
    if (connection.descriptor < 0) return;
    this.connections[connection.descriptor] = undefined;
    this.libc.close(connection.descriptor);
    connection.descriptor = -1;
  }

  close(graceMilliseconds: number): void {
    if (this.#closeRequested) return;
    this.#closeRequested = true;
    for (const listener of this.listeners) listener.close();
    this.#forEach((connection) => connection.end());
    this.setTimer(graceMilliseconds, () => this.#forEach((connection) => connection.destroy()));
    this.turnRequested = true;
  }

  #forEach(action: (connection: LinuxConnection) => void): void {
    for (const connection of this.connections) if (connection !== undefined) action(connection);
  }
}

/** The same address with a numeric host. Names are looked up each time: they may have moved. */
async function resolveHost(address: ListenAddress): Promise<ListenAddress> {
  if (address.kind === 'unix' || isIP(address.host) !== 0) return address;
  if (address.host === '*') return { ...address, host: '0.0.0.0' };
  const found = await lookup(address.host);
  return { ...address, host: found.address };
}
