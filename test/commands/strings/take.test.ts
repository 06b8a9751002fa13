import { describe, expect, test } from 'bun:test';
import { BENCH_START, Bench, bulk, NIL, WRONG_TYPE } from '../bench.ts';

const SYNTAX = '-ERR syntax error\r\n';

describe('GETDEL', () => {
  test('reads and deletes, whatever form the string has', () => {
    const bench = new Bench();
    for (const value of ['v', '42', 'v'.repeat(300), 'v'.repeat(70_000)]) {
      bench.run('SET', 'key', value, 'EX', 100);
      expect(bench.run('GETDEL', 'key')).toBe(bulk(value));
      expect(bench.run('GETDEL', 'key')).toBe(NIL);
    }
    bench.runLines('XADD key 1-1 field value');
    expect(bench.run('GETDEL', 'key')).toBe(WRONG_TYPE);
    bench.verifyEmptied();
  });
});

describe('GETEX', () => {
  test.each([
    ['', BENCH_START + 50_000],
    ['EX 100', BENCH_START + 100_000],
    ['PX 100', BENCH_START + 100],
    ['EXAT 4102444800', 4_102_444_800_000],
    ['PXAT 4102444800001', 4_102_444_800_001],
    ['PERSIST', -1],
    ['persist', -1],
  ])('%s', (options, expiry) => {
    for (const value of ['v', '42', 'v'.repeat(300)]) {
      const bench = new Bench();
      bench.run('SET', 'key', value, 'EX', 50);
      expect(bench.runLines(`GETEX key ${options}`.trim())).toBe(bulk(value));
      expect(bench.run('PEXPIRETIME', 'key')).toBe(`:${expiry}\r\n`);
      expect(bench.run('GET', 'key')).toBe(bulk(value));
      bench.verifyEmptied();
    }
  });

  test('deletes what would have expired already, and refuses the rest', () => {
    const bench = new Bench();
    const invalid = "-ERR invalid expire time in 'getex' command\r\n";
    bench.run('SET', 'key', 'v');
    const cases = [
      ['GETEX key EX 0', invalid],
      ['GETEX key PXAT -1', invalid],
      ['GETEX key EX x', '-ERR value is not an integer or out of range\r\n'],
      ['GETEX key EX', SYNTAX],
      ['GETEX key KEEPTTL', SYNTAX],
      ['GETEX key NX', SYNTAX],
      ['GETEX key GET', SYNTAX],
      ['GETEX key EX 1 PERSIST', SYNTAX],
      ['GETEX none what', SYNTAX],
      ['GETEX none EX 0', NIL],
      ['PTTL key', ':-1\r\n'],
      ['GETEX key EXAT 1', bulk('v')],
      ['EXISTS key', ':0\r\n'],
    ];
    for (const [line, reply] of cases) expect([line, bench.runLines(line!)]).toEqual([line, reply]);
    bench.runLines('XADD key 1-1 field value');
    expect(bench.runLines('GETEX key EX 1')).toBe(WRONG_TYPE);
    bench.verifyEmptied();
  });
});

describe('SETNX, MSETNX and MSET', () => {
  test('set all or nothing', () => {
    const bench = new Bench();
    expect(bench.runLines('MSETNX a 1 b 2')).toBe(':1\r\n');
    expect(bench.runLines('MSETNX c 3 b 4')).toBe(':0\r\n');
    expect(bench.runLines('SETNX b 4')).toBe(':0\r\n');
    expect(bench.runLines('SETNX c 5')).toBe(':1\r\n');
    expect(bench.runLines('MSET a 6 a 7 b 8')).toBe('+OK\r\n');
    expect(bench.runLines('MGET a b c d')).toBe(`*4\r\n${bulk('7')}${bulk('8')}${bulk('5')}${NIL}`);
    for (const name of ['mset', 'msetnx'])
      expect(bench.runLines(`${name} a 1 b`)).toBe(
        `-ERR wrong number of arguments for '${name}' command\r\n`,
      );
    bench.verifyEmptied();
  });
});
