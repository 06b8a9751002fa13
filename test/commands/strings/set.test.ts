import { describe, expect, test } from 'bun:test';
import { BENCH_START, Bench, bulk, NIL, OK, WRONG_TYPE } from '../bench.ts';

const SYNTAX = '-ERR syntax error\r\n';
const INVALID_TIME = "-ERR invalid expire time in 'set' command\r\n";
const NOT_AN_INTEGER = '-ERR value is not an integer or out of range\r\n';
const SECONDS = BENCH_START / 1000;

describe('SET', () => {
  test.each([
    ['EX 100', BENCH_START + 100_000],
    ['ex 100', BENCH_START + 100_000],
    ['PX 100', BENCH_START + 100],
    [`EXAT ${SECONDS + 9}`, BENCH_START + 9000],
    [`PXAT ${BENCH_START + 9}`, BENCH_START + 9],
    ['KEEPTTL', BENCH_START + 50_000],
    ['XX EX 7', BENCH_START + 7000],
    ['EX 1 EX 2', BENCH_START + 2000],
    ['XX', -1],
    ['PX 9223370336854775807', '9223372036854775807'],
  ])('%s sets the expiry', (options, expiry) => {
    const bench = new Bench();
    bench.runLines('SET key old EX 50');
    expect(bench.runLines(`SET key new ${options}`)).toBe(OK);
    expect(bench.run('PEXPIRETIME', 'key')).toBe(`:${expiry}\r\n`);
    expect(bench.run('GET', 'key')).toBe(bulk('new'));
    bench.verifyEmptied();
  });

  test('conditions and GET', () => {
    const bench = new Bench();
    const replies = [
      ['SET key a XX', NIL],
      ['SET key a NX', OK],
      ['SET key b NX', NIL],
      ['SET key b XX NX', SYNTAX],
      ['SET key b XX XX', OK],
      ['SET key c GET', bulk('b')],
      ['SET other c GET', NIL],
      ['SET key d NX GET', bulk('c')],
      ['SET key d XX GET EX 100', bulk('c')],
      ['SET none d XX GET', NIL],
      ['GET key', bulk('d')],
      ['EXISTS none', ':0\r\n'],
    ];
    for (const [line, reply] of replies) expect([line, bench.runLines(line!)]).toEqual([line, reply]);
    bench.verifyEmptied();
  });

  test.each([
    ['EX 0', INVALID_TIME],
    ['EX -1', INVALID_TIME],
    ['PX 0', INVALID_TIME],
    ['EXAT 0', INVALID_TIME],
    ['PXAT -5', INVALID_TIME],
    ['EX 9223372036854775', INVALID_TIME],
    ['EX 9223372036854775807', INVALID_TIME],
    ['PX 9223372036854775807', INVALID_TIME],
    ['EX 9223372036854775808', NOT_AN_INTEGER],
    ['EX x', NOT_AN_INTEGER],
    ['PX 1.5', NOT_AN_INTEGER],
    ['EX', SYNTAX],
    ['EX 1 PX 1', SYNTAX],
    ['KEEPTTL EX 1', SYNTAX],
    ['EXAT 5000000000 KEEPTTL', SYNTAX],
    ['PERSIST', SYNTAX],
    ['NX XX', SYNTAX],
    ['what', SYNTAX],
    ['EX 1 what', SYNTAX],
  ])('refuses %s, and changes nothing', (options, error) => {
    const bench = new Bench();
    bench.run('SET', 'key', 'old');
    bench.takeEvents();
    expect(bench.runLines(`SET key new ${options}`)).toBe(error);
    expect([bench.run('GET', 'key'), bench.takeEvents()]).toEqual([bulk('old'), []]);
  });

  test('replaces a value of another type, but does not read it', () => {
    const bench = new Bench();
    bench.runLines('XADD key 1-1 field value');
    expect(bench.runLines('SET key new GET')).toBe(WRONG_TYPE);
    expect(bench.runLines('GETSET key new')).toBe(WRONG_TYPE);
    expect(bench.runLines('SET key new IFEQ value')).toBe(WRONG_TYPE);
    expect(bench.runLines('SETNX key new')).toBe(':0\r\n');
    expect(bench.runLines('TYPE key')).toBe('+stream\r\n');
    expect(bench.runLines('SET key new')).toBe(OK);
    expect(bench.run('GET', 'key')).toBe(bulk('new'));
    bench.verifyEmptied();
  });

  test('a moment that is past makes a key that the next lookup finds expired', () => {
    const bench = new Bench();
    expect(bench.runLines('SET key value EXAT 1')).toBe(OK);
    expect(bench.run('GET', 'key')).toBe(NIL);
    expect(bench.takeEvents()).toEqual(['set key', 'expire key', 'expired key']);
  });
});

describe('SETEX and PSETEX', () => {
  test('set with an expiry, or tell their own name', () => {
    const bench = new Bench();
    expect(bench.runLines('SETEX key 10 value')).toBe(OK);
    expect(bench.run('PTTL', 'key')).toBe(':10000\r\n');
    expect(bench.runLines('PSETEX key 10 value')).toBe(OK);
    expect(bench.run('PTTL', 'key')).toBe(':10\r\n');
    expect(bench.runLines('SETEX key 0 value')).toBe("-ERR invalid expire time in 'setex' command\r\n");
    expect(bench.runLines('PSETEX key -1 value')).toBe("-ERR invalid expire time in 'psetex' command\r\n");
    expect(bench.runLines('SETEX key x value')).toBe(NOT_AN_INTEGER);
  });
});

describe('the encoding', () => {
  test.each([
    ['SET key 0', 'int'],
    ['SET key -9223372036854775808', 'int'],
    ['SET key 9223372036854775807', 'int'],
    ['SET key 9223372036854775808', 'embstr'],
    ['SET key 007', 'embstr'],
    ['SET key +1', 'embstr'],
    ['SET key -0', 'embstr'],
    [`SET key ${'v'.repeat(44)}`, 'embstr'],
    [`SET key ${'v'.repeat(45)}`, 'raw'],
    [`SET key ${'v'.repeat(5000)}`, 'raw'],
    ['MSET key 12', 'int'],
    ['APPEND key 12', 'int'],
    ['APPEND key v', 'embstr'],
    ['SET key 1; APPEND key 2', 'raw'],
    ['SET key v; APPEND key v', 'raw'],
    ['SETRANGE key 0 12', 'raw'],
    ['SET key 12; SETRANGE key 0 3', 'raw'],
    ['SET key v; APPEND key v; SET key v', 'embstr'],
    ['SET key 1; APPEND key 2; INCR key', 'int'],
    ['INCR key', 'int'],
    ['INCRBYFLOAT key 1.5', 'embstr'],
    ['SET key 1; INCRBYFLOAT key 1', 'embstr'],
    ['SET key 1; GETEX key EX 10', 'int'],
    ['SET key 1; COPY key copy; RENAME copy key', 'int'],
  ])('%s: %s', (lines, encoding) => {
    const bench = new Bench();
    bench.runLines(...lines.split('; '));
    expect(bench.run('OBJECT', 'ENCODING', 'key')).toBe(bulk(encoding));
    bench.verifyEmptied();
  });
});
