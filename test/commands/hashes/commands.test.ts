import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { array, Bench, bulk, NIL, OK, WRONG_TYPE } from '../bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.verifyEmptied());

describe('hashes', () => {
  test('are set, read and deleted, and tell so', () => {
    expect(bench.run('HSET', 'h', 'a', '1', 'b', '2', 'a', '3')).toBe(':2\r\n');
    expect(bench.run('HMSET', 'h', 'c', '4')).toBe(OK);
    expect(bench.run('HSETNX', 'h', 'c', '5')).toBe(':0\r\n');
    expect(bench.run('HMGET', 'h', 'a', 'c', 'x')).toBe(array(bulk('3'), bulk('4'), NIL));
    expect(bench.run('HSTRLEN', 'h', 'a')).toBe(':1\r\n');
    expect(bench.run('HDEL', 'h', 'a', 'b', 'c', 'x')).toBe(':3\r\n');
    expect(bench.run('EXISTS', 'h')).toBe(':0\r\n');
    expect(bench.takeEvents()).toEqual(['hset h', 'hset h', 'hdel h', 'del h']);
    expect(bench.takePropagated()).toEqual(['HSET h a 1 b 2 a 3', 'HMSET h c 4', 'HDEL h a b c x']);
  });

  test('HSETEX wants room for a pair before it reads how many there are', () => {
    const wrongArity = "-ERR wrong number of arguments for 'hsetex' command\r\n";
    expect(bench.runLines('HSETEX h FXX FIELDS l x')).toBe(wrongArity);
    expect(bench.runLines('HSETEX h KEEPTTL FIELDS l x')).toBe(wrongArity);
    expect(bench.runLines('HSETEX h FXX FIELDS l x y')).toBe('-ERR invalid number of fields\r\n');
  });

  test('take the form for fields that expire at once', () => {
    const encodingAfter = (value: string): string => {
      bench.run('DEL', 'h');
      bench.run('HSET', 'h', 'a', '1');
      bench.run('HSETEX', 'h', 'EX', '0', 'FIELDS', '1', 'b', value);
      expect(bench.run('HLEN', 'h')).toBe(':1\r\n');
      return bench.run('OBJECT', 'ENCODING', 'h');
    };
    expect(encodingAfter('')).toBe(bulk('listpackex'));
    expect(encodingAfter('x'.repeat(100))).toBe(bulk('hashtable'));
  });

  test('are not created by commands that fail', () => {
    bench.runLines('SET s x');
    for (const line of [
      'HINCRBY h f x',
      'HINCRBY h f 1.5',
      'HINCRBYFLOAT h f nan',
      'HSET h f',
      'HSETEX h FXX FIELDS 1 a 1',
    ])
      bench.runLines(line);
    expect(bench.run('EXISTS', 'h')).toBe(':0\r\n');
    for (const line of [
      'HGET s f',
      'HSET s f v',
      'HDEL s f',
      'HINCRBY s f 1',
      'HGETALL s',
      'HSCAN s 0',
      'HEXPIRE s 1 FIELDS 1 f',
    ])
      expect(bench.runLines(line)).toBe(WRONG_TYPE);
  });

  test('count over the whole range of 64 bits, and no further', () => {
    expect(bench.run('HINCRBY', 'h', 'f', '9223372036854775806')).toBe(':9223372036854775806\r\n');
    expect(bench.run('HINCRBY', 'h', 'f', '1')).toBe(':9223372036854775807\r\n');
    expect(bench.run('HINCRBY', 'h', 'f', '1')).toBe('-ERR increment or decrement would overflow\r\n');
    expect(bench.run('HINCRBY', 'h', 'f', '-9223372036854775808')).toBe(':-1\r\n');
    expect(bench.run('HINCRBYFLOAT', 'h', 'f', '0.1')).toBe(bulk('-0.9'));
    expect(bench.takePropagated().at(-1)).toBe('HSET h f -0.9');
  });

  test('are maps in RESP3, and pairs where fields are chosen', () => {
    bench.runLines('HSET h a 1');
    bench.runLines('HELLO 3');
    expect(bench.run('HGETALL', 'h')).toBe(`%1\r\n${bulk('a')}${bulk('1')}`);
    expect(bench.run('HGETALL', 'none')).toBe('%0\r\n');
    expect(bench.run('HRANDFIELD', 'h', '-2', 'WITHVALUES')).toBe(
      array(array(bulk('a'), bulk('1')), array(bulk('a'), bulk('1'))),
    );
  });

  test('are scanned completely while they grow and shrink', () => {
    for (let i = 0; i < 2000; i++) bench.run('HSET', 'h', `stays${i}`, '1');
    const seen = new Set<string>();
    let cursor = '0';
    let round = 0;
    do {
      const reply = bench.run('HSCAN', 'h', cursor, 'COUNT', '20', 'NOVALUES');
      const texts = [...reply.matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map(([, text]) => text ?? '');
      cursor = texts.shift() ?? '0';
      for (const text of texts) seen.add(text);
      round++;
      for (let i = 0; i < 40; i++) bench.run('HSET', 'h', `comes${round}.${i}`, '1');
      if (round > 30) for (let i = 0; i < 40; i++) bench.run('HDEL', 'h', `comes${round - 30}.${i}`);
    } while (cursor !== '0');
    expect([...seen].filter((name) => name.startsWith('stays')).length).toBe(2000);
    bench.takeEvents();
    bench.takePropagated();
  });

  test('of many fields give each with the same probability, without repeating', () => {
    for (let i = 0; i < 1000; i++) bench.run('HSET', 'h', `f${i}`, '1');
    for (const count of [5, 900, 2000]) {
      const reply = bench.run('HRANDFIELD', 'h', String(count));
      const names = [...reply.matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map(([, name]) => name);
      expect(names.length).toBe(Math.min(count, 1000));
      expect(new Set(names).size).toBe(names.length);
    }
    expect(bench.run('HRANDFIELD', 'h', '-2000').startsWith('*2000\r\n')).toBe(true);
  });
});
