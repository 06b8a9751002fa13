import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { sortedByScore } from '../../src/memory/score-sort.ts';

test('references come in the order of their scores, equal ones as they came', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -2, max: 2 }), fc.constantFrom(-0, 1e300)),
        {
          maxLength: 200,
        },
      ),
      (scores) => {
        const expected = scores
          .map((_, index) => index)
          .sort((a, b) => (scores[a]! < scores[b]! ? -1 : scores[a]! > scores[b]! ? 1 : a - b));
        const references = Int32Array.from(scores, (_, index) => index);
        expect([...sortedByScore(Float64Array.from(scores), references)]).toEqual(expected);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});
