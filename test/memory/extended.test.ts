import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import {
  addExtended,
  type Extended,
  formatExtended,
  isFiniteExtended,
  parseExtended,
} from '../../src/memory/extended.ts';

const encoder = new TextEncoder();

function parse(text: string): Extended | null {
  const bytes = encoder.encode(`1${text}1`);
  return parseExtended(bytes, 1, bytes.length - 1);
}

/** The sum's text, or "infinite" or "none", or "invalid" when one of the numbers is. */
function sum(left: string, right: string): string {
  const a = parse(left);
  const b = parse(right);
  if (!a || !b) return 'invalid';
  const result = addExtended(a, b);
  if (!result) return 'none';
  return isFiniteExtended(result) ? formatExtended(result) : 'infinite';
}

describe('extended numbers', () => {
  test('sums that users see', () => {
    expect(sum('0.1', '0.2')).toBe('0.3');
    expect(sum('5.0e3', '200')).toBe('5200');
    expect(sum('10.5', '0.1')).toBe('10.6');
    expect(sum('3.0e3', '0')).toBe('3000');
    expect(sum('1', '-1')).toBe('0');
    expect(sum('-0', '-0')).toBe('0');
    expect(sum('0', '1e-17')).toBe('0.00000000000000001');
    expect(sum('0', '-4e-18')).toBe('0');
    expect(sum('9223372036854775807', '1')).toBe('9223372036854775808');
    expect(sum('12345678901234567890123456789', '0')).toBe('12345678901234567890421678080');
    expect(sum('1e300', '1')).toStartWith('1000000000000000000');
  });

  test('the edges of the range', () => {
    expect(sum('1e5000', '0')).toBe('invalid');
    expect(sum('1e-5000', '0')).toBe('invalid');
    expect(sum('1.8e-4951', '0')).toBe('invalid');
    expect(sum('1.9e-4951', '0')).toBe('0');
    expect(sum('0x1p16384', '0')).toBe('invalid');
    expect(sum('0x1p16383', '0x1p16383')).toBe('infinite');
    expect(sum('inf', '1')).toBe('infinite');
    expect(sum('1', '-inf')).toBe('infinite');
    expect(sum('inf', 'inf')).toBe('infinite');
    expect(sum('inf', '-inf')).toBe('none');
    expect(sum('nan', '0')).toBe('invalid');
    expect(sum(`1.${'0'.repeat(5117)}`, '0')).toBe('1');
    expect(sum(`1.${'0'.repeat(5118)}`, '0')).toBe('invalid');
  });

  test('sums of integers below 2^63 are exact', () => {
    const half = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
    fc.assert(
      fc.property(half, half, (left, right) => {
        expect(sum(left.toString(), right.toString())).toBe((left + right).toString());
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});
