/** What Redis 8.2 and later have, which the installed peers do not know. */
import { describe, expect, test } from 'bun:test';
import { array, BENCH_START, Bench, bulk, OK } from '../bench.ts';

const integers = (...values: number[]) => array(...values.map((value) => `:${value}\r\n`));

/** Entries 1-0 to 4-0; group g has 1-0 and 2-0 pending for alice; group h was given nothing. */
function prepared(): Bench {
  const bench = new Bench();
  for (let i = 1; i <= 4; i++) bench.run('XADD', 's', `${i}-0`, 'f', i);
  bench.runLines(
    'XGROUP CREATE s g 0',
    'XGROUP CREATE s h 0',
    'XREADGROUP GROUP g alice COUNT 2 STREAMS s >',
  );
  return bench;
}

describe('XDELEX', () => {
  test('keeps references, deletes them, or heeds them', () => {
    const bench = prepared();
    expect(bench.runLines('XDELEX s ACKED IDS 3 1-0 3-0 9-0')).toBe(integers(2, 2, -1));
    expect(bench.runLines('XDELEX s IDS 1 1-0')).toBe(integers(1));
    expect(bench.runLines('XPENDING s g')).toContain(':2\r\n');
    expect(bench.runLines('XDELEX s DELREF IDS 2 2-0 2-0')).toBe(integers(1, -1));
    expect(bench.runLines('XPENDING s g')).toStartWith('*4\r\n:1\r\n');
    expect(bench.runLines('XDELEX nothing IDS 2 1-0 2-0')).toBe(integers(-1, -1));
    expect(bench.runLines('XDELEX s IDS 2 1-0')).toStartWith('-ERR The `numids`');
    expect(bench.runLines('XDELEX s IDS 0 1-0')).toStartWith('-ERR Number of IDs');
    bench.verifyEmptied();
  });

  test('with ACKED deletes what all groups are done with', () => {
    const bench = prepared();
    bench.runLines('XREADGROUP GROUP h bob NOACK STREAMS s >', 'XACK s g 1-0');
    expect(bench.runLines('XDELEX s ACKED IDS 2 1-0 2-0')).toBe(integers(1, 2));
    bench.verifyEmptied();
  });
});

describe('XACKDEL', () => {
  test('acknowledges, and deletes as far as other groups allow', () => {
    const bench = prepared();
    expect(bench.runLines('XACKDEL s g ACKED IDS 2 1-0 3-0')).toBe(integers(2, -1));
    expect(bench.runLines('XACKDEL s g DELREF IDS 1 2-0')).toBe(integers(1));
    expect(bench.runLines('XPENDING s g')).toStartWith('*4\r\n:0\r\n');
    expect(bench.runLines('XLEN s')).toBe(':3\r\n');
    expect(bench.runLines('XACKDEL s nobody IDS 1 2-0')).toBe(integers(-1));
    bench.verifyEmptied();
  });
});

describe('trimming', () => {
  test('with ACKED passes over entries that groups still need', () => {
    const bench = prepared();
    bench.runLines('XREADGROUP GROUP h bob NOACK STREAMS s >');
    expect(bench.runLines('XTRIM s MAXLEN 0 ACKED')).toBe(':0\r\n');
    bench.runLines('XACK s g 1-0');
    expect(bench.runLines('XTRIM s MAXLEN 0 ACKED')).toBe(':1\r\n');
    expect(bench.runLines('XTRIM s MAXLEN 1 DELREF')).toBe(':2\r\n');
    expect(bench.runLines('XPENDING s g')).toStartWith('*4\r\n:0\r\n');
    expect(bench.runLines('XADD s MAXLEN 1 KEEPREF 9-0 f v')).toBe(bulk('9-0'));
    expect(bench.runLines('XLEN s')).toBe(':1\r\n');
    bench.verifyEmptied();
  });
});

describe('idempotent producers', () => {
  test('add an entry once', () => {
    const bench = new Bench();
    const first = bench.runLines('XADD s IDMP p 1 * f v');
    expect(bench.takePropagated()).toEqual([
      `XADD s ${BENCH_START}-0 f v`,
      `XIDMPRECORD s p 1 ${BENCH_START}-0`,
    ]);
    expect(bench.runLines('XADD s IDMP p 1 * other w')).toBe(first);
    expect(bench.takePropagated()).toEqual([]);
    expect(bench.runLines('XADD s IDMP q 1 * f v')).not.toBe(first);
    expect(bench.runLines('XLEN s')).toBe(':2\r\n');
    expect(bench.runLines('XADD s IDMP p 2 5-5 f v')).toStartWith('-ERR');
    const info = bench.runLines('XINFO STREAM s');
    expect(info).toContain(`${bulk('iids-duplicates')}:1\r\n`);
    expect(info).toContain(`${bulk('pids-tracked')}:2\r\n`);
    bench.verifyEmptied();
  });

  test('are known by what they add', () => {
    const bench = new Bench();
    const first = bench.runLines('XADD s IDMPAUTO p * a 1 b 2');
    expect(bench.runLines('XADD s IDMPAUTO p * b 2 a 1')).toBe(first);
    expect(bench.runLines('XADD s IDMPAUTO p * a 2 b 1')).not.toBe(first);
    bench.verifyEmptied();
  });

  test('are forgotten in time, and when there are too many', () => {
    const bench = new Bench();
    bench.runLines('XADD s 1-0 f v');
    expect(bench.runLines('XCFGSET s IDMP-DURATION 10 IDMP-MAXSIZE 3')).toBe(OK);
    const first = bench.runLines('XADD s IDMP p 1 * f v');
    bench.now += 9_999;
    expect(bench.runLines('XADD s IDMP p 1 * f v')).toBe(first);
    bench.now += 1;
    expect(bench.runLines('XADD s IDMP p 1 * f v')).not.toBe(first);
    for (let i = 2; i < 10; i++) bench.run('XADD', 's', 'IDMP', 'p', i, '*', 'f', 'v');
    expect(bench.runLines('XINFO STREAM s')).toContain(`${bulk('iids-tracked')}:3\r\n`);
    bench.runLines('COPY s t');
    expect(bench.runLines('XINFO STREAM t')).toContain(`${bulk('iids-tracked')}:3\r\n`);
    expect(bench.runLines('XCFGSET s IDMP-DURATION 0')).toStartWith('-ERR');
    expect(bench.runLines('XCFGSET nothing IDMP-DURATION 5')).toStartWith('-ERR no such key');
    bench.verifyEmptied();
  });

  test('are told of by XIDMPRECORD', () => {
    const bench = new Bench();
    bench.runLines('XADD s 1-0 f v', 'XADD s 2-0 f v');
    expect(bench.runLines('XIDMPRECORD s p 1 1-0')).toBe(OK);
    expect(bench.runLines('XIDMPRECORD s p 1 1-0')).toBe(OK);
    expect(bench.runLines('XIDMPRECORD s p 1 2-0')).toStartWith('-ERR');
    expect(bench.runLines('XIDMPRECORD s p 2 3-0')).toStartWith('-ERR');
    expect(bench.runLines('XADD s IDMP p 1 * f v')).toBe(bulk('1-0'));
    bench.verifyEmptied();
  });
});

describe('XNACK and XREADGROUP CLAIM', () => {
  test('give entries back and take them over', () => {
    const bench = prepared();
    expect(bench.runLines('XNACK s g FAIL IDS 2 1-0 9-0')).toBe(':1\r\n');
    expect(bench.runLines('XPENDING s g - + 10')).toStartWith(
      `*2\r\n${array(bulk('1-0'), bulk(''), ':-1\r\n', ':1\r\n')}`,
    );
    expect(bench.runLines('XINFO STREAM s FULL')).toContain(`${bulk('nacked-count')}:1\r\n`);
    const claimed = array(bulk('1-0'), array(bulk('f'), bulk('1')), ':-1\r\n', ':1\r\n');
    const fresh = (id: string, value: string) =>
      array(bulk(id), array(bulk('f'), bulk(value)), ':0\r\n', ':0\r\n');
    expect(bench.runLines('XREADGROUP GROUP g bob CLAIM 1000 STREAMS s >')).toBe(
      array(array(bulk('s'), array(claimed, fresh('3-0', '3'), fresh('4-0', '4')))),
    );
    expect(bench.runLines('XNACK s g FATAL IDS 1 1-0')).toBe(':1\r\n');
    expect(bench.runLines('XPENDING s g - + 1')).toContain(':9223372036854775807\r\n');
    expect(bench.runLines('XNACK s g SILENT IDS 1 2-0')).toBe(':1\r\n');
    expect(bench.runLines('XNACK s g SILENT IDS 1 4-0 RETRYCOUNT 7')).toBe(':1\r\n');
    expect(bench.runLines('XPENDING s g 2-0 2-0 1')).toBe(
      array(array(bulk('2-0'), bulk(''), ':-1\r\n', ':0\r\n')),
    );
    expect(bench.runLines('XNACK s h FAIL IDS 1 3-0 FORCE')).toBe(':1\r\n');
    bench.verifyEmptied();
  });
});

test('MAXCOUNT and MAXSIZE hold for all streams together', () => {
  const bench = prepared();
  bench.runLines('XADD t 1-0 f v');
  expect(bench.runLines('XREAD MAXCOUNT 3 STREAMS s t 0 0')).toStartWith('*1\r\n*2\r\n$1\r\ns\r\n*3\r\n');
  expect(bench.runLines('XREAD MAXCOUNT 5 STREAMS s t 0 0')).toStartWith('*2\r\n');
  expect(bench.runLines('XREAD MAXSIZE 1 STREAMS s t 0 0')).toStartWith('*1\r\n*2\r\n$1\r\ns\r\n*1\r\n');
  bench.verifyEmptied();
});
