import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena } from '../../src/memory/arena.ts';
import { IdTree, TREE_WORDS } from '../../src/memory/id-tree.ts';
import { ID_WORDS } from '../../src/memory/id-tree-node.ts';
import { setId, WideId } from '../../src/memory/wide-id.ts';

const WORD = 0xffffffffn;

function wide(value: bigint): WideId {
  const id = new WideId();
  setId(
    id,
    Number((value >> 96n) & WORD),
    Number((value >> 64n) & WORD),
    Number((value >> 32n) & WORD),
    Number(value & WORD),
  );
  return id;
}

function big(id: WideId): bigint {
  return [id.msHigh, id.msLow, id.seqHigh, id.seqLow].reduce(
    (sum, word) => (sum << 32n) | BigInt(word >>> 0),
    0n,
  );
}

function plant(valueWords: number): { arena: Arena; tree: IdTree; state: number } {
  const arena = new Arena({ checked: true });
  const state = arena.allocate(TREE_WORDS * 4);
  const tree = new IdTree(arena, valueWords);
  tree.open(state, 0);
  for (let word = 0; word < TREE_WORDS; word++) arena.words[0][((state & 0xffffff) << 1) + word] = 0;
  return { arena, tree, state };
}

function entries(tree: IdTree): [bigint, number][] {
  const found: [bigint, number][] = [];
  const id = new WideId();
  for (let more = tree.first(); more; more = tree.next()) {
    tree.readId(id);
    found.push([big(id), tree.words[tree.at + ID_WORDS]]);
  }
  return found;
}

function put(tree: IdTree, model: Map<bigint, number>, key: bigint, value: number): void {
  expect(tree.insert(wide(key))).toBe(!model.has(key));
  tree.words[tree.at + ID_WORDS] = value;
  model.set(key, value);
}

function sorted(model: Map<bigint, number>): [bigint, number][] {
  return [...model].sort(([a], [b]) => (a < b ? -1 : 1));
}

function drain(arena: Arena, tree: IdTree, state: number): void {
  while (tree.count > 0) tree.dropLastLeaf();
  tree.verify();
  arena.free(state);
  arena.verify();
  expect(arena.usedBlocks).toBe(0);
}

const operation = fc.record({
  kind: fc.constantFrom('append', 'insert', 'remove', 'removeFirst', 'seek', 'seekBack'),
  key: fc.bigInt({ min: 0n, max: 2000n }),
  scale: fc.constantFrom(1n, 1n << 40n, 1n << 63n, 1n << 116n),
  count: fc.integer({ min: 1, max: 150 }),
});

test('holds what a sorted map holds', () => {
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      (operations, valueWords) => {
        const { arena, tree, state } = plant(valueWords);
        const model = new Map<bigint, number>();
        let stamp = 0;
        for (const { kind, key, scale, count } of operations) {
          const ids = Array.from({ length: count }, (_, i) => (key + BigInt(i) * 7n) * scale);
          if (kind === 'append') {
            let last = sorted(model).at(-1)?.[0] ?? 0n;
            for (let i = 0; i < count; i++) put(tree, model, ++last, stamp++);
          } else if (kind === 'insert') {
            for (const id of ids) put(tree, model, id, stamp++);
          } else if (kind === 'remove') {
            for (const id of ids) expect(tree.remove(wide(id))).toBe(model.delete(id));
          } else if (kind === 'removeFirst') {
            for (const [id] of sorted(model).slice(0, count))
              expect(tree.remove(wide(id))).toBe(model.delete(id));
          } else {
            const all = sorted(model);
            const target = ids[0];
            const expected =
              kind === 'seek' ? all.find(([id]) => id >= target) : all.findLast(([id]) => id <= target);
            const found = kind === 'seek' ? tree.seek(wide(target)) : tree.seekBack(wide(target));
            expect(found ? tree.words[tree.at + ID_WORDS] : undefined).toBe(expected?.[1]);
          }
          if (kind.startsWith('remove'))
            for (const id of [...model.keys()].slice(0, 3)) expect(tree.find(wide(id))).toBe(true);
          tree.verify();
        }
        expect(entries(tree)).toEqual(sorted(model));
        drain(arena, tree, state);
      },
    ),
    { numRuns: 150, seed: 3 },
  );
});

test('walks backwards too', () => {
  const { arena, tree, state } = plant(1);
  for (let i = 0n; i < 5000n; i++) tree.insert(wide((i * 7919n) % 5003n));
  const found: bigint[] = [];
  const id = new WideId();
  for (let more = tree.last(); more; more = tree.previous()) {
    tree.readId(id);
    found.push(big(id));
  }
  expect(found.length).toBe(5000);
  expect(found).toEqual([...found].sort((a, b) => (a > b ? -1 : 1)));
  drain(arena, tree, state);
});

test('keeps ids that grow in full leaves', () => {
  const { arena, tree, state } = plant(1);
  for (let i = 0n; i < 100_000n; i++) tree.insert(wide(i << 64n));
  tree.verify();
  expect(tree.bytes / 100_000).toBeLessThan(21.5);
  drain(arena, tree, state);
});

test('is what it was when memory runs out', () => {
  const arena = new Arena({ segmentsMax: 1 });
  const state = arena.allocate(TREE_WORDS * 4);
  const tree = new IdTree(arena, 5);
  tree.open(state, 0);
  arena.words[0].fill(0, (state & 0xffffff) << 1, ((state & 0xffffff) << 1) + TREE_WORDS);
  const ballast: number[] = [];
  for (const size of [1 << 28, 1 << 22, 1 << 16]) {
    try {
      for (;;) ballast.push(arena.allocate(size));
    } catch {
      // Full.
    }
  }
  let inserted = 0;
  let failures = 0;
  for (let round = 0; round < 100; round++) {
    const block = ballast.pop();
    if (block !== undefined) arena.free(block);
    try {
      for (let i = 0; i < 500; i++)
        if (tree.insert(wide((BigInt(inserted) * 7919n) % 1_000_003n))) inserted++;
    } catch {
      failures++;
    }
    expect(tree.count).toBe(inserted);
    tree.verify();
  }
  expect(inserted).toBeGreaterThan(0);
  expect(failures).toBeGreaterThan(0);
});
