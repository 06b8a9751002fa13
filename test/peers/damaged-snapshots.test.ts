/** Real servers' files that were damaged in whatever way are refused, or loaded, and never do harm. */
import { beforeAll, expect, test } from 'bun:test';
import { Bench } from '../commands/bench.ts';
import { damaged, loadAndUse } from '../persistence/rdb/damage.ts';
import { oldSnapshot } from '../persistence/rdb/old-snapshot.ts';
import { Random } from './generators/random.ts';
import { realSnapshots } from './snapshot-files.ts';

let files: Uint8Array[];
beforeAll(async () => {
  files = [...(await realSnapshots()), oldSnapshot()];
});

test('whole files are loaded', () => {
  const bench = new Bench();
  const random = new Random(1);
  for (const file of files) expect(loadAndUse(random, bench, file)).toBe('loaded');
});

test('damaged files', () => {
  const bench = new Bench();
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 400; seed++) {
    const random = new Random(seed);
    outcomes.add(loadAndUse(random, bench, damaged(random, files)));
  }
  expect(outcomes).toContain('loaded');
  expect(outcomes).toContain('unexpected end of file');
  expect(outcomes.size).toBeGreaterThan(8);
}, 60_000);
