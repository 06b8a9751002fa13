import { expect, test } from 'bun:test';
import { TimeBudget } from '../../src/keyspace/time-budget.ts';
import { Bench } from '../commands/bench.ts';

/** What a bench tells while it runs these lines; "+5" lets five milliseconds pass. */
function told(bench: Bench, ...lines: string[]): string[] {
  bench.takePropagated();
  for (const line of lines) {
    if (line.startsWith('+')) bench.now += Number(line);
    else bench.runLines(line);
  }
  return bench.takePropagated();
}

test('what a command without effect would have propagated does not stand for the next one', () => {
  const bench = new Bench();
  bench.runLines('XGROUP CREATE s g $ MKSTREAM', 'XREADGROUP GROUP g alice STREAMS s >');
  expect(told(bench, 'XREADGROUP GROUP g alice STREAMS s >', 'SET key value')).toEqual(['SET key value']);
  bench.verifyEmptied();
});

test('a key that has expired is deleted for all before the command that met it', () => {
  const bench = new Bench();
  bench.runLines('SET a 1 PX 5', 'SET b 1 PX 5', 'SET c 1 PX 5', 'SET d 1 PX 5');
  expect(told(bench, '+10', 'GET a')).toEqual(['DEL a']);
  expect(told(bench, 'INCR b')).toEqual(['DEL b', 'INCR b']);
  expect(told(bench, 'MGET c d')).toEqual(['DEL c', 'DEL d']);
  bench.verifyEmptied();
});

test('so is a field', () => {
  const bench = new Bench();
  bench.runLines('HSET h f 1 g 2', 'HPEXPIRE h 5 FIELDS 2 f g');
  expect(told(bench, '+10', 'HGET h f', 'HINCRBY h g 7')).toEqual(['HDEL h f', 'HDEL h g', 'HINCRBY h g 7']);
  bench.verifyEmptied();
});

test('what expires though nobody asks is told of, with its database', () => {
  const bench = new Bench();
  const { server } = bench;
  const told: string[] = [];
  server.propagation.add({
    write: () => {},
    writeWords: (database, words) =>
      told.push([database, ...words.map((word) => Buffer.from(word))].join(' ')),
  });
  bench.runLines('SELECT 3', 'SET a 1 PX 5', 'HSET h f 1 g 2 k 3', 'HPEXPIRE h 5 FIELDS 2 f g');
  bench.now += 10;
  bench.keyspace.setNow(bench.now);
  const budget = new TimeBudget(() => 0);
  budget.start(1000);
  server.background.expiry.run(budget);
  server.background.elementExpiry.run(budget);
  server.propagation.flush();
  expect(told.sort()).toEqual(['3 DEL a', '3 HDEL h f', '3 HDEL h g']);
});

test('what is evicted is told of before the command that needs the room', () => {
  const bench = new Bench();
  bench.runLines('CONFIG SET maxmemory-policy allkeys-random', `SET a ${'x'.repeat(5000)}`);
  bench.run('CONFIG', 'SET', 'maxmemory', bench.server.memory.used + 100);
  expect(told(bench, 'SET b 12345678901234567890'.padEnd(200, '0')).map((line) => line.slice(0, 5))).toEqual([
    'DEL a',
    'SET b',
  ]);
});

test('lazyfree options make DEL an UNLINK', () => {
  const bench = new Bench();
  bench.runLines('CONFIG SET lazyfree-lazy-expire yes lazyfree-lazy-server-del yes');
  bench.runLines('SET a 1 PX 5', 'SET b 1', 'SET c 1', 'SET d 1', 'SADD s 1 2');
  expect(told(bench, '+10', 'GET a', 'PEXPIRE b 0', 'GETEX c PXAT 1', 'GETDEL d', 'SPOP s 2')).toEqual([
    'UNLINK a',
    'UNLINK b',
    'UNLINK c',
    'DEL d',
    'UNLINK s',
  ]);
});

test('an empty data set is flushed for all', () => {
  expect(told(new Bench(), 'FLUSHALL', 'FLUSHDB ASYNC')).toEqual(['FLUSHALL', 'FLUSHDB ASYNC']);
});
