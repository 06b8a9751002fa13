import { describe, expect, test } from 'bun:test';
import type { Random } from '../peers/generators/random.ts';
import { Stage } from './snapshot-stage.ts';

/** Adds a large value of each type. */
function addLargeValues({ bench }: Stage, copies: number): void {
  const numbers = Array.from({ length: 2300 }, (_, index) => index);
  for (let copy = 0; copy < copies; copy++) {
    bench.run('SELECT', copy % 3);
    bench.run('HSET', `hash${copy}`, ...numbers.flatMap((number) => [`f${number}`, `v${number}`]));
    bench.run('HSET', `mortal${copy}`, ...numbers.flatMap((number) => [`f${number}`, `v${number}`]));
    bench.run(
      'HEXPIRE',
      `mortal${copy}`,
      10_000,
      'FIELDS',
      500,
      ...numbers.slice(0, 500).map((number) => `f${number}`),
    );
    bench.run('SADD', `set${copy}`, ...numbers.map((number) => `f${number}`));
    bench.run('ZADD', `sorted${copy}`, ...numbers.flatMap((number) => [number / 3, `f${number}`]));
    bench.run('RPUSH', `list${copy}`, ...numbers.map((number) => `element ${number} ${'x'.repeat(80)}`));
    bench.run('APPEND', `string${copy}`, 'y'.repeat(700_000));
    for (const number of numbers) bench.run('XADD', `stream${copy}`, number + 1, 'field', `value ${number}`);
    bench.run('XGROUP', 'CREATE', `stream${copy}`, 'group', 0);
    bench.run('XREADGROUP', 'GROUP', 'group', 'me', 'COUNT', 100, 'STREAMS', `stream${copy}`, '>');
  }
}

/** Changes some large value somewhere. */
function changeLargeValue({ bench, random }: Stage, copies: number): void {
  const copy = random.below(copies);
  const number = random.below(3000);
  bench.run('SELECT', copy % 3);
  bench.run(
    ...random.pick<(string | number)[]>([
      ['HSET', `hash${copy}`, `f${number}`, random.pick(['v', 'a value that is longer than the other one'])],
      ['HDEL', `hash${copy}`, `f${number}`, `f${number + 1}`],
      ['HEXPIRE', `hash${copy}`, 10_000, 'FIELDS', 1, `f${number}`],
      ['HEXPIRE', `mortal${copy}`, 20_000, 'FIELDS', 1, `f${number % 600}`],
      ['HPERSIST', `mortal${copy}`, 'FIELDS', 1, `f${number % 500}`],
      ['HSET', `mortal${copy}`, `f${number}`, 'w1234'],
      ['SADD', `set${copy}`, `f${number}`],
      ['SREM', `set${copy}`, `f${number}`],
      ['SPOP', `set${copy}`, 40],
      ['ZADD', `sorted${copy}`, random.below(100), `f${number}`],
      ['ZREMRANGEBYRANK', `sorted${copy}`, number, number + 20],
      ['ZPOPMIN', `sorted${copy}`, 9],
      ['LPUSH', `list${copy}`, 'more'],
      ['LREM', `list${copy}`, 1, 'more'],
      ['LTRIM', `list${copy}`, 3, -4],
      ['SETRANGE', `string${copy}`, number, 'zz'],
      ['APPEND', `string${copy}`, 'zz'],
      ['XADD', `stream${copy}`, '*', 'field', 'more'],
      ['XDEL', `stream${copy}`, number],
      ['XACK', `stream${copy}`, 'group', number % 100],
      ['XTRIM', `stream${copy}`, 'MAXLEN', 2000],
      ['EXPIRE', `list${copy}`, 100_000],
      ['PERSIST', `list${copy}`],
    ]),
  );
  if (random.chance(0.03))
    bench.run(
      ...random.pick<(string | number)[]>([
        ['DEL', `${random.pick(['hash', 'mortal', 'set', 'sorted', 'list', 'string', 'stream'])}${copy}`],
        ['RENAME', `hash${copy}`, `mortal${copy}`],
        ['RENAME', `set${copy}`, `other${copy}`],
        ['ZUNIONSTORE', `sorted${copy}`, 1, `sorted${copy}`],
        ['COPY', `hash${copy}`, `list${copy}`, 'REPLACE'],
        ['SUNIONSTORE', `hash${copy}`, `set${copy}`],
        ['FLUSHDB'],
        ['SWAPDB', 0, 1],
      ]),
    );
}

/** Everything about a stream: digests leave out when and how often entries were delivered. */
const DESCRIPTION = ['XINFO', 'STREAM', 'stream0', 'FULL', 'COUNT', 0];

/** Changes a list or stream of many nodes; now and then to one of a few. */
function changeNodes({ bench, random }: Stage): void {
  const number = 1 + random.below(2400);
  const long = 'long '.repeat(random.below(9) === 0 ? 3000 : random.below(40));
  bench.run(
    ...random.pick<(string | number)[]>([
      ['LPUSH', 'list0', long, 'b'],
      ['RPUSH', 'list0', 'a', long],
      ['LPOP', 'list0', random.below(60)],
      ['RPOP', 'list0', random.below(60)],
      ['LSET', 'list0', random.below(2000), long],
      ['LINSERT', 'list0', random.pick(['BEFORE', 'AFTER']), `element ${number} ${'x'.repeat(80)}`, long],
      ['LREM', 'list0', -1, long],
      ['LREM', 'list0', 1, `element ${number} ${'x'.repeat(80)}`],
      ['LMOVE', 'list0', 'list0', random.pick(['LEFT', 'RIGHT']), random.pick(['LEFT', 'RIGHT'])],
      ['XADD', 'stream0', '*', 'field', long],
      ['XDEL', 'stream0', number, number + 1, number + 2],
      ['XTRIM', 'stream0', 'MINID', random.below(200)],
      ['XREADGROUP', 'GROUP', 'group', 'you', 'COUNT', 3, 'STREAMS', 'stream0', '>'],
      ['XACK', 'stream0', 'group', number, random.below(2400), random.below(2400)],
      [
        'XACK',
        'stream0',
        'group',
        ...Array.from({ length: random.below(50) + 1 }, (_, index) => number + index),
      ],
      ['XCLAIM', 'stream0', 'group', random.pick(['you', 'me']), 0, number, number + 1],
      ['XCLAIM', 'stream0', 'group', 'me', 0, number, 'RETRYCOUNT', 7, 'TIME', number],
      ['XREADGROUP', 'GROUP', 'group', 'me', 'COUNT', 3, 'STREAMS', 'stream0', number],
      ['XAUTOCLAIM', 'stream0', 'group', 'you', 0, number, 'COUNT', 3],
      ['XGROUP', 'CREATECONSUMER', 'stream0', 'group', `consumer ${number}`],
      ['XGROUP', 'SETID', 'stream0', 'group', random.below(2000)],
      ['XSETID', 'stream0', `${10_000_000_000_000 + number}-0`],
    ]),
  );
  if (random.chance(0.004))
    bench.run(
      ...random.pick<(string | number)[]>([
        ['LTRIM', 'list0', number, number + random.below(600)],
        ['LTRIM', 'list0', 3, 5],
        ['XTRIM', 'stream0', 'MAXLEN', random.below(30)],
        ['XGROUP', 'DESTROY', 'stream0', 'group'],
        ['XGROUP', 'DELCONSUMER', 'stream0', 'group', random.pick(['me', 'you'])],
        ['DEL', random.pick(['list0', 'stream0'])],
      ]),
    );
}

function randomBytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.below(256));
}

/** Changes a long string, most often where it stands. */
function changeString({ bench, random }: Stage, key: string): void {
  bench.run(
    ...random.pick<(string | number)[]>([
      ['SETBIT', key, random.below(16_000_000), random.below(2)],
      ['SETBIT', key, random.below(16_000_000), random.below(2)],
      [
        'BITFIELD',
        key,
        'SET',
        'u32',
        random.below(16_000_000),
        random.below(99),
        'INCRBY',
        'i8',
        random.below(99),
        1,
      ],
      ['SETRANGE', key, random.below(1_900_000), 'z'.repeat(1 + random.below(300_000))],
      ['APPEND', key, 'x'.repeat(random.below(90))],
      ['APPEND', key, 'x'.repeat(random.below(900_000))],
    ]),
  );
  if (random.chance(0.1))
    bench.run(
      ...random.pick<(string | number)[]>([
        ['SET', key, 'short'],
        ['SET', key, 'y'.repeat(600_000)],
        ['DEL', key],
        ['RENAME', key, 'another'],
        ['EXPIRE', key, 1000],
        ['RPUSH', key, 'no list'],
      ]),
    );
}

describe('a snapshot in slices', () => {
  test.each([41, 42, 43])(
    'holds large values as they were, piece by piece (seed %i)',
    (seed) => {
      const stage = new Stage(seed);
      addLargeValues(stage, 2);
      const before = stage.digest();
      const { now } = stage.bench;
      stage.begin();
      let steps = 0;
      while (stage.step()) {
        steps++;
        for (let i = stage.random.below(2); i > 0; i--) changeLargeValue(stage, 2);
      }
      expect(steps).toBeGreaterThan(200);
      stage.verify();
      stage.verifyUnwatched();
      expect(stage.writtenDigest(now)).toBe(before);
      stage.verifyEmptied();
    },
    30_000,
  );

  test.each([61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72])(
    'holds lists and streams whose nodes change all the time (seed %i)',
    (seed) => {
      const stage = new Stage(seed);
      const { bench, random } = stage;
      bench.run('CONFIG', 'SET', 'list-compress-depth', seed % 2);
      bench.run('CONFIG', 'SET', 'list-max-listpack-size', random.pick([-2, 3, 40]));
      addLargeValues(stage, 1);
      bench.run('XREADGROUP', 'GROUP', 'group', 'me', 'COUNT', 1500, 'STREAMS', 'stream0', '>');
      bench.run('XREADGROUP', 'GROUP', 'group', 'you', 'COUNT', 600, 'STREAMS', 'stream0', '>');
      for (let changes = 0; changes < 300; changes++) changeNodes(stage);
      const before = stage.digest();
      const streamBefore = bench.run(...DESCRIPTION);
      const { now } = bench;
      stage.begin();
      bench.run('SELECT', 0);
      // The values are begun with before the walk comes to them.
      for (let changes = seed % 3; changes > 0; changes--) changeNodes(stage);
      if (seed % 4 === 0) bench.run('LTRIM', 'list0', 900, 902);
      let changes = 0;
      while (stage.step()) for (let i = random.below(9); i > 0; i--, changes++) changeNodes(stage);
      expect(changes).toBeGreaterThan(1000);
      stage.verify();
      stage.verifyUnwatched();
      expect(stage.writtenDigest(now)).toBe(before);
      expect(stage.written(now).run(...DESCRIPTION)).toBe(streamBefore);
      stage.verifyEmptied();
    },
    30_000,
  );

  test.each([91, 92, 93, 94, 95, 96])(
    'holds long strings whose bytes change all the time (seed %i)',
    (seed) => {
      const stage = new Stage(seed);
      const { bench } = stage;
      const keys = ['string0', 'string1', 'string2'];
      for (const key of keys) bench.run('SETRANGE', key, 1_500_000, 'a string');
      // A third that cannot be compressed, or only at its end.
      bench.run('SETRANGE', 'string0', 0, randomBytes(stage.random, 900_000));
      const before = stage.digest();
      const { now } = bench;
      stage.begin();
      while (stage.step()) changeString(stage, stage.random.pick(keys));
      stage.verify();
      stage.verifyUnwatched();
      expect(stage.writtenDigest(now)).toBe(before);
      stage.verifyEmptied();
    },
    30_000,
  );

  test('compresses long strings where that makes them shorter', () => {
    const stage = new Stage(111);
    const noise = randomBytes(stage.random, 2_000_000);
    const texts: [least: number, most: number, text: Uint8Array][] = [
      [0, 40_000, new Uint8Array(2_000_000)],
      [2_000_000, 2_001_000, noise],
      [1_200_000, 1_201_000, Buffer.concat([noise.subarray(0, 300_000), new Uint8Array(900_000)])],
      [900_000, 940_000, Buffer.concat([new Uint8Array(300_000), noise.subarray(0, 900_000)])],
    ];
    for (const [least, most, text] of texts) {
      stage.bench.run('FLUSHALL');
      stage.bench.run('SET', 'text', new Uint8Array(text));
      const before = stage.digest();
      stage.begin();
      while (stage.step());
      expect(stage.writtenDigest(stage.bench.now)).toBe(before);
      expect(stage.writtenBytes).toBeGreaterThan(least);
      expect(stage.writtenBytes).toBeLessThan(most);
    }
  });

  test.each([
    [['DEL', 'long']],
    [['SET', 'long', 'short']],
    [['SINTERSTORE', 'long', 'nothing']],
    [['SADD', 'long', 1]],
  ])('holds a long string as it was before %j', (command) => {
    const stage = new Stage(101);
    const { bench } = stage;
    bench.run('SETRANGE', 'long', 1_500_000, 'a string');
    const before = stage.digest();
    stage.begin();
    while (bench.keyspace.arena.blockWatchers.isEmpty) stage.step();
    bench.run(...command);
    bench.run('SET', 'other', 'z'.repeat(1_500_008));
    while (stage.step());
    stage.verifyUnwatched();
    expect(stage.writtenDigest(bench.now)).toBe(before);
    stage.verifyEmptied();
  });

  test.each([
    ['gets an element from its neighbour', ['LINSERT', 'ordered', 'AFTER', 56, 'new']],
    ['becomes the whole list', ['LTRIM', 'ordered', 57, 57]],
  ])("holds a list's last node as it was when it %s", (_, command) => {
    const stage = new Stage(81);
    const { bench } = stage;
    bench.run('CONFIG', 'SET', 'list-max-listpack-size', 3);
    bench.run('RPUSH', 'ordered', ...Array.from({ length: 58 }, (__, index) => index));
    const before = stage.digest();
    stage.begin();
    bench.run(...command);
    bench.run('RPUSH', 'ordered', 'more');
    while (stage.step());
    expect(stage.digest()).not.toBe(before);
    expect(stage.writtenDigest(bench.now)).toBe(before);
    stage.verifyEmptied();
  });

  test.each([
    ['a leaf is joined with the next one', ['XACK', 'stream0', 'group', 63, 64, 65, 66, 67]],
    ['a delivery is counted', ['XCLAIM', 'stream0', 'group', 'me', 0, 130, 'RETRYCOUNT', 9, 'JUSTID']],
    ['the group goes', ['XGROUP', 'DESTROY', 'stream0', 'group']],
  ])('holds pending entries as they were before %s', (_, command) => {
    const stage = new Stage(121);
    const { bench } = stage;
    const ids = Array.from({ length: 2000 }, (__, index) => index + 1);
    bench.run('SELECT', 0);
    bench.run('DEL', 'stream0');
    for (const id of ids) bench.run('XADD', 'stream0', id, 'field', 'value');
    bench.run('XGROUP', 'CREATE', 'stream0', 'group', 0);
    bench.run('XREADGROUP', 'GROUP', 'group', 'me', 'STREAMS', 'stream0', '>');
    // Leaves have 62 entries each; two of them have 20 now.
    bench.run('XACK', 'stream0', 'group', ...ids.slice(82, 124), ...ids.slice(144, 186));
    const before = bench.run(...DESCRIPTION);
    const { now } = bench;
    stage.begin();
    bench.run(...command);
    bench.run('XGROUP', 'CREATE', 'stream0', 'another', 0);
    bench.run('XREADGROUP', 'GROUP', 'another', 'me', 'STREAMS', 'stream0', '>');
    while (stage.step());
    expect(bench.run(...DESCRIPTION)).not.toBe(before);
    expect(stage.written(now).run(...DESCRIPTION)).toBe(before);
    stage.verifyEmptied();
  });

  test('that is cancelled among changing nodes frees those that were taken out', () => {
    const stage = new Stage(71);
    addLargeValues(stage, 1);
    stage.begin();
    stage.bench.run('SELECT', 0);
    for (let steps = 0; steps < 400; steps++) {
      stage.step();
      changeNodes(stage);
    }
    stage.bench.run('LTRIM', 'list0', 3, 5);
    stage.bench.run('XTRIM', 'stream0', 'MAXLEN', 3);
    stage.cancel();
    stage.verifyUnwatched();
    while (stage.step());
    stage.verify();
    stage.verifyEmptied();
  });

  test('that is cancelled among large values forgets and frees them', () => {
    const stage = new Stage(51);
    addLargeValues(stage, 2);
    stage.begin();
    for (let steps = 0; steps < 60; steps++) {
      stage.step();
      for (let i = stage.random.below(8); i > 0; i--) changeLargeValue(stage, 2);
    }
    stage.bench.run('DEL', 'hash0', 'set0', 'sorted0');
    stage.cancel();
    stage.verifyUnwatched();
    while (stage.step());
    stage.verify();
    stage.verifyEmptied();
  });
});
