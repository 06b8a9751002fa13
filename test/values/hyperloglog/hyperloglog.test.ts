import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { murmurHash64, murmurHigh, murmurLow } from '../../../src/memory/murmur.ts';
import {
  denseRegister,
  mergeDense,
  raiseDenseRegister,
  writeDense,
  writeDenseRegister,
} from '../../../src/values/hyperloglog/dense.ts';
import { estimate } from '../../../src/values/hyperloglog/estimate.ts';
import {
  elementRegister,
  elementValue,
  HEADER_BYTES,
  hashElement,
  REGISTER_MAX,
  REGISTERS,
  SPARSE,
  writeHeader,
} from '../../../src/values/hyperloglog/format.ts';
import { CORRUPT, SparseEditor, TOO_DENSE } from '../../../src/values/hyperloglog/sparse.ts';

const MULTIPLIER = 0xc6a4a7935bd1e995n;
const SEED = 0xadc83b19n;

/** The hash in plain arithmetic of 64 bits. */
function plainMurmur(bytes: Uint8Array): bigint {
  const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
  const little = (part: Uint8Array): bigint =>
    part.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let hash = SEED ^ wrap(BigInt(bytes.length) * MULTIPLIER);
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    let block = wrap(little(bytes.subarray(at, at + 8)) * MULTIPLIER);
    block = wrap((block ^ (block >> 47n)) * MULTIPLIER);
    hash = wrap((hash ^ block) * MULTIPLIER);
  }
  if (at < bytes.length) hash = wrap((hash ^ little(bytes.subarray(at))) * MULTIPLIER);
  hash = wrap((hash ^ (hash >> 47n)) * MULTIPLIER);
  return hash ^ (hash >> 47n);
}

/** Registers and what they are raised to. */
const raises = fc.array(
  fc.tuple(fc.oneof(fc.nat({ max: REGISTERS - 1 }), fc.nat({ max: 40 })), fc.integer({ min: 1, max: 32 })),
  { maxLength: 300 },
);

function emptySparse(): SparseEditor {
  const editor = new SparseEditor();
  writeHeader(editor.bytes, 0, SPARSE);
  editor.clear();
  return editor;
}

describe('MurmurHash64A', () => {
  test('is the same in words of 32 bits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat({ max: 5 }), (bytes, offset) => {
        const shifted = new Uint8Array(bytes.length + offset + 3).fill(99);
        shifted.set(bytes, offset);
        murmurHash64(shifted, offset, offset + bytes.length, Number(SEED) | 0);
        const hash = (BigInt(murmurHigh >>> 0) << 32n) | BigInt(murmurLow >>> 0);
        expect(hash).toBe(plainMurmur(bytes));
        hashElement(shifted, offset, offset + bytes.length);
        const rest = (hash >> 14n) | (1n << 50n);
        expect(elementRegister).toBe(Number(hash & 16383n));
        expect(1n << BigInt(elementValue - 1)).toBe(rest & -rest);
      }),
      { numRuns: 500 },
    );
  });
});

describe('dense registers', () => {
  test('are written, raised and merged', () => {
    fc.assert(
      fc.property(raises, (changes) => {
        const model = new Uint8Array(REGISTERS);
        const bytes = new Uint8Array((REGISTERS * 6) / 8 + 2);
        for (const [index, value] of changes) {
          expect(raiseDenseRegister(bytes, 1, index, value)).toBe(model[index]! < value);
          model[index] = Math.max(model[index]!, value);
          expect(denseRegister(bytes, 1, index)).toBe(model[index]!);
        }
        const merged = new Uint8Array(REGISTERS);
        mergeDense(bytes, 1, merged);
        expect(merged).toEqual(model);
        const packed = new Uint8Array(bytes.length);
        writeDense(packed, 1, model);
        expect(packed).toEqual(bytes);
        writeDenseRegister(packed, 1, REGISTERS - 1, REGISTER_MAX);
        expect(denseRegister(packed, 1, REGISTERS - 1)).toBe(REGISTER_MAX);
        expect(packed[0]! | packed.at(-1)!).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('sparse registers', () => {
  test('hold what they are raised to', () => {
    fc.assert(
      fc.property(raises, (changes) => {
        const editor = emptySparse();
        const model = new Uint8Array(REGISTERS);
        for (const [index, value] of changes) {
          const length = editor.length;
          if (editor.set(index, value, 300) === TOO_DENSE) {
            expect(editor.length).toBe(length);
            continue;
          }
          expect(editor.length).toBeLessThanOrEqual(Math.max(300, length));
          model[index] = Math.max(model[index]!, value);
        }
        const registers = new Uint8Array(REGISTERS);
        expect(editor.merge(registers)).not.toBe(CORRUPT);
        expect(registers).toEqual(model);
        const bytes = new Uint8Array((REGISTERS * 6) / 8);
        editor.writeDense(bytes, 0);
        const unpacked = new Uint8Array(REGISTERS);
        mergeDense(bytes, 0, unpacked);
        expect(unpacked).toEqual(model);
      }),
      { numRuns: 100 },
    );
  });

  test('that are damaged are noticed, and harm nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), raises, (garbage, changes) => {
        const editor = emptySparse();
        editor.load(
          Uint8Array.of(...editor.bytes.subarray(0, HEADER_BYTES), ...garbage),
          0,
          HEADER_BYTES + garbage.length,
        );
        editor.merge(new Uint8Array(REGISTERS));
        editor.describe();
        editor.writeDense(new Uint8Array((REGISTERS * 6) / 8), 0);
        for (const [index, value] of changes) editor.set(index, value, 3000);
        expect(editor.length).toBeLessThan(3000 + garbage.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the estimate', () => {
  test('is within three standard errors of 0.81 % on a million elements, and exact for few', () => {
    const registers = new Uint8Array(REGISTERS);
    expect(estimate(registers)).toBe(0);
    const element = new Uint8Array(4);
    for (let count = 1; count <= 1_000_000; count++) {
      new DataView(element.buffer).setUint32(0, count);
      hashElement(element, 0, 4);
      if (registers[elementRegister]! < elementValue) registers[elementRegister] = elementValue;
      if (count === 10) expect(estimate(registers)).toBe(10);
      if (count % 100_000 === 0) expect(Math.abs(estimate(registers) - count) / count).toBeLessThan(0.0244);
    }
    expect(estimate(registers.fill(REGISTER_MAX))).toBeGreaterThan(2 ** 50);
  });
});
