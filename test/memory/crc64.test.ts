import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Crc64 } from '../../src/memory/crc64.ts';

function hex(crc: Crc64): string {
  const word = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  return word(crc.high) + word(crc.low);
}

function checksum(bytes: Uint8Array): string {
  const crc = new Crc64();
  crc.update(bytes, 0, bytes.length);
  return hex(crc);
}

/** Bit by bit, from the polynomial as it is published. */
function model(bytes: Uint8Array): string {
  const reversed = (value: bigint) =>
    BigInt(`0b${[...value.toString(2).padStart(64, '0')].reverse().join('')}`);
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (crc & 1n ? reversed(0xad93d23594c935a9n) : 0n);
  }
  return crc.toString(16).padStart(16, '0');
}

describe('Crc64', () => {
  test('the published check value', () => {
    expect(checksum(new TextEncoder().encode('123456789'))).toBe('e9c6d914c4b8d9ca');
    expect(checksum(new Uint8Array(0))).toBe('0000000000000000');
  });

  test('equals the model, however the bytes are split', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), fc.nat(100), (bytes, one, other) => {
        const first = Math.min(one, other, bytes.length);
        const second = Math.min(Math.max(one, other), bytes.length);
        const crc = new Crc64();
        crc.update(bytes, 0, first);
        crc.update(bytes, first, second);
        crc.update(bytes, second, bytes.length);
        expect(hex(crc)).toBe(model(bytes));
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
