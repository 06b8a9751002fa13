/** Hot. The transport on io_uring: one system call a turn gives the kernel all replies and waits for input. */
import { copyBytes } from '../bytes.ts';
import { AlarmClock } from '../linux/alarm-clock.ts';
import {
  CLOSED,
  CONNECTING,
  ENDING,
  INPUT_ENDED,
  KEEPING,
  type LinuxConnection,
  PAUSED,
  TOLD,
} from '../linux/connection.ts';
import { errorName, type Libc } from '../linux/libc.ts';
import type { LinuxListener } from '../linux/listener.ts';
import { upperHalf } from '../linux/memory.ts';
import { FLUSH_BYTES, PAUSED_INPUT_MAX_BYTES, Reactor } from '../linux/reactor.ts';
import type { Handler } from '../transport.ts';
import { GATHER_MICROSECONDS, Gathering } from './gathering.ts';
import { HEADROOM_BYTES, ReceiveBuffers } from './receive-buffers.ts';
import { COMPLETION_WORDS, Ring } from './ring.ts';
import {
  ACCEPT_POLL_FIRST,
  extendSend,
  fillAccept,
  fillCancel,
  fillCancelAll,
  fillPoll,
  fillReceive,
  fillSendLater,
  fillSendNow,
} from './submissions.ts';

/** Room for this many submissions and completions before the kernel must be entered. */
const ENTRY_COUNT = 1024;
const COMPLETION_COUNT = 8192;
/** From here on the turn's replies are submitted before it goes on. */
const ENTRIES_FULL = ENTRY_COUNT - 128;

// What a completion is about: the upper word of its user data. The lower one is the descriptor.
const RECEIVED = 1;
/** A reply out of the region that was not taken as a whole; those that were leave no completion. */
const REPLY_REFUSED = 2;
/** The same for a queue's first chunk. */
const OFFER_REFUSED = 3;
/** A chunk that had to wait for the peer was sent, or a part of it. */
const DRAINED = 4;
const ACCEPTED = 5;
const CONNECTED = 6;
const ALARM = 7;
const RUNTIME = 8;
/** There was nothing to cancel. */
const NOT_CANCELLED = 9;

// Bits of `LinuxConnection.watched`: operations that name the descriptor, and that their cancelling is under way.
const RECEIVING = 1;
const DRAINING = 2;
const ESTABLISHING = 4;
const CANCELLING = 8;

const COMPLETION_BUFFER = 1;
const COMPLETION_MORE = 2;
const POLLIN = 1;
const POLLOUT = 4;
const EINTR = 4;
const EAGAIN = 11;
const EINVAL = 22;
const ECONNABORTED = 103;
const ENOBUFS = 105;
const ECANCELED = 125;
const SHUT_RDWR = 2;
/** The most that one send is asked to move. */
const SEND_BYTES_MAX = 1 << 20;

/**
 * Invariants beyond the reactor's:
 * 1. Sends are tried once while they are submitted, and complete without a completion if all was taken: after `submit`
 *    the region is free again. What was refused is found by `settle` before any other completion is handled.
 * 2. At most one send of a connection is in a submission, and none while a chunk waits for the peer (`blocked`).
 * 3. A descriptor is closed when no operation names it any more: neither one under way (`watched`) nor a pending entry.
 */
export class UringTransport extends Reactor {
  readonly name = 'io_uring';
  readonly #ring: Ring;
  readonly #buffers: ReceiveBuffers;
  readonly #gathering = new Gathering(() => performance.now());
  readonly #alarm: AlarmClock;
  readonly #regionLow: number;
  readonly #regionHigh: number;
  readonly #listenersByDescriptor: (LinuxListener | undefined)[] = [];
  /** Listening descriptors with an accept under way. */
  readonly #accepting = new Set<number>();
  /** Times that this turn brought input. */
  #receivedCount = 0;
  #acceptFlags = ACCEPT_POLL_FIRST;
  #runtimeWatched = false;
  /** Counts `submit`s: a connection whose `directSubmission` is this has a reply among the pending entries. */
  #submission = 0;
  /** Completions before this were looked through for refused sends. */
  #settledTo = 0;
  #offered: LinuxConnection[] = [];
  /** More waits behind what is offered. */
  #offersMore = false;

  constructor(libc: Libc, handler: Handler) {
    super(libc, handler);
    this.#ring = new Ring(libc, ENTRY_COUNT, COMPLETION_COUNT);
    this.#buffers = new ReceiveBuffers(libc, this.#ring);
    this.#regionLow = (this.region.address % 2 ** 32) | 0;
    this.#regionHigh = upperHalf(this.region.address);
    this.#alarm = new AlarmClock(libc);
    fillPoll(this.#ring, this.#alarm.descriptor, ALARM, POLLIN, false);
  }

  protected runTurns(): void {
    if (this.runtimeLoop >= 0 && !this.#runtimeWatched) {
      this.#runtimeWatched = true;
      fillPoll(this.#ring, this.runtimeLoop, RUNTIME, POLLIN, true);
    }
    do {
      const waits = !this.hasWork() && !this.#offersMore;
      const background = this.turnRequested;
      this.turnRequested = false;
      if (waits) this.#wait();
      else this.#collect();
      this.completeInput();
      this.flush();
      // Replies leave before connections end and before work of the owner's; else the next wait takes them along.
      if (background || this.#endsSomething()) this.#submit(0);
      this.completeTurn();
    } while (!this.yieldRequested && !this.finished);
    if (this.#ring.pending > 0) this.#submit(0);
  }

  #wait(): void {
    this.#submit(this.#ring.gathers ? this.#gathering.target : 1);
    // Nothing came, so perhaps a signal did, and its handler is the runtime's.
    if (!this.#handleCompletions()) this.yieldToRuntime();
    this.#gathering.waited(this.#receivedCount);
    this.#receivedCount = 0;
  }

  #collect(): void {
    this.#submit(0);
    this.#ring.collect();
    this.#handleCompletions();
  }

  #endsSomething(): boolean {
    return this.ending.length > 0 || this.closing.length > 0 || this.pausedWithReply.length > 0;
  }

  #submit(waitFor: number): void {
    this.#buffers.publish();
    if (waitFor > 1) this.#ring.gather(waitFor, GATHER_MICROSECONDS);
    else this.#ring.enter(waitFor);
    this.#submission = (this.#submission + 1) | 0;
    this.#settle();
    this.output.length = 0;
  }

  // Completions.

  /** Handles what is there; false if nothing was. */
  #handleCompletions(): boolean {
    const ring = this.#ring;
    const { words, completionBase, completionMask } = ring;
    const tail = ring.completionTail;
    if (ring.completionHead === tail) return false;
    while (ring.completionHead !== tail) {
      const at = completionBase + (ring.completionHead & completionMask) * COMPLETION_WORDS;
      ring.completionHead = (ring.completionHead + 1) | 0;
      const about = words[at + 1]!;
      if (about === RECEIVED) this.#received(words[at]!, words[at + 2]!, words[at + 3]!);
      else if (about > OFFER_REFUSED) this.#completed(about, words[at]!, words[at + 2]!, words[at + 3]!);
      if (this.output.length > FLUSH_BYTES || ring.pending > ENTRIES_FULL) this.flushEarly();
    }
    return true;
  }

  #received(descriptor: number, result: number, flags: number): void {
    const connection = this.connections[descriptor]!;
    if (result > 0) {
      const identity = flags >>> 16;
      const start = this.#buffers.startOf(identity);
      this.hadTraffic = true;
      this.#heard(connection);
      if (connection.attention === 0) this.deliver(connection, this.#buffers.bytes, start, start + result);
      else this.#receivedMore(connection, start, start + result);
      this.#buffers.giveBack(identity);
    }
    if ((flags & COMPLETION_MORE) === 0) this.#receivingStopped(connection, result, flags);
  }

  #heard(connection: LinuxConnection): void {
    this.#receivedCount++;
    if (connection.heardIn === this.#gathering.window) return;
    connection.heardIn = this.#gathering.window;
    this.#gathering.peers++;
  }

  /** Input for a connection that keeps some, or is paused, or at its end. */
  #receivedMore(connection: LinuxConnection, start: number, end: number): void {
    if ((connection.attention & (ENDING | INPUT_ENDED | CLOSED)) !== 0) return;
    if ((connection.attention & PAUSED) === 0 && connection.kept.length <= HEADROOM_BYTES) {
      this.#deliverJoined(connection, start, end);
      return;
    }
    this.keep(connection, this.#buffers.bytes, start, end);
    if ((connection.attention & PAUSED) === 0) this.deliverKept(connection);
    else this.watchChanged(connection);
  }

  /**
   * Presents input behind the little that is kept, where it was received: a buffer for both would be garbage a moment later
   * (with 1000 requests of 75 bytes at a time, 19 MB more resident memory).
   */
  #deliverJoined(connection: LinuxConnection, start: number, end: number): void {
    const { kept } = connection;
    const { bytes } = this.#buffers;
    const joined = start - kept.length;
    copyBytes(bytes, joined, kept.bytes, kept.start, kept.end);
    kept.clear();
    connection.attention &= ~KEEPING;
    this.deliver(connection, bytes, joined, end);
  }

  /** The multishot receive ended: for good, or for want of buffers, or because it was cancelled. */
  #receivingStopped(connection: LinuxConnection, result: number, flags: number): void {
    connection.watched &= ~(RECEIVING | CANCELLING);
    if (result === -ENOBUFS) this.#buffers.tooFew = true;
    if (result <= 0 && (flags & COMPLETION_BUFFER) !== 0) this.#buffers.giveBack(flags >>> 16);
    if ((connection.attention & CLOSED) !== 0) {
      this.#closeIfUnused(connection);
    } else if (result === 0) {
      this.inputEnded(connection);
    } else if (result > 0 || result === -ENOBUFS || result === -ECANCELED || isTransient(-result)) {
      this.watchChanged(connection);
    } else {
      this.decideClose(connection, 'error', errorName(-result));
    }
  }

  #completed(about: number, descriptor: number, result: number, flags: number): void {
    if (about === DRAINED) this.#chunkSent(this.connections[descriptor]!, result);
    else if (about === ACCEPTED) this.#acceptCompleted(descriptor, result, flags);
    else if (about === CONNECTED) this.#established(this.connections[descriptor]!);
    else if (about === ALARM) this.#alarmWentOff(flags);
    else if (about === RUNTIME) this.#runtimeReady();
    else if (about === NOT_CANCELLED) this.#notCancelled(descriptor);
  }

  #alarmWentOff(flags: number): void {
    if ((flags & COMPLETION_MORE) === 0) fillPoll(this.#ring, this.#alarm.descriptor, ALARM, POLLIN, false);
    this.alarmed();
  }

  #runtimeReady(): void {
    this.#runtimeWatched = false;
    this.yieldToRuntime();
  }

  #acceptCompleted(listening: number, result: number, flags: number): void {
    const listener = this.#listenersByDescriptor[listening];
    const stopped = (flags & COMPLETION_MORE) === 0;
    if (stopped) this.#accepting.delete(listening);
    if (listener === undefined) {
      if (result >= 0) this.libc.close(result);
      if (stopped) this.libc.close(listening);
      return;
    }
    if (result >= 0) this.accepted(listener, result);
    else if (result === -EINVAL && this.#acceptFlags !== 0)
      this.#acceptFlags = 0; // a kernel before 6.10
    else if (result !== -ECONNABORTED && !isTransient(-result)) this.acceptFailed(listener, -result);
    if (stopped && this.#listenersByDescriptor[listening] !== undefined) this.watchListener(listener);
  }

  #established(connection: LinuxConnection): void {
    connection.watched &= ~ESTABLISHING;
    if ((connection.attention & CLOSED) !== 0) this.#closeIfUnused(connection);
    else this.connectEnded(connection, this.sockets.takeError(connection.descriptor));
  }

  // Output.

  override directBytes(connection: LinuxConnection): number {
    return connection.directSubmission === this.#submission
      ? connection.directEnd - connection.directStart
      : 0;
  }

  protected override collect(connection: LinuxConnection, start: number, end: number): void {
    if ((connection.attention & CLOSED) !== 0) {
      this.output.length = start;
    } else if (connection.queue.length > 0 || connection.blocked) {
      this.queueReply(connection, start, end);
    } else if (connection.directSubmission !== this.#submission) {
      connection.directSubmission = this.#submission;
      connection.directStart = start;
      connection.directEnd = end;
      const low = (this.#regionLow + start) | 0;
      const { descriptor } = connection;
      const length = end - start;
      connection.directEntry = fillSendNow(
        this.#ring,
        descriptor,
        REPLY_REFUSED,
        low,
        this.#regionHigh,
        length,
      );
    } else if (connection.directEnd === start) {
      connection.directEnd = end;
      extendSend(this.#ring, connection.directEntry, end - connection.directStart);
    } else {
      this.queueReply(connection, start, end);
    }
  }

  protected override flushEarly(): void {
    super.flushEarly();
    this.#submit(0);
  }

  /** Offers the queues to the kernel, with the next submission. */
  protected flush(): void {
    const count = this.dirtyCount;
    if (count === 0) return;
    const dirty = this.takeDirty();
    for (let index = 0; index < count; index++) {
      const connection = dirty[index]!;
      connection.dirty = false;
      if ((connection.attention & CLOSED) !== 0 || connection.blocked || connection.queue.length === 0)
        continue;
      if (connection.directSubmission === this.#submission || this.#ring.pending > ENTRIES_FULL)
        this.#submit(0);
      // The submission may have shown that the peer takes no more.
      if (!connection.blocked && (connection.attention & CLOSED) === 0) this.#offer(connection);
    }
  }

  #offer(connection: LinuxConnection): void {
    const chunk = connection.queue.first!;
    if (chunk.address === 0) chunk.address = this.libc.addressOf(chunk.bytes);
    const address = chunk.address + chunk.start;
    const length = Math.min(chunk.end - chunk.start, SEND_BYTES_MAX);
    connection.offered = length;
    if (connection.queue.length > length) this.#offersMore = true;
    this.#offered.push(connection);
    const low = (address % 2 ** 32) | 0;
    fillSendNow(this.#ring, connection.descriptor, OFFER_REFUSED, low, upperHalf(address), length);
  }

  /** After a submission: finds the sends that were refused, and takes note that the others were not. */
  #settle(): void {
    const ring = this.#ring;
    const { words, completionBase, completionMask } = ring;
    const tail = ring.completionTail;
    for (let index = this.#settledTo; index !== tail; index = (index + 1) | 0) {
      const at = completionBase + (index & completionMask) * COMPLETION_WORDS;
      const about = words[at + 1]!;
      if (about === REPLY_REFUSED) this.#replyRefused(this.connections[words[at]!], words[at + 2]!);
      else if (about === OFFER_REFUSED) this.#offerRefused(this.connections[words[at]!], words[at + 2]!);
    }
    this.#settledTo = tail;
    if (this.#offered.length > 0) this.#settleOffers();
  }

  #replyRefused(connection: LinuxConnection | undefined, result: number): void {
    if (connection === undefined) return;
    if (connection.directSubmission !== ((this.#submission - 1) | 0)) {
      this.#refusedTooLate(connection);
      return;
    }
    if (!this.#mayTryAgain(connection, result)) return;
    const taken = Math.max(result, 0);
    connection.queue.prepend(this.region.bytes, connection.directStart + taken, connection.directEnd);
    this.#sendLater(connection);
  }

  #offerRefused(connection: LinuxConnection | undefined, result: number): void {
    if (connection === undefined) return;
    if (connection.offered === 0) {
      this.#refusedTooLate(connection);
      return;
    }
    connection.offered = 0;
    if (!this.#mayTryAgain(connection, result)) return;
    if (result > 0) connection.queue.sent(result);
    this.#sendLater(connection);
  }

  /** The completion ring had overflowed: the bytes are gone, so the peer must not see what comes behind them. */
  #refusedTooLate(connection: LinuxConnection): void {
    this.decideClose(connection, 'error', 'the completion ring overflowed');
  }

  #settleOffers(): void {
    const list = this.#offered;
    this.#offered = [];
    this.#offersMore = false;
    for (const connection of list) {
      if (connection.offered === 0) continue;
      connection.queue.sent(connection.offered);
      connection.offered = 0;
      if (connection.queue.length > 0) this.markDirty(connection);
      else this.drained(connection);
    }
  }

  #sendLater(connection: LinuxConnection): void {
    const chunk = connection.queue.first!;
    if (chunk.address === 0) chunk.address = this.libc.addressOf(chunk.bytes);
    const address = chunk.address + chunk.start;
    const length = Math.min(chunk.end - chunk.start, SEND_BYTES_MAX);
    connection.blocked = true;
    connection.watched |= DRAINING;
    const low = (address % 2 ** 32) | 0;
    fillSendLater(this.#ring, connection.descriptor, DRAINED, low, upperHalf(address), length);
  }

  #chunkSent(connection: LinuxConnection, result: number): void {
    connection.watched &= ~DRAINING;
    if ((connection.attention & CLOSED) !== 0) {
      this.#closeIfUnused(connection);
      return;
    }
    if (!this.#mayTryAgain(connection, result)) return;
    if (result > 0) connection.queue.sent(result);
    if (connection.queue.length > 0) this.#sendLater(connection);
    else this.drained(connection);
  }

  /** Did the kernel take some bytes, or only have no room? Else the connection is at its end. */
  #mayTryAgain(connection: LinuxConnection, result: number): boolean {
    if (result >= 0 || isTransient(-result)) return (connection.attention & CLOSED) === 0;
    this.decideClose(connection, 'error', errorName(-result));
    return false;
  }

  // What is under way.

  watchListener(listener: LinuxListener): void {
    this.#listenersByDescriptor[listener.descriptor] = listener;
    this.#accepting.add(listener.descriptor);
    fillAccept(this.#ring, listener.descriptor, ACCEPTED, this.#acceptFlags);
  }

  unwatchListener(listener: LinuxListener, closes: boolean): void {
    this.#listenersByDescriptor[listener.descriptor] = undefined;
    if (!closes) return;
    // An accept that is under way ends by this, and its completion closes the descriptor.
    if (this.#accepting.has(listener.descriptor)) this.libc.shutdown(listener.descriptor, SHUT_RDWR);
    else this.libc.close(listener.descriptor);
  }

  protected watch(connection: LinuxConnection): void {
    if ((connection.attention & CONNECTING) === 0) {
      this.watchChanged(connection);
      return;
    }
    connection.blocked = true;
    connection.watched = ESTABLISHING;
    fillPoll(this.#ring, connection.descriptor, CONNECTED, POLLOUT, true);
  }

  protected watchChanged(connection: LinuxConnection): void {
    const { attention, kept, watched, descriptor } = connection;
    if ((attention & (CLOSED | CONNECTING)) !== 0) return;
    const full = (attention & PAUSED) !== 0 && kept.length >= PAUSED_INPUT_MAX_BYTES;
    const reads = (attention & (ENDING | INPUT_ENDED)) === 0 && !full;
    if (reads && (watched & RECEIVING) === 0) {
      connection.watched |= RECEIVING;
      fillReceive(this.#ring, descriptor, RECEIVED, this.#buffers.group);
    } else if (!reads && (watched & (RECEIVING | CANCELLING)) === RECEIVING) {
      connection.watched |= CANCELLING;
      fillCancel(this.#ring, descriptor, NOT_CANCELLED, RECEIVED);
    }
  }

  protected release(connection: LinuxConnection): void {
    if ((connection.watched & ~CANCELLING) !== 0) {
      connection.watched |= CANCELLING;
      fillCancelAll(this.#ring, connection.descriptor, NOT_CANCELLED);
    } else {
      this.#closeIfUnused(connection);
    }
  }

  #closeIfUnused(connection: LinuxConnection): void {
    const used = (connection.watched & ~CANCELLING) !== 0;
    if (!used && (connection.attention & TOLD) !== 0) this.closeDescriptor(connection);
  }

  /** The operations ended before they could be cancelled, or cannot be: then the socket's end ends them. */
  #notCancelled(descriptor: number): void {
    const connection = this.connections[descriptor];
    if (connection === undefined || (connection.attention & CLOSED) === 0) return;
    if ((connection.watched & ~CANCELLING) !== 0) this.libc.shutdown(descriptor, SHUT_RDWR);
  }

  protected setAlarm(deadline: number): void {
    this.#alarm.set(deadline);
  }

  protected shutDown(): void {
    this.#ring.close();
    for (const descriptor of this.#accepting) this.libc.close(descriptor);
    this.#alarm.close();
    this.#buffers.unmap();
  }
}

/** Is it worth trying again? */
function isTransient(errorNumber: number): boolean {
  return errorNumber === EAGAIN || errorNumber === EINTR;
}
