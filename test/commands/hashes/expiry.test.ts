import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { encodingOf } from '../../../src/keyspace/record.ts';
import { TimeBudget } from '../../../src/keyspace/time-budget.ts';
import { rootOf } from '../../../src/keyspace/value.ts';
import { array, Bench, bulk, NIL } from '../bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.verifyEmptied());

const unlimited = new TimeBudget(() => 0);
unlimited.start(1);

/** Active expiry until there is nothing left to do. */
function expireActively(): void {
  bench.keyspace.setNow(bench.now);
  for (let slices = 0; slices < 100; slices++) bench.server.background.elementExpiry.run(unlimited);
}

/** Hashes in each encoding that can have expiring fields. */
const forms: readonly (readonly [encoding: string, fieldsMax: string])[] = [
  ['listpackex', '512'],
  ['hashtable', '0'],
];

describe.each(forms)('fields of a %s', (encoding, fieldsMax) => {
  beforeEach(() => {
    bench.run('CONFIG', 'SET', 'hash-max-listpack-entries', fieldsMax);
    bench.runLines('HSET h a 1 b 2 c 3', 'HPEXPIRE h 100 FIELDS 2 a b');
    expect(bench.run('OBJECT', 'ENCODING', 'h')).toBe(bulk(encoding));
    bench.takeEvents();
    bench.takePropagated();
  });

  test('are there until their time has come, and hidden at once then', () => {
    bench.now += 100;
    expect(bench.run('HGET', 'h', 'a')).toBe(bulk('1'));
    bench.now += 1;
    expect(bench.run('HGETALL', 'h')).toBe(array(bulk('c'), bulk('3')));
    expect(bench.run('HKEYS', 'h')).toBe(array(bulk('c')));
    expect(bench.run('HVALS', 'h')).toBe(array(bulk('3')));
    expect(bench.run('HSCAN', 'h', '0')).toBe(array(bulk('0'), array(bulk('c'), bulk('3'))));
    expect(bench.run('HTTL', 'h', 'FIELDS', '2', 'a', 'c')).toBe(array(':-2\r\n', ':-1\r\n'));
    expect(bench.run('HLEN', 'h')).toBe(':3\r\n');
    expect(bench.run('HEXISTS', 'h', 'a')).toBe(':0\r\n');
    expect(bench.run('HLEN', 'h')).toBe(':2\r\n');
    expect(bench.takeEvents()).toEqual(['hexpired h']);
    expect(bench.takePropagated()).toEqual(['HDEL h a']);
  });

  test('are all reclaimed when one is picked at random', () => {
    bench.now += 101;
    expect(bench.run('HRANDFIELD', 'h', '5')).toBe(array(bulk('c')));
    expect(bench.run('HLEN', 'h')).toBe(':1\r\n');
    expect(bench.takeEvents()).toEqual(['hexpired h']);
    expect(bench.takePropagated().sort()).toEqual(['HDEL h a', 'HDEL h b']);
    expect(bench.run('HRANDFIELD', 'h')).toBe(bulk('c'));
    bench.runLines('HPEXPIRE h 5 FIELDS 1 c');
    bench.now += 10;
    expect(bench.run('HRANDFIELD', 'h')).toBe(NIL);
    expect(bench.run('EXISTS', 'h')).toBe(':0\r\n');
    expect(bench.run('HRANDFIELD', 'h', '5')).toBe(array());
  });

  test.each(['HGET h a', 'HRANDFIELD h'])('are preserved before they are reclaimed: %s', (line) => {
    const lengths: string[] = [];
    bench.now += 101;
    bench.keyspace.preserver = {
      changing: (_, record) => {
        const { hashes } = bench.keyspace.structures;
        const { arena } = bench.keyspace;
        lengths.push(String(hashes.count(encodingOf(arena, record), rootOf(arena, record))));
      },
      added: () => {},
      detached: () => false,
      released: () => false,
    };
    bench.runLines(line);
    bench.keyspace.preserver = null;
    expect(lengths[0]).toBe('3');
  });

  test('make the hash go with the last of them', () => {
    bench.runLines('HDEL h c', 'HMGET h a b');
    bench.now += 101;
    bench.takeEvents();
    expect(bench.run('HMGET', 'h', 'a', 'b', 'c')).toBe(array(NIL, NIL, NIL));
    expect(bench.run('EXISTS', 'h')).toBe(':0\r\n');
    expect(bench.takeEvents()).toEqual(['hexpired h', 'hexpired h', 'del h']);
  });

  test('are reclaimed though nobody asks for them', () => {
    bench.now += 101;
    expireActively();
    expect(bench.run('HLEN', 'h')).toBe(':1\r\n');
    expect(bench.takeEvents()).toEqual(['hexpired h']);
    expect(bench.run('INFO', 'stats')).toContain('expired_subkeys:2\r\n');
    expect(bench.run('INFO', 'keyspace')).toContain('subexpiry=0');
    bench.runLines('HPEXPIRE h 100 FIELDS 1 c');
    expect(bench.run('INFO', 'keyspace')).toContain('subexpiry=1');
    bench.now += 101;
    bench.takeEvents();
    expireActively();
    expect(bench.run('EXISTS', 'h')).toBe(':0\r\n');
    expect(bench.takeEvents()).toEqual(['hexpired h', 'del h']);
  });

  test('are left alone where deleting is left to others', () => {
    bench.keyspace.deletesExpired = false;
    bench.now += 101;
    expireActively();
    expect(bench.run('HMGET', 'h', 'a', 'c')).toBe(array(NIL, bulk('3')));
    expect(bench.run('HLEN', 'h')).toBe(':3\r\n');
    bench.keyspace.hidesExpired = false;
    expect(bench.run('HMGET', 'h', 'a', 'c')).toBe(array(bulk('1'), bulk('3')));
    bench.keyspace.deletesExpired = true;
    bench.keyspace.hidesExpired = true;
  });

  test('keep their expiry through COPY, RENAME, EXPIRE, MOVE and DUMP', () => {
    const ttl = (key: string): string => bench.run('HPTTL', key, 'FIELDS', '1', 'a');
    bench.runLines('COPY h copied', 'RENAME h renamed', 'EXPIRE renamed 1000');
    expect(ttl('copied')).toBe(array(':100\r\n'));
    expect(ttl('renamed')).toBe(array(':100\r\n'));
    bench.runLines('MOVE copied 1', 'SELECT 1');
    expect(ttl('copied')).toBe(array(':100\r\n'));
    bench.now += 101;
    expireActively();
    expect(bench.run('HLEN', 'copied')).toBe(':1\r\n');
    bench.runLines('SELECT 0');
    expect(bench.run('HLEN', 'renamed')).toBe(':1\r\n');
    bench.runLines('SET renamed x', 'DEL renamed');
  });

  test('lose their expiry when they are set, not when they are counted up', () => {
    bench.runLines('HINCRBY h a 1', 'HINCRBYFLOAT h a 1', 'HSET h b 5');
    expect(bench.run('HPTTL', 'h', 'FIELDS', '2', 'a', 'b')).toBe(array(':100\r\n', ':-1\r\n'));
    bench.now += 101;
    expect(bench.run('HINCRBY', 'h', 'a', '7')).toBe(':7\r\n');
    expect(bench.run('HPTTL', 'h', 'FIELDS', '1', 'a')).toBe(array(':-1\r\n'));
  });

  test('are told to replicas with their moments', () => {
    const moment = bench.now + 5000;
    bench.run('HEXPIRE', 'h', '5', 'FIELDS', '2', 'c', 'none');
    bench.run('HGETEX', 'h', 'EX', '5', 'FIELDS', '1', 'a');
    bench.run('HSETEX', 'h', 'FXX', 'PX', '5000', 'FIELDS', '1', 'c', '9');
    bench.run('HSETEX', 'h', 'XX', 'FXX', 'PX', '5000', 'XX', 'FIELDS', '1', 'c', 'nx');
    bench.run('HEXPIRE', 'h', '0', 'FIELDS', '2', 'a', 'none');
    bench.run('HGETDEL', 'h', 'FIELDS', '1', 'b');
    expect(bench.takePropagated()).toEqual([
      `HPEXPIREAT h ${moment} FIELDS 1 c`,
      `HPEXPIREAT h ${moment} FIELDS 1 a`,
      `HSETEX h FXX PXAT ${moment} FIELDS 1 c 9`,
      `HSETEX h FXX PXAT ${moment} FIELDS 1 c nx`,
      'HDEL h a',
      'HDEL h b',
    ]);
    expect(bench.takeEvents()).toEqual([
      ...['hexpire h', 'hexpire h', 'hset h', 'hexpire h', 'hset h', 'hexpire h', 'hdel h', 'hdel h'],
    ]);
  });
});

test('twenty thousand fields that expire at different times are reclaimed in slices', () => {
  bench.run('CONFIG', 'SET', 'hash-max-listpack-entries', '0');
  const count = 20_000;
  for (let i = 0; i < count; i++)
    bench.run('HSETEX', 'h', 'PX', String(1 + (i % 1000)), 'FIELDS', '1', `f${i}`, 'v');
  bench.takeEvents();
  bench.takePropagated();
  bench.now += 501;
  expireActively();
  expect(bench.run('HLEN', 'h')).toBe(`:${count / 2}\r\n`);
  bench.now += 1000;
  expireActively();
  expect(bench.run('EXISTS', 'h')).toBe(':0\r\n');
});

test('a database that is flushed or swapped forgets or takes along what expires', () => {
  bench.runLines(
    'HSET h a 1',
    'HPEXPIRE h 100 FIELDS 1 a',
    'SWAPDB 0 1',
    'HSET x a 1',
    'HPEXPIRE x 100 FIELDS 1 a',
  );
  bench.runLines('FLUSHDB');
  bench.now += 101;
  expireActively();
  bench.runLines('SELECT 1');
  expect(bench.run('EXISTS', 'h')).toBe(':0\r\n');
});
