/** When the code's memory is given back. */
import { expect, test } from 'bun:test';
import { releaseCodeInTime } from '../../src/server/code-release.ts';
import type { Cron, Job } from '../../src/server/cron.ts';

test('a second after the first tick, then ever more rarely', () => {
  const jobs: Job[] = [];
  const cron = { add: (job: Job) => void jobs.push(job) } as unknown as Cron;
  const times: number[] = [];
  let now = 5_000_000;
  releaseCodeInTime(cron, () => void times.push(now - 5_000_000));
  for (; now < 7_000_000; now += 100) for (const job of jobs) job(now);
  expect(times).toEqual([1000, 10_000, 100_000, 1_000_000]);
});
