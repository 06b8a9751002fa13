/** Cold. Picks the fastest transport that works here. */
import type { Handler, Transport } from './transport.ts';

export type TransportName = 'node' | 'epoll' | 'io_uring';

/** Fastest first. */
const PREFERENCE: readonly TransportName[] = ['io_uring', 'epoll', 'node'];

const OPENERS: Record<TransportName, (handler: Handler) => Promise<Transport>> = {
  async io_uring(handler) {
    const { loadLibc } = await import('./linux/libc.ts');
    const { UringTransport } = await import('./uring/transport.ts');
    return new UringTransport(await loadLibc(), handler);
  },
  async epoll(handler) {
    const { loadLibc } = await import('./linux/libc.ts');
    const { EpollTransport } = await import('./epoll/transport.ts');
    return new EpollTransport(await loadLibc(), handler);
  },
  async node(handler) {
    const { NodeTransport } = await import('./node/transport.ts');
    return new NodeTransport(handler);
  },
};

export interface OpenedTransport {
  readonly transport: Transport;
  /** "io_uring: needs Bun, this is Node": why each faster one was not taken. */
  readonly declined: readonly string[];
}

/**
 * Opens the transport that is wanted, or with "auto" the fastest that works.
 * Throws an Error if the one that is wanted does not work here. `log` is told, line by line, what was declined and why.
 */
export async function openTransport(
  wanted: 'auto' | TransportName,
  handler: Handler,
  log: (line: string) => void,
): Promise<OpenedTransport> {
  const declined: string[] = [];
  for (const name of wanted === 'auto' ? PREFERENCE : [wanted]) {
    try {
      return { transport: await OPENERS[name](handler), declined };
    } catch (error) {
      if (wanted !== 'auto')
        throw new Error(`transport ${name} does not work here: ${(error as Error).message}`);
      declined.push(`${name}: ${(error as Error).message}`);
      log(`transport ${declined.at(-1)}`);
    }
  }
  throw new Error(`no transport works here: ${declined.join('; ')}`);
}
