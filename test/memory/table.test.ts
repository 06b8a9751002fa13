import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena } from '../../src/memory/arena.ts';
import { firstTagged, placeOf, tagOf } from '../../src/memory/bucket.ts';
import { TABLE_WORDS, Table } from '../../src/memory/table.ts';

/** Entries are 8-byte blocks: a number, and the hash that the test wants it to have. */
class NumberTable extends Table {
  add(number: number, hash: number): void {
    const entry = this.arena.allocate(8);
    this.arena.words[0][entry << 1] = number;
    this.arena.words[0][(entry << 1) + 1] = hash;
    this.insert(hash, entry);
  }
  numberOf(entry: number): number {
    return this.arena.words[0][entry << 1];
  }
  override hashOf(entry: number): number {
    return this.arena.words[0][(entry << 1) + 1];
  }
  override matches(entry: number, bytes: Uint8Array): boolean {
    return this.numberOf(entry) === numberOf(bytes);
  }
  lookup(number: number, hash: number): number {
    return this.find(hash, bytesOf(number), 0, 4);
  }
  remove(number: number, hash: number): boolean {
    const entry = this.lookup(number, hash);
    if (entry === 0) return false;
    this.removeFound(hash);
    this.arena.free(entry);
    return true;
  }
}

const scratch = new Uint8Array(4);
function bytesOf(number: number): Uint8Array {
  new DataView(scratch.buffer).setInt32(0, number);
  return scratch;
}
function numberOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer).getInt32(0);
}

/** A good mix, so that hashes are spread evenly. */
function mix(number: number): number {
  let h = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  return (h ^ (h >>> 16)) | 0;
}

/** Hashes by kind: spread, all in one bucket, all equal, all under one prefix. */
const hashKinds: readonly ((number: number) => number)[] = [
  mix,
  (number) => (mix(number) & ~63) | 5,
  () => 0x12345678,
  (number) => 0xabc00000 | (mix(number) & 0xfffff) | 0,
];

function scanAll(table: NumberTable, between: (step: number) => void = () => {}): Map<number, number> {
  const seen = new Map<number, number>();
  let cursor = 0;
  let step = 0;
  do {
    cursor = table.scan(cursor, (entry) => {
      const number = table.numberOf(entry);
      seen.set(number, (seen.get(number) ?? 0) + 1);
    });
    between(step++);
  } while (cursor !== 0);
  return seen;
}

describe('table', () => {
  test('behaves like a map, whatever the hashes, and leaves no memory behind', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: hashKinds.length - 1 }),
        fc.array(fc.tuple(fc.boolean(), fc.nat(400)), { maxLength: 2000, size: 'max' }),
        (kind, operations) => {
          const table = new NumberTable(new Arena({ checked: true }));
          const model = new Set<number>();
          const hash = hashKinds[kind];
          for (const [add, number] of operations) {
            expect(table.lookup(number, hash(number)) !== 0).toBe(model.has(number));
            if (add && !model.has(number)) {
              table.add(number, hash(number));
              model.add(number);
            } else if (!add) {
              expect(table.remove(number, hash(number))).toBe(model.delete(number));
            }
          }
          table.verify();
          expect(table.count).toBe(model.size);
          expect([...scanAll(table).keys()].sort()).toEqual([...model].sort());
          for (const number of model) table.remove(number, hash(number));
          expect(table.arena.usedBytes).toBe(0);
          expect(table.structureBytes).toBe(0);
          table.arena.verify();
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  test('proposes an entry with the tag of a hash, the right one where no other has it', () => {
    const table = new NumberTable(new Arena());
    for (let number = 0; number < 5000; number++) table.add(number, mix(number));
    let right = 0;
    for (let number = 0; number < 5000; number++) {
      const bucket = table.bucketOf(mix(number));
      const entry = firstTagged(table.arena.words[0], bucket << 1, tagOf(mix(number)));
      if (entry !== 0 && table.numberOf(entry) === number) right++;
    }
    expect(right).toBeGreaterThan(4500);
  });

  test('grows to 200000 entries and shrinks to none, valid at every stage', () => {
    const table = new NumberTable(new Arena());
    for (let number = 0; number < 200_000; number++) {
      table.add(number, mix(number));
      if (number % 20_000 === 0) table.verify();
    }
    for (let number = 0; number < 200_000; number++) {
      if (table.lookup(number, mix(number)) === 0) throw new Error(`lost ${number}`);
    }
    expect(table.lookup(200_000, mix(200_000))).toBe(0);
    const bytesFull = table.structureBytes;
    for (let number = 0; number < 200_000; number++) {
      if (!table.remove(number, mix(number))) throw new Error(`lost ${number}`);
      if (number % 20_000 === 0) table.verify();
      if (number === 190_000) expect(table.structureBytes).toBeLessThan(bytesFull / 4);
    }
    expect(table.arena.usedBytes).toBe(0);
  });

  test('costs 6 to 13 bytes an entry at any size above a segment', () => {
    const table = new NumberTable(new Arena());
    for (let number = 0; number < 300_000; number++) {
      table.add(number, mix(number));
      if (number > 2000 && number % 1000 === 0) {
        expect(table.structureBytes / table.count).toBeGreaterThan(6);
        expect(table.structureBytes / table.count).toBeLessThan(14);
      }
    }
  });

  test('a scan returns all that was there throughout, while the table grows, shrinks and changes', () => {
    fc.assert(
      fc.property(
        fc.nat(3000),
        fc.array(fc.tuple(fc.nat(5000), fc.boolean(), fc.nat(300)), { maxLength: 60 }),
        (size, changes) => {
          const table = new NumberTable(new Arena());
          const lasting = new Set<number>();
          for (let number = 0; number < size; number++) {
            table.add(number, mix(number));
            lasting.add(number);
          }
          const present = new Set(lasting);
          const seen = scanAll(table, (step) => {
            const change = changes[step];
            if (change === undefined) return;
            const [from, add, length] = change;
            for (let number = from; number < from + length * 8; number++) {
              if (add && !present.has(number)) {
                table.add(number, mix(number));
                present.add(number);
              } else if (!add && present.delete(number)) {
                table.remove(number, mix(number));
                lasting.delete(number);
              }
            }
          });
          for (const number of lasting) {
            if (present.has(number)) expect(seen.has(number)).toBe(true);
          }
        },
      ),
      { numRuns: 80, seed: 2 },
    );
  });

  test.each([0, 1, 13, 400, 5000])('a walk over %i entries meets each once, a segment at a time', (count) => {
    const table = new NumberTable(new Arena());
    // Half of the hashes agree in their first bits, so that segments are of different depths.
    const hashOf = (number: number): number => (number % 2 === 0 ? mix(number) >>> 5 : mix(number));
    for (let number = 0; number < count; number++) table.add(number, hashOf(number));
    const met: number[] = [];
    let slot = 0;
    do slot = table.walk(slot, (entry) => met.push(entry));
    while (slot !== 0);
    expect(met.length).toBe(count);
    expect(new Set(met).size).toBe(count);
  });

  test('a scan of an unchanging table returns everything once, in the order of places', () => {
    const table = new NumberTable(new Arena());
    for (let number = 0; number < 5000; number++) table.add(number, mix(number));
    const seen = scanAll(table);
    expect(seen.size).toBe(5000);
    expect(Math.max(...seen.values())).toBe(1);
    let last = -1;
    let cursor = 0;
    do {
      const places: number[] = [];
      const next = table.scan(cursor, (entry) => places.push(placeOf(table.hashOf(entry))));
      for (const place of places) {
        expect(place).toBeGreaterThanOrEqual(cursor);
        if (next !== 0) expect(place).toBeLessThan(next);
      }
      expect(cursor).toBeGreaterThan(last);
      last = cursor;
      cursor = next;
    } while (cursor !== 0);
  });

  test('samples every entry with the same probability, also from segments of unequal depth', () => {
    const table = new NumberTable(new Arena());
    // Twice as many entries under hash prefix 0 as elsewhere make segments of different depth.
    let added = 0;
    for (let number = 0; added < 3000; number++) {
      const hash = number % 3 === 0 ? mix(number) : mix(number) >>> 3;
      table.add(number, hash | 0);
      added++;
    }
    let state = 7;
    const random = (bound: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    };
    const counts = new Int32Array(3000);
    const samples = 300_000;
    for (let i = 0; i < samples; i++) counts[table.numberOf(table.sample(random))]++;
    // Chi-squared of 2999 degrees of freedom: mean 2999, standard deviation 77.
    let chiSquared = 0;
    for (const count of counts) chiSquared += (count - 100) ** 2 / 100;
    expect(chiSquared).toBeLessThan(3500);
    expect(chiSquared).toBeGreaterThan(2500);
  });

  test('replaces and finds by entry', () => {
    const table = new NumberTable(new Arena({ checked: true }));
    for (let number = 0; number < 1000; number++) table.add(number, mix(number));
    const old = table.lookup(77, mix(77));
    const twin = table.arena.allocate(8);
    table.arena.words[0][twin << 1] = 77;
    table.arena.words[0][(twin << 1) + 1] = mix(77);
    expect(table.findEntry(mix(77), old)).toBe(true);
    table.replaceFound(twin);
    expect(table.lookup(77, mix(77))).toBe(twin);
    expect(table.findEntry(mix(77), old)).toBe(false);
    table.verify();
    table.clear();
    expect(table.count).toBe(0);
    expect(table.structureBytes).toBe(0);
  });
});

test('one instance serves several tables in turn', () => {
  const arena = new Arena({ checked: true });
  const table = new NumberTable(arena);
  const states = [0, 1, 2].map(() => new Int32Array(TABLE_WORDS));
  const counts = [3000, 5, 0];
  for (let number = 0; number < 3000; number++) {
    states.forEach((state, index) => {
      if (number >= counts[index]) return;
      table.attach(state, 0);
      table.add(number * 3 + index, mix(number));
      table.detach(state, 0);
    });
  }
  states.forEach((state, index) => {
    table.attach(state, 0);
    table.verify();
    expect(table.count).toBe(counts[index]);
    for (let number = 0; number < counts[index]; number++)
      expect(table.remove(number * 3 + index, mix(number))).toBe(true);
    table.detach(state, 0);
    expect([...state.subarray(0, 2), ...state.subarray(3)]).toEqual([0, 0, 0, 0]);
  });
  expect(arena.usedBytes).toBe(0);
});

test.each([false, true])(
  'a table with room for its entries takes them in any order, and splits and shrinks like others (bit by bit: %p)',
  (slowly) => {
    for (const reserved of [0, 640, 641, 5000, 200_000]) {
      const arena = new Arena({ checked: true });
      const table = new NumberTable(arena);
      if (slowly) reserveSlowly(table, reserved);
      else table.reserve(reserved);
      table.verify();
      const room = table.structureBytes;
      for (let number = 0; number < 10_000; number++) table.add(number, mix(number));
      if (reserved > 20_000) expect(table.structureBytes).toBe(room);
      table.verify();
      for (let number = 0; number < 10_000; number++) expect(table.remove(number, mix(number))).toBe(true);
      expect([table.structureBytes, arena.usedBytes]).toEqual([0, 0]);
    }
  },
);

/** Makes room, while the table is whole at every step and no step does much. */
function reserveSlowly(table: NumberTable, count: number): void {
  let slot = 0;
  do {
    const before = table.structureBytes;
    slot = table.reserveSome(count, slot);
    table.verify();
    expect(table.structureBytes - before).toBeLessThan(700_000);
  } while (slot !== 0);
}

describe('background work on a table', () => {
  test('taken apart it gives every entry once, a segment at a time, and all of its memory back', () => {
    for (const count of [0, 1, 12, 700, 20_000]) {
      const arena = new Arena({ checked: true });
      const table = new NumberTable(arena);
      for (let i = 0; i < count; i++) table.add(i, mix(i));
      const met = new Set<number>();
      let slot = 0;
      do {
        const before = met.size;
        slot = table.takeApart(slot, (entry) => {
          met.add(table.numberOf(entry));
          arena.free(entry);
        });
        expect(met.size - before).toBeLessThan(1000);
      } while (slot !== 0);
      expect([met.size, table.count, table.structureBytes, arena.usedBytes]).toEqual([count, 0, 0, 0]);
      table.add(1, mix(1));
      expect(table.lookup(1, mix(1))).not.toBe(0);
    }
  });

  test('it is sampled by buckets, each as often as the others', () => {
    const table = new NumberTable(new Arena());
    const count = 3000;
    for (let i = 0; i < count; i++) table.add(i, mix(i));
    let state = 1;
    const random = (bound: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    };
    const times = new Float64Array(count);
    const rounds = 100 * table.buckets;
    for (let i = 0; i < rounds; i++)
      table.scan(table.randomCursor(random), (entry) => {
        times[table.numberOf(entry)]++;
      });
    expect(Math.min(...times)).toBeGreaterThan(50);
    expect(Math.max(...times)).toBeLessThan(150);
  });
});
