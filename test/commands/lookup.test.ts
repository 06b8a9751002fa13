import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { findName, NameLookup } from '../../src/commands/lookup.ts';

const names = [
  'get',
  'set',
  'del',
  'ttl',
  'mset',
  'pttl',
  'keys',
  'type',
  'getex',
  'append',
  'persist',
  'expireat',
  'pexpireat',
  'expiretime',
  'pexpiretime',
  'incrbyfloat',
  'sort_ro',
  'restore',
  'restore-asking',
  'json.set',
  'x',
  'xy',
];
const lookup = new NameLookup(names.map((name, id) => [name, id]));

function find(text: string, padding = ''): number {
  const bytes = Buffer.from(`${padding}${text}\r\n`, 'latin1');
  return findName(lookup, bytes, padding.length, padding.length + text.length);
}

const name = fc.constantFrom(...names);
const upperAt = fc.bigInt({ min: 0n, max: 2n ** 16n - 1n });
const byte = fc.integer({ min: 0, max: 255 });

function mixCase(text: string, upper: bigint): string {
  return [...text].map((letter, at) => ((upper >> BigInt(at)) & 1n ? letter.toUpperCase() : letter)).join('');
}

describe('command lookup', () => {
  test('finds every name in any letter case, anywhere in the buffer', () => {
    fc.assert(
      fc.property(name, upperAt, fc.string({ maxLength: 9 }), (wanted, upper, padding) => {
        expect(find(mixCase(wanted, upper), Buffer.from(padding).toString('latin1'))).toBe(
          names.indexOf(wanted),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a name with one byte changed is found only if that is another name, or the same in another case', () => {
    for (const wanted of names) {
      for (let at = 0; at < wanted.length; at++) {
        for (let value = 0; value < 256; value++) {
          const text = wanted.slice(0, at) + String.fromCharCode(value) + wanted.slice(at + 1);
          const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
          expect(find(text)).toBe(names.indexOf(folded));
        }
      }
    }
  });

  test('longer and shorter texts are not found', () => {
    for (const wanted of names) {
      expect(find(`${wanted}x`)).toBe(names.indexOf(`${wanted}x`));
      expect(find(wanted.slice(0, -1))).toBe(names.indexOf(wanted.slice(0, -1)));
      expect(find(`${wanted}\0`)).toBe(-1);
    }
    expect(find('')).toBe(-1);
    expect(find('get'.repeat(1000))).toBe(-1);
  });

  test('random bytes are found only if they are a name', () => {
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 16 }), (bytes) => {
        const text = String.fromCharCode(...bytes);
        expect(find(text)).toBe(names.indexOf(text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())));
      }),
      { numRuns: 500 },
    );
  });

  test('names that share their first words are told apart', () => {
    const similar = Array.from({ length: 300 }, (_, at) => `expireat${'abcdefghij'[at % 10]}${at}`);
    const crowded = new NameLookup(similar.map((each, id) => [each, id]));
    for (const [id, each] of similar.entries()) {
      const bytes = Buffer.from(each.toUpperCase());
      expect(findName(crowded, bytes, 0, bytes.length)).toBe(id);
    }
  });

  test('an empty lookup finds nothing', () => {
    expect(findName(new NameLookup([]), Buffer.from('get'), 0, 3)).toBe(-1);
  });
});
