import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { DOUBLE_BYTES_MAX, writeDouble } from '../../src/memory/doubles.ts';

const decoder = new TextDecoder('latin1');

function format(value: number): string {
  const target = new Uint8Array(DOUBLE_BYTES_MAX + 6).fill(0x2a);
  const length = writeDouble(value, target, 3);
  const text = decoder.decode(target);
  expect(length).toBeLessThanOrEqual(DOUBLE_BYTES_MAX);
  expect(text.slice(0, 3) + text.slice(3 + length)).toBe('*'.repeat(target.length - length));
  return text.slice(3, 3 + length);
}

/** What Redis 8.0.6 prints for these scores. */
const PRINTED: readonly (readonly [number, string])[] = [
  [0, '0'],
  [-0, '-0'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
  [1e17, '100000000000000000'],
  [123456789012345680, '123456789012345680'],
  [2 ** 62, '4611686018427387904'],
  [-(2 ** 62), '-4611686018427387904'],
  [2 ** 62 + 1024, '4611686018427389000'],
  [5e18, '5e+18'],
  [2 ** 63, '9223372036854776000'],
  [1e20, '1e+20'],
  [1.5e20, '1.5e+20'],
  [1e23, '99999999999999990000000'],
  [0.1, '0.1'],
  [0.00001, '0.00001'],
  [0.000001, '0.000001'],
  [1e-7, '1e-7'],
  [1.5e-6, '1.5e-6'],
  [1.234567e-5, '1.234567e-5'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1.7976931348623157e308, '1.7976931348623157e+308'],
  [2.2250738585072014e-308, '2.2250738585072014e-308'],
  [5e-324, '5e-324'],
  [-1234567.125, '-1234567.125'],
  [100.5, '100.5'],
  [0.001, '0.001'],
  [4503599627370495.5, '4503599627370495.5'],
];

describe('writeDouble', () => {
  test('prints what Redis prints', () => {
    for (const [value, text] of PRINTED) expect(format(value)).toBe(text);
    expect(format(Number.NaN)).toBe('nan');
  });

  test('what it prints reads back as the same number', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true }),
      fc.float({ noNaN: true }),
      fc.integer().map((cents) => cents / 100),
      fc.integer({ min: -1074, max: 1023 }).map((exponent) => 2 ** exponent),
    );
    fc.assert(
      fc.property(number, (value) => {
        expect(Number(format(value).replace('inf', 'Infinity'))).toBe(value);
      }),
      { numRuns: 5000, seed: 1 },
    );
  });
});
