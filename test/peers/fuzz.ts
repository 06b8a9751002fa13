/**
 * Compares two servers for as long as one likes.
 *
 *   bun test/peers/fuzz.ts [--group NAME] [--seed N] [--seconds S | --count N] [--left NAME] [--right NAME] [--keep-going]
 *
 * Without --group, all groups take turns. Servers are cinnabar, redis8, valkey9 and redis7; left and right are cinnabar
 * and redis8 unless named. Ends with code 1 at the first disagreement; with --keep-going when time is up, having shown
 * one of each kind.
 */
import { parseArgs } from 'node:util';
import { Comparison, type Start } from './differential.ts';
import { groups } from './groups.ts';
import { type PeerName, startCinnabar, startPeer } from './peer.ts';

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

const names = values.group === undefined ? Object.keys(groups) : [values.group];
const seed = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed);
const count = values.count === undefined ? Number.POSITIVE_INFINITY : Number(values.count);
const share = (Number(values.seconds) * 1000) / names.length;

let failures = 0;
for (const name of names) {
  if (failures === 0 || values['keep-going'])
    failures += await fuzz(name, seed, count, performance.now() + share);
}
process.exitCode = failures === 0 ? 0 : 1;
