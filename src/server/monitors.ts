/** Cold. Clients that watch all commands (MONITOR). */
import type { Client } from './client.ts';
import { CLIENT_MONITOR } from './client.ts';
import { GATE_MONITOR } from './gates.ts';
import type { Server } from './server.ts';
import type { ServerCall } from './server-call.ts';

export class Monitors {
  readonly #server: Server;
  readonly #clients = new Set<Client>();

  constructor(server: Server) {
    this.#server = server;
  }

  add(client: Client): void {
    client.gates |= CLIENT_MONITOR;
    this.#clients.add(client);
    this.#server.gates |= GATE_MONITOR;
  }

  remove(client: Client): void {
    if (!this.#clients.delete(client)) return;
    client.gates &= ~CLIENT_MONITOR;
    if (this.#clients.size === 0) this.#server.gates &= ~GATE_MONITOR;
  }

  /** Tells all monitors of the request that has just run. */
  feed(call: ServerCall): void {
    const microseconds = this.#server.clock.wallMicroseconds();
    const seconds = Math.floor(microseconds / 1e6);
    const fraction = String(microseconds % 1e6).padStart(6, '0');
    const { client } = call;
    const words = Array.from({ length: call.arguments.count }, (_, index) => quoted(call.shown(index)));
    const from =
      client.connection.kind === 'unix'
        ? `unix:${client.connection.localAddress.replace(/:0$/, '')}`
        : client.connection.remoteAddress;
    const line = `+${seconds}.${fraction} [${client.database} ${from}] ${words.join(' ')}\r\n`;
    const bytes = Uint8Array.from(line, (character) => character.charCodeAt(0));
    for (const monitor of this.#clients) {
      monitor.connection.write(bytes, 0, bytes.length);
      this.#server.metrics.outputBytes += bytes.length;
      this.#server.limits.checkOutput(monitor, this.#server.keyspace.now);
    }
  }
}

/** Text of one character a byte in double quotes, with the escapes of Redis. */
function quoted(text: string): string {
  let escaped = '"';
  for (const character of text) escaped += ESCAPES.get(character) ?? visible(character);
  return `${escaped}"`;
}

const ESCAPES = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
]);

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code >= 32 && code < 127 ? character : `\\x${code.toString(16).padStart(2, '0')}`;
}
