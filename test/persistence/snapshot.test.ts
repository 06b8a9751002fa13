import { describe, expect, test } from 'bun:test';
import { Stage } from './snapshot-stage.ts';

describe('a snapshot in slices', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'holds the data of its beginning, whatever happens meanwhile (seed %i)',
    (seed) => {
      const stage = new Stage(seed);
      const before = stage.digest();
      const { now } = stage.bench;
      stage.begin();
      while (stage.step()) stage.runSome();
      stage.verify();
      expect(stage.writtenDigest(now)).toBe(before);
      stage.verifyEmptied();
    },
  );

  test.each([11, 12, 13])(
    'survives flushed and exchanged databases, and time that passes (seed %i)',
    (seed) => {
      const stage = new Stage(seed);
      const { bench, random } = stage;
      const before = stage.digest();
      const { now } = bench;
      stage.begin();
      while (stage.step()) {
        stage.runSome();
        bench.now += random.below(100_000);
        if (random.chance(0.1)) bench.run('SWAPDB', random.below(3), random.below(3));
        if (random.chance(0.05))
          bench.run(random.pick(['FLUSHDB', 'FLUSHALL']), random.pick(['SYNC', 'ASYNC']));
        bench.server.background.tick();
      }
      stage.verify();
      expect(stage.writtenDigest(now)).toBe(before);
      stage.verifyEmptied();
    },
  );

  test('does not hold the estimate that PFCOUNT leaves in a value', () => {
    const stage = new Stage(31);
    const names = Array.from({ length: 40 }, (_, index) => `counted${index}`);
    for (const name of names) stage.bench.run('PFADD', name, 'a', 'b');
    const before = stage.digest();
    stage.begin();
    stage.step();
    for (const name of names) stage.bench.run('PFCOUNT', name);
    while (stage.step());
    expect(stage.digest()).not.toBe(before);
    expect(stage.writtenDigest(stage.bench.now)).toBe(before);
  });

  test('that is cancelled leaves no marks, and the next one is whole', () => {
    const stage = new Stage(21);
    stage.begin();
    for (let steps = 0; steps < 5 && stage.step(); steps++) stage.runSome();
    stage.cancel();
    while (stage.step()) stage.runSome();
    stage.verify();
    const before = stage.digest();
    stage.begin();
    while (stage.step()) stage.runSome();
    stage.verify();
    expect(stage.writtenDigest(stage.bench.now)).toBe(before);
  });
});
