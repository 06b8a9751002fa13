import { expect, test } from 'bun:test';
import { Arena } from '../../../src/memory/arena.ts';
import { BigSortedSet } from '../../../src/values/sorted-set/big.ts';
import { SortedRuns } from '../../../src/values/sorted-set/sorted-runs.ts';

const COUNT = 10_000;
const padded = (at: number) => `m${String(at).padStart(6, '0')}`;
const mixed = (at: number) => (at * 7919) % COUNT;

/** Scores and names in the order in which they come. */
const cases: readonly (readonly [string, (at: number) => readonly [number, string]])[] = [
  ['ascending', (at) => [at, padded(at)]],
  ['descending', (at) => [COUNT - at, padded(at)]],
  ['in any order', (at) => [mixed(at), padded(at)]],
  ['with few scores', (at) => [mixed(at) % 3, padded(mixed(at))]],
  ['of one score, descending', (at) => [0, padded(COUNT - at)]],
  ['of one score, in any order', (at) => [0, padded(mixed(at))]],
];

for (const [order, memberAt] of cases) {
  test(`members ${order} are put in order bit by bit`, () => {
    const arena = new Arena({ checked: true });
    const set = new BigSortedSet(arena, { word0: 1, word1: 2 });
    const root = set.create();
    set.open(root);
    const runs = new SortedRuns(arena, COUNT);
    const expected: [number, string][] = [];
    for (let at = 0; at < COUNT; at++) {
      const [score, name] = memberAt(at);
      const bytes = Buffer.from(name);
      set.find(bytes, 0, bytes.length);
      runs.add(score, set.addUnordered(score, bytes, 0, bytes.length));
      expected.push([score, name]);
    }
    expected.sort(([left, name], [right, other]) => left - right || (name < other ? -1 : 1));
    runs.begin();
    while (set.orderSome(runs, 100)) set.open(root);
    set.order.verify();
    for (let rank = 0; rank < COUNT; rank += 97) {
      const [score, name] = expected[rank];
      const bytes = Buffer.from(name);
      set.order.seek(rank);
      expect([set.order.score, set.find(bytes, 0, bytes.length)]).toEqual([score, set.order.entry]);
    }
    set.free(root);
    expect(arena.usedBytes).toBe(0);
  }, 30_000);
}
