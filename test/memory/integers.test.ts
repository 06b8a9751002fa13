import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import {
  countDigits,
  int64High,
  int64Low,
  NOT_INTEGER,
  parseInteger,
  WIDE_INTEGER,
  writeInt64,
  writeInteger,
} from '../../src/memory/integers.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Reads text with other bytes around it. */
function parse(text: string): number {
  const bytes = encoder.encode(`7${text}7`);
  return parseInteger(bytes, 1, bytes.length - 1);
}

function wide(): bigint {
  return BigInt.asIntN(64, (BigInt(int64High) << 32n) | BigInt(int64Low >>> 0));
}

function written(write: (target: Uint8Array, at: number) => number): string {
  const target = new Uint8Array(32).fill(0x2e);
  const length = write(target, 3);
  const text = decoder.decode(target);
  expect(text.slice(0, 3) + text.slice(3 + length)).toBe('.'.repeat(32 - length));
  return text.slice(3, 3 + length);
}

/** Numbers of every length, and those around powers of two and ten. */
const int64 = fc.oneof(
  fc.bigInt({ min: INT64_MIN, max: INT64_MAX }),
  fc
    .tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: -3, max: 3 }), fc.boolean())
    .map(([bits, near, negative]) => {
      const value = 2n ** BigInt(bits) + BigInt(near);
      return BigInt.asIntN(64, negative ? -value : value);
    }),
  fc
    .tuple(fc.integer({ min: 0, max: 18 }), fc.integer({ min: -2, max: 2 }), fc.integer({ min: -9, max: 9 }))
    .map(([digits, near, factor]) => 10n ** BigInt(digits) * BigInt(factor) + BigInt(near)),
);

describe('parseInteger', () => {
  test('takes integers written in the one right way', () => {
    for (const text of ['0', '1', '-1', '10', '123456789', '1234567890', '-999999999999', '9007199254740991'])
      expect(parse(text)).toBe(Number(text));
    expect(Object.is(parse('0'), 0)).toBe(true);
  });

  test('refuses everything else', () => {
    const texts = [
      '',
      '-',
      '+1',
      '-0',
      '00',
      '01',
      '-01',
      ' 1',
      '1 ',
      '1.0',
      '1e3',
      '0x10',
      '--1',
      '1-',
      'a',
      '/',
      ':',
    ];
    const long = [
      '12345678901234567890',
      '9223372036854775808',
      '-9223372036854775809',
      '99999999999999999999999',
    ];
    const spoiled = ['123456789a', '1234567890123456x', '/234567890', '123456789/', '123456789:'];
    for (const text of [...texts, ...long, ...spoiled])
      expect([text, parse(text)]).toEqual([text, NOT_INTEGER]);
  });

  test('keeps what no number holds exactly in two words', () => {
    for (const text of [
      '9007199254740992',
      '-9007199254740993',
      `${INT64_MAX}`,
      `${INT64_MIN}`,
      '-9223372036854775807',
    ]) {
      expect([text, parse(text)]).toEqual([text, WIDE_INTEGER]);
      expect(wide()).toBe(BigInt(text));
    }
  });

  test('agrees with BigInt over the whole range and beyond', () => {
    fc.assert(
      fc.property(fc.oneof(int64, fc.bigInt({ min: INT64_MIN * 20n, max: INT64_MAX * 20n })), (value) => {
        const parsed = parse(value.toString());
        if (value < INT64_MIN || value > INT64_MAX) expect(parsed).toBe(NOT_INTEGER);
        else if (Number.isSafeInteger(Number(value))) expect(parsed).toBe(Number(value));
        else expect([parsed, wide()]).toEqual([WIDE_INTEGER, value]);
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});

describe('writing', () => {
  test('safe integers as String writes them, inside their bytes', () => {
    const number = fc.oneof(
      int64.filter((value) => Number.isSafeInteger(Number(value))).map(Number),
      fc
        .integer({ min: 0, max: 53 })
        .chain((bits) => fc.integer({ min: -(2 ** bits) + 1, max: 2 ** bits - 1 })),
      fc.constantFrom(-0, 2 ** 31, -(2 ** 31), 2 ** 31 - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
    );
    fc.assert(
      fc.property(number, (value) => {
        expect(written((target, at) => writeInteger(value, target, at))).toBe(String(value));
      }),
      { numRuns: 3000, seed: 2 },
    );
  });

  test('every number of up to five digits', () => {
    const target = new Uint8Array(8);
    for (let value = 0; value < 100_000; value++) {
      const length = writeInteger(value, target, 0);
      if (decoder.decode(target.subarray(0, length)) !== String(value) || countDigits(value) !== length)
        throw new Error(`${value} was written as ${decoder.decode(target.subarray(0, length))}`);
    }
  });

  test('64-bit integers given as two words', () => {
    fc.assert(
      fc.property(int64, (value) => {
        const high = Number(BigInt.asIntN(32, value >> 32n));
        const low = Number(BigInt.asIntN(32, value));
        expect(written((target, at) => writeInt64(high, low, target, at))).toBe(value.toString());
      }),
      { numRuns: 3000, seed: 3 },
    );
  });
});
