import { describe, expect, test } from 'bun:test';
import type { Transport } from '../../src/transport/transport.ts';
import { Bench } from '../commands/bench.ts';

/** A transport that only remembers what it was asked for. */
class Asked {
  turns = 0;
  readonly timers: (() => void)[] = [];
  readonly name = 'asked';
  readonly output = new Bench().call.reply.output;
  requestTurn(): void {
    this.turns++;
  }
  setTimer(_milliseconds: number, callback: () => void): { cancel(): void } {
    this.timers.push(callback);
    return { cancel: () => {} };
  }
}

/** An instance on a clock that every look at moves by `step` microseconds. */
function attached(step: number): { bench: Bench; asked: Asked; clock: { now: number } } {
  const bench = new Bench({ checked: false });
  const asked = new Asked();
  const clock = { now: 0 };
  bench.server.clock.microseconds = () => {
    clock.now += step;
    return clock.now;
  };
  bench.server.attach(asked as unknown as Transport);
  return { bench, asked, clock };
}

function fill(bench: Bench, count: number, ...options: (string | number)[]): void {
  for (let i = 0; i < count; i++) bench.run('SET', `key:${i}`, i, ...options);
}

describe('background work', () => {
  test('asks for no turns while there is nothing to do', () => {
    const { bench, asked } = attached(1);
    fill(bench, 1000);
    for (let turn = 0; turn < 100; turn++) bench.server.turnEnded();
    bench.server.background.tick();
    expect([asked.turns, asked.timers.length]).toEqual([0, 0]);
  });

  test('frees a flushed database turn by turn, half a millisecond each', () => {
    const { bench, asked, clock } = attached(50);
    fill(bench, 50_000);
    bench.run('FLUSHALL', 'ASYNC');
    const { lazyFree } = bench.keyspace;
    let turns = 0;
    while (lazyFree.isPending) {
      expect(asked.turns).toBeGreaterThan(turns);
      turns = asked.turns;
      const start = clock.now;
      bench.server.turnEnded();
      expect(clock.now - start).toBeLessThan(1000);
    }
    expect(turns).toBeGreaterThan(5);
    expect(bench.usedBytes).toBe(0);
    // It notices that nothing is left, and rests.
    for (let turn = 0; turn < 3; turn++) bench.server.turnEnded();
    turns = asked.turns;
    bench.server.turnEnded();
    expect(asked.turns).toBe(turns);
  });

  test('deletes many expired keys in slices between the ticks', () => {
    const { bench, asked } = attached(50);
    fill(bench, 20_000, 'PX', 10);
    bench.now += 11;
    bench.keyspace.setNow(bench.now);
    bench.server.background.tick();
    expect(bench.keyspace.expiredKeys).toBeGreaterThan(0);
    expect(bench.keyspace.expiredKeys).toBeLessThan(5000);
    for (let turn = 0; turn < 100 && asked.turns > turn; turn++) bench.server.turnEnded();
    expect(bench.keyspace.expiredKeys).toBeGreaterThan(19_000);
  });

  test('leaves requests their share of the time', () => {
    const { bench, asked, clock } = attached(50);
    fill(bench, 50_000);
    bench.run('FLUSHALL', 'ASYNC');
    bench.server.turnEnded();
    bench.run('PING');
    const before = bench.keyspace.lazyFree.freedObjects;
    bench.server.turnEnded();
    bench.server.turnEnded();
    expect(bench.keyspace.lazyFree.freedObjects).toBe(before);
    expect(asked.timers.length).toBe(1);
    clock.now += 1000;
    bench.server.turnEnded();
    expect(bench.keyspace.lazyFree.freedObjects).toBeGreaterThan(before);
  });

  test('evicts towards a lowered limit without any command', () => {
    const { bench, asked } = attached(10);
    fill(bench, 10_000);
    const limit = Math.floor(bench.usedBytes / 2);
    bench.run('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
    bench.run('CONFIG', 'SET', 'maxmemory', limit);
    for (let turn = 0; turn < 1000 && asked.turns > turn; turn++) bench.server.turnEnded();
    expect(bench.usedBytes).toBeLessThanOrEqual(limit);
    expect(bench.usedBytes).toBeGreaterThan(limit * 0.9);
  });
});
