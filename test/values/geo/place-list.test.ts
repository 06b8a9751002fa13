import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { PlaceList } from '../../../src/values/geo/place-list.ts';

type Order = -1 | 0 | 1;

/** Numbers of the places kept, which have these distances. */
function kept(list: PlaceList, distances: readonly number[], order: Order, most: number): number[] {
  list.begin(order, most);
  for (const [index, meters] of distances.entries()) list.add(meters, meters * 2, index + 1);
  list.sort();
  const columns = Array.from({ length: list.count }, (_, i) => list.places[i]! - 1);
  for (const [i, index] of columns.entries()) {
    expect(list.meters[i]).toBe(distances[index]!);
    expect(list.scores[i]).toBe(distances[index]! * 2);
  }
  list.forget();
  return columns;
}

function expected(distances: readonly number[], order: Order, most: number): number[] {
  const indexes = distances.map((_, index) => index);
  return indexes.sort((a, b) => order * (distances[a]! - distances[b]!)).slice(0, most);
}

describe('a list of places', () => {
  const list = new PlaceList();
  const distances = fc.array(fc.oneof(fc.nat(20), fc.double({ min: 0, max: 1e7, noNaN: true })), {
    maxLength: 300,
  });

  test('keeps the nearest, the farthest or the first, equal ones as they came', () => {
    fc.assert(
      fc.property(
        distances,
        fc.constantFrom<Order>(-1, 0, 1),
        fc.option(fc.integer({ min: 1, max: 40 }), { nil: Number.POSITIVE_INFINITY }),
        (all, order, most) => expect(kept(list, all, order, most)).toEqual(expected(all, order, most)),
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  test.each([-1, 0, 1] as const)('holds thousands, order %i', (order) => {
    const all = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 1009);
    expect(kept(list, all, order, Number.POSITIVE_INFINITY)).toEqual(expected(all, order, 5000));
  });

  test('tells how near a place must be to be kept', () => {
    list.begin(1, 2);
    list.add(5, 0, 1);
    expect(list.bound).toBe(Number.POSITIVE_INFINITY);
    list.add(9, 0, 2);
    expect(list.bound).toBe(9);
    list.add(7, 0, 3);
    expect(list.bound).toBe(7);
    list.begin(-1, 1);
    list.add(5, 0, 1);
    expect(list.bound).toBe(Number.POSITIVE_INFINITY);
  });
});
