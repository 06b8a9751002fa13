import { describe, expect, test } from 'bun:test';
import { Metrics } from '../../src/server/metrics.ts';

describe('metrics', () => {
  test('tell the rates of the last 16 samples', () => {
    const metrics = new Metrics();
    let commands = 0;
    metrics.sample(1000, 0);
    for (let now = 1100; now <= 2600; now += 100) {
      commands += 50;
      metrics.served(1024, 2048);
      metrics.turned(300, 50);
      metrics.sample(now, commands);
      metrics.sample(now + 99, commands + 1_000_000);
    }
    expect(metrics.commands.value).toBe(500);
    expect(metrics.input.value).toBe(10_240);
    expect(metrics.output.value).toBe(20_480);
    expect(metrics.turnRate.value).toBe(10);
    expect(metrics.turnDuration.value).toBe(300);
    metrics.sample(2700, commands);
    expect(metrics.commands.value).toBe((500 * 15) / 16);
  });

  test('count batches, replies, turns and the peak', () => {
    const metrics = new Metrics();
    metrics.served(10, 0);
    metrics.served(10, 5);
    metrics.turned(10, 1);
    metrics.turned(30, 7);
    metrics.turned(20, 2);
    metrics.noteMemory(100, 5_500);
    metrics.noteMemory(90, 6_500);
    expect(metrics).toMatchObject({ reads: 2, writes: 1, inputBytes: 20, outputBytes: 5 });
    expect(metrics).toMatchObject({ turns: 3, turnMicroseconds: 60, longestTurnMicroseconds: 30 });
    expect(metrics).toMatchObject({ commandsPerTurnMaximum: 7, usedMemoryPeak: 100, usedMemoryPeakTime: 5 });
    metrics.reset(7_000);
    expect(metrics).toMatchObject({ reads: 0, writes: 0, turns: 0, inputBytes: 0, usedMemoryPeak: 0 });
  });
});
