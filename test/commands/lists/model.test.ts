/** The commands for lists against arrays, with lists that change their encoding at few elements. */
import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { array, Bench, bulk, NIL, OK } from '../bench.ts';

type Lists = Map<string, string[]>;
type Words = readonly string[];

const name = fc.constantFrom('x', 'y');
const element = fc.oneof(
  fc.constantFrom('a', 'b', '', '1', '-7', '12345678901', 'c'.repeat(70)),
  fc.integer({ min: 1, max: 9000 }).map((length) => 'long'.repeat(length).slice(0, length)),
);
const elements = fc.array(element, { minLength: 1, maxLength: 9 });
const index = fc.integer({ min: -12, max: 12 }).map(String);
const end = fc.constantFrom('LEFT', 'RIGHT');

const command: fc.Arbitrary<Words> = fc.oneof(
  fc
    .tuple(fc.constantFrom('LPUSH', 'RPUSH', 'LPUSHX', 'RPUSHX'), name, elements)
    .map((words) => words.flat()),
  fc.tuple(fc.constantFrom('LPUSH', 'RPUSH'), name, elements).map((words) => words.flat()),
  fc.tuple(fc.constantFrom('LPOP', 'RPOP'), name),
  fc.tuple(fc.constantFrom('LPOP', 'RPOP'), name, fc.integer({ min: 0, max: 6 }).map(String)),
  fc.tuple(fc.constant('LRANGE'), name, index, index),
  fc.tuple(fc.constant('LINDEX'), name, index),
  fc.tuple(fc.constant('LSET'), name, index, element),
  fc.tuple(fc.constant('LINSERT'), name, fc.constantFrom('BEFORE', 'AFTER'), element, element),
  fc.tuple(fc.constant('LREM'), name, index, element),
  fc.tuple(fc.constant('LTRIM'), name, index, index),
  fc.tuple(fc.constant('LPOS'), name, element),
  fc.tuple(fc.constant('LMOVE'), name, name, end, end),
  fc.tuple(fc.constant('BLMOVE'), name, name, end, end, fc.constant('0')),
  fc.tuple(fc.constant('LLEN'), name),
);

/** What is expected of the pure parts: the reply, and the lists changed in place. */
const models: Readonly<Record<string, (lists: Lists, key: string, ...words: string[]) => string>> = {
  LPUSH: (lists, key, ...added) => push(lists, key, added, true),
  RPUSH: (lists, key, ...added) => push(lists, key, added, false),
  LPUSHX: (lists, key, ...added) => (lists.has(key) ? push(lists, key, added, true) : ':0\r\n'),
  RPUSHX: (lists, key, ...added) => (lists.has(key) ? push(lists, key, added, false) : ':0\r\n'),
  LPOP: (lists, key, count) => pop(lists, key, count, true),
  RPOP: (lists, key, count) => pop(lists, key, count, false),
  LRANGE: (lists, key, first, last) => array(...span(lists.get(key) ?? [], first!, last!).map(bulk)),
  LINDEX: (lists, key, at) => bulkOrNull(lists.get(key)?.at(Number(at))),
  LSET: (lists, key, at, value) => {
    const list = lists.get(key);
    if (list === undefined) return '-ERR no such key\r\n';
    if (list.at(Number(at)) === undefined) return '-ERR index out of range\r\n';
    list[(Number(at) + list.length) % list.length] = value!;
    return OK;
  },
  LINSERT: (lists, key, where, pivot, value) => {
    const list = lists.get(key);
    if (list === undefined) return ':0\r\n';
    const at = list.indexOf(pivot!);
    if (at < 0) return ':-1\r\n';
    list.splice(where === 'BEFORE' ? at : at + 1, 0, value!);
    return `:${list.length}\r\n`;
  },
  LREM: (lists, key, count, value) => {
    const list = lists.get(key) ?? [];
    const backwards = Number(count) < 0;
    const places = list.flatMap((one, at) => (one === value ? [at] : []));
    if (backwards) places.reverse();
    const removed = places.slice(0, Math.abs(Number(count)) || places.length);
    for (const at of removed.sort((one, other) => other - one)) list.splice(at, 1);
    drop(lists, key);
    return `:${removed.length}\r\n`;
  },
  LTRIM: (lists, key, first, last) => {
    const list = lists.get(key);
    if (list !== undefined) lists.set(key, span(list, first!, last!));
    drop(lists, key);
    return OK;
  },
  LPOS: (lists, key, value) => {
    const at = lists.get(key)?.indexOf(value!) ?? -1;
    return at < 0 ? NIL : `:${at}\r\n`;
  },
  LMOVE: (lists, from, to, taken, put) => {
    const list = lists.get(from);
    const moved = taken === 'LEFT' ? list?.shift() : list?.pop();
    if (moved === undefined) return NIL;
    push(lists, to!, [moved], put === 'LEFT');
    drop(lists, from);
    return bulk(moved);
  },
  LLEN: (lists, key) => `:${lists.get(key)?.length ?? 0}\r\n`,
};

function push(lists: Lists, key: string, added: readonly string[], atHead: boolean): string {
  const list = lists.get(key) ?? [];
  lists.set(key, atHead ? [...added.toReversed(), ...list] : [...list, ...added]);
  return `:${list.length + added.length}\r\n`;
}

function pop(lists: Lists, key: string, count: string | undefined, atHead: boolean): string {
  const list = lists.get(key);
  if (list === undefined) return count === undefined ? NIL : '*-1\r\n';
  const wanted = Math.min(list.length, Number(count ?? 1));
  const popped = atHead ? list.splice(0, wanted) : list.splice(list.length - wanted).reverse();
  drop(lists, key);
  return count === undefined ? bulk(popped[0]!) : array(...popped.map(bulk));
}

function span(list: readonly string[], first: string, last: string): string[] {
  const from = Number(first) < 0 ? Math.max(0, list.length + Number(first)) : Number(first);
  const to = Number(last) < 0 ? list.length + Number(last) : Number(last);
  return list.slice(from, Math.max(from, to + 1));
}

/** Lists without elements are gone. */
function drop(lists: Lists, key: string): void {
  if (lists.get(key)?.length === 0) lists.delete(key);
}

function bulkOrNull(text: string | undefined): string {
  return text === undefined ? NIL : bulk(text);
}

for (const [size, depth] of [
  [-1, 0],
  [1, 0],
  [3, 1],
  [5, 2],
  [128, 0],
] as const) {
  test(`lists are arrays, with nodes of ${size} and a depth of ${depth}`, () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const bench = new Bench();
        bench.run('CONFIG', 'SET', 'list-max-listpack-size', size, 'list-compress-depth', depth);
        const lists: Lists = new Map();
        for (const words of commands) {
          const [command, key, ...rest] = words as [string, string, ...string[]];
          const expected = models[command.replace('BLMOVE', 'LMOVE')]!(lists, key, ...rest);
          expect(bench.run(...words)).toBe(expected);
        }
        for (const key of ['x', 'y'])
          expect(bench.run('LRANGE', key, 0, -1)).toBe(array(...(lists.get(key) ?? []).map(bulk)));
        expect(bench.run('DBSIZE')).toBe(`:${lists.size}\r\n`);
        bench.verifyEmptied();
      }),
      { numRuns: 60, seed: 20_260_102 },
    );
  });
}
