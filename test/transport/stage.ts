/** A transport with an owner whose behaviour each test chooses, and what it was told. */

import { openTransport, type TransportName } from '../../src/transport/select.ts';
import type {
  CloseReason,
  Connection,
  Handler,
  ListenAddress,
  Listener,
  Transport,
} from '../../src/transport/transport.ts';
import { Peer } from './peer.ts';

export const LOCAL: ListenAddress = { kind: 'tcp', host: '127.0.0.1', port: 0, backlog: 511 };

export interface Ending {
  readonly connection: Connection;
  readonly reason: CloseReason;
  readonly detail: string;
}

/** Replies with the very bytes. */
export function echo(stage: Stage, bytes: Uint8Array, start: number, end: number): number {
  reply(stage, bytes.subarray(start, end));
  return end - start;
}

export function reply(stage: Stage, bytes: Uint8Array): void {
  const { output } = stage.transport;
  output.reserve(bytes.length);
  output.bytes.set(bytes, output.length);
  output.length += bytes.length;
}

/** Echoes whole lines and leaves the rest. */
export function echoLines(stage: Stage, bytes: Uint8Array, start: number, end: number): number {
  const whole = bytes.subarray(start, end).lastIndexOf(10) + 1;
  if (whole > 0) reply(stage, bytes.subarray(start, start + whole));
  return whole;
}

export class Stage implements Handler {
  transport!: Transport;
  readonly accepts: Connection[] = [];
  readonly endings: Ending[] = [];
  readonly warnings: string[] = [];
  drains = 0;
  flushes = 0;
  turns = 0;
  #listeners: Listener[] = [];
  #running: Promise<void> | undefined;
  #wake: (() => void)[] = [];

  onReceived: (connection: Connection, bytes: Uint8Array, start: number, end: number) => number = (
    _c,
    b,
    s,
    e,
  ) => echo(this, b, s, e);
  onAccepted: (connection: Connection) => void = () => {};
  onClosed: (connection: Connection) => void = () => {};
  onFlush: () => void = () => {};
  onTurn: () => void = () => {};
  onDrained: (connection: Connection) => void = () => {};

  static async open(kind: TransportName): Promise<Stage> {
    const stage = new Stage();
    stage.transport = (await openTransport(kind, stage, () => {})).transport;
    return stage;
  }

  async listen(address: ListenAddress = LOCAL): Promise<ListenAddress> {
    const listener = await this.transport.listen(address, { keepAliveSeconds: 300 });
    this.#listeners.push(listener);
    this.run();
    return listener.address;
  }

  get listeners(): readonly Listener[] {
    return this.#listeners;
  }

  run(): void {
    this.#running ??= this.transport.run();
  }

  /** Listens, and connects one peer. */
  async pair(): Promise<{ peer: Peer; connection: Connection }> {
    const address = this.#listeners[0]?.address ?? (await this.listen());
    const known = this.accepts.length;
    const peer = await Peer.open(address);
    await this.until(() => this.accepts.length > known);
    return { peer, connection: this.accepts[known]! };
  }

  /** Waits until a turn has made `condition` true. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  async turn(): Promise<void> {
    const before = this.turns;
    this.transport.requestTurn();
    await this.until(() => this.turns > before);
  }

  async stop(): Promise<void> {
    this.run();
    this.transport.close(0);
    await this.#running;
  }

  accepted(connection: Connection): void {
    this.accepts.push(connection);
    this.onAccepted(connection);
  }

  received(connection: Connection, bytes: Uint8Array, start: number, end: number): number {
    return this.onReceived(connection, bytes, start, end);
  }

  closed(connection: Connection, reason: CloseReason, detail: string): void {
    this.endings.push({ connection, reason, detail });
    this.onClosed(connection);
  }

  drained(connection: Connection): void {
    this.drains++;
    this.onDrained(connection);
  }

  beforeFlush(): void {
    this.flushes++;
    this.onFlush();
  }

  turnEnded(): void {
    this.turns++;
    this.onTurn();
    if (this.#wake.length === 0) return;
    for (const wake of this.#wake.splice(0)) wake();
    this.transport.yieldToRuntime();
  }

  acceptFailed(message: string): void {
    this.warnings.push(message);
  }
}

/** Declares a test that gets a transport on its stage. */
export type Staged = (name: string, body: (stage: Stage) => Promise<void>) => void;
