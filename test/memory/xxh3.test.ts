import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { xxh3, xxh3High, xxh3Low } from '../../src/memory/xxh3.ts';

const encoder = new TextEncoder();

/** Sixteen hexadecimal digits, most significant first. */
function hash(bytes: Uint8Array, start = 0, end = bytes.length): string {
  xxh3(bytes, start, end);
  return [xxh3High, xxh3Low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The runtime's own implementation. */
function expected(bytes: Uint8Array): string {
  return Bun.hash.xxHash3(bytes).toString(16).padStart(16, '0');
}

describe('xxh3', () => {
  test('published results', () => {
    expect(hash(new Uint8Array(0))).toBe('2d06800538d394c2');
    expect(hash(encoder.encode('Hello world'))).toBe('b6acb9d84a38ff74');
  });

  test('every length through all classes, at every alignment', () => {
    const bytes = Uint8Array.from({ length: 2200 }, (_, index) => (index * 2654435761) >>> 13);
    for (let length = 0; length < 2190; length++) {
      const start = length % 8;
      expect(hash(bytes, start, start + length)).toBe(expected(bytes.subarray(start, start + length)));
    }
  });

  test('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000, size: 'max' }), (bytes) => {
        expect(hash(bytes)).toBe(expected(bytes));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('words full of ones, where every carry is taken', () => {
    for (const length of [3, 8, 16, 64, 128, 240, 1024, 1025, 5000])
      expect(hash(new Uint8Array(length).fill(0xff))).toBe(expected(new Uint8Array(length).fill(0xff)));
  });
});
