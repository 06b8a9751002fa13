import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Random } from '../../peers/generators/random.ts';
import { streamMakers } from '../../peers/generators/streams.ts';
import { mutated } from '../../peers/generators/words.ts';
import { array, BENCH_START, Bench, bulk, NIL, OK, WRONG_TYPE } from '../bench.ts';

/** Throws if any stream of the bench is damaged. */
function verifyStreams(bench: Bench): void {
  const { keyspace } = bench;
  const { streams } = keyspace.structures;
  keyspace.databases[0].keys.verify();
  for (const key of ['a', 'b', 'c', 'd']) {
    if (!bench.run('TYPE', key).startsWith('+stream')) continue;
    bench.run('XLEN', key);
    streams.verify(0, streams.stream.root);
  }
}

describe('XADD', () => {
  test('makes ids from the clock, and goes on when it stands still or goes back', () => {
    const bench = new Bench();
    expect(bench.runLines('XADD s * f v')).toBe(bulk(`${BENCH_START}-0`));
    expect(bench.runLines('XADD s * f v')).toBe(bulk(`${BENCH_START}-1`));
    bench.now -= 1000;
    expect(bench.runLines('XADD s * f v')).toBe(bulk(`${BENCH_START}-2`));
    bench.now += 5000;
    expect(bench.runLines('XADD s * f v')).toBe(bulk(`${BENCH_START + 4000}-0`));
    bench.verifyEmptied();
  });

  test('tells others the id and what was trimmed', () => {
    const bench = new Bench();
    bench.runLines('XADD s * f v', 'XADD s 5-* f v', 'XADD s 1700000000001-* f v');
    bench.runLines('XADD s MAXLEN ~ 10 LIMIT 5 * f v', 'XADD s MINID ~ 7 * f v', 'XTRIM s MAXLEN ~ 0');
    expect(bench.takePropagated()).toEqual([
      `XADD s ${BENCH_START}-0 f v`,
      'XADD s 1700000000001-0 f v',
      'XADD s MAXLEN = 3 1700000000001-1 f v',
      `XADD s MINID = ${BENCH_START}-0 1700000000001-2 f v`,
      'XTRIM s MAXLEN = 0',
    ]);
    expect(bench.takeEvents()).toEqual(['xadd s', 'xadd s', 'xadd s', 'xadd s', 'xtrim s']);
    bench.verifyEmptied();
  });

  test('leaves nothing behind when it fails', () => {
    const bench = new Bench();
    bench.runLines('SET string x');
    expect(bench.runLines('XADD string * f v')).toBe(WRONG_TYPE);
    expect(bench.runLines('XADD s NOMKSTREAM * f v')).toBe(NIL);
    bench.runLines('XADD s 0-0 f v', 'XADD s x f v', 'XADD s MAXLEN -1 * f v');
    expect(bench.runLines('EXISTS s')).toBe(':0\r\n');
    bench.verifyEmptied();
  });
});

test('whatever is done, streams stay sound and are freed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      const bench = new Bench();
      const random = new Random(seed);
      bench.keyspace.structures.streams.stream.nodeEntriesMax = 7;
      for (let i = 0; i < 250; i++) {
        const words = mutated(random, random.pick(streamMakers)(random));
        bench.run(...words);
        bench.now += random.below(3);
        if (i % 40 === 0) verifyStreams(bench);
      }
      verifyStreams(bench);
      bench.verifyEmptied();
    }),
    { numRuns: 8, seed: 11 },
  );
});

describe('consumer groups', () => {
  test('give entries, count deliveries, and tell others', () => {
    const bench = new Bench();
    bench.runLines('XADD s 1-0 f v', 'XADD s 2-0 f v', 'XGROUP CREATE s g 0');
    bench.takePropagated();
    const entry = (id: string) => array(bulk(id), array(bulk('f'), bulk('v')));
    expect(bench.runLines('XREADGROUP GROUP g alice COUNT 1 STREAMS s >')).toBe(
      array(array(bulk('s'), array(entry('1-0')))),
    );
    expect(bench.takePropagated()).toEqual([
      'XGROUP CREATECONSUMER s g alice',
      `XCLAIM s g alice 0 1-0 TIME ${BENCH_START} RETRYCOUNT 1 FORCE JUSTID LASTID 1-0`,
      'XGROUP SETID s g 1-0 ENTRIESREAD 1',
    ]);
    bench.runLines('XREADGROUP GROUP g bob NOACK STREAMS s >');
    expect(bench.takePropagated()).toEqual([
      'XGROUP CREATECONSUMER s g bob',
      'XGROUP SETID s g 2-0 ENTRIESREAD 2',
    ]);
    bench.now += 500;
    expect(bench.runLines('XPENDING s g - + 10')).toBe(
      array(array(bulk('1-0'), bulk('alice'), ':500\r\n', ':1\r\n')),
    );
    expect(bench.runLines('XCLAIM s g bob 400 1-0 JUSTID')).toBe(array(bulk('1-0')));
    expect(bench.runLines('XCLAIM s g bob 400 1-0 JUSTID')).toBe(array());
    expect(bench.runLines('XACK s g 1-0 2-0')).toBe(':1\r\n');
    bench.verifyEmptied();
  });

  test('XAUTOCLAIM drops what is gone from the stream', () => {
    const bench = new Bench();
    bench.runLines('XADD s 1-0 f v', 'XADD s 2-0 f v', 'XGROUP CREATE s g 0');
    bench.runLines('XREADGROUP GROUP g alice STREAMS s >', 'XDEL s 1-0');
    bench.takePropagated();
    expect(bench.runLines('XAUTOCLAIM s g bob 0 - JUSTID')).toBe(
      array(bulk('0-0'), array(bulk('2-0')), array(bulk('1-0'))),
    );
    expect(bench.takePropagated()).toEqual([
      'XGROUP CREATECONSUMER s g bob',
      'XACK s g 1-0',
      `XCLAIM s g bob 0 2-0 TIME ${BENCH_START} RETRYCOUNT 1 FORCE JUSTID LASTID 2-0`,
    ]);
    bench.verifyEmptied();
  });
});

test('copies have all that the original has', () => {
  const bench = new Bench();
  for (let i = 1; i <= 500; i++) bench.run('XADD', 's', `${i}-0`, 'field', i);
  bench.runLines(
    'XGROUP CREATE s g 0',
    'XREADGROUP GROUP g alice COUNT 200 STREAMS s >',
    'COPY s t',
    'XDEL s 7-0',
  );
  expect(bench.runLines('XLEN t')).toBe(':500\r\n');
  expect(bench.runLines('XPENDING t g')).toBe(bench.runLines('XPENDING s g'));
  expect(bench.runLines('XRANGE t 7 7')).toBe(array(array(bulk('7-0'), array(bulk('field'), bulk('7')))));
  expect(bench.runLines('DEL s')).toBe(':1\r\n');
  bench.verifyEmptied();
});

test('large streams are freed in pieces', () => {
  const bench = new Bench({ checked: false });
  for (let i = 1; i <= 20_000; i++) bench.run('XADD', 's', `${i}-0`, 'field', 'x'.repeat(100));
  bench.runLines('XGROUP CREATE s g 0', 'XREADGROUP GROUP g alice STREAMS s >');
  const { streams } = bench.keyspace.structures;
  bench.run('XLEN', 's');
  const copy = streams.copy(0, streams.stream.root);
  const used = bench.usedBytes;
  let pieces = 0;
  for (let root = copy; root !== 0; pieces++) root = streams.freeSome(0, root, 100);
  expect(pieces).toBeGreaterThan(5);
  expect(bench.usedBytes).toBeLessThan(used - 20_000 * 100);
  bench.runLines('DEL s');
  bench.verifyEmptied();
});

test('OBJECT ENCODING and XINFO know streams', () => {
  const bench = new Bench();
  bench.runLines('XADD s 1-1 f v');
  expect(bench.runLines('OBJECT ENCODING s')).toBe(bulk('stream'));
  expect(bench.runLines('XSETID s 5-5 ENTRIESADDED 7 MAXDELETEDID 4-4')).toBe(OK);
  expect(bench.runLines('XINFO STREAM s')).toContain(`${bulk('entries-added')}:7\r\n`);
  bench.verifyEmptied();
});

test.each([
  'XREADGROUP GROUP g alice STREAMS s >',
  'XREADGROUP GROUP g alice STREAMS s 0',
  'XACK s g 1-0',
  'XCLAIM s g bob 0 1-0',
  'XAUTOCLAIM s g bob 0 0',
  'XNACK s g SILENT IDS 1 1-0',
  'XINFO STREAM s',
])('a stream is preserved before groups or producers change: %s', (line) => {
  const bench = new Bench();
  bench.runLines('XADD s 1-0 f v', 'XADD s 2-0 f v', 'XGROUP CREATE s g 0');
  bench.runLines('XREADGROUP GROUP g alice COUNT 1 STREAMS s >', 'XADD s IDMP p i * f v');
  let preserved = 0;
  bench.keyspace.preserver = {
    changing: () => preserved++,
    added: () => {},
    detached: () => false,
    released: () => false,
  };
  expect(bench.runLines(line)).not.toStartWith('-');
  expect(preserved).toBeGreaterThan(0);
  bench.keyspace.preserver = null;
  bench.verifyEmptied();
});
