/** Cold. What clients may do to the server: how many, from where, how long idle, how much unread output. */
import type { Connection } from '../transport/transport.ts';
import { CLIENT_MONITOR, type Client } from './client.ts';
import type { Server } from './server.ts';

const PROTECTED =
  '-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. ' +
  'Connections are taken from the loopback interface only. To connect from elsewhere, set a password (requirepass), ' +
  "or turn protected mode off with 'CONFIG SET protected-mode no' from the loopback interface, and CONFIG REWRITE to keep it, " +
  'or with protected-mode no in the configuration file, or by --protected-mode no at start. Do so only if no stranger can reach this server.\r\n';
const TOO_MANY = '-ERR max number of clients reached\r\n';
/**
 * A client that does not read what it asked for gets no further request served beyond this, until it has read half.
 * (Redis goes on until the output limit, which has no default for normal clients.)
 */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;

/** The log tells no more often of attackers, who could fill it. */
const ATTACK_LOG_MILLISECONDS = 60_000;

/** How much unread output a client may have. */
export interface OutputLimit {
  /** Closes it at once when exceeded; 0: no limit. */
  readonly hardBytes: number;
  /** Closes it when exceeded for `softSeconds`; 0: no limit. */
  readonly softBytes: number;
  readonly softSeconds: number;
}

/** The classes of client-output-buffer-limit. */
export type OutputClass = 'normal' | 'replica';

const UNLIMITED: OutputLimit = { hardBytes: 0, softBytes: 0, softSeconds: 0 };

export class ClientLimits {
  readonly #server: Server;
  clientsMax = 10_000;
  /** 0: no limit. */
  idleSeconds = 0;
  inputBytesMax = 1024 ** 3;
  protectedMode = true;
  outputDisconnections = 0;
  inputDisconnections = 0;
  readonly #output: Record<OutputClass, OutputLimit> = { normal: UNLIMITED, replica: UNLIMITED };
  readonly #waiting = new Set<Client>();
  #attackLoggedAt = Number.NEGATIVE_INFINITY;

  constructor(server: Server) {
    this.#server = server;
  }

  setOutput(kind: OutputClass, limit: OutputLimit): void {
    this.#output[kind] = limit;
  }

  /** Whether a new connection is let in. If not, it was told why and is closing. */
  admit(connection: Connection): boolean {
    const { clients, authentication } = this.#server;
    if (clients.count >= this.clientsMax) {
      clients.rejected++;
      return dismiss(connection, TOO_MANY);
    }
    if (!this.protectedMode || authentication.password !== '' || isLocal(connection)) return true;
    clients.rejected++;
    return dismiss(connection, PROTECTED);
  }

  /** Called before a client with queued output is served: whether it has to read first. */
  mustRead(client: Client): boolean {
    if (client.connection.pendingOutputBytes <= UNREAD_BYTES_MAX) return false;
    client.connection.pause();
    this.#waiting.add(client);
    return true;
  }

  /** At every tick: closes who is idle too long or does not read, and goes on with who has read. */
  check(now: number): void {
    for (const client of this.#server.clients.byId.values()) {
      if (client.closing) continue;
      this.checkOutput(client, now);
      this.checkInput(client, client.connection.pendingInputBytes);
      if (
        this.idleSeconds > 0 &&
        now - client.lastActiveAt > this.idleSeconds * 1000 &&
        !this.#waits(client)
      ) {
        this.#server.log.verbose('Closing idle client');
        this.#server.clients.close(client);
      }
    }
    this.#goOn();
  }

  /**
   * Closes, without a word, a client that has sent "POST" or "Host:" for a command: a browser, made by some page to send
   * its text here. What else it sends must not be run.
   */
  abortForeignProtocol(client: Client): void {
    const { log, keyspace, clients } = this.#server;
    if (keyspace.now - this.#attackLoggedAt >= ATTACK_LOG_MILLISECONDS) {
      this.#attackLoggedAt = keyspace.now;
      log.warning(
        'Possible SECURITY ATTACK detected: POST or Host: came as a command. That is what HTTP clients send, and what an ' +
          `attacker makes them send (cross protocol scripting). Connection from ${client.connection.remoteAddress} aborted.`,
      );
    }
    clients.close(client);
  }

  forget(client: Client): void {
    this.#waiting.delete(client);
  }

  /** Whether a client is silent because it waits for what others do. */
  #waits(client: Client): boolean {
    const isMonitor = (client.gates & CLIENT_MONITOR) !== 0;
    return isMonitor || client.unblock !== undefined || this.#server.pause.isHolding(client);
  }

  #goOn(): void {
    for (const client of this.#waiting) {
      if (client.connection.pendingOutputBytes > UNREAD_BYTES_MAX / 2) continue;
      this.#waiting.delete(client);
      client.connection.resume();
    }
  }

  /** Closes a client that has not read its output for too long; also called for whoever is sent what it did not ask for. */
  checkOutput(client: Client, now: number): void {
    const bytes = client.connection.pendingOutputBytes;
    const { hardBytes, softBytes, softSeconds } = this.#outputLimit(client);
    const beyondHard = hardBytes > 0 && bytes > hardBytes;
    const beyondSoft = softBytes > 0 && bytes > softBytes;
    if (!beyondSoft) client.softLimitSince = 0;
    else if (client.softLimitSince === 0) client.softLimitSince = now;
    const softTooLong = beyondSoft && now - client.softLimitSince > softSeconds * 1000;
    if (!beyondHard && !softTooLong) return;
    this.outputDisconnections++;
    this.#server.log.warning(
      `Client id=${client.id} addr=${client.connection.remoteAddress} closed for overcoming of output buffer limits: ${bytes} bytes unread`,
    );
    this.#server.clients.close(client);
  }

  /** Monitors are normal clients, but never without a limit: what they are sent they did not ask for piece by piece. */
  #outputLimit(client: Client): OutputLimit {
    const { normal, replica } = this.#output;
    const unlimited = normal.hardBytes === 0 && normal.softBytes === 0;
    return unlimited && (client.gates & CLIENT_MONITOR) !== 0 ? replica : normal;
  }

  /** Closes a client of whose unfinished request there are too many bytes already. */
  checkInput(client: Client, bytes: number): void {
    if (bytes <= this.inputBytesMax) return;
    this.inputDisconnections++;
    this.#server.log.warning(
      `Closing client that reached max query buffer length: id=${client.id} addr=${client.connection.remoteAddress} (${bytes} bytes)`,
    );
    this.#server.clients.close(client);
  }
}

function dismiss(connection: Connection, reason: string): false {
  const bytes = Buffer.from(reason);
  connection.write(bytes, 0, bytes.length);
  connection.end();
  return false;
}

/** Whether the peer sits on this machine. */
export function isLocal(connection: Connection): boolean {
  if (connection.kind === 'unix') return true;
  const address = connection.remoteAddress;
  return address.startsWith('127.') || address.startsWith('[::1]') || address.startsWith('[::ffff:127.');
}
