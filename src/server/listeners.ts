/** Cold. The sockets that clients connect to. */
import type { ConnectionOptions, ListenAddress, Listener, Transport } from '../transport/transport.ts';
import type { Log } from './log.ts';
import { getSystemErrorMessage } from './system/errors.ts';

export interface Endpoints {
  /** As in the option `bind`: a leading minus makes an address optional, "*" and "::*" stand for all. */
  readonly bind: readonly string[];
  /** 0 for no TCP, "any" (tests, the library) for a port that the system picks. */
  readonly port: number | 'any';
  /** Empty for none. */
  readonly unixSocket: string;
  readonly unixSocketMode: number;
  readonly backlog: number;
}

/** Reasons why an optional address may be left out: this machine does not have it. */
const TOLERATED = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ENOPROTOOPT', 'EPFNOSUPPORT'];

export class Listeners {
  readonly #transport: Transport;
  readonly #log: Log;
  #tcp: Listener[] = [];
  #unix: Listener[] = [];
  /** Why an address could last not be listened on. */
  failure = '';

  constructor(transport: Transport, log: Log) {
    this.#transport = transport;
    this.#log = log;
  }

  /** The addresses in effect. */
  get addresses(): ListenAddress[] {
    return [...this.#tcp, ...this.#unix].map((listener) => listener.address);
  }

  /** The TCP port in effect, 0 if there is none. */
  get port(): number {
    const first = this.#tcp[0]?.address;
    return first?.kind === 'tcp' ? first.port : 0;
  }

  /** Opens everything. Returns false, with the reason in the log, if an address cannot be listened on. */
  async open(endpoints: Endpoints, options: ConnectionOptions): Promise<boolean> {
    if (!(await this.openTcp(endpoints, options))) return false;
    if (endpoints.unixSocket === '') return true;
    const mode = endpoints.unixSocketMode === 0 ? undefined : endpoints.unixSocketMode;
    const address = { kind: 'unix', path: endpoints.unixSocket, mode, backlog: endpoints.backlog } as const;
    try {
      this.#unix = [await this.#transport.listen(address, options)];
    } catch (error) {
      const reason = getSystemErrorMessage(error);
      this.failure = `${endpoints.unixSocket}: ${reason}`;
      this.#log.warning(`Failed opening Unix socket: bind: ${reason}`);
      return false;
    }
    return true;
  }

  /** Opens the TCP addresses in place of those that are open; on failure those stay. Returns whether it worked. */
  async openTcp(endpoints: Endpoints, options: ConnectionOptions): Promise<boolean> {
    const opened: Listener[] = [];
    const kept: Listener[] = [];
    if (endpoints.port !== 0) {
      for (const name of endpoints.bind) {
        const open = this.#tcp.find((listener) => isAt(listener, name, endpoints.port));
        if (open !== undefined) {
          kept.push(open);
          continue;
        }
        if (await this.#openOne(name, endpoints, options, opened)) continue;
        for (const listener of opened) listener.close();
        this.#log.warning(`Failed listening on port ${endpoints.port} (tcp), aborting.`);
        return false;
      }
    }
    for (const listener of this.#tcp) if (!kept.includes(listener)) listener.close();
    this.#tcp = [...kept, ...opened];
    return true;
  }

  /** Stops listening. */
  close(): void {
    for (const listener of this.#tcp) listener.close();
    for (const listener of this.#unix) listener.close();
    this.#tcp = [];
    this.#unix = [];
  }

  async #openOne(
    name: string,
    endpoints: Endpoints,
    options: ConnectionOptions,
    opened: Listener[],
  ): Promise<boolean> {
    const optional = name.startsWith('-');
    const host = hostOf(optional ? name.slice(1) : name);
    // All addresses of one instance share the port that the first one got.
    const first = opened[0]?.address;
    const port = endpoints.port === 'any' ? (first?.kind === 'tcp' ? first.port : 0) : endpoints.port;
    try {
      opened.push(
        await this.#transport.listen({ kind: 'tcp', host, port, backlog: endpoints.backlog }, options),
      );
      return true;
    } catch (error) {
      const reason = getSystemErrorMessage(error);
      this.failure = `${name.replace(/^-/, '')}:${port}: ${reason}`;
      this.#log.warning(
        `Warning: Could not create server TCP listening socket ${name.replace(/^-/, '')}:${port}: bind: ${reason}`,
      );
      return optional && TOLERATED.includes((error as NodeJS.ErrnoException).code ?? '');
    }
  }
}

/** Whether a listener is at this address of the option `bind` already, and need not be opened again. */
function isAt(listener: Listener, name: string, port: number | 'any'): boolean {
  const { address } = listener;
  return address.kind === 'tcp' && address.port === port && address.host === hostOf(name.replace(/^-/, ''));
}

function hostOf(name: string): string {
  if (name === '*') return '0.0.0.0';
  return name === '::*' ? '::' : name;
}
