import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena, OutOfMemory, SEGMENT_MASK, SEGMENT_SHIFT } from '../../src/memory/arena.ts';
import { plainSegments, SEGMENT_BYTES } from '../../src/memory/pages.ts';
import { CLASS_BYTES, classOf, SMALL_BYTES_MAX } from '../../src/memory/size-classes.ts';

function fill(arena: Arena, reference: number, bytes: number, value: number): void {
  const start = (reference & SEGMENT_MASK) << 3;
  arena.bytes[reference >>> SEGMENT_SHIFT].fill(value, start, start + bytes);
}

function holds(arena: Arena, reference: number, bytes: number, value: number): boolean {
  const start = (reference & SEGMENT_MASK) << 3;
  return arena.bytes[reference >>> SEGMENT_SHIFT]
    .subarray(start, start + bytes)
    .every((byte) => byte === value);
}

describe('size classes', () => {
  test('every size gets the smallest class that holds it, wasting at most an eighth above 64 bytes', () => {
    for (let bytes = 1; bytes <= SMALL_BYTES_MAX; bytes++) {
      const index = classOf(bytes);
      const size = CLASS_BYTES[index];
      if (size < bytes || (index > 0 && CLASS_BYTES[index - 1] >= bytes))
        throw new Error(`class of ${bytes} is ${size}`);
      if (bytes > 64 && size - bytes > bytes / 8) throw new Error(`${bytes} wastes ${size - bytes}`);
    }
  });
});

describe('arena', () => {
  test('blocks keep their bytes, never overlap, and all come back', () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 40_000 }),
      fc.integer({ min: 30_000, max: 200_000 }),
    );
    const operation = fc.tuple(fc.constantFrom('allocate', 'free', 'resize'), sizes, fc.nat(1000));
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
        const arena = new Arena({ checked: true });
        const blocks: { reference: number; bytes: number; value: number }[] = [];
        let value = 1;
        for (const [kind, bytes, pick] of operations) {
          const block = blocks[pick % Math.max(1, blocks.length)];
          if (kind === 'allocate' || block === undefined) {
            const reference = arena.allocate(bytes);
            expect(arena.sizeOf(reference)).toBeGreaterThanOrEqual(bytes);
            value = (value % 200) + 1;
            fill(arena, reference, bytes, value);
            blocks.push({ reference, bytes, value });
          } else if (kind === 'free') {
            expect(holds(arena, block.reference, block.bytes, block.value)).toBe(true);
            arena.free(block.reference);
            blocks.splice(blocks.indexOf(block), 1);
          } else {
            const keep = Math.min(bytes, block.bytes);
            block.reference = arena.resize(block.reference, bytes, keep);
            expect(holds(arena, block.reference, keep, block.value)).toBe(true);
            fill(arena, block.reference, bytes, block.value);
            block.bytes = bytes;
          }
        }
        arena.verify();
        expect(arena.usedBlocks).toBe(blocks.length);
        for (const block of blocks) {
          expect(holds(arena, block.reference, block.bytes, block.value)).toBe(true);
          arena.free(block.reference);
        }
        expect(arena.usedBytes).toBe(0);
        arena.verify();
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  test('a million random operations in checked mode', () => {
    const arena = new Arena({ checked: true });
    let state = 5;
    const random = (bound: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    };
    const references = new Int32Array(5000);
    for (let i = 0; i < 1_000_000; i++) {
      const slot = random(references.length);
      if (references[slot] !== 0) {
        arena.free(references[slot]);
        references[slot] = 0;
      } else {
        references[slot] = arena.allocate(1 + random(random(20) === 0 ? 5000 : 100));
      }
    }
    arena.verify();
    for (const reference of references) if (reference !== 0) arena.free(reference);
    expect(arena.usedBytes).toBe(0);
    expect(arena.usedBlocks).toBe(0);
    arena.verify();
  });

  test('free memory goes back piece by piece, and can be used again', () => {
    const discarded: [number, number][] = [];
    const arena = new Arena({
      checked: true,
      source: {
        create: plainSegments.create,
        discard: (_, offset, bytes) => discarded.push([offset, offset + bytes]),
      },
    });
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 200_000 }), { maxLength: 60 }), fc.nat(), (sizes, seed) => {
        const blocks = sizes.map((bytes) => arena.allocate(bytes + 1));
        blocks.forEach((block, i) => {
          if ((seed >>> (i % 31)) & 1) arena.free(block);
        });
        discarded.length = 0;
        const before = arena.pages.residentFreePages;
        const some = arena.pages.discardSome(7, 1);
        expect(some).toBeLessThanOrEqual(7);
        expect(arena.pages.residentFreePages).toBe(before - some);
        arena.verify();
        // What is discarded lies in no block that is in use.
        arena.pages.discardFree();
        expect(arena.pages.residentFreePages).toBe(0);
        for (const [from, to] of discarded) {
          for (const [i, block] of blocks.entries()) {
            const isFree = ((seed >>> (i % 31)) & 1) === 1;
            const start = (block >>> 0) * 8;
            expect(isFree || to <= start || from >= start + arena.sizeOf(block)).toBe(true);
          }
        }
        blocks.forEach((block, i) => {
          if (!((seed >>> (i % 31)) & 1)) arena.free(block);
        });
        arena.verify();
      }),
      { numRuns: 60 },
    );
  });

  test('memory that one size freed serves another', () => {
    const arena = new Arena();
    const small = Array.from({ length: 100_000 }, () => arena.allocate(64));
    const mapped = arena.mappedBytes;
    for (const reference of small) arena.free(reference);
    const large = Array.from({ length: 50 }, () => arena.allocate(100_000));
    expect(arena.mappedBytes).toBeLessThan(mapped);
    expect(arena.pages.touchedPages * 4096).toBeLessThan(mapped * 1.1);
    for (const reference of large) arena.free(reference);
    arena.verify();
  });

  test('checked mode finds writes after free, double frees and foreign references', () => {
    const arena = new Arena({ checked: true });
    const keep = arena.allocate(64);
    const gone = arena.allocate(64);
    arena.free(gone);
    expect(() => arena.free(gone)).toThrow('twice');
    expect(() => arena.free(keep + 1)).toThrow('starts no block');
    arena.bytes[0][(gone << 3) + 20] = 1;
    expect(() => arena.allocate(64)).toThrow('written to after it was freed');
  });

  test('references reach beyond 4 GiB', () => {
    const arena = new Arena();
    const references: number[] = [];
    for (let i = 0; i < 12; i++) references.push(arena.allocate(SEGMENT_BYTES / 2 + 4096 * i));
    const segments = new Set(references.map((reference) => reference >>> SEGMENT_SHIFT));
    expect(segments.size).toBe(12);
    const small = Array.from({ length: 20 }, (_, i) => arena.allocate(SEGMENT_BYTES / 4 + i * 4096));
    references.push(...small);
    for (const [i, reference] of references.entries()) fill(arena, reference, 16, i + 1);
    for (const [i, reference] of references.entries()) expect(holds(arena, reference, 16, i + 1)).toBe(true);
    expect(arena.usedBytes).toBeGreaterThan(2 ** 32);
    arena.verify();
    for (const reference of references) arena.free(reference);
    expect(arena.usedBytes).toBe(0);
    arena.verify();
  });

  test('runs out of memory with an error that changes nothing, and recovers', () => {
    const arena = new Arena({ segmentsMax: 1, checked: false });
    const references: number[] = [];
    const bytes = 100 * 1024 * 1024;
    expect(() => {
      for (;;) references.push(arena.allocate(bytes));
    }).toThrow(OutOfMemory);
    const used = arena.usedBytes;
    expect(() => arena.resize(references[0], bytes * 4, bytes)).toThrow(OutOfMemory);
    expect(arena.usedBytes).toBe(used);
    arena.free(references.pop()!);
    references.push(arena.allocate(bytes));
    arena.verify();
  });

  test('large blocks grow in place when they can', () => {
    const arena = new Arena();
    const block = arena.allocate(1 << 20);
    expect(arena.resize(block, 2 << 20, 1 << 20)).toBe(block);
    const wall = arena.allocate(1 << 20);
    const moved = arena.resize(block, 3 << 20, 2 << 20);
    expect(moved).not.toBe(block);
    expect(arena.resize(moved, 1 << 20, 1 << 20)).toBe(moved);
    arena.free(wall);
    arena.free(moved);
    expect(arena.usedBytes).toBe(0);
    arena.verify();
  });

  test('keeps to a limit, whether a span has room or not, and finds all of it again without one', () => {
    const arena = new Arena();
    const blocks = Array.from({ length: 100 }, () => arena.allocate(64));
    arena.limit(arena.usedBytes + 128);
    expect(() => arena.allocate(129)).toThrow(OutOfMemory);
    expect(() => arena.allocate(SMALL_BYTES_MAX + 1)).toThrow(OutOfMemory);
    blocks.push(arena.allocate(64), arena.allocate(64));
    expect(() => arena.allocate(8)).toThrow(OutOfMemory);
    arena.free(blocks.pop()!);
    blocks.push(arena.allocate(64));
    arena.limit(Number.POSITIVE_INFINITY);
    const large = arena.allocate(1 << 20);
    arena.limit(arena.usedBytes);
    expect(() => arena.resize(large, 2 << 20, 1 << 20)).toThrow(OutOfMemory);
    arena.verify();
    // What cannot be done by halves passes it.
    const limit = arena.reserveSteps(1 << 20);
    blocks.push(arena.allocate(1000));
    arena.limit(limit);
    expect(() => arena.allocate(8)).toThrow(OutOfMemory);
    for (const block of [large, ...blocks]) arena.free(block);
    expect(arena.usedBytes).toBe(0);
    arena.verify();
  });
});
