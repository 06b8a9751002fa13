/** Cinnabar against Redis 8 on random commands, and whether this comparison notices anything at all. */
import { afterAll, describe, expect, test } from 'bun:test';
import { Comparison } from './differential.ts';
import { groups } from './groups.ts';
import { type PeerName, startCinnabar, startPeer } from './peer.ts';

const SEED = 20_260_101;
/** Sequences of each group: some seconds. `bun run fuzz` goes on for as long as one likes. */
const SEQUENCES = 100;
const TIME_LIMIT_MS = 120_000;

function starting(name: PeerName) {
  return (args: readonly string[]) => startPeer(name, { args });
}

describe('Cinnabar answers like Redis 8', () => {
  const running: Comparison[] = [];
  afterAll(() => Promise.all(running.map((comparison) => comparison.stop())));

  test.each(Object.keys(groups))(
    '%s',
    async (group) => {
      const comparison = await Comparison.start(group, (args) => startCinnabar({ args }), starting('redis8'));
      running.push(comparison);
      for (let seed = SEED; seed < SEED + SEQUENCES; seed++) {
        const mismatch = await comparison.check(seed);
        if (mismatch) throw new Error(mismatch.report);
      }
    },
    TIME_LIMIT_MS,
  );
});

describe('the comparison', () => {
  test.each(Object.keys(groups))(
    'finds nothing between Redis 8 and itself in %s',
    async (group) => {
      const comparison = await Comparison.start(group, starting('redis8'), starting('redis8'));
      for (let seed = 1; seed <= 20; seed++) expect((await comparison.check(seed))?.report).toBeUndefined();
      await comparison.stop();
    },
    TIME_LIMIT_MS,
  );

  test(
    'finds what Valkey does differently, and cuts the way to it short',
    async () => {
      const comparison = await Comparison.start('strings', starting('redis8'), starting('valkey9'));
      const found = [];
      for (let seed = 1; seed <= 40; seed++) {
        const mismatch = await comparison.check(seed);
        if (mismatch) found.push(mismatch);
      }
      await comparison.stop();
      const encoding = found.find(({ kind }) => kind.startsWith('object encoding'));
      expect(encoding?.steps.length).toBeLessThanOrEqual(2);
      expect(encoding?.report).toMatch(
        /redis8: "\$\d+\\r\\n(raw|embstr)\\r\\n"\nvalkey9: "\$\d+\\r\\n(raw|embstr)/,
      );
      expect(encoding?.report).toContain(`--group strings --seed ${encoding?.seed} --count 1`);
    },
    TIME_LIMIT_MS,
  );
});
