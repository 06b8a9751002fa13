import { describe, expect, test } from 'bun:test';
import { array, Bench, bulk } from '../bench.ts';

const SYNTAX = '-ERR syntax error\r\n';
const pair = (first: number, last: number): string => array(`:${first}\r\n`, `:${last}\r\n`);

function texts(): Bench {
  const bench = new Bench();
  bench.runLines('MSET a ohmytext b mynewtext int 12345', 'XADD stream 1-1 field value');
  return bench;
}

describe('LCS', () => {
  test('the subsequence, its length, and where it lies', () => {
    const bench = texts();
    expect(bench.runLines('LCS a b')).toBe(bulk('mytext'));
    expect(bench.runLines('LCS a b len')).toBe(':6\r\n');
    const text = array(pair(4, 7), pair(5, 8));
    const my = array(pair(2, 3), pair(0, 1));
    const ranges = (...matches: string[]): string =>
      array(bulk('matches'), array(...matches), bulk('len'), ':6\r\n');
    expect(bench.runLines('LCS a b IDX')).toBe(ranges(text, my));
    expect(bench.runLines('LCS a b IDX MINMATCHLEN 4')).toBe(ranges(text));
    expect(bench.runLines('LCS a b IDX MINMATCHLEN 9223372036854775807')).toBe(ranges());
    expect(bench.runLines('LCS a b MINMATCHLEN -9223372036854775808 IDX')).toBe(ranges(text, my));
    expect(bench.runLines('LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN')).toBe(
      ranges(array(pair(4, 7), pair(5, 8), ':4\r\n')),
    );
  });

  test('with integers, and with nothing', () => {
    const bench = texts();
    bench.run('SET', 'digits', 'x1x3x5');
    expect(bench.runLines('LCS int digits')).toBe(bulk('135'));
    expect(bench.runLines('LCS int int')).toBe(bulk('12345'));
    expect(bench.runLines('LCS none int')).toBe(bulk(''));
    expect(bench.runLines('LCS none other LEN')).toBe(':0\r\n');
    expect(bench.runLines('LCS none int IDX')).toBe(array(bulk('matches'), array(), bulk('len'), ':0\r\n'));
  });

  test.each([
    ['LCS a stream', '-ERR The specified keys must contain string values\r\n'],
    ['LCS a b LEN IDX', '-ERR If you want both the length and indexes, please just use IDX.\r\n'],
    ['LCS a b what', SYNTAX],
    ['LCS a b MINMATCHLEN', SYNTAX],
    ['LCS a b IDX MINMATCHLEN x', '-ERR value is not an integer or out of range\r\n'],
  ])('%s is refused', (line, error) => {
    expect(texts().runLines(line)).toBe(error);
  });
});
