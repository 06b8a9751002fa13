import { expect, test } from 'bun:test';
import { ProcessorSharing } from '../../../src/transport/linux/processor-sharing.ts';

/** Calls `letOthersRun` every 0.1 ms for a second while others run for `othersRun` ms each time; returns how often they did. */
function shareFor(othersRun: number): number {
  let now = 0;
  let runs = 0;
  const sharing = new ProcessorSharing(
    () => {
      runs++;
      now += othersRun;
    },
    () => now,
  );
  for (; now < 1000; now += 0.1) sharing.letOthersRun();
  return runs;
}

test('clients that only take their answers run between all turns', () => {
  expect(shareFor(0)).toBeGreaterThan(9990);
  expect(shareFor(0.9)).toBeGreaterThan(990);
});

test('who keeps the processor gets a seventeenth of the time', () => {
  expect(shareFor(4)).toBe(Math.ceil(1000 / (4 + 64)));
});
