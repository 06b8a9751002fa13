/** Cold. One peer of the node:net transport. */
import type { Socket } from 'node:net';
import { KeptInput } from '../kept-input.ts';
import type { CloseReason, Connection } from '../transport.ts';
import type { NodeTransport } from './transport.ts';

export class NodeConnection implements Connection {
  owner: unknown = undefined;
  readonly kind: 'tcp' | 'unix';
  readonly descriptor = -1;
  readonly socket: Socket;
  readonly transport: NodeTransport;
  readonly kept = new KeptInput();
  /** Output that the socket has not been given yet: it gets it at the end of the turn. */
  queue: Buffer[] = [];
  queueLength = 0;

  paused = false;
  /** Takes no more input; closes when the output is sent. */
  ending = false;
  /** The end was decided; the owner hears of it before the turn ends, or has. */
  closed = false;
  inputEnded = false;
  dirty = false;
  resumed = false;
  closeReason: CloseReason = 'destroyed';
  closeDetail = '';

  /** Known while the socket is connected, and wanted also when it is no more. */
  #remoteAddress = formatName(undefined, undefined);
  #localAddress = formatName(undefined, undefined);
  readonly #path: string;

  /** `path` is the UNIX socket's. */
  constructor(transport: NodeTransport, socket: Socket, kind: 'tcp' | 'unix', path: string) {
    this.transport = transport;
    this.socket = socket;
    this.kind = kind;
    this.#path = path;
  }

  /** The socket is connected: notes the addresses. */
  rememberAddresses(): void {
    this.#remoteAddress = formatName(this.socket.remoteAddress, this.socket.remotePort);
    this.#localAddress = formatName(this.socket.localAddress, this.socket.localPort);
  }

  get remoteAddress(): string {
    if (this.kind === 'unix') return `${this.#path}:0`;
    return this.#remoteAddress;
  }

  get localAddress(): string {
    if (this.kind === 'unix') return `${this.#path}:0`;
    return this.#localAddress;
  }

  get pendingOutputBytes(): number {
    if (this.closed) return 0;
    return this.queueLength + this.socket.writableLength + this.transport.unsortedOutputBytes(this);
  }

  get pendingInputBytes(): number {
    return this.kept.length;
  }

  get inputCapacityBytes(): number {
    return this.kept.bytes.length;
  }

  write(bytes: Uint8Array, start: number, end: number): void {
    if (this.ending || this.closed || end <= start) return;
    this.transport.collectServing(this);
    this.enqueue(bytes, start, end);
  }

  enqueue(bytes: Uint8Array, start: number, end: number): void {
    this.queue.push(Buffer.from(bytes.subarray(start, end)));
    this.queueLength += end - start;
    this.transport.markDirty(this);
  }

  pause(): void {
    if (this.closed) return;
    this.paused = true;
  }

  resume(): void {
    if (this.ending || this.closed) return;
    this.paused = false;
    this.transport.presentLater(this);
  }

  destroy(): void {
    this.transport.decideClose(this, 'destroyed', '');
  }

  end(): void {
    this.transport.endWhenSent(this, 'ended');
  }
}

function formatName(host: string | undefined, port: number | undefined): string {
  if (host === undefined || port === undefined) return '?:0';
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
