import { describe, expect, test } from 'bun:test';
import { flagsOf, PRESERVED } from '../../src/keyspace/record.ts';
import { TimeBudget } from '../../src/keyspace/time-budget.ts';
import { FunctionLibraries } from '../../src/persistence/function-libraries.ts';
import { snapshotReader } from '../../src/persistence/rdb/file.ts';
import { RdbOutput } from '../../src/persistence/rdb/output.ts';
import { RdbSnapshot } from '../../src/persistence/rdb/rdb-snapshot.ts';
import { SnapshotLoader } from '../../src/persistence/rdb/snapshot-loader.ts';
import { SlicedSnapshot, separateStore } from '../../src/persistence/snapshot.ts';
import { Bench } from '../commands/bench.ts';
import { Random } from '../peers/generators/random.ts';
import { groups } from '../peers/groups.ts';
import { MemoryFiles } from './memory-files.ts';

const FILE = 'dump.rdb';
/** All groups whose commands are about data. */
const dataGroups = Object.entries(groups)
  .filter(([name]) => !['connection', 'authentication', 'server', 'protocol'].includes(name))
  .map(([, group]) => group);

/** A bench with data, and a snapshot of it that is taken a step at a time. */
class Stage {
  readonly bench = new Bench();
  readonly files = new MemoryFiles();
  readonly random: Random;
  #snapshot: SlicedSnapshot | undefined;
  /** Is spent at once. */
  readonly #budget: TimeBudget;

  constructor(seed: number) {
    this.random = new Random(seed);
    let time = 0;
    this.#budget = new TimeBudget(() => time++);
    this.bench.server.configuration.assign('enable-debug-command', ['yes']);
    for (let database = 0; database < 3; database++) {
      this.bench.run('SELECT', database);
      this.bench.run('DEBUG', 'POPULATE', 600, `filler${database}`);
      for (let i = 0; i < 60; i += 10) this.bench.run('EXPIRE', `filler${database}:${i}`, 1000 + i);
    }
    for (let count = 0; count < 300; count++) this.runSome();
  }

  /** Runs a few commands of some group. */
  runSome(): void {
    const steps = this.random.pick(dataGroups).sequence(this.random, true);
    for (const step of steps.slice(0, this.random.below(12))) {
      if (!('words' in step) || ['FLUSHALL', 'FLUSHDB', 'HELLO'].includes(String(step.words[0]))) continue;
      // Expiries that are no safe integers are not kept exactly.
      if (step.words.some((word) => /^\d{16}/.test(String(word)))) continue;
      this.bench.run(...step.words.map((word) => (word instanceof Buffer ? new Uint8Array(word) : word)));
    }
    if (this.random.chance(0.02)) this.bench.run('SELECT', this.random.below(3));
    if (this.random.chance(0.05)) this.bench.run('DEL', `filler0:${this.random.below(600)}`);
    if (this.random.chance(0.05)) this.bench.run('SET', `filler1:${this.random.below(900)}`, 'new');
  }

  begin(): void {
    const { keyspace } = this.bench;
    const file = this.files.create(FILE);
    const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
      file.write(chunk, length);
      return chunk;
    };
    const origin = { redisVersion: '8.0.6', createdSeconds: 1, usedMemoryBytes: 2, aofBase: false };
    const options = { compress: true, checksum: true };
    const first = new Uint8Array(4096);
    const store = separateStore(keyspace);
    const format = new RdbSnapshot(
      keyspace,
      store,
      origin,
      new FunctionLibraries(),
      new RdbOutput({ exchange }, first, options),
    );
    this.#snapshot = new SlicedSnapshot(keyspace, format);
  }

  cancel(): void {
    this.#snapshot?.cancel();
  }

  /** Returns whether there is more to write. */
  step(): boolean {
    this.#budget.start(1);
    return this.#snapshot?.run(this.#budget) === true;
  }

  digest(): string {
    this.#meetAll();
    return this.bench.run('DEBUG', 'DIGEST');
  }

  /** The digest of what was written. */
  writtenDigest(now: number): string {
    const other = new Bench();
    other.now = now;
    other.server.configuration.assign('enable-debug-command', ['yes']);
    other.keyspace.setNow(now);
    const loader = new SnapshotLoader(other.keyspace, { replaces: false, auxiliary: () => {} });
    const file = this.files.open(FILE);
    if (file === null) throw new Error('there is no file');
    snapshotReader(file, loader, { verifyChecksum: true }).readAll();
    return other.run('DEBUG', 'DIGEST');
  }

  /** Asks for every key, so that none is left whose time has come. */
  #meetAll(): void {
    const { bench } = this;
    const selected = bench.client.database;
    for (const { keys, index } of bench.keyspace.databases) {
      const names: Uint8Array[] = [];
      let cursor = 0;
      do cursor = keys.scan(cursor, (record) => names.push(bench.keyspace.copyKey(record)));
      while (cursor !== 0);
      bench.client.database = index;
      for (const name of names) bench.run('TYPE', name);
    }
    bench.client.database = selected;
  }

  verifyEmptied(): void {
    while (this.bench.keyspace.lazyFree.runOnce());
    this.bench.verifyEmptied();
  }

  /** No mark may be left in a record. */
  verify(): void {
    this.bench.verify();
    expect(this.bench.keyspace.preserver).toBeNull();
    for (const { keys } of this.bench.keyspace.databases) {
      let cursor = 0;
      do cursor = keys.scan(cursor, (record) => expect(flagsOf(keys.arena, record) & PRESERVED).toBe(0));
      while (cursor !== 0);
    }
  }
}

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

describe('a snapshot in slices', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'holds the data of its beginning, whatever happens meanwhile (seed %i)',
    (seed) => {
      const stage = new Stage(seed);
      const before = stage.digest();
      const { now } = stage.bench;
      stage.begin();
      while (stage.step()) stage.runSome();
      stage.verify();
      expect(stage.writtenDigest(now)).toBe(before);
      stage.verifyEmptied();
    },
  );

  test.each([11, 12, 13])(
    'survives flushed and exchanged databases, and time that passes (seed %i)',
    (seed) => {
      const stage = new Stage(seed);
      const { bench, random } = stage;
      const before = stage.digest();
      const { now } = bench;
      stage.begin();
      while (stage.step()) {
        stage.runSome();
        bench.now += random.below(100_000);
        if (random.chance(0.1)) bench.run('SWAPDB', random.below(3), random.below(3));
        if (random.chance(0.05))
          bench.run(random.pick(['FLUSHDB', 'FLUSHALL']), random.pick(['SYNC', 'ASYNC']));
        bench.server.background.tick();
      }
      stage.verify();
      expect(stage.writtenDigest(now)).toBe(before);
      stage.verifyEmptied();
    },
  );

  test('does not hold the estimate that PFCOUNT leaves in a value', () => {
    const stage = new Stage(31);
    const names = Array.from({ length: 40 }, (_, index) => `counted${index}`);
    for (const name of names) stage.bench.run('PFADD', name, 'a', 'b');
    const before = stage.digest();
    stage.begin();
    stage.step();
    for (const name of names) stage.bench.run('PFCOUNT', name);
    while (stage.step());
    expect(stage.digest()).not.toBe(before);
    expect(stage.writtenDigest(stage.bench.now)).toBe(before);
  });

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
      expect(stage.bench.keyspace.arena.watchers).toBeNull();
      expect(stage.writtenDigest(now)).toBe(before);
      stage.verifyEmptied();
    },
    30_000,
  );

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
    expect(stage.bench.keyspace.arena.watchers).toBeNull();
    while (stage.step());
    stage.verify();
    stage.verifyEmptied();
  });

  test('that is cancelled leaves no marks, and the next one is whole', () => {
    const stage = new Stage(21);
    stage.begin();
    for (let steps = 0; steps < 5 && stage.step(); steps++) stage.runSome();
    stage.cancel();
    while (stage.step()) stage.runSome();
    stage.verify();
    const before = stage.digest();
    stage.begin();
    while (stage.step()) stage.runSome();
    stage.verify();
    expect(stage.writtenDigest(stage.bench.now)).toBe(before);
  });
});
