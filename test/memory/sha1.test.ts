import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { hexadecimal, SHA1_BYTES, sha1 } from '../../src/memory/sha1.ts';

function ours(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const target = new Uint8Array(SHA1_BYTES);
  sha1(bytes, start, end, target);
  return hexadecimal(target);
}

const real = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

test('the examples of the standard', () => {
  const encoder = new TextEncoder();
  expect(ours(encoder.encode('abc'))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  expect(ours(new Uint8Array(0))).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709');
});

test('every length around the blocks', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => at * 7 + length);
    expect(ours(bytes)).toBe(real(bytes));
  }
});

test('any part of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(), fc.nat(), (bytes, from, length) => {
      const start = from % (bytes.length + 1);
      const end = start + (length % (bytes.length - start + 1));
      expect(ours(bytes, start, end)).toBe(real(bytes.subarray(start, end)));
    }),
    { numRuns: 200 },
  );
});

test('the hash may overwrite its source', () => {
  const bytes = new Uint8Array(SHA1_BYTES).fill(3);
  const wanted = real(bytes);
  sha1(bytes, 0, SHA1_BYTES, bytes);
  expect(hexadecimal(bytes)).toBe(wanted);
});
