/** Hot. The transport on epoll: one recv a readable connection and turn, one send a connection with replies and turn. */
import { AlarmClock } from '../linux/alarm-clock.ts';
import {
  CLOSED,
  CONNECTING,
  ENDING,
  INPUT_ENDED,
  KEEPING,
  type LinuxConnection,
  PAUSED,
} from '../linux/connection.ts';
import { errorName, type Libc, systemError } from '../linux/libc.ts';
import type { LinuxListener } from '../linux/listener.ts';
import { mapMemory, type Region } from '../linux/memory.ts';
import { FLUSH_BYTES, PAUSED_INPUT_MAX_BYTES, Reactor } from '../linux/reactor.ts';
import { SOCK_CLOEXEC, SOCK_NONBLOCK } from '../linux/socket.ts';
import type { Handler } from '../transport.ts';

const EPOLL_CLOEXEC = 0x80000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
const EPOLLIN = 1;
const EPOLLOUT = 4;
const EPOLLERR = 8;
const EPOLLHUP = 16;
const EINTR = 4;
const EAGAIN = 11;
const ECONNABORTED = 103;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** struct epoll_event is packed on x86-64 only: words from one event to the next, and where its descriptor is. */
const EVENT_WORDS = process.arch === 'x64' ? 3 : 4;
const DESCRIPTOR_WORD = process.arch === 'x64' ? 1 : 2;
const EVENTS_MAX = 1024;
const ACCEPTS_PER_TURN = 64;

/** A partial request up to this size is put before the fresh input, so that both are presented in one piece. */
const HEADROOM_BYTES = 4096;
/** How much is received at once. A partial request above the headroom is received into its own buffer instead. */
const RECEIVE_BYTES = 1 << 17;
const RECEIVE_DIRECT_BYTES_MIN = 1 << 14;
/** The most that one send or recv is asked to move: results fit 32 bits. */
const TRANSFER_BYTES_MAX = 1 << 30;

export class EpollTransport extends Reactor {
  readonly name = 'epoll';
  readonly #epoll: number;
  readonly #alarm: AlarmClock;
  readonly #events: Region;
  readonly #change: Region;
  readonly #input: Region;
  #listenersByDescriptor: (LinuxListener | undefined)[] = [];

  constructor(libc: Libc, handler: Handler) {
    super(libc, handler);
    this.#epoll = libc.epoll_create1(EPOLL_CLOEXEC);
    if (this.#epoll < 0) throw systemError('epoll_create1', libc.errorNumber());
    this.#events = mapMemory(libc, EVENTS_MAX * EVENT_WORDS * 4);
    this.#change = mapMemory(libc, 16);
    this.#input = mapMemory(libc, HEADROOM_BYTES + RECEIVE_BYTES);
    this.#alarm = new AlarmClock(libc);
    this.#control(EPOLL_CTL_ADD, this.#alarm.descriptor, EPOLLIN);
    if (this.runtimeLoop >= 0) this.#control(EPOLL_CTL_ADD, this.runtimeLoop, EPOLLIN);
  }

  protected runTurns(): void {
    const { libc } = this;
    const words = this.#events.words;
    do {
      const wait = this.hasWork() ? 0 : -1;
      this.turnRequested = false;
      const count = libc.epoll_wait(this.#epoll, this.#events.address, EVENTS_MAX, wait);
      if (count < 0) this.#waitFailed();
      for (let index = 0, at = 0; index < count; index++, at += EVENT_WORDS) {
        const descriptor = words[at + DESCRIPTOR_WORD]!;
        const connection = this.connections[descriptor];
        if (connection === undefined) this.#otherEvent(descriptor);
        else if (words[at] === EPOLLIN && connection.attention === 0) this.#receive(connection);
        else this.#connectionEvent(connection, words[at]!);
        if (this.output.length > FLUSH_BYTES) this.flushEarly();
      }
      this.completeInput();
      this.flush();
      this.completeTurn();
    } while (!this.yieldRequested && !this.finished);
  }

  #waitFailed(): void {
    const failure = this.libc.errorNumber();
    // A signal came: its handler is the runtime's.
    if (failure !== EINTR) throw systemError('epoll_wait', failure);
    this.yieldToRuntime();
  }

  // Input.

  #receive(connection: LinuxConnection): void {
    const input = this.#input;
    const address = input.address + HEADROOM_BYTES;
    const count = this.libc.recv(connection.descriptor, address, RECEIVE_BYTES, MSG_DONTWAIT);
    if (count > 0) {
      this.hadTraffic = true;
      this.deliver(connection, input.bytes, HEADROOM_BYTES, HEADROOM_BYTES + count);
    } else {
      this.#receivedNothing(connection, count);
    }
  }

  #connectionEvent(connection: LinuxConnection, events: number): void {
    const { attention } = connection;
    if ((attention & CLOSED) !== 0) return;
    if ((attention & CONNECTING) !== 0) {
      this.connectEnded(connection, this.sockets.takeError(connection.descriptor));
      return;
    }
    if ((events & EPOLLOUT) !== 0) this.#sendQueue(connection);
    if ((connection.watched & EPOLLIN) === 0) {
      if ((events & (EPOLLERR | EPOLLHUP)) !== 0) this.#reset(connection);
      return;
    }
    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) === 0) return;
    if ((connection.attention & (ENDING | INPUT_ENDED)) !== 0) this.watchChanged(connection);
    else if ((connection.attention & PAUSED) !== 0) this.#receivePaused(connection);
    else if ((connection.attention & KEEPING) !== 0) this.#receiveMore(connection);
    else if ((connection.attention & CLOSED) === 0) this.#receive(connection);
  }

  /** More for a partial request. */
  #receiveMore(connection: LinuxConnection): void {
    const { kept } = connection;
    const length = kept.length;
    if (length > HEADROOM_BYTES) {
      if (this.#receiveIntoKept(connection)) this.deliverKept(connection);
      return;
    }
    const { address, bytes } = this.#input;
    const at = address + HEADROOM_BYTES;
    const count = this.libc.recv(connection.descriptor, at, RECEIVE_BYTES, MSG_DONTWAIT);
    if (count <= 0) {
      this.#receivedNothing(connection, count);
      return;
    }
    const start = HEADROOM_BYTES - length;
    for (let index = 0; index < length; index++) bytes[start + index] = kept.bytes[kept.start + index]!;
    kept.clear();
    connection.attention &= ~KEEPING;
    this.deliver(connection, bytes, start, HEADROOM_BYTES + count);
  }

  /** Reads on a little, unseen by the owner, so that the peer's end is noticed. */
  #receivePaused(connection: LinuxConnection): void {
    if (this.#receiveIntoKept(connection)) connection.attention |= KEEPING;
    this.watchChanged(connection);
  }

  #receiveIntoKept(connection: LinuxConnection): boolean {
    const { kept } = connection;
    kept.makeRoom(RECEIVE_DIRECT_BYTES_MIN);
    const room = Math.min(kept.bytes.length - kept.end, TRANSFER_BYTES_MAX);
    const address = this.libc.addressOf(kept.bytes) + kept.end;
    const count = this.libc.recv(connection.descriptor, address, room, MSG_DONTWAIT);
    if (count > 0) {
      this.hadTraffic = true;
      kept.end += count;
      return true;
    }
    if (kept.length === 0) kept.clear();
    this.#receivedNothing(connection, count);
    return false;
  }

  #receivedNothing(connection: LinuxConnection, count: number): void {
    if (count === 0) {
      this.inputEnded(connection);
      return;
    }
    const failure = this.libc.errorNumber();
    if (failure === EAGAIN || failure === EINTR) return;
    this.decideClose(connection, 'error', errorName(failure));
  }

  #reset(connection: LinuxConnection): void {
    const failure = this.sockets.takeError(connection.descriptor);
    if (failure === 0) this.decideClose(connection, 'peer', '');
    else this.decideClose(connection, 'error', errorName(failure));
  }

  #otherEvent(descriptor: number): void {
    const listener = this.#listenersByDescriptor[descriptor];
    if (listener !== undefined) {
      this.#accept(listener);
    } else if (descriptor === this.#alarm.descriptor) {
      this.alarmed();
    } else if (descriptor === this.runtimeLoop) {
      this.yieldToRuntime();
    }
  }

  #accept(listener: LinuxListener): void {
    for (let count = 0; count < ACCEPTS_PER_TURN && this.listeners.has(listener); count++) {
      const descriptor = this.libc.accept4(listener.descriptor, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor < 0) {
        const failure = this.libc.errorNumber();
        if (failure === ECONNABORTED || failure === EINTR) continue;
        if (failure !== EAGAIN) this.acceptFailed(listener, failure);
        return;
      }
      this.accepted(listener, descriptor);
    }
  }

  // Output.

  protected flush(): void {
    const { dirtyCount, libc } = this;
    const dirty = this.takeDirty();
    for (let index = 0; index < dirtyCount; index++) {
      const connection = dirty[index]!;
      connection.dirty = false;
      if ((connection.attention & CLOSED) !== 0) continue;
      const start = connection.directStart;
      const length = connection.directEnd - start;
      if (length > 0) {
        connection.directStart = 0;
        connection.directEnd = 0;
        const address = this.region.address + start;
        const sent = libc.send(connection.descriptor, address, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent !== length) {
          this.#directRefused(connection, start, length, sent);
          continue;
        }
      }
      if (connection.queue.length > 0 && !connection.blocked) this.#sendQueue(connection);
    }
    this.output.length = 0;
  }

  /** The kernel took only `sent` bytes of a reply, or none (below 0): the rest waits before all that is queued. */
  #directRefused(connection: LinuxConnection, start: number, length: number, sent: number): void {
    if (sent < 0 && !this.#mayTryAgain(connection)) return;
    connection.queue.prepend(this.region.bytes, start + Math.max(sent, 0), start + length);
    connection.blocked = true;
    this.watchChanged(connection);
  }

  #sendQueue(connection: LinuxConnection): void {
    const { queue } = connection;
    let refused = false;
    while (queue.first !== undefined) {
      const chunk = queue.first;
      if (chunk.address === 0) chunk.address = this.libc.addressOf(chunk.bytes);
      const length = Math.min(chunk.end - chunk.start, TRANSFER_BYTES_MAX);
      const address = chunk.address + chunk.start;
      const sent = this.libc.send(connection.descriptor, address, length, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && !this.#mayTryAgain(connection)) return;
      if (sent > 0) queue.sent(sent);
      if (sent < length) {
        refused = true;
        break;
      }
    }
    if (refused) connection.blocked = true;
    else this.drained(connection);
    this.watchChanged(connection);
  }

  /** After a failed send: is it only that the kernel has no room? Else the connection is at its end. */
  #mayTryAgain(connection: LinuxConnection): boolean {
    const failure = this.libc.errorNumber();
    if (failure === EAGAIN || failure === EINTR) return true;
    this.decideClose(connection, 'error', errorName(failure));
    return false;
  }

  // What epoll watches.

  watchListener(listener: LinuxListener): void {
    this.#listenersByDescriptor[listener.descriptor] = listener;
    this.#control(EPOLL_CTL_ADD, listener.descriptor, EPOLLIN);
  }

  unwatchListener(listener: LinuxListener, closes: boolean): void {
    this.#listenersByDescriptor[listener.descriptor] = undefined;
    if (closes) this.libc.close(listener.descriptor);
    else this.#control(EPOLL_CTL_DEL, listener.descriptor, 0);
  }

  protected watch(connection: LinuxConnection): void {
    const connecting = (connection.attention & CONNECTING) !== 0;
    connection.blocked = connecting;
    connection.watched = connecting ? EPOLLOUT : EPOLLIN;
    this.#control(EPOLL_CTL_ADD, connection.descriptor, connection.watched);
  }

  protected watchChanged(connection: LinuxConnection): void {
    const { attention, kept } = connection;
    if ((attention & (CLOSED | CONNECTING)) !== 0) return;
    const full = (attention & PAUSED) !== 0 && kept.length >= PAUSED_INPUT_MAX_BYTES;
    const reads = (attention & (ENDING | INPUT_ENDED)) === 0 && !full;
    const events = (reads ? EPOLLIN : 0) | (connection.blocked ? EPOLLOUT : 0);
    if (events === connection.watched) return;
    connection.watched = events;
    this.#control(EPOLL_CTL_MOD, connection.descriptor, events);
  }

  protected release(connection: LinuxConnection): void {
    this.closeDescriptor(connection);
  }

  #control(operation: number, descriptor: number, events: number): void {
    const { words, address } = this.#change;
    words[0] = events;
    words[DESCRIPTOR_WORD] = descriptor;
    words[DESCRIPTOR_WORD + 1] = 0;
    if (this.libc.epoll_ctl(this.#epoll, operation, descriptor, address) < 0) {
      throw systemError(`epoll_ctl ${operation} of descriptor ${descriptor}`, this.libc.errorNumber());
    }
  }

  protected setAlarm(deadline: number): void {
    this.#alarm.set(deadline);
  }

  protected shutDown(): void {
    this.libc.close(this.#epoll);
    this.#alarm.close();
    this.#events.unmap();
    this.#change.unmap();
    this.#input.unmap();
  }
}
