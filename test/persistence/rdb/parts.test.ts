import { expect, test } from 'bun:test';
import { RdbError } from '../../../src/persistence/rdb/input.ts';
import { RdbReader } from '../../../src/persistence/rdb/reader.ts';
import { SnapshotLoader } from '../../../src/persistence/rdb/snapshot-loader.ts';
import { Bench } from '../../commands/bench.ts';
import { bytesOf, double, fileOf, keyOf, length, listpack, little, text, ziplist } from './old-forms.ts';

const COUNT = 3000;
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
  const loader = new SnapshotLoader(bench.keyspace, { replaces: false, auxiliary: () => {} });
  const chunks = [file];
  return new RdbReader({ next: () => chunks.shift() ?? null }, loader, { verifyChecksum: true });
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
