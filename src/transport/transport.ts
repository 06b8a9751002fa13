/** Cold. What every transport offers, and what it tells its owner. */
import type { Output } from './output.ts';

/** Where to listen. A port of 0 lets the system pick; `Listener.address` then tells which. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly backlog: number }
  | {
      readonly kind: 'unix';
      readonly path: string;
      readonly mode: number | undefined;
      readonly backlog: number;
    };

export interface Listener {
  /** The address in effect, with the true port. */
  readonly address: ListenAddress;
  /** Stops accepting and forgets the descriptor; a UNIX socket's file is removed. Connections stay. */
  close(): void;
}

export interface ConnectionOptions {
  /** Seconds between TCP keep-alive probes; 0 turns them off. Ignored by UNIX sockets. */
  readonly keepAliveSeconds: number;
}

/**
 * One peer. `owner` is whatever the owner hangs on it (the server's client).
 * After `closed` was told, every method is a harmless no-op.
 */
export interface Connection {
  owner: unknown;
  readonly kind: 'tcp' | 'unix';
  /** The system's descriptor where the transport knows it, else -1. */
  readonly descriptor: number;
  /** "127.0.0.1:52114", "[::1]:52114" or "/path/to/socket:0", as CLIENT LIST prints them. Computed when asked. */
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** Bytes queued here that the kernel has not taken yet. */
  readonly pendingOutputBytes: number;
  /** Bytes received but not yet consumed (the partial request kept aside). */
  readonly pendingInputBytes: number;
  /** Capacity of the buffer that holds the partial request, 0 if none. */
  readonly inputCapacityBytes: number;
  /** Queues a copy of bytes[start, end) behind all earlier output; sent at the end of the turn at the latest. */
  write(bytes: Uint8Array, start: number, end: number): void;
  /** Stops presenting input (back-pressure, CLIENT PAUSE, blocked client); what arrived is kept and presented at `resume`. */
  pause(): void;
  /** Presents kept and new input again, from the next turn on. */
  resume(): void;
  /** Closes now: queued output is dropped, `closed` is told before the end of the turn. */
  destroy(): void;
  /** Takes no more input; closes when the queued output is sent. */
  end(): void;
}

/** Why a connection ended. `detail` is for the log. */
export type CloseReason = 'peer' | 'error' | 'destroyed' | 'ended';

/** The owner. All calls come on the loop's thread and never from inside a call that the owner makes. */
export interface Handler {
  accepted(connection: Connection, listener: Listener): void;
  /**
   * Bytes came: bytes[start, end), all that is unconsumed of this connection. Returns how many were consumed; the rest is
   * kept (copied aside) and presented again, with more behind it. The buffer belongs to the transport and is valid only
   * during the call. What is written to `transport.output` during the call is this connection's reply.
   */
  received(connection: Connection, bytes: Uint8Array, start: number, end: number): number;
  /**
   * All output of a paused connection was given to the kernel: the place to `resume` one that was paused because its peer
   * reads too slowly. A connection that is still paused then, and whose peer has ended its side, is closed.
   */
  drained?(connection: Connection): void;
  /** The last call for a connection, exactly once. */
  closed(connection: Connection, reason: CloseReason, detail: string): void;
  /**
   * Before a turn's output is given to the kernel: the place for what must happen before replies leave
   * (append-only file) and for queueing messages to other connections.
   */
  beforeFlush(): void;
  /** After a turn's input was handled and output was given to the kernel: background work, within its own budget. */
  turnEnded(): void;
  /** A connection could not be accepted for want of descriptors or memory; told at most once a second. */
  acceptFailed(message: string): void;
}

export interface Timer {
  cancel(): void;
}

/** Sockets and the loop that serves them. */
export interface Transport {
  /** "epoll", "io_uring", "node:net": for the log and INFO. */
  readonly name: string;
  /** Replies to the connection that is being served go here, only during `Handler.received`. */
  readonly output: Output;
  /** Listens, or throws an Error that says what failed, at which address, and the system's reason (code in `.code`). */
  listen(address: ListenAddress, options: ConnectionOptions): Promise<Listener>;
  /** Changes the option for connections accepted from now on. */
  setKeepAlive(seconds: number): void;
  /** Connects to a peer (replication, Sentinel, cluster). `accepted` is not told; failures are told by `closed`. */
  connect(address: ListenAddress, connected: (connection: Connection) => void): Connection;
  /** Calls back once after at least `milliseconds`, on the loop. The only timers that a program on this loop may rely on. */
  setTimer(milliseconds: number, callback: () => void): Timer;
  /** Asks that `Handler.turnEnded` runs again soon without waiting for input (background work is left). */
  requestTurn(): void;
  /** Returns to the runtime's own loop soon, so that promises, file I/O and worker messages make progress. */
  yieldToRuntime(): void;
  /** Runs until `close`. The promise settles when everything is closed. */
  run(): Promise<void>;
  /** Closes listeners and connections (after sending what is queued, for at most `graceMilliseconds`) and ends `run`. */
  close(graceMilliseconds: number): void;
}
