/** Hot. One peer of a Linux transport: its state, and what its owner asks of it. */
import { copyBytes } from '../bytes.ts';
import { KeptInput } from '../kept-input.ts';
import { OutputQueue } from '../output-queue.ts';
import type { CloseReason, Connection } from '../transport.ts';
import type { Reactor } from './reactor.ts';

// Bits of `LinuxConnection.attention`. None set: fresh input goes to the owner straight from the receive buffer.
/** Unconsumed input is kept. */
export const KEEPING = 1;
/** The owner wants no input now. */
export const PAUSED = 2;
/** Takes no more input; closes when the queued output is sent. */
export const ENDING = 4;
/** The end was decided; the owner hears of it before the turn ends, or has. */
export const CLOSED = 8;
/** The peer shut down its writing side. */
export const INPUT_ENDED = 16;
/** The connection is not established yet. */
export const CONNECTING = 32;
/** Waits on the reactor's list to have its kept input presented. */
export const RESUMED = 64;
/** The owner was told of the end. */
export const TOLD = 128;

export class LinuxConnection implements Connection {
  owner: unknown = undefined;
  readonly kind: 'tcp' | 'unix';
  readonly reactor: Reactor;
  descriptor: number;

  /** See the bits above. */
  attention = 0;
  /** This turn's reply: reactor.output's bytes [directStart, directEnd), sent before the queue; empty if equal. */
  directStart = 0;
  directEnd = 0;
  /** io_uring: the submission that the direct part belongs to, and its place in the submission queue. */
  directSubmission = -1;
  directEntry = 0;
  /** io_uring: bytes of the queue's first chunk that are offered to the kernel with the next submission. */
  offered = 0;
  /** io_uring: the window of the traffic's judgement in which input came last. */
  heardIn = -1;
  /** Is on the reactor's list of connections with output to send. */
  dirty = false;
  /** Output that the kernel refused for now: sending goes on when the kernel says so. */
  blocked = false;
  readonly kept = new KeptInput();
  readonly queue = new OutputQueue();

  closeReason: CloseReason = 'destroyed';
  closeDetail = '';
  /** Told when `connect` has succeeded. */
  connected: ((connection: Connection) => void) | undefined = undefined;

  /** What the event mechanism was last told to watch (epoll's event bits; io_uring's operations under way). */
  watched = 0;
  #remoteAddress = '';
  #localAddress = '';

  constructor(reactor: Reactor, kind: 'tcp' | 'unix', descriptor: number) {
    this.reactor = reactor;
    this.kind = kind;
    this.descriptor = descriptor;
  }

  get remoteAddress(): string {
    if (this.#remoteAddress === '') this.#remoteAddress = this.reactor.nameOf(this, 'getpeername');
    return this.#remoteAddress;
  }

  get localAddress(): string {
    if (this.#localAddress === '') this.#localAddress = this.reactor.nameOf(this, 'getsockname');
    return this.#localAddress;
  }

  get pendingOutputBytes(): number {
    if ((this.attention & CLOSED) !== 0) return 0;
    const { reactor } = this;
    return this.queue.length + reactor.directBytes(this) + reactor.unsortedOutputBytes(this);
  }

  get pendingInputBytes(): number {
    return this.kept.length;
  }

  get inputCapacityBytes(): number {
    return this.kept.bytes.length;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (end <= start || (this.attention & (ENDING | CLOSED)) !== 0) return;
    const reactor = this.reactor;
    if (reactor.serving === this) {
      // Behind what the owner has replied so far, before what it replies next.
      const output = reactor.output;
      output.reserve(end - start);
      copyBytes(output.bytes, output.length, bytes, start, end);
      output.length += end - start;
      return;
    }
    this.queue.append(bytes, start, end);
    if (!this.blocked) reactor.markDirty(this);
  }

  pause(): void {
    if ((this.attention & (PAUSED | CLOSED)) !== 0) return;
    this.attention |= PAUSED;
    if (this.pendingOutputBytes > 0) this.reactor.pausedWithReply.push(this);
  }

  resume(): void {
    if ((this.attention & (ENDING | CLOSED)) !== 0) return;
    this.attention &= ~PAUSED;
    if ((this.attention & RESUMED) !== 0) return;
    this.attention |= RESUMED;
    this.reactor.resumed.push(this);
  }

  destroy(): void {
    this.reactor.decideClose(this, 'destroyed', '');
  }

  end(): void {
    this.reactor.endWhenSent(this, 'ended');
  }
}
