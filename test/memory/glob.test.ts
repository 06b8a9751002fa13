import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { globMatches } from '../../src/memory/glob.ts';

function matches(pattern: string, text: string, ignoreCase = false): boolean {
  const bytes = Buffer.from(`<${text}>`, 'latin1');
  return globMatches(Buffer.from(pattern, 'latin1'), bytes, 1, bytes.length - 1, ignoreCase);
}

describe('glob', () => {
  test.each([
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'abcd', false],
    ['abcd', 'abc', false],
    ['*', 'anything', true],
    ['a*', 'a', true],
    ['a**', 'a', true],
    ['*a*b*', 'xxayybzz', true],
    ['*a*b', 'xxayybzz', false],
    ['*ab', 'aab', true],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['h[ae]llo', 'hello', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hallo', true],
    ['h[^e]llo', 'hello', false],
    ['[a-c]', 'b', true],
    ['[c-a]', 'b', true],
    ['[a-c]', 'd', false],
    // The bracket's end becomes the range's, and the bracket stays open.
    ['[a-]', '-', false],
    ['[a-]', '^', true],
    ['[]', 'a', false],
    ['[^]', 'a', true],
    ['[\\]]', ']', true],
    ['[ab', 'b', true],
    ['[ab', 'c', false],
    ['[', 'a', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a\\', 'a\\', true],
    ['\xff?', '\xff\x00', true],
    ['', '', true],
    ['', 'a', false],
    // As Redis has it: nothing but the empty pattern matches the empty text.
    ['*', '', false],
  ])('%j against %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test('letter case is ignored when asked for', () => {
    expect(matches('GeT*', 'gETEX')).toBe(false);
    expect(matches('GeT*', 'gETEX', true)).toBe(true);
    expect(matches('[A-C]x', 'bX', true)).toBe(true);
    expect(matches('[A-C]x', 'bX')).toBe(false);
  });

  test('agrees with a regular expression', () => {
    const element = fc.constantFrom(
      ['*', '.*'],
      ['?', '.'],
      ['a', 'a'],
      ['b', 'b'],
      ['[ab]', '[ab]'],
      ['[^b]', '[^b]'],
    );
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(element, { maxLength: 8 }), text, (elements, letters) => {
        const pattern = elements.map(([glob]) => glob).join('');
        const expected = new RegExp(`^${elements.map(([, expression]) => expression).join('')}$`).test(
          letters.join(''),
        );
        expect(matches(pattern, letters.join(''))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test('many stars take no exponential time', () => {
    expect(matches(`${'*a'.repeat(2000)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
