import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import {
  bitAt,
  countBitRange,
  countBits,
  findBit,
  readUnsigned,
  setBitAt,
  writeUnsigned,
} from '../../src/memory/bits.ts';

/** Bytes that stand somewhere in a larger memory, with long runs of equal bytes among them. */
const strings = fc
  .tuple(
    fc.nat({ max: 9 }),
    fc.array(fc.tuple(fc.constantFrom(0, 255, 1, 128, 90), fc.nat({ max: 300 })), { maxLength: 4 }),
  )
  .map(([offset, runs]) => {
    const bytes = new Uint8Array([
      ...new Array<number>(offset).fill(77),
      ...runs.flatMap(([value, length]) => new Array<number>(length).fill(value)),
      165,
    ]);
    return { bytes, start: offset, end: bytes.length - 1 };
  });

function bitsOf(bytes: Uint8Array, start: number, end: number): string {
  return [...bytes.subarray(start, end)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

describe('bits', () => {
  test('are counted', () => {
    fc.assert(
      fc.property(strings, fc.nat(), fc.nat(), ({ bytes, start, end }, a, b) => {
        const bits = bitsOf(bytes, start, end);
        expect(countBits(bytes, start, end)).toBe(bits.replaceAll('0', '').length);
        const [from, to] = [a % (bits.length + 1), b % (bits.length + 1)].sort((x, y) => x - y) as [
          number,
          number,
        ];
        expect(countBitRange(bytes, start, from, to)).toBe(bits.slice(from, to).replaceAll('0', '').length);
      }),
    );
  });

  test('are found', () => {
    fc.assert(
      fc.property(strings, fc.nat(), fc.nat(), fc.constantFrom(0, 1), ({ bytes, start, end }, a, b, bit) => {
        const bits = bitsOf(bytes, start, end);
        const [from, to] = [a % (bits.length + 1), b % (bits.length + 1)].sort((x, y) => x - y) as [
          number,
          number,
        ];
        const found = bits.slice(from, to).indexOf(String(bit));
        expect(findBit(bytes, start, from, to, bit)).toBe(found < 0 ? -1 : from + found);
      }),
    );
  });

  test('are set, and read as integers', () => {
    const bytes = new Uint8Array(17);
    fc.assert(
      fc.property(
        fc.nat({ max: 60 }),
        fc.integer({ min: 1, max: 64 }),
        fc.bigInt(),
        (place, width, value) => {
          bytes.fill(0);
          writeUnsigned(bytes, 1, place, width, value);
          const unsigned = BigInt.asUintN(width, value);
          expect(bitsOf(bytes, 1, 17).slice(place, place + width)).toBe(
            unsigned.toString(2).padStart(width, '0'),
          );
          expect(bytes.reduce((sum, byte) => sum + countBits(Uint8Array.of(byte), 0, 1), 0)).toBe(
            countBitRange(bytes, 1, place, place + width),
          );
          expect(readUnsigned(bytes, 1, 17, place, width)).toBe(unsigned);
          setBitAt(bytes, 1, place, 1);
          expect(bitAt(bytes, 1, place)).toBe(1);
          setBitAt(bytes, 1, place, 0);
          expect(bitAt(bytes, 1, place)).toBe(0);
        },
      ),
    );
  });

  test('behind the end are zero', () => {
    expect(readUnsigned(Uint8Array.of(255, 255), 0, 1, 4, 8)).toBe(0xf0n);
  });
});
