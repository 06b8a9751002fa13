import { describe, expect, test } from 'bun:test';
import { array, Bench, bulk, NIL, OK } from '../bench.ts';

const yes = ':1\r\n';
const no = ':0\r\n';
const same = '-ERR source and destination objects are the same\r\n';

describe('RENAME, COPY and MOVE', () => {
  const values = { integer: '12345', short: 'text', long: 'l'.repeat(5000), block: 'b'.repeat(20_000) };

  for (const [kind, value] of Object.entries(values)) {
    test(`carry value, encoding and expiry along: ${kind}`, () => {
      const bench = new Bench();
      bench.run('SET', 'a', value, 'PX', 5000);
      const encoding = bench.run('OBJECT', 'ENCODING', 'a');
      expect(bench.run('COPY', 'a', 'copy')).toBe(yes);
      bench.run('APPEND', 'copy', 'x');
      expect(bench.run('GET', 'a')).toBe(bulk(value));
      bench.run('SET', 'b', 'what was there before');
      expect(bench.run('RENAME', 'a', 'b')).toBe(OK);
      expect(bench.run('MOVE', 'b', 3)).toBe(yes);
      expect(bench.run('EXISTS', 'a', 'b')).toBe(no);
      bench.run('SELECT', 3);
      expect(bench.run('GET', 'b')).toBe(bulk(value));
      expect(bench.run('OBJECT', 'ENCODING', 'b')).toBe(encoding);
      expect(bench.run('PTTL', 'b')).toBe(':5000\r\n');
      bench.verifyEmptied();
    });
  }

  test('RENAMENX, COPY and MOVE leave alone what is there', () => {
    const bench = new Bench();
    bench.runLines('MSET a 1 b 2', 'COPY a b DB 1');
    expect(bench.runLines('RENAMENX a b')).toBe(no);
    expect(bench.runLines('COPY a b')).toBe(no);
    expect(bench.runLines('MOVE b 1')).toBe(no);
    expect(bench.runLines('GET b')).toBe(bulk('2'));
    expect(bench.runLines('COPY a b REPLACE')).toBe(yes);
    expect(bench.runLines('GET b')).toBe(bulk('1'));
    expect(bench.runLines('RENAMENX a c')).toBe(yes);
    bench.verifyEmptied();
  });

  test('refuse what they cannot do', () => {
    const bench = new Bench();
    expect(bench.runLines('RENAME none x')).toBe('-ERR no such key\r\n');
    expect(bench.runLines('RENAMENX none none')).toBe('-ERR no such key\r\n');
    bench.run('SET', 'a', 1);
    expect(bench.runLines('RENAME a a')).toBe(OK);
    expect(bench.runLines('RENAMENX a a')).toBe(no);
    expect(bench.runLines('COPY none none')).toBe(same);
    expect(bench.runLines('COPY a a DB 1')).toBe(yes);
    expect(bench.runLines('COPY none x')).toBe(no);
    expect(bench.runLines('COPY a b DB 99')).toBe('-ERR DB index is out of range\r\n');
    expect(bench.runLines('COPY a b DB x')).toBe('-ERR value is not an integer or out of range\r\n');
    expect(bench.runLines('COPY a b DB')).toBe('-ERR syntax error\r\n');
    expect(bench.runLines('MOVE a 0')).toBe(same);
    expect(bench.runLines('MOVE a -1')).toBe('-ERR DB index is out of range\r\n');
    expect(bench.runLines('MOVE a 4294967297')).toBe(
      '-ERR value is out of range, value must between -2147483648 and 2147483647\r\n',
    );
  });

  test('tell what happened, and count one change each', () => {
    const bench = new Bench();
    bench.runLines('MSET a 1 b 2');
    bench.takeEvents();
    bench.takePropagated();
    const { dirty } = bench.keyspace;
    bench.runLines('RENAME a b', 'RENAME b b', 'COPY b c', 'COPY b c', 'MOVE c 1', 'MOVE c 1');
    expect(bench.takeEvents()).toEqual([
      'rename_from a',
      'rename_to b',
      'copy_to c',
      'move_from c',
      'move_to c',
    ]);
    expect(bench.takePropagated()).toEqual(['RENAME a b', 'COPY b c', 'MOVE c 1']);
    expect(bench.keyspace.dirty - dirty).toBe(3);
  });
});

describe('DEL, UNLINK, EXISTS, TOUCH, TYPE', () => {
  test('count keys, those named twice only while they are there', () => {
    const bench = new Bench();
    bench.runLines('MSET a 1 b 2 c 3');
    expect(bench.runLines('EXISTS a a none b')).toBe(':3\r\n');
    expect(bench.runLines('TOUCH a a none b')).toBe(':3\r\n');
    expect(bench.runLines('TYPE a')).toBe('+string\r\n');
    expect(bench.runLines('TYPE none')).toBe('+none\r\n');
    bench.takeEvents();
    expect(bench.runLines('DEL a a none')).toBe(yes);
    expect(bench.runLines('UNLINK b c')).toBe(':2\r\n');
    expect(bench.takeEvents()).toEqual(['del a', 'del b', 'del c']);
    bench.verifyEmptied();
  });

  test('looking is counted but is no use', () => {
    const bench = new Bench();
    bench.run('SET', 'a', 1);
    bench.now += 10_000;
    bench.runLines('EXISTS a', 'TYPE a', 'TTL a', 'OBJECT ENCODING a', 'EXISTS none', 'OBJECT FREQ none');
    expect([bench.keyspace.hits, bench.keyspace.misses]).toEqual([4, 2]);
    expect(bench.runLines('OBJECT IDLETIME a')).toBe(':10\r\n');
    expect(bench.runLines('TOUCH a', 'OBJECT IDLETIME a')).toBe(no);
  });
});

describe('OBJECT', () => {
  test('tells encodings, references and missing keys', () => {
    const bench = new Bench();
    bench.runLines('MSET int 5 large 10000 text x');
    bench.run('SET', 'raw', 'r'.repeat(45));
    expect(['int', 'text', 'raw'].map((key) => bench.run('OBJECT', 'ENCODING', key))).toEqual(
      ['int', 'embstr', 'raw'].map(bulk),
    );
    expect(['int', 'large', 'text'].map((key) => bench.run('OBJECT', 'REFCOUNT', key))).toEqual([
      ':2147483647\r\n',
      yes,
      yes,
    ]);
    expect(bench.run('OBJECT', 'ENCODING', 'none')).toBe(NIL);
    bench.client.version = 3;
    expect(bench.run('OBJECT', 'ENCODING', 'none')).toBe('_\r\n');
  });

  test('tells what the policy keeps track of', () => {
    const bench = new Bench();
    bench.run('SET', 'a', 'x');
    expect(bench.run('OBJECT', 'FREQ', 'a')).toStartWith(
      '-ERR An LFU maxmemory policy is not selected, access',
    );
    bench.server.memory.setPolicy('volatile-lfu');
    bench.run('SET', 'b', 'x');
    expect(bench.run('OBJECT', 'FREQ', 'b')).toBe(':5\r\n');
    expect(bench.run('OBJECT', 'IDLETIME', 'b')).toStartWith(
      '-ERR An LFU maxmemory policy is selected, idle time',
    );
    bench.run('GET', 'b');
    expect(bench.run('OBJECT', 'FREQ', 'b')).toBe(':6\r\n');
    bench.run('RENAME', 'b', 'c');
    expect(bench.run('OBJECT', 'FREQ', 'c')).toBe(':5\r\n');
  });
});

describe('databases', () => {
  test('are flushed alone or all at once, sooner or later', () => {
    const bench = new Bench();
    for (const flush of ['FLUSHDB', 'FLUSHDB SYNC', 'flushdb async']) {
      bench.runLines('SELECT 1', 'SET a 1', 'SELECT 0', 'MSET a 1 b 2');
      expect(bench.run('DBSIZE')).toBe(':2\r\n');
      expect(bench.runLines(flush)).toBe(OK);
      expect(bench.run('DBSIZE')).toBe(no);
      expect(bench.runLines('SELECT 1', 'DBSIZE')).toBe(yes);
    }
    expect(bench.keyspace.lazyFree.pendingObjects).toBe(2);
    expect(bench.runLines('FLUSHALL', 'DBSIZE')).toBe(no);
    expect(bench.runLines('FLUSHALL SYNC ASYNC')).toBe('-ERR syntax error\r\n');
    expect(bench.runLines('FLUSHDB NOW')).toBe('-ERR syntax error\r\n');
    while (bench.keyspace.lazyFree.runOnce());
    bench.verifyEmptied();
  });

  test('are swapped under the clients that have selected them', () => {
    const bench = new Bench();
    bench.runLines('SET a 0', 'SELECT 1', 'SET b 1 EX 100', 'SWAPDB 0 1');
    expect(bench.run('KEYS', '*')).toBe(array(bulk('a')));
    expect(bench.runLines('SELECT 0', 'TTL b')).toBe(':100\r\n');
    expect(bench.runLines('SWAPDB a 0')).toBe('-ERR invalid first DB index\r\n');
    expect(bench.runLines('SWAPDB 0 b')).toBe('-ERR invalid second DB index\r\n');
    expect(bench.runLines('SWAPDB 0 99')).toBe('-ERR DB index is out of range\r\n');
    bench.verifyEmptied();
  });
});
