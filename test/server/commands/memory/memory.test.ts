import { describe, expect, test } from 'bun:test';
import { Bench } from '../../../commands/bench.ts';

function integer(reply: string): number {
  expect(reply).toMatch(/^:\d+\r\n$/);
  return Number(reply.slice(1));
}

describe('MEMORY USAGE', () => {
  test('of all keys together is what the arena gave out', () => {
    const bench = new Bench();
    const before = bench.usedBytes;
    const keys = Array.from({ length: 300 }, (_, index) => `key:${index}`);
    for (const [index, key] of keys.entries()) {
      const value = index % 3 === 0 ? String(index) : 'x'.repeat(index * index);
      if (index % 5 === 0) bench.run('SET', key, value, 'EX', 100);
      else bench.run('SET', key, value);
    }
    bench.run('APPEND', 'key:299', 'more');
    const total = keys.reduce((sum, key) => sum + integer(bench.run('MEMORY', 'USAGE', key)), 0);
    const used = bench.usedBytes - before;
    // Each key's share of the tables is rounded.
    expect(Math.abs(total - used)).toBeLessThanOrEqual(keys.length / 2);
  });
});

describe('MEMORY', () => {
  test('MALLOC-STATS tells blocks by size', () => {
    const bench = new Bench();
    bench.run('SET', 'key', 'x'.repeat(40_000));
    const text = bench.run('MEMORY', 'MALLOC-STATS');
    expect(text).toMatch(/arena: \d+ bytes in \d+ blocks/);
    expect(text).toMatch(/^ +large +1 +40960 +40960$/m);
  });

  test('DOCTOR finds what was freed', () => {
    const bench = new Bench({ checked: false });
    expect(bench.run('MEMORY', 'DOCTOR')).toContain('too little data');
    bench.run('SET', 'stays', 'x'.repeat(6_000_000));
    expect(bench.run('MEMORY', 'DOCTOR')).toContain('No memory issue');
    bench.run('SET', 'goes', 'x'.repeat(6_000_000));
    bench.run('MEMORY', 'STATS');
    bench.run('DEL', 'goes');
    expect(bench.run('MEMORY', 'DOCTOR')).toContain('Peak memory: 11.4');
    expect(bench.run('MEMORY', 'PURGE')).toBe('+OK\r\n');
  });
});

describe('LATENCY DOCTOR', () => {
  test('explains what was seen', () => {
    const bench = new Bench();
    expect(bench.run('LATENCY', 'DOCTOR')).toContain('Latency monitoring is disabled');
    bench.run('CONFIG', 'SET', 'latency-monitor-threshold', 10);
    expect(bench.run('LATENCY', 'DOCTOR')).toContain('No latency spike of 10 ms or more');
    bench.server.latency.add('command', 20, bench.now - 9000);
    bench.server.latency.add('command', 40, bench.now);
    const report = bench.run('LATENCY', 'DOCTOR');
    expect(report).toContain(
      '1. command: 2 latency spikes (average 30ms, mean deviation 10ms, period 4.50 sec)',
    );
    expect(report).toContain('SLOWLOG GET');
    expect(report).not.toContain('expire');
    expect(bench.run('LATENCY', 'GRAPH', 'command')).toContain('command - high 40 ms, low 20 ms');
  });
});
