import { describe, expect, test } from 'bun:test';
import { findKeysByRules, KeyPositions, keyRule } from '../../src/commands/key-extraction.ts';
import {
  countedKeysAt,
  KEY_ACCESS,
  KEY_OW,
  KEY_RO,
  KEY_UPDATE,
  type KeySpecification,
  keyAt,
  keysAfter,
  keysFrom,
  unknownKeys,
} from '../../src/commands/key-specification.ts';
import { Arguments } from '../../src/protocol/arguments.ts';

function wordsOf(line: string): Arguments {
  const words = new Arguments();
  words.assign(line.split(' ').map((word) => Buffer.from(word)));
  return words;
}

/** The keys of a command whose name is word `first`, or null if the specifications do not fit. */
function find(line: string, specifications: readonly KeySpecification[], first = 0): string[] | null {
  const words = wordsOf(line);
  const found = new KeyPositions();
  if (!findKeysByRules(specifications.map(keyRule), words, first, found)) return null;
  return Array.from({ length: found.count }, (_, at) => words.text(found.positions[at]));
}

const move = [keyAt(1, 'RO access'), keyAt(2, 'OW update')];
const each = [keysFrom(1, 'RO')];
const pairs = [keysFrom(1, 'OW', { step: 2 })];
const butLast = [keysFrom(1, 'RW', { lastKey: -2 })];
const counted = [countedKeysAt(1, 'RO')];
const countedPairs = [countedKeysAt(1, 'OW', 2)];
const union = [keyAt(1, 'OW update'), countedKeysAt(2, 'RO access')];
const streams = [keysAfter('STREAMS', 1, 'RO access', { limit: 2 })];
const store = [keyAt(1, 'RO'), keysAfter('STORE', 3, 'OW', { lastKey: 0 })];
const backwards = [keysAfter('KEYS', -2, 'RW')];

describe('key extraction', () => {
  test.each([
    ['copy a b', move, ['a', 'b']],
    ['copy a', move, null],
    ['del a b c', each, ['a', 'b', 'c']],
    ['del', each, null],
    ['mset a 1 b 2', pairs, ['a', 'b']],
    ['mset a 1 b', pairs, ['a', 'b']],
    ['blpop a b 0', butLast, ['a', 'b']],
    ['blpop a', butLast, null],
    ['zunion 2 a b weights', counted, ['a', 'b']],
    ['zunion 3 a b', counted, null],
    ['zunion 0 a b', counted, null],
    ['zunion x a', counted, null],
    ['zunion -1 a', counted, null],
    ['zunion 4294967297 a', counted, null],
    ['zunion  a', counted, null],
    ['zunion 1', counted, null],
    ['msetex 2 a 1 b 2 EX', countedPairs, ['a', 'b']],
    ['msetex 2 a 1', countedPairs, null],
    ['zunionstore d 1 a b', union, ['d', 'a']],
    ['xread count 2 StReAmS a b 0 0', streams, ['a', 'b']],
    ['xread streams a b 0', streams, ['a']],
    ['xread streams a', streams, null],
    ['xread count 2', streams, []],
    ['xread count 2 streams', streams, []],
    ['geo a m store b', store, ['a', 'b']],
    ['geo a store b', store, ['a']],
    ['geo a m storeb b', store, ['a']],
    ['migrate h keys a', backwards, ['a']],
    ['migrate keys a b', backwards, ['a', 'b']],
    ['sort a', [unknownKeys('RO')], null],
    ['ssubscribe a b', [keysFrom(1, 'not_key')], []],
  ] as const)('%s', (line, specifications, expected) => {
    expect(find(line, specifications)).toEqual(expected as string[] | null);
    expect(find(`command getkeys ${line}`, specifications, 2)).toEqual(expected as string[] | null);
  });

  test('each key has the flags of its specification', () => {
    const found = new KeyPositions();
    expect(findKeysByRules(union.map(keyRule), wordsOf('zunionstore d 2 a b'), 0, found)).toBe(true);
    expect([...found.flags.subarray(0, 3)]).toEqual([
      KEY_OW | KEY_UPDATE,
      KEY_RO | KEY_ACCESS,
      KEY_RO | KEY_ACCESS,
    ]);
  });

  test('any number of keys, and the same object again', () => {
    const keys = Array.from({ length: 1000 }, (_, at) => `key${at}`);
    const words = wordsOf(`del ${keys.join(' ')}`);
    const found = new KeyPositions();
    for (let round = 0; round < 2; round++) {
      found.clear();
      expect(findKeysByRules(each.map(keyRule), words, 0, found)).toBe(true);
      expect(found.count).toBe(1000);
      expect(found.positions[999]).toBe(1000);
    }
  });
});
