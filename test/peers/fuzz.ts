/**
 * Compares two servers for as long as one likes; and, as the group rdb-files, loads damaged RDB files.
 *
 *   bun test/peers/fuzz.ts [--group NAME] [--seed N] [--seconds S | --count N] [--left NAME] [--right NAME] [--keep-going]
 *
 * Without --group, all groups take turns. Servers are cinnabar, redis8, valkey9 and redis7; left and right are cinnabar
 * and redis8 unless named. Ends with code 1 at the first disagreement; with --keep-going when time is up, having shown
 * one of each kind.
 */
import { parseArgs } from 'node:util';
import { Bench } from '../commands/bench.ts';
import { damaged, loadAndUse } from '../persistence/rdb/damage.ts';
import { oldSnapshot } from '../persistence/rdb/old-snapshot.ts';
import { Comparison, type Start } from './differential.ts';
import { Random } from './generators/random.ts';
import { groups } from './groups.ts';
import { type PeerName, startCinnabar, startPeer } from './peer.ts';
import { realSnapshots } from './snapshot-files.ts';

const FILES = 'rdb-files';

const { values } = parseArgs({
  options: {
    group: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    count: { type: 'string' },
    left: { type: 'string', default: 'cinnabar' },
    right: { type: 'string', default: 'redis8' },
    'keep-going': { type: 'boolean', default: false },
  },
});

function starting(name: string): Start {
  return (args) => (name === 'cinnabar' ? startCinnabar({ args }) : startPeer(name as PeerName, { args }));
}

/** Runs one group's sequences from `seed` on; the number of disagreements. */
async function fuzz(group: string, seed: number, count: number, until: number): Promise<number> {
  const comparison = await Comparison.start(group, starting(values.left), starting(values.right));
  let mismatches = 0;
  const kinds = new Set<string>();
  let sequences = 0;
  try {
    while (sequences < count && performance.now() < until) {
      const mismatch = await comparison.check(seed + sequences++);
      if (mismatch === undefined) continue;
      mismatches++;
      if (!kinds.has(mismatch.kind)) process.stdout.write(`${mismatch.report}\n\n`);
      kinds.add(mismatch.kind);
      if (!values['keep-going']) break;
    }
  } finally {
    await comparison.stop();
  }
  process.stdout.write(
    `${group}: ${sequences} sequences from seed ${seed}, ${mismatches} disagreements of ${kinds.size} kinds\n`,
  );
  return mismatches;
}

/** Loads damaged files from `seed` on; the number of those that did harm. */
async function fuzzFiles(seed: number, count: number, until: number): Promise<number> {
  const files = [...(await realSnapshots()), oldSnapshot()];
  let bench = new Bench();
  let failures = 0;
  let loads = 0;
  const outcomes = new Map<string, number>();
  while (loads < count && performance.now() < until) {
    const own = seed + loads++;
    const random = new Random(own);
    try {
      const outcome = loadAndUse(random, bench, damaged(random, files));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      process.stdout.write(`${FILES}, seed ${own}: ${(error as Error).stack}\n\n`);
      failures++;
      bench = new Bench();
      if (!values['keep-going']) break;
    }
  }
  const loaded = outcomes.get('loaded') ?? 0;
  process.stdout.write(
    `${FILES}: ${loads} files from seed ${seed}, ${loaded} loaded, refused for ${outcomes.size} reasons, ${failures} did harm\n`,
  );
  return failures;
}

const names = values.group === undefined ? [...Object.keys(groups), FILES] : [values.group];
const seed = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed);
const count = values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count);
const share = (Number(values.seconds) * 1000) / names.length;

let failures = 0;
for (const name of names) {
  if (failures > 0 && !values['keep-going']) break;
  const run = name === FILES ? fuzzFiles : (...rest: [number, number, number]) => fuzz(name, ...rest);
  failures += await run(seed, count, performance.now() + share);
}
process.exitCode = failures === 0 ? 0 : 1;
