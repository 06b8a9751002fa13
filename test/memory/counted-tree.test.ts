import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena, SEGMENT_MASK, SEGMENT_SHIFT } from '../../src/memory/arena.ts';
import { CountedTree, TREE_WORDS } from '../../src/memory/counted-tree.ts';

/** Entries are blocks that hold a number, whose name is one byte or two. */
class NumberTree extends CountedTree {
  override compareName(entry: number, bytes: Uint8Array, start: number, _end: number): number {
    return numberOf(this.arena, entry) - (bytes[start] * 256 + bytes[start + 1]);
  }
}

function numberOf(arena: Arena, entry: number): number {
  return arena.words[entry >>> SEGMENT_SHIFT][(entry & SEGMENT_MASK) << 1];
}

function nameOf(number: number): Uint8Array {
  return new Uint8Array([number >> 8, number & 255]);
}

interface Element {
  score: number;
  number: number;
}

const inOrder = (a: Element, b: Element): number => a.score - b.score || a.number - b.number;

/** A tree beside a sorted array. */
class Pair {
  readonly arena = new Arena({ checked: true });
  readonly tree = new NumberTree(this.arena);
  readonly scores = new Map<number, number>();
  readonly entries = new Map<number, number>();
  #order: Element[] | null = null;

  get order(): Element[] {
    this.#order ??= [...this.scores].map(([number, score]) => ({ score, number })).sort(inOrder);
    return this.#order;
  }

  set(number: number, score: number): void {
    const name = nameOf(number);
    const old = this.scores.get(number);
    this.#order = null;
    this.scores.set(number, score);
    if (old !== undefined) {
      this.tree.move(old, this.entries.get(number)!, name, 0, 2, score);
      return;
    }
    const entry = this.arena.allocate(8);
    this.arena.words[entry >>> SEGMENT_SHIFT][(entry & SEGMENT_MASK) << 1] = number;
    this.tree.insert(score, entry, name, 0, 2);
    this.entries.set(number, entry);
  }

  remove(number: number): void {
    const score = this.scores.get(number);
    if (score === undefined) return;
    const entry = this.entries.get(number)!;
    this.tree.seek(this.tree.rankOf(score, entry, nameOf(number), 0, 2));
    expect(this.tree.entry).toBe(entry);
    this.tree.remove(score, entry, nameOf(number), 0, 2);
    this.arena.free(entry);
    this.scores.delete(number);
    this.#order = null;
  }

  removeAt(rank: number): void {
    if (rank >= this.tree.count) return;
    this.tree.removeAt(rank);
    const number = numberOf(this.arena, this.tree.entry);
    const [expected] = this.order.splice(rank, 1);
    expect(number).toBe(expected!.number);
    expect(this.tree.score).toBe(expected!.score);
    this.arena.free(this.tree.entry);
    this.scores.delete(number);
  }

  elements(): Element[] {
    const { tree, arena } = this;
    const met: Element[] = [];
    if (tree.count === 0) return met;
    tree.seek(0);
    do met.push({ score: tree.score, number: numberOf(arena, tree.entry) });
    while (tree.next());
    return met;
  }

  check(): void {
    this.tree.verify();
    expect(this.elements()).toEqual(this.order);
  }

  empty(): void {
    for (const number of [...this.scores.keys()]) this.remove(number);
    expect(this.tree.count).toBe(0);
    expect(this.arena.usedBytes).toBe(0);
  }
}

const scores = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constant('set'), fc.nat(900), scores) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('remove'), fc.nat(900), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('removeAt'), fc.nat(600), fc.constant(0)) },
  ),
  { maxLength: 1500, size: 'max' },
);

function run(pair: Pair, sequence: [string, number, number][]): void {
  for (const [what, number, score] of sequence) {
    if (what === 'set') pair.set(number, score);
    else if (what === 'remove') pair.remove(number);
    else pair.removeAt(number);
  }
}

describe('a counted tree', () => {
  test('keeps the order of a sorted array', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const pair = new Pair();
        run(pair, sequence);
        pair.check();
        pair.empty();
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('knows ranks by element and by score', () => {
    fc.assert(
      fc.property(steps, fc.array(scores, { maxLength: 20 }), (sequence, sought) => {
        const pair = new Pair();
        run(pair, sequence);
        const { tree, order } = pair;
        for (const [rank, { score, number }] of order.entries())
          expect(tree.rankOf(score, pair.entries.get(number)!, nameOf(number), 0, 2)).toBe(rank);
        for (const score of [...sought, ...order.slice(0, 20).map((element) => element.score)]) {
          expect(tree.rankOfScore(score, false)).toBe(
            order.filter((element) => element.score < score).length,
          );
          expect(tree.rankOfScore(score, true)).toBe(
            order.filter((element) => element.score <= score).length,
          );
          const first = order.find((element) => element.score >= score);
          expect(tree.seekScore(score)).toBe(first !== undefined);
          if (first !== undefined) expect(numberOf(pair.arena, tree.entry)).toBe(first.number);
        }
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  test('reads runs in both directions', () => {
    const pair = new Pair();
    for (let number = 0; number < 500; number++) pair.set(number, (number * 7919) % 101);
    const { tree, order, arena } = pair;
    const found = new Int32Array(40);
    const foundScores = new Float64Array(40);
    const walked = (start: number, limits: number[], backwards: boolean): Element[] => {
      const met: Element[] = [];
      tree.seek(start);
      for (let i = 0; met.length < limits.length * 5; i++) {
        const left = limits.length * 5 - met.length;
        const count = tree.takeRun(found, foundScores, Math.min(left, limits[i % limits.length]!), backwards);
        for (let at = 0; at < count; at++)
          met.push({ score: foundScores[at]!, number: numberOf(arena, found[at]!) });
      }
      return met;
    };
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 60 }),
        fc.nat(200),
        (limits, start) => {
          const count = limits.length * 5;
          expect(walked(start, limits, false)).toEqual(order.slice(start, start + count));
          const last = order.length - 1 - start;
          expect(walked(last, limits, true)).toEqual(order.slice(last + 1 - count, last + 1).reverse());
        },
      ),
      { numRuns: 50, seed: 4 },
    );
  });

  test('knows ranks by name where all scores are equal', () => {
    const pair = new Pair();
    for (let number = 0; number < 6000; number += 3) pair.set((number * 7) % 6000, 1);
    pair.check();
    const { tree, order } = pair;
    for (let number = 0; number < 6001; number += 17) {
      expect(tree.rankOfName(nameOf(number), 0, 2, false)).toBe(
        order.filter((e) => e.number < number).length,
      );
      expect(tree.rankOfName(nameOf(number), 0, 2, true)).toBe(
        order.filter((e) => e.number <= number).length,
      );
    }
  });

  test.each([
    ['up', (i: number) => i],
    ['down', (i: number) => 10_000 - i],
    ['to and fro', (i: number) => (i % 2 === 0 ? i : -i)],
    ['at random', (i: number) => (i * 7919) % 10_007],
  ])(
    'grows and shrinks with elements that come %s',
    (_name, scoreOf) => {
      const pair = new Pair();
      for (let i = 0; i < 10_000; i++) pair.set(i, scoreOf(i));
      pair.check();
      for (let i = 0; i < 9000; i++) pair.removeAt((i * 31) % pair.tree.count);
      pair.check();
      // What is left is in few nodes: at most 40 bytes an element and the inner nodes.
      expect(pair.tree.structureBytes()).toBeLessThan(1000 * 60);
      pair.empty();
    },
    60_000,
  );

  test('fills its leaves when elements come in order', () => {
    for (const direction of [1, -1]) {
      const pair = new Pair();
      for (let i = 0; i < 20_000; i++) pair.set(i, i * direction);
      expect(pair.tree.structureBytes()).toBeLessThan(20_000 * 14);
    }
  });

  test('walks backwards from anywhere', () => {
    const pair = new Pair();
    for (let i = 0; i < 1000; i++) pair.set(i, (i * 37) % 101);
    const { tree, order } = pair;
    for (const rank of [0, 1, 61, 62, 63, 500, 999]) {
      tree.seek(rank);
      const met = [numberOf(pair.arena, tree.entry)];
      while (tree.previous()) met.push(numberOf(pair.arena, tree.entry));
      expect(met).toEqual(
        order
          .slice(0, rank + 1)
          .reverse()
          .map((element) => element.number),
      );
    }
  });

  test('is kept in words while another is attached', () => {
    const pair = new Pair();
    for (let i = 0; i < 500; i++) pair.set(i, i);
    const words = new Int32Array(TREE_WORDS + 1);
    pair.tree.detach(words, 1);
    pair.tree.attach(new Int32Array(TREE_WORDS), 0);
    expect(pair.tree.count).toBe(0);
    pair.tree.verify();
    pair.tree.attach(words, 1);
    pair.check();
  });

  test('is freed at once or in pieces', () => {
    for (const inPieces of [false, true]) {
      const pair = new Pair();
      for (let i = 0; i < 20_000; i++) pair.set(i, (i * 7919) % 10_007);
      pair.tree.seek(0);
      do pair.arena.free(pair.tree.entry);
      while (pair.tree.next());
      let pieces = 1;
      if (inPieces) while (pair.tree.freeSome()) pieces++;
      else pair.tree.clear();
      expect(pieces).toBeGreaterThan(inPieces ? 3 : 0);
      expect(pair.arena.usedBytes).toBe(0);
    }
  }, 60_000);
});
