import { expect, test } from 'bun:test';
import { FunctionLibraries } from '../../../src/persistence/function-libraries.ts';
import { saveSnapshot } from '../../../src/persistence/rdb/file.ts';
import { RdbError } from '../../../src/persistence/rdb/input.ts';
import { RdbReader } from '../../../src/persistence/rdb/reader.ts';
import { SnapshotLoader } from '../../../src/persistence/rdb/snapshot-loader.ts';
import { Bench } from '../../commands/bench.ts';
import { MemoryFiles } from '../memory-files.ts';
import { bytesOf, double, fileOf, keyOf, length, listpack, little, text, ziplist } from './old-forms.ts';

const COUNT = 3000;
const CHUNK_BYTES = 100_003;
const far = 4_000_000_000_000;
const names = Array.from({ length: COUNT }, (_, at) => `name-${(at * 7919) % COUNT}`);
const nodes = Array.from({ length: 100 }, (_, at) => names.slice(at * 30, at * 30 + 30));

/** Each value, and the command that makes the same one. */
const values: readonly (readonly [Uint8Array, readonly (string | number)[]])[] = [
  [keyOf(1, 'elements', length(COUNT), names.map(text)), ['RPUSH', 'elements', ...names]],
  [
    keyOf(
      14,
      'ziplists',
      length(100),
      nodes.map((node) => text(ziplist(node))),
    ),
    ['RPUSH', 'ziplists', ...names],
  ],
  [
    keyOf(
      18,
      'listpacks',
      length(100),
      nodes.map((node) => bytesOf(2, text(listpack(node)))),
    ),
    ['RPUSH', 'listpacks', ...names],
  ],
  [keyOf(2, 'members', length(COUNT), names.map(text)), ['SADD', 'members', ...names]],
  [
    keyOf(
      4,
      'fields',
      length(COUNT),
      names.map((name) => bytesOf(text(name), text(`${name}!`))),
    ),
    ['HSET', 'fields', ...names.flatMap((name) => [name, `${name}!`])],
  ],
  [
    keyOf(
      5,
      'scores',
      length(COUNT),
      names.map((name, at) => bytesOf(text(name), double(at % 50))),
    ),
    ['ZADD', 'scores', ...names.flatMap((name, at) => [at % 50, name])],
  ],
];
const timed = keyOf(
  24,
  'timed',
  [...little(far, 8), ...length(COUNT)],
  names.map((name, at) => bytesOf(at % 2, text(name), text('v'))),
);
const neighbours = ['RPUSH l a', 'SADD s a', 'HSET h a b', 'ZADD z 1 a', 'SADD t a b 1', 'ZADD y 1 a 2 b'];

function reader(bench: Bench, file: Uint8Array): RdbReader {
  bench.keyspace.setNow(bench.now);
  const options = { replaces: false, auxiliary: () => {}, sizeBytes: file.length };
  const loader = new SnapshotLoader(bench.keyspace, options);
  let at = 0;
  const next = (): Uint8Array | null => {
    const chunk = file.subarray(at, at + CHUNK_BYTES);
    at += chunk.length;
    return chunk.length === 0 ? null : chunk;
  };
  return new RdbReader({ next }, loader, { verifyChecksum: true });
}

test('a large value is read in parts, between which other values are used', () => {
  const bench = new Bench();
  const other = new Bench();
  for (const [, words] of values) other.run(...words);
  const file = fileOf(
    'REDIS0012',
    0xfe,
    0,
    values.map(([key]) => key),
    timed,
  );
  const steps = reader(bench, file);
  let count = 0;
  while (steps.step()) {
    // Each is small, then large, and shares what stands on the value that is being read.
    for (const line of neighbours)
      bench.run(...line.split(' '), `more${count}`, ...(/^[HZ]/.test(line) ? ['7'] : []));
    count++;
  }
  expect(count).toBeGreaterThan((values.length + 1) * 10);
  for (const [, [, key]] of values)
    expect([key, bench.run('DEBUG', 'DIGEST-VALUE', key), bench.run('OBJECT', 'ENCODING', key)]).toEqual([
      key,
      other.run('DEBUG', 'DIGEST-VALUE', key),
      other.run('OBJECT', 'ENCODING', key),
    ]);
  expect(bench.run('HLEN', 'timed')).toBe(`:${COUNT}\r\n`);
  expect(bench.run('HPEXPIRETIME', 'timed', 'FIELDS', 2, names[0], names[1])).toBe(
    `*2\r\n:-1\r\n:${far}\r\n`,
  );
  bench.verifyEmptied();
});

test('a large value that is damaged leaves nothing behind', () => {
  const bench = new Bench();
  for (const key of [...values.map(([each]) => each), timed]) {
    const file = fileOf('REDIS0012', 0xfe, 0, key).subarray(0, -30);
    expect(() => reader(bench, file).readAll()).toThrow(RdbError);
    expect(bench.run('DBSIZE')).toBe(':0\r\n');
    bench.verifyEmptied();
  }
});

/** Values of every type that take long, and some that stand among them: a file as this server writes it. */
function fillWithLarge(bench: Bench): void {
  const noise = Array.from({ length: 40_000 }, (_, at) =>
    String.fromCharCode(Math.imul(at, 2654435761) >>> 24),
  );
  const long = noise.join('').repeat(20);
  for (const [, words] of values) bench.run(...words);
  bench.run('ZADD', 'same', ...names.flatMap((name) => ['1', name]));
  bench.run('SET', 'plain', `p${long}`);
  bench.run('SETRANGE', 'packed', 900_000, 'end');
  bench.run('HSET', 'long-fields', ...names.slice(0, 600).flatMap((name) => [name, 'v']));
  bench.run('HSET', 'long-fields', 'long', `h${long}`);
  bench.run('RPUSH', 'long-elements', 'a', `l${long}`, 'b', 'x'.repeat(700_000), 'c');
  bench.run('SADD', 'long-members', 'a', `s${long}`, 'b');
  bench.run('ZADD', 'long-names', 3, 'a', 2, `z${long}`, 1, 'b');
  for (let at = 1; at <= COUNT; at++) bench.run('XADD', 'stream', `${at}-1`, 'field', `value${at % 77}`);
  bench.run('XGROUP', 'CREATE', 'stream', 'group', 0);
  bench.run('XREADGROUP', 'GROUP', 'group', 'one', 'COUNT', 1500, 'STREAMS', 'stream', '>');
  bench.run('XREADGROUP', 'GROUP', 'group', 'two', 'COUNT', 700, 'STREAMS', 'stream', '>');
  bench.run('XADD', 'long-stream', '1-1', 'f', `x${long}`);
  bench.run('SET', 'small', '1');
}

function saved(bench: Bench): Uint8Array {
  const files = new MemoryFiles();
  const origin = { redisVersion: '8.0.0', createdSeconds: 1, usedMemoryBytes: 1, aofBase: false };
  const names = { name: 'dump.rdb', temporaryName: 'temp.rdb' };
  const libraries = new FunctionLibraries();
  saveSnapshot(bench.keyspace, files, { ...names, origin, libraries, compress: true, checksum: true });
  return Uint8Array.from(files.files.get('dump.rdb') ?? []);
}

test('no step reads more than a few hundred KiB or a few hundred elements, whatever the values', () => {
  const bench = new Bench();
  fillWithLarge(bench);
  const file = saved(bench);
  const loaded = new Bench();
  const steps = reader(loaded, file);
  let offset = 0;
  let most = 0;
  const { arena } = loaded.keyspace;
  let blocks = arena.usedBlocks;
  let mostBlocks = 0;
  while (steps.step()) {
    most = Math.max(most, steps.offset - offset);
    offset = steps.offset;
    mostBlocks = Math.max(mostBlocks, arena.usedBlocks - blocks);
    blocks = arena.usedBlocks;
  }
  expect(most).toBeLessThanOrEqual(300 * 1024);
  expect(mostBlocks).toBeLessThanOrEqual(300);
  expect(loaded.run('DEBUG', 'DIGEST')).toBe(bench.run('DEBUG', 'DIGEST'));
  expect(loaded.run('XPENDING', 'stream', 'group')).toBe(bench.run('XPENDING', 'stream', 'group'));
  expect(loaded.run('ZRANGE', 'same', 0, -1)).toBe(bench.run('ZRANGE', 'same', 0, -1));
  expect(loaded.run('ZRANGE', 'scores', 0, -1, 'WITHSCORES')).toBe(
    bench.run('ZRANGE', 'scores', 0, -1, 'WITHSCORES'),
  );
  loaded.verifyEmptied();
});

test('large values that have expired are passed over in parts', () => {
  const bench = new Bench();
  fillWithLarge(bench);
  for (const key of ['elements', 'fields', 'scores', 'members', 'stream', 'plain'])
    bench.run('PEXPIRE', key, 1000);
  const file = saved(bench);
  const loaded = new Bench();
  loaded.now = bench.now + 2000;
  const steps = reader(loaded, file);
  let offset = 0;
  let most = 0;
  for (; steps.step(); offset = steps.offset) most = Math.max(most, steps.offset - offset);
  expect(most).toBeLessThanOrEqual(300 * 1024);
  expect(loaded.run('EXISTS', 'elements', 'fields', 'scores', 'members', 'stream', 'plain')).toBe(':0\r\n');
  expect(loaded.run('LLEN', 'listpacks')).toBe(`:${COUNT}\r\n`);
  while (loaded.keyspace.lazyFree.runOnce());
  loaded.verifyEmptied();
});

test('a file with large values that ends anywhere leaves nothing behind', () => {
  const bench = new Bench();
  fillWithLarge(bench);
  const file = saved(bench);
  for (let cut = 1; cut <= 24; cut++) {
    const loaded = new Bench({ checked: cut % 2 === 0 });
    const end = Math.floor((file.length * cut) / 25);
    const steps = reader(loaded, file.subarray(0, end));
    expect(() => steps.readAll()).toThrow(RdbError);
    loaded.verifyEmptied();
  }
}, 60_000);

test('a file with large values and a wrong byte anywhere is refused or gives other values, and leaves nothing behind', () => {
  const bench = new Bench();
  fillWithLarge(bench);
  const file = saved(bench);
  let refused = 0;
  for (let count = 0; count < 24; count++) {
    const loaded = new Bench({ checked: count % 2 === 0 });
    const damaged = file.slice();
    damaged[(Math.imul(count + 1, 2654435761) >>> 0) % file.length] ^= 1 << (count % 8);
    try {
      reader(loaded, damaged).readAll();
    } catch (error) {
      expect(error).toBeInstanceOf(RdbError);
      refused++;
    }
    loaded.verifyEmptied();
  }
  // The checksum is wrong at least.
  expect(refused).toBe(24);
}, 60_000);

test('room for keys that were announced and did not come is given back', () => {
  const bench = new Bench();
  const announced = [0xfe, 0, 0xfb, ...length(1000), ...length(1000)];
  const file = fileOf('REDIS0012', announced, new Array(5000).fill([0xfe, 0]).flat());
  const steps = reader(bench, file);
  while (steps.step());
  expect(bench.keyspace.databases[0].keys.structureBytes).toBeGreaterThan(0);
  bench.verifyEmptied();
});
