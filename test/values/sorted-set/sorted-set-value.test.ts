import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena } from '../../../src/memory/arena.ts';
import { ENCODING_LISTPACK, ENCODING_SKIPLIST } from '../../../src/values/encoding.ts';
import { SortedSetLimits } from '../../../src/values/sorted-set/limits.ts';
import { SortedSetValue } from '../../../src/values/sorted-set/sorted-set-value.ts';
import { SortedSetStructure } from '../../../src/values/sorted-set/structure.ts';

const MEMBERS_MAX = 8;
const BYTES_MAX = 10;

/** A sorted set beside a map. Names are Latin-1. */
class Pair {
  readonly arena = new Arena({ checked: true });
  readonly set: SortedSetValue;
  readonly structure: SortedSetStructure;
  readonly model = new Map<string, number>();

  constructor() {
    const limits = new SortedSetLimits();
    limits.packedMembersMax = MEMBERS_MAX;
    limits.packedBytesMax = BYTES_MAX;
    this.set = new SortedSetValue(this.arena, { word0: 1, word1: 2 }, limits);
    this.structure = new SortedSetStructure(this.set);
    this.set.create(1, 1);
  }

  get order(): [string, number][] {
    return [...this.model].sort(
      (a, b) => a[1] - b[1] || Buffer.from(a[0], 'latin1').compare(Buffer.from(b[0], 'latin1')),
    );
  }

  put(name: string, score: number): void {
    const bytes = Buffer.from(name, 'latin1');
    const isThere = this.set.find(bytes, 0, bytes.length);
    expect(isThere).toBe(this.model.has(name));
    if (!isThere) this.set.add(score, bytes, 0, bytes.length);
    else if (this.set.score !== score) this.set.changeScore(score, bytes, 0, bytes.length);
    this.model.set(name, score);
  }

  remove(name: string): void {
    const bytes = Buffer.from(name, 'latin1');
    const isThere = this.set.find(bytes, 0, bytes.length);
    expect(isThere).toBe(this.model.delete(name));
    if (isThere) this.set.removeFound(bytes, 0, bytes.length);
  }

  removeRange(rank: number, count: number): void {
    const gone = this.order.slice(rank, rank + count);
    this.set.removeRange(rank, gone.length);
    for (const [name] of gone) this.model.delete(name);
  }

  check(): void {
    const { set, order, structure } = this;
    structure.verify(set.encoding, set.root);
    set.open(set.encoding, set.root);
    expect(set.count).toBe(order.length);
    const met: [string, number][] = [];
    if (order.length > 0) set.seek(0);
    for (let i = 0; i < order.length; i++) {
      met.push([
        Buffer.from(set.member.bytes.subarray(set.member.start, set.member.end)).toString('latin1'),
        set.score,
      ]);
      expect(set.next()).toBe(i + 1 < order.length);
    }
    expect(met).toEqual(order);
    for (const [rank, [name, score]] of order.entries()) {
      const bytes = Buffer.from(name, 'latin1');
      expect(set.find(bytes, 0, bytes.length)).toBe(true);
      expect(set.rankFound(bytes, 0, bytes.length)).toBe(rank);
      expect(set.rankOfScore(score, false)).toBe(order.filter((other) => other[1] < score).length);
      expect(set.rankOfScore(score, true)).toBe(order.filter((other) => other[1] <= score).length);
    }
  }

  /** Frees the value; nothing may be left. */
  free(): void {
    this.set.free();
    expect(this.arena.usedBytes).toBe(0);
  }
}

const names = fc.oneof(
  { weight: 8, arbitrary: fc.nat(25).map((n) => `m${n}`) },
  { weight: 2, arbitrary: fc.integer().map(String) },
  {
    weight: 1,
    arbitrary: fc
      .string({ maxLength: BYTES_MAX })
      .map((s) => Buffer.from(s).toString('latin1').slice(0, BYTES_MAX)),
  },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(BYTES_MAX + 1), 'y'.repeat(300)) },
);
const scores = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }).map((score) => (score === 0 ? 0 : score)),
);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('put'), names, scores) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('remove'), names, fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('range'), fc.constant(''), fc.nat(9)) },
  ),
  { maxLength: 60 },
);

function run(sequence: [string, string, number][]): Pair {
  const pair = new Pair();
  for (const [what, name, number] of sequence) {
    if (what === 'put') pair.put(name, number);
    else if (what === 'remove') pair.remove(name);
    else pair.removeRange(number, 3);
  }
  return pair;
}

describe('a sorted set', () => {
  test('does what a sorted map does, in both forms', () => {
    const encodings = new Set<number>();
    fc.assert(
      fc.property(steps, (sequence) => {
        const pair = run(sequence);
        pair.check();
        encodings.add(pair.set.encoding);
        pair.free();
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(encodings).toEqual(new Set([ENCODING_SKIPLIST, ENCODING_LISTPACK]));
  });

  test('is copied', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const pair = run([...sequence, ['put', 'one', 1]]);
        const { set, structure } = pair;
        const { encoding, root } = set;
        const copy = structure.copy(encoding, root);
        set.open(encoding, copy);
        pair.check();
        structure.free(encoding, copy);
        set.open(encoding, root);
        pair.check();
        pair.free();
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test.each([
    [MEMBERS_MAX, BYTES_MAX, ENCODING_LISTPACK],
    [MEMBERS_MAX + 1, BYTES_MAX, ENCODING_SKIPLIST],
    [MEMBERS_MAX, BYTES_MAX + 1, ENCODING_SKIPLIST],
  ])('of %d members of up to %d bytes has form %d', (members, bytes, encoding) => {
    const pair = new Pair();
    for (let i = 0; i < members; i++) pair.put(String.fromCharCode(97 + i).repeat(bytes), i);
    expect(pair.set.encoding).toBe(encoding);
    pair.check();
    pair.free();
  });

  test('stays large when members go, and becomes small only when told', () => {
    const pair = new Pair();
    for (let i = 0; i < 20; i++) pair.put(`m${i}`, i);
    pair.removeRange(3, 15);
    expect(pair.set.encoding).toBe(ENCODING_SKIPLIST);
    pair.set.compact(3);
    expect(pair.set.encoding).toBe(ENCODING_LISTPACK);
    pair.check();
    pair.free();
  });

  test('is freed in pieces', () => {
    const pair = new Pair();
    for (let i = 0; i < 6000; i++) {
      const name = Buffer.from(`member:${i}`);
      pair.set.find(name, 0, name.length);
      pair.set.add((i * 7919) % 6007, name, 0, name.length);
    }
    let { root } = pair.set;
    let pieces = 0;
    for (; root !== 0; pieces++) root = pair.structure.freeSome(ENCODING_SKIPLIST, root, 500);
    expect(pieces).toBeGreaterThan(3);
    expect(pair.arena.usedBytes).toBe(0);
  });

  test('is ordered at once after members were put in without order', () => {
    const pair = new Pair();
    pair.set.free();
    pair.set.createBig();
    for (let i = 0; i < 500; i++) {
      const name = Buffer.from(`m${i}`);
      const score = [((i * 31) % 7) - 3, Number.NEGATIVE_INFINITY, 1e300, -1e-300][i % 4]!;
      pair.model.set(`m${i}`, score);
      pair.set.big.find(name, 0, name.length);
      pair.set.big.addUnordered(score, name, 0, name.length);
    }
    pair.set.big.orderAll();
    pair.check();
    pair.free();
  });

  test('tells how much memory it takes', () => {
    const pair = new Pair();
    for (let i = 0; i < 3000; i++) pair.put(`member:${i}`, i);
    const { set, structure, arena } = pair;
    expect(structure.bytes(set.encoding, set.root, 0)).toBe(arena.usedBytes);
    pair.free();
  }, 60_000);
});
