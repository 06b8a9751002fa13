import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { compressLzf, decompressLzf } from '../../src/memory/lzf.ts';

/** Compresses with other bytes around input and output. */
function compress(input: Uint8Array, room: number): Uint8Array | null {
  const bytes = new Uint8Array(input.length + 6).fill(input[0] ?? 1);
  bytes.set(input, 3);
  const target = new Uint8Array(room + 10).fill(0xee);
  const length = compressLzf(bytes, 3, 3 + input.length, target, 5, 5 + room);
  expect([...target.subarray(0, 5), ...target.subarray(5 + room)].every((byte) => byte === 0xee)).toBe(true);
  return length === 0 && input.length > 0 ? null : target.slice(5, 5 + length);
}

function decompress(input: Uint8Array, length: number): Uint8Array | null {
  const bytes = new Uint8Array(input.length + 4);
  bytes.set(input, 2);
  const target = new Uint8Array(length + 10).fill(0xee);
  const success = decompressLzf(bytes, 2, 2 + input.length, target, 5, length);
  expect([...target.subarray(0, 5), ...target.subarray(5 + length)].every((byte) => byte === 0xee)).toBe(
    true,
  );
  return success ? target.slice(5, 5 + length) : null;
}

/** The worst case: a control byte for every 32 bytes. */
const bound = (length: number) => length + Math.ceil(length / 32);

/** Bytes with repetitions, near and far. */
const repetitive = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 30 })), { maxLength: 20 })
  .map((parts) =>
    Uint8Array.from(
      parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat()),
    ),
  );

describe('LZF', () => {
  test('what is compressed decompresses to the same', () => {
    fc.assert(
      fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 500 })), (bytes) => {
        const compressed = compress(bytes, bound(bytes.length));
        expect(compressed && decompress(compressed, bytes.length)).toEqual(bytes);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  test('long inputs, with matches at the greatest distance and of the greatest length', () => {
    const noise = Uint8Array.from({ length: 20_000 }, (_, index) => Math.imul(index + 1, 2654435761) >>> 24);
    for (const gap of [8190, 8191, 8192, 8193, 8194]) {
      const bytes = Uint8Array.of(
        ...noise.subarray(0, 300),
        ...new Uint8Array(gap - 300),
        ...noise.subarray(0, 300),
      );
      const compressed = compress(bytes, bytes.length)!;
      expect(decompress(compressed, bytes.length)).toEqual(bytes);
      expect(compressed.length < 450).toBe(gap <= 8192);
    }
    const zeros = new Uint8Array(1_000_000);
    const compressed = compress(zeros, 20_000)!;
    expect(compressed.length).toBeLessThan(1_000_000 / 85);
    expect(decompress(compressed, zeros.length)).toEqual(zeros);
  });

  test('fails when the output has no room, and never writes past it', () => {
    fc.assert(
      fc.property(repetitive, fc.nat(300), (bytes, room) => {
        const whole = compress(bytes, bound(bytes.length))!;
        const limited = compress(bytes, room);
        if (limited) expect(limited).toEqual(whole);
        else expect(room).toBeLessThan(whole.length + 3);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  test('reads every form of run', () => {
    expect(decompress(Uint8Array.of(2, 97, 98, 99, 0x20, 2), 6)).toEqual(
      Buffer.from('abcabc').subarray() as Uint8Array,
    );
    expect(decompress(Uint8Array.of(0, 97, 0xe0, 1, 0), 11)).toEqual(new Uint8Array(11).fill(97));
  });

  test('refuses what is damaged, and anything of another length', () => {
    const damaged = [
      [5, 1],
      [0, 97, 0x20],
      [0, 97, 0xe0],
      [0, 97, 0xe0, 0],
      [0x20, 0],
      [0, 97, 0x20, 1],
    ];
    for (const bytes of damaged) expect(decompress(Uint8Array.from(bytes), 40)).toBeNull();
    expect(decompress(Uint8Array.of(0, 97), 2)).toBeNull();
    expect(decompress(Uint8Array.of(1, 97, 98), 1)).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(200), (bytes, length) => {
        const result = decompress(bytes, length);
        expect(result === null || result.length === length).toBe(true);
      }),
      { numRuns: 1000, seed: 3 },
    );
  });
});
