/** Cold. The transport on node:net: wherever Node's or Bun's own sockets run. */
import { chmodSync, unlinkSync } from 'node:fs';
import { createServer, type ListenOptions, connect as openSocket, type Server, type Socket } from 'node:net';
import { Output } from '../output.ts';
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
import { NodeConnection } from './connection.ts';

const OUTPUT_BYTES = 1 << 16;
/** An output buffer that a huge reply has grown beyond this is replaced. */
const OUTPUT_KEPT_BYTES = 1 << 20;
const ACCEPT_WARNING_MS = 1000;
/** A paused connection's input is kept this far; then the socket itself is paused. */
const PAUSED_INPUT_MAX_BYTES = 1 << 16;

/**
 * A turn is what happens between two runs of setImmediate's queue: input is handled as it comes, output goes out at the end.
 */
export class NodeTransport implements Transport {
  readonly name = 'node:net';
  readonly output = new Output(OUTPUT_BYTES);
  readonly #handler: Handler;
  readonly #listeners = new Set<NodeListener>();
  readonly #connections = new Set<NodeConnection>();
  #serving: NodeConnection | undefined;
  #dirty: NodeConnection[] = [];
  #resumed: NodeConnection[] = [];
  #ending: NodeConnection[] = [];
  #closing: NodeConnection[] = [];
  #turnScheduled = false;
  #keepAliveSeconds = 0;
  #lastAcceptWarning = Number.NEGATIVE_INFINITY;
  #closeRequested = false;
  #finish: (() => void) | undefined;
  readonly #finished = new Promise<void>((resolve) => {
    this.#finish = resolve;
  });

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  async listen(address: ListenAddress, options: ConnectionOptions): Promise<Listener> {
    this.#keepAliveSeconds = options.keepAliveSeconds;
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    if (address.kind === 'unix') removeFile(address.path);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(describeFailure(address, error)));
      server.listen(listenOptions(address), resolve);
    });
    server.removeAllListeners('error');
    server.on('error', (error) => this.#acceptFailed(error));
    const listener = new NodeListener(server, address, () => this.#listeners.delete(listener));
    if (address.kind === 'unix' && address.mode !== undefined) chmodSync(address.path, address.mode);
    this.#listeners.add(listener);
    server.on('connection', (socket) => this.#accepted(listener, socket));
    return listener;
  }

  setKeepAlive(seconds: number): void {
    this.#keepAliveSeconds = seconds;
  }

  connect(address: ListenAddress, connected: (connection: Connection) => void): Connection {
    const socket =
      address.kind === 'unix'
        ? openSocket({ path: address.path, allowHalfOpen: true })
        : openSocket({ host: address.host, port: address.port, allowHalfOpen: true, noDelay: true });
    const path = address.kind === 'unix' ? address.path : '';
    const connection = this.#adopt(new NodeConnection(this, socket, address.kind, path));
    socket.on('connect', () => {
      connection.rememberAddresses();
      if (!connection.closed) connected(connection);
      this.#scheduleTurn();
    });
    return connection;
  }

  setTimer(milliseconds: number, callback: () => void): Timer {
    const timer = setTimeout(() => {
      callback();
      this.#scheduleTurn();
    }, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  }

  requestTurn(): void {
    this.#scheduleTurn();
  }

  /** The runtime's loop is this transport's. */
  yieldToRuntime(): void {}

  run(): Promise<void> {
    return this.#finished;
  }

  close(graceMilliseconds: number): void {
    if (this.#closeRequested) return;
    this.#closeRequested = true;
    for (const listener of this.#listeners) listener.close();
    for (const connection of this.#connections) connection.end();
    const grace = this.setTimer(graceMilliseconds, () => {
      for (const connection of this.#connections) connection.destroy();
    });
    this.#finished.then(() => grace.cancel());
    this.#scheduleTurn();
  }

  // Connections.

  #accepted(listener: NodeListener, socket: Socket): void {
    const { address } = listener;
    if (address.kind === 'tcp' && this.#keepAliveSeconds > 0) {
      socket.setKeepAlive(true, this.#keepAliveSeconds * 1000);
    }
    const path = address.kind === 'unix' ? address.path : '';
    const connection = this.#adopt(new NodeConnection(this, socket, address.kind, path));
    connection.rememberAddresses();
    if (this.#closeRequested) connection.destroy();
    this.#handler.accepted(connection, listener);
    this.#scheduleTurn();
  }

  #adopt(connection: NodeConnection): NodeConnection {
    const { socket } = connection;
    this.#connections.add(connection);
    socket.on('data', (data) => this.#received(connection, data as Buffer));
    socket.on('end', () => this.#inputEnded(connection));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.decideClose(connection, 'error', error.code ?? error.message);
    });
    socket.on('close', () =>
      this.decideClose(connection, connection.ending ? connection.closeReason : 'peer', ''),
    );
    return connection;
  }

  #acceptFailed(error: Error): void {
    const now = performance.now();
    if (now - this.#lastAcceptWarning < ACCEPT_WARNING_MS) return;
    this.#lastAcceptWarning = now;
    this.#handler.acceptFailed(`cannot accept a connection: ${error.message}`);
  }

  // Input.

  #received(connection: NodeConnection, data: Buffer): void {
    if (connection.ending || connection.closed) return;
    this.#scheduleTurn();
    const { kept } = connection;
    if (connection.paused || kept.length > 0) {
      kept.append(data, 0, data.length);
      if (!connection.paused) this.#deliverKept(connection);
      else if (kept.length >= PAUSED_INPUT_MAX_BYTES) connection.socket.pause();
      return;
    }
    const used = this.#deliver(connection, data, 0, data.length);
    if (used < data.length && !connection.ending && !connection.closed) kept.append(data, used, data.length);
  }

  #deliverKept(connection: NodeConnection): void {
    const { kept } = connection;
    const used = this.#deliver(connection, kept.bytes, kept.start, kept.end);
    if (connection.ending || connection.closed) kept.clear();
    else kept.consume(used);
  }

  #deliver(connection: NodeConnection, bytes: Uint8Array, start: number, end: number): number {
    this.#serving = connection;
    const used = this.#handler.received(connection, bytes, start, end);
    this.collectServing(connection);
    this.#serving = undefined;
    return used;
  }

  #inputEnded(connection: NodeConnection): void {
    connection.inputEnded = true;
    if (connection.paused && connection.pendingOutputBytes > 0) return;
    this.endWhenSent(connection, 'peer');
  }

  #drained(connection: NodeConnection): void {
    if (connection.ending || connection.closed || !connection.paused) return;
    if (connection.pendingOutputBytes > 0) return;
    this.#handler.drained?.(connection);
    if (connection.inputEnded && connection.paused) this.endWhenSent(connection, 'peer');
    this.#scheduleTurn();
  }

  /** Has the connection's kept input presented in the next turn. */
  presentLater(connection: NodeConnection): void {
    if (connection.resumed) return;
    connection.resumed = true;
    this.#resumed.push(connection);
    this.#scheduleTurn();
  }

  #presentResumed(): void {
    const list = this.#resumed;
    this.#resumed = [];
    for (const connection of list) {
      connection.resumed = false;
      if (connection.paused || connection.ending || connection.closed) continue;
      connection.socket.resume();
      if (connection.kept.length > 0) this.#deliverKept(connection);
      if (connection.inputEnded && !connection.paused) this.endWhenSent(connection, 'peer');
    }
  }

  // Output.

  /** What the owner has replied in the call that is under way. */
  unsortedOutputBytes(connection: NodeConnection): number {
    return this.#serving === connection ? this.output.length : 0;
  }

  /** Queues what the owner has replied so far, if it is this connection that is being served. */
  collectServing(connection: NodeConnection): void {
    const { output } = this;
    if (this.#serving !== connection || output.length === 0) return;
    const { bytes, length } = output;
    output.length = 0;
    if (!connection.closed) connection.enqueue(bytes, 0, length);
    if (bytes.length > OUTPUT_KEPT_BYTES) output.bytes = new Uint8Array(OUTPUT_BYTES);
  }

  markDirty(connection: NodeConnection): void {
    if (connection.dirty) return;
    connection.dirty = true;
    this.#dirty.push(connection);
    this.#scheduleTurn();
  }

  #flush(): void {
    const list = this.#dirty;
    this.#dirty = [];
    for (const connection of list) {
      connection.dirty = false;
      if (connection.closed || connection.queueLength === 0) continue;
      const [first] = connection.queue;
      const single = connection.queue.length === 1;
      const bytes = single ? first! : Buffer.concat(connection.queue, connection.queueLength);
      connection.socket.write(bytes, () => this.#drained(connection));
      connection.queue = [];
      connection.queueLength = 0;
    }
  }

  // The turn.

  #scheduleTurn(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    this.#turnScheduled = false;
    this.#presentResumed();
    this.#handler.beforeFlush();
    this.#flush();
    this.#closeEnded();
    this.#tellClosed();
    this.#handler.turnEnded();
    if (this.#closeRequested && this.#connections.size === 0) this.#finish?.();
  }

  // The end.

  endWhenSent(connection: NodeConnection, reason: CloseReason): void {
    if (connection.ending || connection.closed) return;
    connection.ending = true;
    connection.closeReason = reason;
    if (this.#serving !== connection) connection.kept.clear();
    this.#ending.push(connection);
    this.#scheduleTurn();
  }

  #closeEnded(): void {
    for (const connection of this.#ending.splice(0)) {
      if (connection.closed) continue;
      connection.socket.end(() => this.decideClose(connection, connection.closeReason, ''));
    }
  }

  decideClose(connection: NodeConnection, reason: CloseReason, detail: string): void {
    if (connection.closed) return;
    connection.closed = true;
    connection.closeReason = reason;
    connection.closeDetail = detail;
    this.#closing.push(connection);
    this.#scheduleTurn();
  }

  #tellClosed(): void {
    for (let index = 0; index < this.#closing.length; index++) {
      const connection = this.#closing[index]!;
      connection.queue = [];
      connection.queueLength = 0;
      connection.kept.clear();
      this.#handler.closed(connection, connection.closeReason, connection.closeDetail);
      this.#connections.delete(connection);
      connection.socket.destroy();
    }
    this.#closing.length = 0;
  }
}

class NodeListener implements Listener {
  readonly address: ListenAddress;
  readonly #server: Server;
  readonly #closed: () => void;

  constructor(server: Server, asked: ListenAddress, closed: () => void) {
    const bound = server.address();
    this.address =
      asked.kind === 'tcp' && bound !== null && typeof bound === 'object'
        ? { ...asked, host: bound.address, port: bound.port }
        : asked;
    this.#server = server;
    this.#closed = closed;
  }

  close(): void {
    this.#closed();
    this.#server.close();
    if (this.address.kind === 'unix') removeFile(this.address.path);
  }
}

function listenOptions(address: ListenAddress): ListenOptions {
  if (address.kind === 'unix') return { path: address.path, backlog: address.backlog };
  const host = address.host === '*' ? '0.0.0.0' : address.host;
  return { host, port: address.port, backlog: address.backlog, ipv6Only: host.includes(':') };
}

function describeFailure(address: ListenAddress, error: NodeJS.ErrnoException): Error {
  const where = address.kind === 'unix' ? address.path : `${address.host}:${address.port}`;
  return Object.assign(new Error(`cannot listen on ${where}: ${error.code ?? error.message}`), {
    code: error.code,
  });
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
