/** Bulk strings by words beside those by bytes. */
import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { Unaligned } from '../../src/memory/unaligned.ts';
import { BULK_EXTRA_BYTES, DOUBLE_REPLY_BYTES_MAX, writeDoubleLine } from '../../src/protocol/reply.ts';
import { writeUnalignedBulk, writeUnalignedDouble } from '../../src/protocol/unaligned-bulk.ts';

function opened(bytes: Uint8Array): Unaligned {
  const unaligned = new Unaligned();
  unaligned.open(bytes);
  return unaligned;
}

test('a text of any length, from anywhere to anywhere', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 130 }), fc.nat(9), fc.nat(9), (text, before, start) => {
      const source = opened(Uint8Array.of(...new Uint8Array(before).fill(1), ...text, 2, 3, 4, 5));
      const target = opened(new Uint8Array(start + text.length + BULK_EXTRA_BYTES).fill(7));
      const end = writeUnalignedBulk(source, before, text.length, target, start);
      const head = `$${text.length}\r\n`;
      expect(Buffer.from(target.bytes.subarray(0, end)).toString('latin1')).toBe(
        `${'\x07'.repeat(start)}${head}${Buffer.from(text).toString('latin1')}\r\n`,
      );
    }),
  );
});

test('a double as by bytes', () => {
  const values = fc.oneof(
    fc.integer({ min: -10, max: 1_000_010 }),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.constantFrom(0, -0, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 99_999, 100_000, 999_999, 1_000_000),
  );
  fc.assert(
    fc.property(values, fc.nat(9), (value, start) => {
      const target = opened(new Uint8Array(start + DOUBLE_REPLY_BYTES_MAX));
      const expected = new Uint8Array(start + DOUBLE_REPLY_BYTES_MAX);
      const end = writeUnalignedDouble(target, start, value);
      expect(end).toBe(writeDoubleLine(expected, start, value, 2));
      expect(target.bytes.subarray(0, end)).toEqual(expected.subarray(0, end));
    }),
    { numRuns: 2000 },
  );
});
