import { describe, expect, test } from 'bun:test';
import { drawLatency } from '../../../src/server/latency/graph.ts';
import { LatencyEvent, LatencyMonitor } from '../../../src/server/latency/monitor.ts';

describe('the latency monitor', () => {
  test('notes nothing while it is off, nor what is shorter than the threshold', () => {
    const monitor = new LatencyMonitor();
    monitor.add('command', 1000, 0);
    monitor.threshold = 10;
    monitor.add('command', 9.99, 0);
    expect(monitor.events.size).toBe(0);
    monitor.add('command', 10.5, 5_900);
    expect(monitor.events.get('command')?.samples).toEqual([{ time: 5, milliseconds: 10 }]);
  });

  test('keeps the worst of each second, 160 seconds at most, and the worst ever', () => {
    const event = new LatencyEvent();
    event.add(1, 30);
    event.add(1, 20);
    event.add(1, 40);
    expect(event.samples).toEqual([{ time: 1, milliseconds: 40 }]);
    for (let time = 2; time <= 200; time++) event.add(time, 10);
    expect(event.samples).toHaveLength(160);
    expect(event.samples[0].time).toBe(41);
    expect(event.latest).toEqual({ time: 200, milliseconds: 10 });
    expect(event.maximum).toBe(40);
  });

  test('forgets what it is told to', () => {
    const monitor = new LatencyMonitor();
    monitor.threshold = 1;
    for (const name of ['command', 'fast-command', 'expire-cycle']) monitor.add(name, 5, 0);
    expect(monitor.reset(['command', 'nothing'])).toBe(1);
    expect(monitor.reset()).toBe(2);
    expect(monitor.events.size).toBe(0);
  });
});

describe('the graph', () => {
  function draw(samples: readonly (readonly [time: number, milliseconds: number])[], now: number): string[] {
    const event = new LatencyEvent();
    for (const [time, milliseconds] of samples) event.add(time, milliseconds);
    return drawLatency('command', event, now).split('\n');
  }

  test('stands for a single sample', () => {
    expect(draw([[100, 30]], 100)).toEqual([
      'command - high 30 ms, low 30 ms (all time high 30 ms)',
      '-'.repeat(80),
      ' ',
      ' ',
      ' ',
      '_',
      ' ',
      '0',
      's',
      '',
    ]);
  });

  test('has three heights a row', () => {
    const heights = [15, 30, 45, 60, 75, 316, 100];
    const samples = heights.map((milliseconds, index) => [100 + index, milliseconds] as const);
    expect(draw(samples, 107).slice(2)).toEqual([
      '     # ',
      '     | ',
      '     |_',
      '__oo#||',
      '       ',
      '7654321',
      'sssssss',
      '',
    ]);
  });

  test('shows ages in the unit that fits, and strips of 80 samples', () => {
    const far = draw(
      [
        [0, 1],
        [200_000 - 7_200, 2],
        [200_000 - 660, 3],
      ],
      200_000,
    );
    expect(far.slice(7)).toEqual(['221', 'dh1', '  m', '']);
    const many = Array.from({ length: 100 }, (_, index) => [index, index] as const);
    const lines = draw(many, 100).filter((line) => line.includes('|'));
    expect(lines.map((line) => line.length)).toContain(80);
    expect(lines.map((line) => line.length)).toContain(20);
  });
});
