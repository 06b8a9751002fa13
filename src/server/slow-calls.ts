/** Cold. What happens when a command or a turn of the loop took long: slow log and latency monitor. */
import { FAST, SKIP_SLOWLOG } from '../commands/flags.ts';
import type { Client } from './client.ts';
import type { RequestLoop } from './request-loop.ts';
import type { Server } from './server.ts';
import type { ServerCall } from './server-call.ts';

const REDACTED = new TextEncoder().encode('(redacted)');

export class SlowCalls {
  readonly #server: Server;
  readonly #loop: RequestLoop;
  readonly #call: ServerCall;
  /** Milliseconds of this turn that latency events account for already. */
  #explained = 0;
  /** Commands up to the end of the last turn. */
  #commands = 0;

  constructor(server: Server, loop: RequestLoop, call: ServerCall) {
    this.#server = server;
    this.#loop = loop;
    this.#call = call;
    server.statistics.onSlow = (command, microseconds) => this.#slow(command, microseconds);
  }

  /** To be called when a threshold has changed: tells the statistics what counts as slow. */
  thresholdsChanged(): void {
    const { slowLog, latency, statistics } = this.#server;
    const logged = slowLog.slowerThan < 0 ? Number.POSITIVE_INFINITY : slowLog.slowerThan;
    const monitored = latency.threshold === 0 ? Number.POSITIVE_INFINITY : latency.threshold * 1000;
    statistics.slowMicroseconds = Math.min(logged, monitored);
  }

  /** The loop's turn ends: counts it, and notes it if it took long and no command explains why. */
  turnEnded(): void {
    const { statistics, metrics, latency, clock, keyspace } = this.#server;
    if (statistics.turnStarted === 0) return;
    const elapsed = clock.microseconds() - statistics.turnStarted;
    statistics.turnStarted = 0;
    metrics.turned(elapsed, Math.max(0, statistics.totalCommands - this.#commands));
    this.#commands = statistics.totalCommands;
    if (latency.threshold > 0) latency.add('event-loop', elapsed / 1000 - this.#explained, keyspace.now);
    this.#explained = 0;
  }

  #slow(command: number, microseconds: number): void {
    const { slowLog, latency, commands, clock } = this.#server;
    const flags = commands.flags[command];
    const now = clock.milliseconds();
    if (latency.threshold > 0) {
      const milliseconds = microseconds / 1000;
      latency.add((flags & FAST) !== 0 ? 'fast-command' : 'command', milliseconds, now);
      if (milliseconds >= latency.threshold) this.#explained += milliseconds;
    }
    if (slowLog.slowerThan < 0 || microseconds < slowLog.slowerThan || (flags & SKIP_SLOWLOG) !== 0) return;
    const { client, words } = this.#server.waiting.retried ?? this.#timedRequest();
    slowLog.add({
      time: Math.floor(now / 1000),
      microseconds: Math.round(microseconds),
      words,
      address: client.connection.remoteAddress,
      clientName: client.name,
    });
  }

  #timedRequest(): { client: Client; words: readonly Uint8Array[] } {
    const { client, redacted } = this.#call;
    const words = this.#loop.timedWords();
    return { client, words: words.map((word, index) => (redacted?.includes(index) ? REDACTED : word)) };
  }
}
