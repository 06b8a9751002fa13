/** Commands on strings that Redis 8.4 has brought. */
import { describe, expect, test } from 'bun:test';
import { BENCH_START, Bench, bulk, NIL, OK, WRONG_TYPE } from '../bench.ts';

const SYNTAX = '-ERR syntax error\r\n';
const NOT_A_DIGEST = '-ERR must be exactly 16 hexadecimal characters\r\n';
const yes = ':1\r\n';
const no = ':0\r\n';
/** The digest of "Hello world". */
const HELLO = 'b6acb9d84a38ff74';
const OTHER = '0123456789abcdef';

/** Runs each line and compares its reply. */
function expectReplies(bench: Bench, cases: readonly (readonly [string, string])[]): void {
  for (const [line, reply] of cases) expect([line, bench.runLines(line)]).toEqual([line, reply]);
}

function greeting(): Bench {
  const bench = new Bench();
  bench.run('SET', 'key', 'Hello world', 'EX', 100);
  bench.runLines('XADD stream 1-1 field value');
  bench.takeEvents();
  bench.takePropagated();
  return bench;
}

describe('DIGEST', () => {
  test('is 16 hexadecimal digits of a string in any form', () => {
    const bench = greeting();
    expect(bench.run('DIGEST', 'key')).toBe(bulk(HELLO));
    expect(bench.run('DIGEST', 'none')).toBe(NIL);
    expect(bench.run('DIGEST', 'stream')).toBe(WRONG_TYPE);
    bench.runLines('SET int 42', 'SET raw 4', 'APPEND raw 2');
    expect(bench.run('DIGEST', 'int')).toBe(bench.run('DIGEST', 'raw'));
    expect(bench.run('DIGEST', 'int')).toMatch(/^\$16\r\n[0-9a-f]{16}\r\n$/);
  });
});

describe('SET with a condition on the value', () => {
  test('IFEQ and IFNE compare the value', () => {
    const bench = new Bench();
    expectReplies(bench, [
      ['SET key b IFEQ a', NIL],
      ['EXISTS key', no],
      ['SET key a IFNE a', OK],
      ['SET key b IFNE a', NIL],
      ['SET key b IFEQ ab', NIL],
      ['SET key b ifeq a EX 100', OK],
      ['TTL key', ':100\r\n'],
      ['SET key 12 KEEPTTL IFNE c', OK],
      ['TTL key', ':100\r\n'],
      ['SET key 13 IFEQ 12 GET', bulk('12')],
      ['TTL key', ':-1\r\n'],
      ['SET key 14 GET IFEQ 12', bulk('13')],
      ['GET key', bulk('13')],
      ['SET none 14 GET IFEQ 12', NIL],
      ['EXISTS none', no],
      ['SET none 14 GET IFNE 12', NIL],
      ['GET none', bulk('14')],
    ]);
    bench.verifyEmptied();
  });

  test('IFDEQ and IFDNE compare the digest, in any letter case', () => {
    const bench = greeting();
    expectReplies(bench, [
      [`SET key new IFDEQ ${OTHER}`, NIL],
      [`SET key new IFDNE ${HELLO}`, NIL],
      [`SET key new IFDNE ${HELLO.toUpperCase()}`, NIL],
      [`SET key new IFDEQ ${HELLO.toUpperCase()}`, OK],
      [`SET key newer IFDNE ${HELLO}`, OK],
      [`SET none v IFDEQ ${HELLO}`, NIL],
      ['EXISTS none', no],
      [`SET none v IFDNE ${HELLO}`, OK],
      ['SET key v IFDEQ abc', NOT_A_DIGEST],
      ['SET key v IFDNE 0123456789abcdef0', NOT_A_DIGEST],
      ['GET key', bulk('newer')],
    ]);
  });

  test('conditions exclude each other and need their operand', () => {
    const bench = greeting();
    for (const options of [
      'IFEQ',
      'IFEQ a IFEQ a',
      'IFEQ a IFNE b',
      'NX IFEQ a',
      'IFNE a XX',
      'IFDEQ',
      'IFEQ a IFDEQ b',
    ])
      expectReplies(bench, [[`SET key new ${options}`, SYNTAX]]);
    expectReplies(bench, [
      ['SET stream new IFEQ a', WRONG_TYPE],
      ['SET stream new IFNE a', WRONG_TYPE],
      [`SET stream new IFDEQ ${HELLO}`, WRONG_TYPE],
    ]);
    expect([bench.takeEvents(), bench.takePropagated()]).toEqual([[], []]);
  });

  test('goes to replicas without what they need not compare', () => {
    const bench = greeting();
    bench.runLines(
      'SET key a IFNE b',
      'SET key b IFEQ a KEEPTTL GET',
      'SET key c IFEQ b EX 9',
      'SET key d IFEQ x',
    );
    expect(bench.takePropagated()).toEqual([
      'SET key a',
      'SET key b KEEPTTL',
      `SET key c PXAT ${BENCH_START + 9000}`,
    ]);
  });
});

describe('DELEX', () => {
  test('deletes what it is told, of any type', () => {
    const bench = greeting();
    expectReplies(bench, [
      ['DELEX none', no],
      ['DELEX key', yes],
      ['DELEX stream', yes],
      ['DBSIZE', no],
    ]);
    expect(bench.takeEvents()).toEqual(['del key', 'del stream']);
    expect(bench.takePropagated()).toEqual(['DEL key', 'DEL stream']);
    bench.verifyEmptied();
  });

  test.each([
    ['IFEQ', 'Hello world', 'hello world'],
    ['IFNE', 'hello world', 'Hello world'],
    ['IFDEQ', HELLO, OTHER],
    ['ifdne', OTHER, HELLO],
  ])('%s', (condition, operand, wrong) => {
    const bench = greeting();
    expect(bench.run('DELEX', 'key', condition, wrong)).toBe(no);
    expect(bench.run('DELEX', 'none', condition, operand)).toBe(no);
    expect(bench.run('DELEX', 'key', condition, operand)).toBe(yes);
    expect(bench.run('EXISTS', 'key')).toBe(no);
    expect(bench.takePropagated()).toEqual(['DEL key']);
    bench.verifyEmptied();
  });

  test('refuses other conditions, other types and bad digests', () => {
    const bench = greeting();
    expectReplies(bench, [
      ['DELEX key IFEQ', "-ERR wrong number of arguments for 'delex' command\r\n"],
      ['DELEX key IFEQ a b', "-ERR wrong number of arguments for 'delex' command\r\n"],
      ['DELEX key NX a', '-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE\r\n'],
      ['DELEX key GET a', '-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE\r\n'],
      ['DELEX stream IFEQ a', '-ERR Key should be of string type if conditions are specified\r\n'],
      ['DELEX key IFDEQ a', NOT_A_DIGEST],
      ['DBSIZE', ':2\r\n'],
    ]);
  });
});

describe('MSETEX', () => {
  test('sets several strings with one expiry', () => {
    const bench = new Bench();
    expectReplies(bench, [
      ['MSETEX 2 a 1 b 2', yes],
      ['PTTL a', ':-1\r\n'],
      ['MSETEX 2 a 1 b 2 EX 10', yes],
      ['PTTL a', ':10000\r\n'],
      ['PTTL b', ':10000\r\n'],
      ['MSETEX 2 a 3 c 4 KEEPTTL', yes],
      ['PTTL a', ':10000\r\n'],
      ['PTTL c', ':-1\r\n'],
      ['MSETEX 2 a 3 a 5 PX 20', yes],
      ['PTTL a', ':20\r\n'],
      ['GET a', bulk('5')],
      [`MSETEX 1 a 6 EXAT ${BENCH_START / 1000 + 3}`, yes],
      ['PTTL a', ':3000\r\n'],
      [`MSETEX 1 a 6 PXAT ${BENCH_START + 4}`, yes],
      ['PTTL a', ':4\r\n'],
    ]);
    bench.verifyEmptied();
  });

  test('sets all or nothing', () => {
    const bench = new Bench();
    expectReplies(bench, [
      ['MSETEX 2 a 1 b 2 XX', no],
      ['MSETEX 2 a 1 b 2 NX EX 10', yes],
      ['MSETEX 2 b 3 c 4 NX', no],
      ['MSETEX 2 b 3 c 4 XX', no],
      ['EXISTS c', no],
      ['MSETEX 2 a 5 b 6 XX KEEPTTL', yes],
      ['MGET a b', `*2\r\n${bulk('5')}${bulk('6')}`],
      ['TTL b', ':10\r\n'],
    ]);
  });

  test('refuses what it cannot read, and changes nothing', () => {
    const bench = new Bench();
    const numkeys = '-ERR invalid numkeys value\r\n';
    const pairs = '-ERR wrong number of key-value pairs\r\n';
    expectReplies(bench, [
      ['MSETEX 0 a 1', numkeys],
      ['MSETEX -1 a 1', numkeys],
      ['MSETEX x a 1', numkeys],
      ['MSETEX 2147483648 a 1', numkeys],
      ['MSETEX 9223372036854775807 a 1', numkeys],
      ['MSETEX 2147483647 a 1', pairs],
      ['MSETEX 2 a 1 b', pairs],
      ['MSETEX 1 a', "-ERR wrong number of arguments for 'msetex' command\r\n"],
      ['MSETEX 1 a 1 b', SYNTAX],
      ['MSETEX 1 a 1 NX XX', SYNTAX],
      ['MSETEX 1 a 1 EX', SYNTAX],
      ['MSETEX 1 a 1 EX 1 KEEPTTL', SYNTAX],
      ['MSETEX 1 a 1 GET', SYNTAX],
      ['MSETEX 1 a 1 IFEQ 1', SYNTAX],
      ['MSETEX 1 a 1 EX 0', "-ERR invalid expire time in 'msetex' command\r\n"],
      ['MSETEX 1 a 1 EX x', '-ERR value is not an integer or out of range\r\n'],
      ['DBSIZE', no],
    ]);
  });
});
