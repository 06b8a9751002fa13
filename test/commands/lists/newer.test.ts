/** What Redis 8.10 has, which the installed peers do not know. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { array, Bench, bulk, WRONG_TYPE } from '../bench.ts';

const SYNTAX = '-ERR syntax error\r\n';
const texts = (...elements: string[]) => array(...elements.map(bulk));

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.verifyEmptied());

/** A list from head to tail. */
const list = (key: string) => bench.run('LRANGE', key, 0, -1);

describe('LMOVEM', () => {
  test.each([
    ['LEFT LEFT COUNT 2 OBO', ['b', 'a'], ['c', 'd'], ['b', 'a', 'x', 'y']],
    ['LEFT LEFT COUNT 2 BULK', ['a', 'b'], ['c', 'd'], ['a', 'b', 'x', 'y']],
    ['LEFT RIGHT COUNT 2 OBO', ['a', 'b'], ['c', 'd'], ['x', 'y', 'a', 'b']],
    ['LEFT RIGHT COUNT 2 BULK', ['a', 'b'], ['c', 'd'], ['x', 'y', 'a', 'b']],
    ['RIGHT LEFT COUNT 2 OBO', ['c', 'd'], ['a', 'b'], ['c', 'd', 'x', 'y']],
    ['RIGHT LEFT COUNT 2 BULK', ['c', 'd'], ['a', 'b'], ['c', 'd', 'x', 'y']],
    ['RIGHT RIGHT COUNT 2 OBO', ['d', 'c'], ['a', 'b'], ['x', 'y', 'd', 'c']],
    ['RIGHT RIGHT EXACTLY 2 BULK', ['c', 'd'], ['a', 'b'], ['x', 'y', 'c', 'd']],
    ['LEFT RIGHT', ['a'], ['b', 'c', 'd'], ['x', 'y', 'a']],
    ['LEFT RIGHT COUNT 9 OBO', ['a', 'b', 'c', 'd'], [], ['x', 'y', 'a', 'b', 'c', 'd']],
  ])('%s', (options, moved, left, grown) => {
    bench.runLines('RPUSH l a b c d', 'RPUSH m x y');
    expect(bench.runLines(`LMOVEM l m ${options}`)).toBe(texts(...moved));
    expect([list('l'), list('m')]).toEqual([texts(...left), texts(...grown)]);
  });

  test('on one list turns elements round, or leaves them', () => {
    bench.runLines('RPUSH l a b c');
    expect(bench.runLines('LMOVEM l l LEFT LEFT EXACTLY 2 OBO')).toBe(texts('b', 'a'));
    expect(list('l')).toBe(texts('b', 'a', 'c'));
    expect(bench.runLines('LMOVEM l l LEFT LEFT COUNT 5 BULK')).toBe(texts('b', 'a', 'c'));
    expect(list('l')).toBe(texts('b', 'a', 'c'));
    expect(bench.runLines('LMOVEM l l RIGHT LEFT COUNT 2 OBO')).toBe(texts('a', 'c'));
    expect(list('l')).toBe(texts('a', 'c', 'b'));
  });

  test('moves all or nothing when told so', () => {
    bench.runLines('RPUSH l a b');
    expect(bench.runLines('LMOVEM l m LEFT LEFT EXACTLY 3 OBO')).toBe('*-1\r\n');
    expect(bench.runLines('LMOVEM none m LEFT LEFT EXACTLY 1 OBO')).toBe('*-1\r\n');
    expect(bench.runLines('LMOVEM none m LEFT LEFT COUNT 1 OBO')).toBe(array());
    expect(bench.runLines('LMOVEM none m LEFT LEFT')).toBe(array());
    expect(bench.runLines('EXISTS m')).toBe(':0\r\n');
  });

  test('tells what it did', () => {
    bench.runLines('RPUSH l a b');
    bench.takeEvents();
    bench.takePropagated();
    bench.runLines('LMOVEM l m LEFT RIGHT COUNT 2 OBO');
    expect(bench.takeEvents()).toEqual(['rpush m', 'lpop l', 'del l']);
    expect(bench.takePropagated()).toEqual(['LMOVEM l m LEFT RIGHT COUNT 2 OBO']);
  });

  test('refuses what it does not understand', () => {
    bench.runLines('RPUSH l a b', 'SET s x');
    for (const options of [
      'UP LEFT',
      'LEFT LEFT COUNT 2',
      'LEFT LEFT OBO',
      'LEFT LEFT COUNT 2 OBO BULK',
      'LEFT LEFT 2 OBO COUNT',
    ])
      expect(bench.runLines(`LMOVEM l m ${options}`)).toBe(SYNTAX);
    for (const count of ['0', '-1', 'x'])
      expect(bench.runLines(`LMOVEM l m LEFT LEFT COUNT ${count} OBO`)).toStartWith('-ERR count should be');
    expect(bench.runLines('LMOVEM l s LEFT LEFT')).toBe(WRONG_TYPE);
    expect(bench.runLines('LMOVEM s l LEFT LEFT')).toBe(WRONG_TYPE);
    expect(list('l')).toBe(texts('a', 'b'));
  });
});

describe('BLMOVEM', () => {
  test('waits until there are enough elements', () => {
    const { call, server, client } = bench;
    const replies: string[] = [];
    const write = (bytes: Uint8Array, start: number, end: number): void => {
      replies.push(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
    };
    call.waiting = server.waiting;
    call.client = server.clients.add({ ...client.connection, write }, bench.now);
    expect(bench.runLines('BLMOVEM l m LEFT RIGHT 0 EXACTLY 3 BULK')).toBe('');
    call.client = client;
    bench.runLines('RPUSH l a b');
    expect(replies).toEqual([]);
    bench.takePropagated();
    bench.runLines('RPUSH l c d');
    expect(replies).toEqual([texts('a', 'b', 'c')]);
    expect(bench.takePropagated()).toEqual(['RPUSH l c d', 'LMOVEM l m LEFT RIGHT EXACTLY 3 BULK']);
  });

  test('replies with nothing where nobody can wait', () => {
    expect(bench.runLines('BLMOVEM l m LEFT RIGHT 0')).toBe('*-1\r\n');
    expect(bench.runLines('BLMOVEM l m LEFT RIGHT x')).toStartWith('-ERR timeout');
  });
});
