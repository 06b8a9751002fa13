/** Damages RDB files at random, and shows that loading what comes of that does no harm. */
import {
  bytesOf,
  encodingOf,
  keyLengthOf,
  keyStartOf,
  TYPE_STRING,
  typeOf,
} from '../../../src/keyspace/record.ts';
import { rootOf } from '../../../src/keyspace/value.ts';
import { type Arena, OutOfMemory } from '../../../src/memory/arena.ts';
import { Crc64 } from '../../../src/memory/crc64.ts';
import { RdbError } from '../../../src/persistence/rdb/input.ts';
import { RdbReader } from '../../../src/persistence/rdb/reader.ts';
import {
  DuplicateKey,
  NoSuchDatabase,
  SnapshotLoader,
} from '../../../src/persistence/rdb/snapshot-loader.ts';
import type { Bench } from '../../commands/bench.ts';
import type { Random } from '../../peers/generators/random.ts';

const CHECKSUM_BYTES = 8;
/** LZF gives 88 bytes for one at most, and small values take more room when they become large. */
const MEMORY_PER_BYTE_MAX = 400;
const MEMORY_MIN = 4 << 20;

/** Bytes that mean a length: small, of 14 bits, of 32 and of 64, and the largest of these. */
const lengths: readonly (readonly number[])[] = [
  [0],
  [1],
  [63],
  [0x7f, 0xff],
  [0x80, 0, 0, 0, 5],
  [0x80, 0xff, 0xff, 0xff, 0xff],
  [0x80, 0x7f, 0xff, 0xff, 0xff],
  [0x81, 0x10, 0, 0, 0, 0, 0, 0, 0],
  [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xc3],
];

/** One of the files with some damage, its checksum made right again now and then. */
export function damaged(random: Random, files: readonly Uint8Array[]): Uint8Array {
  let file: Uint8Array = Uint8Array.from(random.pick(files));
  for (let count = random.chance(0.5) ? 1 : 1 + random.below(4); count > 0; count--)
    file = damagedOnce(random, file, files);
  if (file.length > CHECKSUM_BYTES && random.chance(0.3)) sign(file);
  return file;
}

function damagedOnce(random: Random, file: Uint8Array, files: readonly Uint8Array[]): Uint8Array {
  const at = random.below(file.length + 1);
  const size = random.pick([1, 2, 5, 20, 200]);
  const before = file.subarray(0, at);
  const behind = file.subarray(at);
  switch (random.below(8)) {
    case 0:
      return file.map((byte, index) => (index === at ? byte ^ (1 << random.below(8)) : byte));
    case 1:
      return file.map((byte, index) => (index === at ? random.pick([0, 1, 127, 128, 253, 254, 255]) : byte));
    case 2:
      return before;
    case 3:
      return joined(before, behind.subarray(size));
    case 4:
      return joined(before, random.bytes(size), behind.subarray(random.below(2) * size));
    case 5:
      return joined(before, Uint8Array.from(random.pick(lengths)), behind.subarray(random.below(3)));
    case 6:
      return joined(before, behind.subarray(0, size), behind);
    default: {
      const other = random.pick(files);
      const from = random.below(other.length);
      return joined(before, other.subarray(from, from + size), behind.subarray(random.below(2) * size));
    }
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function sign(file: Uint8Array): void {
  const crc = new Crc64();
  const end = file.length - CHECKSUM_BYTES;
  crc.update(file, 0, end);
  const view = new DataView(file.buffer, file.byteOffset);
  view.setInt32(end, crc.low, true);
  view.setInt32(end + 4, crc.high, true);
}

/**
 * Loads a file into an empty instance, uses what has come of it, and takes it away again. Returns why it was refused, or
 * "loaded". Throws if anything is out of order then.
 */
export function loadAndUse(random: Random, bench: Bench, file: Uint8Array): string {
  const before = bench.usedBytes;
  const sanitizes = random.chance(0.5);
  const outcome = load(random, bench, file, sanitizes);
  const used = bench.usedBytes - before;
  if (used > MEMORY_MIN + file.length * MEMORY_PER_BYTE_MAX)
    throw new Error(`${file.length} bytes of a file took ${used} of memory`);
  bench.verify();
  // A member twice makes a value that is wrong, and does no harm otherwise.
  if (sanitizes) verifyValues(bench);
  use(bench);
  if (sanitizes) verifyValues(bench);
  bench.takeEvents();
  bench.takePropagated();
  bench.verifyEmptied();
  return outcome;
}

function load(random: Random, bench: Bench, file: Uint8Array, sanitizes: boolean): string {
  bench.keyspace.setNow(bench.now);
  const loader = new SnapshotLoader(bench.keyspace, {
    replaces: random.chance(0.2),
    auxiliary: () => {},
    sizeBytes: file.length,
  });
  const chunkBytes = random.pick([1, 7, 100, 65_536]);
  const options = { verifyChecksum: random.chance(0.5), sanitizes };
  let at = 0;
  const next = (): Uint8Array | null => {
    const chunk = file.slice(at, at + chunkBytes);
    at += chunkBytes;
    return chunk.length === 0 ? null : chunk;
  };
  try {
    new RdbReader({ next }, loader, options).readAll();
    return 'loaded';
  } catch (error) {
    if (error instanceof RdbError) {
      if (!(error.offset >= 0 && error.offset <= file.length))
        throw new Error(`an offset outside of the file: ${error.message}`);
      return error.problem.replaceAll(/"[^"]*"|[\da-f]{16}|-?\d[\d.e+]*/g, 'N');
    }
    const isKnown =
      error instanceof DuplicateKey || error instanceof NoSuchDatabase || error instanceof OutOfMemory;
    if (!isKnown) throw error;
    return error.constructor.name;
  }
}

/** The structures check themselves, as far as they can. */
function verifyValues(bench: Bench): void {
  const { keyspace } = bench;
  for (const { keys } of keyspace.databases) {
    let cursor = 0;
    do
      cursor = keys.scan(cursor, (record: number) => {
        const type = typeOf(keyspace.arena, record);
        if (type === TYPE_STRING) return;
        const structure: { verify?(encoding: number, root: number): void } = keyspace.structureOf(type);
        structure.verify?.(encodingOf(keyspace.arena, record), rootOf(keyspace.arena, record));
      });
    while (cursor !== 0);
  }
}

/** What is asked of a key of each type; K stands for its name. */
const questions: Readonly<Record<string, readonly string[]>> = {
  string: ['GET K', 'APPEND K x', 'BITCOUNT K', 'PFCOUNT K'],
  list: ['LRANGE K 0 -1', 'LINSERT K BEFORE a b', 'LPUSH K x', 'LSET K -1 y', 'RPOP K', 'LTRIM K 1 -2'],
  set: ['SMEMBERS K', 'SADD K 5 x', 'SPOP K 2', 'SRANDMEMBER K 5', 'SREM K 5'],
  zset: ['ZRANGE K 0 -1 WITHSCORES', 'ZADD K 1 a 2 b', 'ZPOPMIN K', 'ZRANGEBYSCORE K -inf 3', 'ZREM K a'],
  hash: ['HGETALL K', 'HSET K f v g w', 'HPEXPIRE K 5000 FIELDS 1 f', 'HDEL K g', 'HRANDFIELD K 3'],
  stream: ['XRANGE K - +', 'XINFO STREAM K FULL', 'XADD K * a b', 'XTRIM K MAXLEN 5', 'XGROUP CREATE K n 0'],
};

/** Reads every key and changes it in the ways of its type. */
function use(bench: Bench): void {
  for (let database = 0; database < bench.keyspace.databases.length; database++) {
    if (bench.keyspace.databases[database].keys.count === 0) continue;
    bench.run('SELECT', database);
    for (const name of namesOf(bench, database)) {
      const type = bench.run('TYPE', name).slice(1, -2);
      bench.run('DUMP', name);
      for (const question of questions[type] ?? [])
        bench.run(...question.split(' ').map((word) => (word === 'K' ? name : word)));
      bench.run('PEXPIRE', name, 100_000);
      bench.run('COPY', name, 'copy', 'REPLACE');
    }
  }
  bench.run('DEBUG', 'DIGEST');
  bench.run('SELECT', 0);
}

function namesOf({ keyspace }: Bench, database: number): Uint8Array[] {
  const names: Uint8Array[] = [];
  const { keys, arena } = keyspace.databases[database];
  let cursor = 0;
  do cursor = keys.scan(cursor, (record: number) => names.push(nameOf(arena, record)));
  while (cursor !== 0);
  return names;
}

function nameOf(arena: Arena, record: number): Uint8Array {
  const start = keyStartOf(arena, record);
  return bytesOf(arena, record).slice(start, start + keyLengthOf(arena, record));
}
