import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Arena } from '../../../src/memory/arena.ts';
import { ENCODING_LISTPACK, ENCODING_QUICKLIST } from '../../../src/values/encoding.ts';
import { ListLimits } from '../../../src/values/list/limits.ts';
import { ListValue } from '../../../src/values/list/list-value.ts';
import { ListStructure } from '../../../src/values/list/structure.ts';

type Step =
  | { kind: 'push'; head: boolean; text: string }
  | { kind: 'insert'; index: number; after: boolean; text: string }
  | { kind: 'replace'; index: number; text: string }
  | { kind: 'remove'; index: number; backwards: boolean; times: number }
  | { kind: 'range'; index: number; count: number }
  | { kind: 'walk'; index: number; backwards: boolean };

const text = fc.oneof(
  fc.constantFrom('a', 'b', '', '12', '-7', '9223372036854775807', '007'),
  fc.integer({ min: 0, max: 400 }).map((length) => 'xyz-'.repeat(length)),
  fc.integer({ min: 0, max: 3 }).map((i) => String.fromCharCode(97 + i).repeat(9000)),
);
const index = fc.integer({ min: -60, max: 60 });
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('push' as const), head: fc.boolean(), text }) },
    fc.record({ kind: fc.constant('insert' as const), index, after: fc.boolean(), text }),
    fc.record({ kind: fc.constant('replace' as const), index, text }),
    fc.record({
      kind: fc.constant('remove' as const),
      index,
      backwards: fc.boolean(),
      times: fc.nat({ max: 3 }),
    }),
    fc.record({ kind: fc.constant('range' as const), index: fc.nat({ max: 60 }), count: fc.nat({ max: 9 }) }),
    fc.record({ kind: fc.constant('walk' as const), index, backwards: fc.boolean() }),
  ),
  { maxLength: 80, size: 'max' },
) as fc.Arbitrary<Step[]>;

function bytesOf(value: string): Uint8Array {
  return Buffer.from(value, 'latin1');
}

function read(list: ListValue): string {
  const { bytes, start, end } = list.element;
  return Buffer.from(bytes.subarray(start, end)).toString('latin1');
}

function place(model: readonly string[], at: number): number {
  return at < 0 ? at + model.length : at;
}

/** Does a step to the list and its model. */
function step(list: ListValue, model: string[], action: Step): void {
  if (action.kind === 'push') {
    const bytes = bytesOf(action.text);
    list.expect(bytes.length, 1);
    if (action.head) list.pushHead(bytes, 0, bytes.length);
    else list.pushTail(bytes, 0, bytes.length);
    if (action.head) model.unshift(action.text);
    else model.push(action.text);
    return;
  }
  if (action.kind === 'range') {
    list.removeRange(action.index, action.count);
    model.splice(action.index, action.count);
    list.shrink();
    return;
  }
  const at = place(model, action.index);
  const isThere = at >= 0 && at < model.length;
  if (action.kind === 'insert' || action.kind === 'replace') list.expect(action.text.length, 1);
  expect(list.seek(action.index)).toBe(isThere);
  if (!isThere) return;
  expect(read(list)).toBe(model[at]!);
  if (action.kind === 'insert') {
    const bytes = bytesOf(action.text);
    if (action.after) list.insertAfter(bytes, 0, bytes.length);
    else list.insertBefore(bytes, 0, bytes.length);
    model.splice(action.after ? at + 1 : at, 0, action.text);
  } else if (action.kind === 'replace') {
    const bytes = bytesOf(action.text);
    list.replace(bytes, 0, bytes.length);
    model[at] = action.text;
  } else if (action.kind === 'remove') {
    remove(list, model, at, action.backwards, action.times);
  } else {
    let here = at;
    while (action.backwards ? list.previous() : list.next()) {
      here += action.backwards ? -1 : 1;
      expect(read(list)).toBe(model[here]!);
    }
    expect(here).toBe(action.backwards ? 0 : model.length - 1);
  }
}

function remove(list: ListValue, model: string[], start: number, backwards: boolean, times: number): void {
  let at = start;
  for (let i = 0; i <= times; i++) {
    model.splice(at, 1);
    if (backwards) at--;
    const isThere = at >= 0 && at < model.length;
    expect(backwards ? list.removeHereBackwards() : list.removeHere()).toBe(isThere);
    if (!isThere) break;
    expect(read(list)).toBe(model[at]!);
  }
  list.shrink();
}

function contents(list: ListValue): string[] {
  const all: string[] = [];
  for (let isThere = list.seek(0); isThere; isThere = list.next()) all.push(read(list));
  return all;
}

const settings = [
  { maxSize: -2, compressDepth: 0, packedThreshold: 0 },
  { maxSize: 4, compressDepth: 0, packedThreshold: 0 },
  { maxSize: 3, compressDepth: 1, packedThreshold: 0 },
  { maxSize: -1, compressDepth: 2, packedThreshold: 100 },
];

describe('a list', () => {
  for (const setting of settings) {
    test(`does what an array does: ${JSON.stringify(setting)}`, () => {
      fc.assert(
        fc.property(steps, (actions) => {
          const arena = new Arena({ checked: true });
          const list = new ListValue(arena, Object.assign(new ListLimits(), setting));
          const structure = new ListStructure(list);
          const before = arena.usedBytes;
          const model: string[] = [];
          list.create();
          for (const action of actions) {
            step(list, model, action);
            expect(list.count).toBe(model.length);
            structure.verify(list.encoding, list.root);
          }
          expect(contents(list)).toEqual(model);
          const { encoding, root } = list;
          const copy = structure.copy(encoding, root);
          structure.verify(encoding, copy);
          list.open(encoding, copy);
          expect(contents(list)).toEqual(model);
          for (let rest = root; rest !== 0; ) rest = structure.freeSome(encoding, rest, 3);
          structure.free(encoding, copy);
          expect(arena.usedBytes).toBe(before);
          arena.verify();
        }),
        { numRuns: 150 },
      );
    });
  }

  test('becomes long by what is to come, and short again at half of that', () => {
    const list = new ListValue(new Arena({ checked: true }), new ListLimits());
    list.create();
    const bytes = new Uint8Array(1000).fill(65);
    for (let i = 0; i < 8; i++) {
      list.expect(1000, 1);
      list.pushTail(bytes, 0, 1000);
    }
    expect(list.encoding).toBe(ENCODING_LISTPACK);
    list.expect(1000, 1);
    list.pushTail(bytes, 0, 1000);
    expect(list.encoding).toBe(ENCODING_QUICKLIST);
    list.seek(-1);
    while (list.count > 5) list.removeHereBackwards();
    list.shrink();
    expect(list.encoding).toBe(ENCODING_QUICKLIST);
    list.seek(0);
    list.removeHere();
    list.shrink();
    expect(list.encoding).toBe(ENCODING_LISTPACK);
  });

  test('compresses the nodes in its middle', () => {
    const arena = new Arena({ checked: true });
    const list = new ListValue(arena, Object.assign(new ListLimits(), { maxSize: -1, compressDepth: 1 }));
    list.create();
    const bytes = new Uint8Array(500).fill(66);
    for (let i = 0; i < 1000; i++) {
      list.expect(500, 1);
      list.pushTail(bytes, 0, 500);
    }
    expect(arena.usedBytes).toBeLessThan(60_000);
    expect(contents(list).every((element) => element === 'B'.repeat(500))).toBe(true);
    expect(arena.usedBytes).toBeLessThan(60_000);
  });
});
