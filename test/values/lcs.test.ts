import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { commonLength, commonSubsequence, isWithinLimit } from '../../src/values/lcs.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

function compare(left: string, right: string) {
  const a = Buffer.from(`#${left}#`, 'latin1');
  const b = Buffer.from(`##${right}#`, 'latin1');
  const found = commonSubsequence(a, 1, a.length - 1, b, 2, b.length - 1);
  expect(commonLength(a, 1, a.length - 1, b, 2, b.length - 1)).toBe(found.bytes.length);
  return { text: text(found.bytes), ranges: found.ranges };
}

/** By its definition: take the first bytes when equal, else leave one out. */
function modelLength(left: string, right: string, known = new Map<string, number>()): number {
  if (left === '' || right === '') return 0;
  const name = `${left.length},${right.length}`;
  let length = known.get(name);
  if (length === undefined) {
    length =
      left[0] === right[0]
        ? 1 + modelLength(left.slice(1), right.slice(1), known)
        : Math.max(modelLength(left.slice(1), right, known), modelLength(left, right.slice(1), known));
    known.set(name, length);
  }
  return length;
}

const strings = fc.stringMatching(/^[abc]{0,70}$/);

describe('the longest common subsequence', () => {
  test('of strings, with the ranges from the end', () => {
    expect(compare('ohmytext', 'mynewtext')).toEqual({
      text: 'mytext',
      ranges: [
        { aStart: 4, aEnd: 7, bStart: 5, bEnd: 8, length: 4 },
        { aStart: 2, aEnd: 3, bStart: 0, bEnd: 1, length: 2 },
      ],
    });
    expect(compare('aab', 'aba').text).toBe('ab');
    expect(compare('', 'abc')).toEqual({ text: '', ranges: [] });
    expect(compare('abc', 'xyz')).toEqual({ text: '', ranges: [] });
    expect(compare('abc', 'abc').ranges).toEqual([{ aStart: 0, aEnd: 2, bStart: 0, bEnd: 2, length: 3 }]);
  });

  test('is as long as can be, and made of its ranges', () => {
    fc.assert(
      fc.property(strings, strings, (left, right) => {
        const found = compare(left, right);
        expect(found.text.length).toBe(modelLength(left, right));
        const ranges = [...found.ranges].reverse();
        expect(ranges.map((range) => left.slice(range.aStart, range.aEnd + 1)).join('')).toBe(found.text);
        expect(ranges.map((range) => right.slice(range.bStart, range.bEnd + 1)).join('')).toBe(found.text);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  test('the limit on memory', () => {
    expect(isWithinLimit(511, 511, 1024 * 1024)).toBe(true);
    expect(isWithinLimit(511, 512, 1024 * 1024)).toBe(false);
    expect(isWithinLimit(262143, 0, 1024 * 1024)).toBe(true);
    expect(isWithinLimit(0, 262144, 1024 * 1024)).toBe(false);
  });
});
