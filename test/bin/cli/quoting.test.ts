import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { quoted, splitArguments, unquoted } from '../../../src/bin/cli/quoting.ts';

const anyBytes = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('splitting a line', () => {
  test.each<[string, string[] | undefined]>([
    ['', []],
    ['  \t\r\n', []],
    ['set a b', ['set', 'a', 'b']],
    ['"" \'\'', ['', '']],
    ['"a\\x41\\n\\q"', ['aA\nq']],
    ["'it\\'s' 'a\\n'", ["it's", 'a\\n']],
    ['a"b c"', ['ab c']],
    ['"a"b', undefined],
    ['"a', undefined],
    ["'a", undefined],
    ['"a\\', undefined],
    ['"\\x4g"', ['x4g']],
  ])('%j', (line, words) => {
    expect(splitArguments(line)).toEqual(words!);
  });

  test('what is quoted is read back', () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 4 }), (words) => {
        expect(splitArguments(words.map(quoted).join(' '))).toEqual(words);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test('any line is split or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', "'", '\\', 'x', '4', ' ', '\0', '\n') }), (line) => {
        const words = splitArguments(line);
        expect(words === undefined || words.every((word) => typeof word === 'string')).toBe(true);
      }),
      { numRuns: 500, seed: 6 },
    );
  });
});

test('only one whole argument is unquoted', () => {
  expect(unquoted('"a b"')).toBe('a b');
  expect(unquoted('plain')).toBe('plain');
  expect(unquoted('"a" "b"')).toBeUndefined();
  expect(unquoted('"a')).toBeUndefined();
});
