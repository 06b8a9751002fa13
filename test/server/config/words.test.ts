import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { quoteWord, splitWords } from '../../../src/server/config/words.ts';

/** Any bytes, one character a byte. */
const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

describe('splitWords', () => {
  test.each([
    ['', []],
    [' \t ', []],
    ['a  b\tc', ['a', 'b', 'c']],
    ['a "" b', ['a', '', 'b']],
    ['a "b c"', ['a', 'b c']],
    [String.raw`"\x41\n\t\a\b\r\q\""`, ['A\n\t\x07\b\rq"']],
    [String.raw`"\x4"`, ['x4']],
    [String.raw`'a\'b\n'`, [String.raw`a'b\n`]],
    ['a"b c"', ['ab c']],
    ['a\vb', ['a\vb']],
    ['\va', ['a']],
    [String.raw`a\nb`, [String.raw`a\nb`]],
  ])('%j', (line, words) => expect(splitWords(line)).toEqual(words));

  test.each(['"a', 'a "b', '"a"b', "'a'b", "'a", String.raw`"a\"`])('%j does not balance', (line) =>
    expect(splitWords(line)).toBeUndefined(),
  );

  test('reads back what quoteWord writes', () => {
    fc.assert(
      fc.property(fc.array(bytes), (words) => {
        const line = words.map(quoteWord).join(' ');
        expect(line).toMatch(/^[\x20-\x7e]*$/);
        expect(splitWords(line)).toEqual(words);
      }),
      { numRuns: 300 },
    );
  });
});
