import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { FunctionLibraries } from '../../../src/persistence/function-libraries.ts';
import { SaveFailure, saveSnapshot, snapshotReader } from '../../../src/persistence/rdb/file.ts';
import { RdbError } from '../../../src/persistence/rdb/input.ts';
import {
  DuplicateKey,
  NoSuchDatabase,
  SnapshotLoader,
} from '../../../src/persistence/rdb/snapshot-loader.ts';
import { array, BENCH_START, Bench, bulk } from '../../commands/bench.ts';
import { MemoryFiles } from '../memory-files.ts';

const options = {
  name: 'dump.rdb',
  temporaryName: 'temp-1.rdb',
  compress: true,
  checksum: true,
  libraries: new FunctionLibraries(),
  origin: { redisVersion: '8.0.6', createdSeconds: 1, usedMemoryBytes: 2, aofBase: false },
};

function save(bench: Bench, files: MemoryFiles): void {
  bench.keyspace.setNow(bench.now);
  saveSnapshot(bench.keyspace, files, options);
}

/** Loads into an instance; returns how many keys came, and how many had expired. */
function load(bench: Bench, files: MemoryFiles, replaces = false): [loaded: number, expired: number] {
  bench.keyspace.setNow(bench.now);
  const loader = new SnapshotLoader(bench.keyspace, { replaces, auxiliary: () => {} });
  const file = files.open('dump.rdb');
  if (file === null) throw new Error('there is no file');
  snapshotReader(file, loader, { verifyChecksum: true }).readAll();
  file.close();
  return [loader.loaded, loader.expired];
}

function digest(bench: Bench): string {
  bench.server.configuration.assign('enable-debug-command', ['yes']);
  return bench.run('DEBUG', 'DIGEST');
}

const command = fc.oneof(
  fc.tuple(fc.constant('SET'), fc.nat(40), fc.string({ maxLength: 60 })),
  fc.tuple(fc.constant('SET'), fc.nat(40), fc.integer()),
  fc.tuple(fc.constant('SET'), fc.nat(40), fc.nat(40), fc.constant('PX'), fc.integer({ min: 1, max: 1e12 })),
  fc.tuple(fc.constant('SETRANGE'), fc.nat(40), fc.constantFrom(10, 9000, 300_000), fc.constant('x')),
  fc.tuple(fc.constant('APPEND'), fc.nat(40), fc.string()),
  fc.tuple(fc.constant('DEL'), fc.nat(40)),
  fc.tuple(fc.constant('SELECT'), fc.nat(15)),
);

describe('snapshots', () => {
  test('hold all data, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const bench = new Bench();
        for (const words of commands) bench.run(...words);
        const files = new MemoryFiles();
        save(bench, files);
        const other = new Bench();
        const [loaded, expired] = load(other, files);
        expect(digest(other)).toBe(digest(bench));
        expect(loaded).toBe(bench.keyspace.databases.reduce((sum, { size }) => sum + size, 0));
        expect(expired).toBe(0);
        other.verify();
      }),
      { numRuns: 25, seed: 3 },
    );
  });

  test('hold more than fits one chunk, and long keys', () => {
    const bench = new Bench({ checked: false });
    for (let i = 0; i < 5000; i++) bench.run('SET', `key:${i}`.padEnd(i % 400, '.'), `${i}`.repeat(40));
    const files = new MemoryFiles();
    save(bench, files);
    const other = new Bench({ checked: false });
    expect(load(other, files)).toEqual([5000, 0]);
    expect(digest(other)).toBe(digest(bench));
  });

  test('replace the file in one step, made durable before', () => {
    const files = new MemoryFiles();
    save(new Bench(), files);
    expect(files.done).toEqual([
      'create temp-1.rdb',
      'write temp-1.rdb',
      'write temp-1.rdb',
      'sync temp-1.rdb',
      'close temp-1.rdb',
      'rename temp-1.rdb dump.rdb',
      'syncDirectory',
    ]);
    expect([...files.files.keys()]).toEqual(['dump.rdb']);
  });

  test('whatever fails leaves the old file or the new one, and nothing beside it', () => {
    const old = new Bench();
    old.run('SET', 'key', 'old');
    const fresh = new Bench();
    fresh.run('SET', 'key', 'new');
    const steps: string[] = [];
    for (let at = 0; ; at++) {
      const files = new MemoryFiles();
      save(old, files);
      const before = files.files.get('dump.rdb');
      files.failAfter(at);
      let failure: unknown;
      try {
        save(fresh, files);
      } catch (error) {
        failure = error;
      }
      files.failAfter(undefined);
      if (failure === undefined) break;
      steps.push(failure instanceof SaveFailure ? failure.step : String(failure));
      expect([...files.files.keys()]).toEqual(['dump.rdb']);
      const isOld = files.files.get('dump.rdb')?.equals(before ?? Buffer.alloc(0));
      const isLast = steps.length === 7;
      expect(isOld).toBe(!isLast);
      expect(load(new Bench(), files)).toEqual([1, 0]);
    }
    expect(steps).toEqual(['open', 'write', 'write', 'write', 'write', 'rename', 'rename']);
  });
});

describe('loading', () => {
  test('leaves out what has expired since', () => {
    const bench = new Bench();
    bench.run('SET', 'soon', 'x', 'PX', 1000);
    bench.run('SET', 'later', 'x', 'PX', 100_000);
    bench.run('SET', 'never', 'x');
    const files = new MemoryFiles();
    save(bench, files);
    const other = new Bench();
    other.now = BENCH_START + 50_000;
    expect(load(other, files)).toEqual([2, 1]);
    expect(other.run('PTTL', 'later')).toBe(':50000\r\n');
    expect(other.run('EXISTS', 'soon', 'never')).toBe(':1\r\n');
  });

  test('refuses a key that is there, or lets it be replaced', () => {
    const bench = new Bench();
    bench.run('SET', 'a', 'file', 'EX', 100);
    bench.run('SET', 'b', 'file');
    const files = new MemoryFiles();
    save(bench, files);
    const other = new Bench();
    other.run('SET', 'a', 'mine');
    other.run('SET', 'c', 'mine', 'EX', 100);
    expect(() => load(other, files)).toThrow(DuplicateKey);
    load(other, files, true);
    expect(other.run('MGET', 'a', 'b', 'c')).toBe(array(bulk('file'), bulk('file'), bulk('mine')));
    expect(other.run('TTL', 'a')).toBe(':100\r\n');
    other.verifyEmptied();
  });

  test('refuses databases that there are not', () => {
    const files = new MemoryFiles();
    files.files.set('dump.rdb', Buffer.from('REDIS0011\xfe\x10\xfb\x01\0\0\x01a\x01b\xff', 'latin1'));
    expect(() => load(new Bench(), files)).toThrow(NoSuchDatabase);
    files.files.set('dump.rdb', Buffer.from('REDIS0011\xfe\x10\0\x01a\x01b\xff', 'latin1'));
    expect(() => load(new Bench(), files)).toThrow(NoSuchDatabase);
  });

  test('a file that is cut gives an error, and keys that verify', () => {
    const bench = new Bench();
    for (let i = 0; i < 30; i++) bench.run('SET', `key:${i}`, 'x'.repeat(i * 3), 'EX', 100 + i);
    const files = new MemoryFiles();
    save(bench, files);
    const whole = files.files.get('dump.rdb') ?? Buffer.alloc(0);
    const other = new Bench();
    for (let length = 0; length < whole.length; length += 13) {
      files.files.set('dump.rdb', whole.subarray(0, length));
      expect(() => load(other, files)).toThrow(RdbError);
      other.verifyEmptied();
    }
  });

  test('keeps how often and how long ago keys were used', () => {
    for (const [policy, ask] of [
      ['allkeys-lru', 'IDLETIME'],
      ['allkeys-lfu', 'FREQ'],
    ]) {
      const bench = new Bench();
      const other = new Bench();
      for (const each of [bench, other]) each.run('CONFIG', 'SET', 'maxmemory-policy', policy);
      bench.run('SET', 'key', 'x');
      for (let i = 0; i < 50; i++) bench.run('GET', 'key');
      bench.now += 10_000;
      const files = new MemoryFiles();
      save(bench, files);
      other.now = bench.now;
      load(other, files);
      const expected = bench.run('OBJECT', ask, 'key');
      expect(other.run('OBJECT', ask, 'key')).toBe(expected);
      expect(expected).toMatch(ask === 'FREQ' ? /^:([6-9]|\d\d+)\r/ : /^:10\r/);
    }
  });
});
