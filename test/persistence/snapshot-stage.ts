/** A data set that is saved a step at a time while commands change it. */
import { expect } from 'bun:test';
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
export class Stage {
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

  get writtenBytes(): number {
    return this.files.files.get(FILE)?.length ?? Number.NaN;
  }

  /** The digest of what was written. */
  writtenDigest(now: number): string {
    return this.written(now).run('DEBUG', 'DIGEST');
  }

  /** What was written. */
  written(now: number): Bench {
    const other = new Bench();
    other.now = now;
    other.server.configuration.assign('enable-debug-command', ['yes']);
    other.keyspace.setNow(now);
    const loader = new SnapshotLoader(other.keyspace, { replaces: false, auxiliary: () => {} });
    const file = this.files.open(FILE);
    if (file === null) throw new Error('there is no file');
    snapshotReader(file, loader, { verifyChecksum: true }).readAll();
    return other;
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

  verifyUnwatched(): void {
    const { tableWatchers, nodeWatchers, blockWatchers } = this.bench.keyspace.arena;
    expect([tableWatchers, nodeWatchers, blockWatchers].map(({ isEmpty }) => isEmpty)).toEqual([
      true,
      true,
      true,
    ]);
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
