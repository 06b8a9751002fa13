import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { globMatches } from '../../src/memory/glob.ts';

function matches(pattern: string, text: string, ignoreCase = false): boolean {
  const bytes = Buffer.from(`*${text}*`, 'latin1');
  return globMatches(Buffer.from(pattern, 'latin1'), bytes, 1, bytes.length - 1, ignoreCase);
}

describe('globMatches', () => {
  test('stars, question marks, classes and escapes', () => {
    const matching = [
      ['', ''],
      ['*', 'a'],
      ['a*', 'a'],
      ['a**', 'a'],
      ['*a*', 'bab'],
      ['h?llo', 'hello'],
      ['h[ae]llo', 'hallo'],
      ['h[^e]llo', 'hallo'],
      ['h[a-b]llo', 'hbllo'],
      ['h[b-a]llo', 'hallo'],
      ['a\\*', 'a*'],
      ['[\\]]', ']'],
      ['[\\-z]', '-'],
      ['[!a]', '!'],
      ['[a', 'a'],
      ['[^', 'a'],
      ['\\', '\\'],
      ['[\x01-\xff]', '\0'],
    ];
    const differing = [
      ['', 'a'],
      ['*', ''],
      ['a', ''],
      ['?', ''],
      ['a?', 'a'],
      ['a*?', 'a'],
      ['*b', 'bab '],
      ['h[^e]llo', 'hello'],
      ['[', '['],
      ['[]a]', 'a'],
      ['[\\a-z]', 'm'],
      ['[\x01-\xff]', 'a'],
      ['A', 'a'],
    ];
    for (const [pattern, text] of matching)
      expect([pattern, text, matches(pattern, text)]).toEqual([pattern, text, true]);
    for (const [pattern, text] of differing)
      expect([pattern, text, matches(pattern, text)]).toEqual([pattern, text, false]);
  });

  test('letters of either case on demand', () => {
    expect(matches('MaxMem*', 'maxmemory', true)).toBe(true);
    expect(matches('[A-C][xY]', 'bY', true)).toBe(true);
    expect(matches('[\\A]', 'a', true)).toBe(false);
    expect(matches('@', '`', true)).toBe(false);
    expect(matches('[A-C]', 'b')).toBe(false);
  });

  test('agrees with regular expressions where both mean the same', () => {
    const token = fc.constantFrom('*', '?', 'a', 'b', '[ab]', '[^a]', '[a-b]', '\\*');
    const expressions: Record<string, string> = { '*': '.*', '?': '.' };
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), fc.stringMatching(/^[abc*]{1,10}$/), (tokens, text) => {
        const expression = new RegExp(`^${tokens.map((part) => expressions[part] ?? part).join('')}$`, 's');
        expect(matches(tokens.join(''), text)).toBe(expression.test(text));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  test('many stars take no longer than both lengths allow, and a thousand are the most', () => {
    expect(matches(`${'a*'.repeat(900)}b`, 'a'.repeat(20_000))).toBe(false);
    expect(matches('*a'.repeat(1000), 'a'.repeat(1000))).toBe(true);
    expect(matches('*a'.repeat(1001), 'a'.repeat(1001))).toBe(false);
  });
});
