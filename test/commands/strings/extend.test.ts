import { describe, expect, test } from 'bun:test';
import { Bench, bulk, WRONG_TYPE } from '../bench.ts';

const TOO_LONG = '-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n';
const MEBIBYTE = 1024 * 1024;

describe('APPEND and SETRANGE', () => {
  test('grow a string through all its forms', () => {
    const bench = new Bench();
    let expected = '';
    for (let length = 1; length < 100_000; length = Math.ceil(length * 1.7)) {
      const piece = String.fromCharCode(length % 256).repeat(length);
      expected += piece;
      expect(bench.run('APPEND', 'key', piece)).toBe(`:${expected.length}\r\n`);
      expect(bench.run('GET', 'key')).toBe(bulk(expected));
    }
    bench.verifyEmptied();
  });

  test('many small pieces move the string seldom', () => {
    const bench = new Bench({ checked: false });
    let moves = 0;
    const { arena } = bench.keyspace;
    const { allocate } = arena;
    arena.allocate = (bytes) => {
      moves++;
      return allocate.call(arena, bytes);
    };
    for (let i = 0; i < 20_000; i++) bench.run('APPEND', 'key', 'piece');
    expect(bench.run('STRLEN', 'key')).toBe(':100000\r\n');
    expect(moves).toBeLessThan(100);
  });

  test('the gap before what is written is zero, whatever was in that memory before', () => {
    const bench = new Bench();
    for (const length of [40, 300, 5000, 70_000]) {
      bench.run('SET', 'old', '\xff'.repeat(length + 3));
      bench.run('DEL', 'old');
      expect(bench.run('SETRANGE', 'key', length, 'end')).toBe(`:${length + 3}\r\n`);
      expect(bench.run('GET', 'key')).toBe(bulk(`${'\0'.repeat(length)}end`));
      bench.run('SET', 'key', 'start');
      expect(bench.run('SETRANGE', 'key', length, 'end')).toBe(`:${length + 3}\r\n`);
      expect(bench.run('GET', 'key')).toBe(bulk(`${'start'.padEnd(length, '\0')}end`));
      bench.run('DEL', 'key');
    }
    bench.verifyEmptied();
  });

  test('keep the expiry', () => {
    const bench = new Bench();
    bench.runLines('SET key value EX 100', 'APPEND key more', `SETRANGE key 300 more`);
    expect(bench.run('TTL', 'key')).toBe(':100\r\n');
  });

  test('nothing makes no key by SETRANGE, but an empty one by APPEND', () => {
    const bench = new Bench();
    expect(bench.run('SETRANGE', 'key', 5, '')).toBe(':0\r\n');
    expect(bench.run('EXISTS', 'key')).toBe(':0\r\n');
    expect(bench.run('APPEND', 'key', '')).toBe(':0\r\n');
    expect(bench.run('EXISTS', 'key')).toBe(':1\r\n');
  });

  test('refuse other types and bad offsets', () => {
    const bench = new Bench();
    bench.runLines('XADD stream 1-1 field value');
    expect(bench.runLines('APPEND stream x')).toBe(WRONG_TYPE);
    expect(bench.runLines('SETRANGE stream 0 x')).toBe(WRONG_TYPE);
    expect(bench.runLines('SETRANGE key -1 x')).toBe('-ERR offset is out of range\r\n');
    expect(bench.runLines('SETRANGE key 1.5 x')).toBe('-ERR value is not an integer or out of range\r\n');
    expect(bench.runLines('SETRANGE key 9223372036854775807 x')).toBe(TOO_LONG);
    expect(bench.run('DBSIZE')).toBe(':1\r\n');
  });

  test('stop at proto-max-bulk-len', () => {
    const bench = new Bench();
    bench.runLines(`CONFIG SET proto-max-bulk-len ${MEBIBYTE}`, `SETRANGE key ${MEBIBYTE - 2} x`);
    expect(bench.runLines('APPEND key yz')).toBe(TOO_LONG);
    expect(bench.runLines('APPEND key y')).toBe(`:${MEBIBYTE}\r\n`);
    expect(bench.runLines('APPEND key z')).toBe(TOO_LONG);
    expect(bench.runLines(`SETRANGE key ${MEBIBYTE} z`)).toBe(TOO_LONG);
    expect(bench.runLines(`SETRANGE other ${MEBIBYTE} z`)).toBe(TOO_LONG);
    expect(bench.runLines('APPEND key ')).toBe(`:${MEBIBYTE}\r\n`);
    expect(bench.runLines('GETRANGE key -3 -1')).toBe(bulk('\0xy'));
    bench.verifyEmptied();
  });

  test('reach 512 MB and go no further', () => {
    const limit = 512 * MEBIBYTE;
    const bench = new Bench({ checked: false });
    expect(bench.run('SETRANGE', 'key', limit, 'x')).toBe(TOO_LONG);
    expect(bench.run('SETRANGE', 'key', limit - 2, 'x')).toBe(`:${limit - 1}\r\n`);
    expect(bench.run('APPEND', 'key', 'y')).toBe(`:${limit}\r\n`);
    expect(bench.run('APPEND', 'key', 'z')).toBe(TOO_LONG);
    expect(bench.run('SETRANGE', 'key', 0, 'first')).toBe(`:${limit}\r\n`);
    expect(bench.run('GETRANGE', 'key', 0, 5)).toBe(bulk('first\0'));
    expect(bench.run('GETRANGE', 'key', limit - 3, limit + 3)).toBe(bulk('\0xy'));
    bench.verifyEmptied();
  });
});
