import { describe, expect, test } from 'bun:test';
import { array, Bench, bulk, NIL, OK } from '../bench.ts';

describe('GET', () => {
  test('reads what SET has written', () => {
    const bench = new Bench();
    expect(bench.run('GET', 'key')).toBe(NIL);
    expect(bench.run('SET', 'key', '\0\xffvalue\r\n')).toBe(OK);
    expect(bench.run('GET', 'key')).toBe(bulk('\0\xffvalue\r\n'));
    expect(bench.run('MGET', 'key', 'other', 'key')).toBe(
      array(bulk('\0\xffvalue\r\n'), NIL, bulk('\0\xffvalue\r\n')),
    );
    bench.verifyEmptied();
  });

  test('answers with the null of RESP3 to those who speak it', () => {
    const bench = new Bench();
    bench.run('HELLO', '3');
    expect(bench.run('GET', 'key')).toBe('_\r\n');
    expect(bench.run('MGET', 'key')).toBe('*1\r\n_\r\n');
  });
});
