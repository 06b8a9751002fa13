import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arguments } from '../../src/protocol/arguments.ts';
import { splitInline } from '../../src/protocol/inline.ts';

/** The words of a line, of one character a byte; undefined if its quotes are unbalanced. */
function split(line: string): string[] | undefined {
  const words = new Arguments();
  const bytes = Buffer.from(`"x${line}"y`, 'latin1');
  if (!splitInline(bytes, 2, bytes.length - 2, words)) return undefined;
  return Array.from({ length: words.count }, (_, index) => words.text(index));
}

describe('a line', () => {
  test.each([
    ['', []],
    [' \t \r\v\f ', []],
    ['PING', ['PING']],
    ['  SET\ta  b ', ['SET', 'a', 'b']],
    ['"a b" \'c d\'', ['a b', 'c d']],
    ['"" \'\'', ['', '']],
    ['"\\n\\r\\t\\b\\a\\\\\\"\\q"', ['\n\r\t\b\x07\\"q']],
    ['"\\x41\\xfF\\x4\\xg1"', ['A\xffx4xg1']],
    [`'it\\'s \\n'`, [`it's \\n`]],
    ['\\x41 \\n', ['\\x41', '\\n']],
    ['a"b c"', ['ab c']],
    ['a\vb', ['a\vb']],
    ['a\0b c', ['a']],
    ['\0a', []],
    ['"a\0b"', ['a\0b']],
  ])('%j', (line, words) => expect(split(line)).toEqual(words));

  test.each(['"', "'", '"a', "'a", '"a"b', "'a'b", '"a""b"', 'a"b', '"a\\"', '"a\\'])(
    'unbalanced: %j',
    (line) => expect(split(line)).toBeUndefined(),
  );
});

const word = fc.uint8Array({ maxLength: 20 });

test('quoted words of any bytes come out as they are', () => {
  const escaped = (bytes: Uint8Array): string =>
    `"${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const line = words.map(escaped).join(' ');
      expect(split(line)).toEqual(words.map((bytes) => Buffer.from(bytes).toString('latin1')));
    }),
  );
});

test('any bytes are split into no more bytes than there were', () => {
  const noise = fc.oneof(
    word.map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc
      .array(fc.constantFrom('"', "'", '\\', '\\x', 'a', '0', ' ', '\0', '\t'), { maxLength: 30 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(noise, (line) => {
      const words = split(line);
      if (words !== undefined) expect(words.join('').length).toBeLessThanOrEqual(line.length);
    }),
    { numRuns: 1000 },
  );
});
