import { describe, expect, test } from 'bun:test';
import { Server } from '../../src/server/server.ts';
import { Output } from '../../src/transport/output.ts';
import type { Connection, Transport } from '../../src/transport/transport.ts';

const START = 1_700_000_000_000;

/** A server without sockets whose clock goes on by `step` microseconds whenever it is read. */
class Instance {
  step = 1;
  #time = 0;
  readonly server: Server;
  readonly #output = new Output(64 * 1024);
  readonly #connection = { kind: 'tcp', remoteAddress: '127.0.0.1:1', pendingOutputBytes: 0 } as Connection;

  constructor() {
    this.server = new Server({
      clock: {
        milliseconds: () => START,
        wallMicroseconds: () => START * 1000,
        microseconds: () => {
          this.#time += this.step;
          return this.#time;
        },
      },
      random: { fraction: () => 0, below: () => 0 },
      hashKey: { word0: 1, word1: 2 },
    });
    this.server.attach({ name: 'none', output: this.#output } as unknown as Transport);
    this.server.accepted(this.#connection);
  }

  /** One turn of the loop: these inline commands come at once. */
  turn(...commands: string[]): string {
    const bytes = Buffer.from(commands.map((command) => `${command}\r\n`).join(''));
    this.#output.length = 0;
    this.server.received(this.#connection, bytes, 0, bytes.length);
    this.server.turnEnded();
    return Buffer.from(this.#output.bytes.subarray(0, this.#output.length)).toString();
  }

  get log(): string[] {
    return this.server.slowLog.entries.map(({ words }) =>
      words.map((word) => Buffer.from(word).toString()).join(' '),
    );
  }

  get events(): string[] {
    return [...this.server.latency.events].map(([name, event]) => `${name} ${event.maximum}`);
  }
}

describe('slow calls', () => {
  test('each of a batch is logged with its own words if all are wanted', () => {
    const instance = new Instance();
    instance.turn('CONFIG SET slowlog-log-slower-than 0');
    instance.turn('SLOWLOG RESET', 'GET a', 'GET b', 'SET c 1', 'AUTH secret', 'GET d');
    expect(instance.log).toEqual(['GET d', 'AUTH (redacted)', 'SET c 1', 'GET b', 'GET a', 'SLOWLOG RESET']);
  });

  test('a run of short calls is not taken for a long one, but a long call is found', () => {
    const instance = new Instance();
    instance.step = 9_000;
    instance.turn('GET a', 'GET b', 'GET c', 'LCS x y', 'LCS x z');
    expect(instance.log).toEqual([]);
    instance.step = 10_000;
    instance.turn('GET a', 'GET b', 'LCS x y', 'LCS x z');
    expect(instance.log).toEqual(['LCS x z', 'LCS x y', 'GET b']);
  });

  test('nothing is logged when the log is off', () => {
    const instance = new Instance();
    instance.turn('CONFIG SET slowlog-log-slower-than -1');
    instance.step = 1e6;
    instance.turn('GET a', 'KEYS *');
    expect(instance.log).toEqual([]);
  });

  test('are latency events by kind of command; a turn is one only if no command explains it', () => {
    const instance = new Instance();
    instance.turn('CONFIG SET latency-monitor-threshold 25 slowlog-log-slower-than -1');
    instance.step = 30_000;
    instance.turn('GET a', 'LCS x y');
    expect(instance.events).toEqual(['fast-command 30', 'command 30', 'event-loop 30']);
    expect(instance.turn('LATENCY RESET event-loop')).toBe(':1\r\n');
    instance.step = 14_000;
    instance.turn('GET a', 'LCS x y');
    expect(instance.events).toContain('event-loop 42');
  });

  test('are counted and timed for INFO', () => {
    const instance = new Instance();
    instance.turn('GET a', 'GET b', 'SET c 1', 'INCR', 'NOSUCH', 'HELLO 9');
    const information = instance.turn('INFO commandstats errorstats latencystats');
    expect(information).toContain(
      'cmdstat_get:calls=2,usec=1,usec_per_call=0.50,rejected_calls=0,failed_calls=0',
    );
    expect(information).toContain('cmdstat_incr:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1');
    expect(information).toContain('errorstat_ERR:count=2\r\nerrorstat_NOPROTO:count=1');
    expect(information).toContain('latency_percentiles_usec_set:p50=1.003,p99=1.003,p99.9=1.003');
  });
});
