import { describe, expect, test } from 'bun:test';
import { Configuration } from '../../../src/server/config/configuration.ts';
import { Log } from '../../../src/server/log.ts';
import { Server } from '../../../src/server/server.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { MemoryFiles } from '../../persistence/memory-files.ts';

const START = 1_700_000_000_000;

/** An instance on a clock of its own, whose ticks come when the test says so. */
class Stage {
  now = START;
  readonly files = new MemoryFiles();
  readonly lines: string[] = [];
  readonly server: Server;
  #tick: () => void = () => {};

  constructor(save: string) {
    const clock = {
      milliseconds: () => this.now,
      wallMicroseconds: () => this.now * 1000,
      microseconds: () => this.now * 1000,
    };
    const files = {
      workingDirectory: '/data',
      directory: (path: string) => path,
      read: () => '',
      list: () => [],
      readStandardInput: () => '',
    };
    const configuration = new Configuration(files);
    configuration.assign('save', [save]);
    this.server = new Server({
      clock,
      configuration,
      random: { fraction: () => 0.5, below: () => 0 },
      hashKey: { word0: 1, word1: 2 },
      log: new Log(clock, 7, (text) => this.lines.push(text.replace(/^.*? [*#] /, '').trimEnd())),
      files: this.files,
    });
    const transport = {
      setTimer: (_milliseconds: number, callback: () => void) => {
        this.#tick = callback;
        return { cancel: () => {} };
      },
    };
    this.server.cron.start(transport as unknown as Transport, clock.milliseconds);
  }

  /** Lets seconds pass, with ten ticks each; a change may come first. */
  pass(seconds: number, changes = 0): void {
    this.server.keyspace.dirty += changes;
    for (let tick = 0; tick < seconds * 10; tick++) {
      this.now += 100;
      this.#tick();
    }
  }

  /** Lines of the log since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }
}

const SAVED = [
  'Background saving started by pid 1',
  'DB saved on disk',
  'Background saving terminated with success',
];

describe('save points', () => {
  test('wait for their seconds and their changes', () => {
    const stage = new Stage('60 2 10 100');
    stage.pass(100, 1);
    expect(stage.take()).toEqual([]);
    stage.pass(1, 1);
    expect(stage.take()).toEqual(['2 changes in 60 seconds. Saving...', ...SAVED]);
    stage.pass(9, 200);
    expect(stage.take()).toEqual([]);
    stage.pass(3);
    expect(stage.take()).toEqual(['100 changes in 10 seconds. Saving...', ...SAVED]);
    stage.pass(1000);
    expect(stage.take()).toEqual([]);
    expect(stage.server.snapshots.changes).toBe(0);
    expect(stage.server.snapshots.saves).toBe(2);
  });

  test('there are none without an option', () => {
    const stage = new Stage('');
    stage.pass(10_000, 1_000_000);
    expect(stage.take()).toEqual([]);
  });

  test('a failure is tried again after five seconds, and changes are kept', () => {
    const stage = new Stage('1 1');
    stage.files.failAfter(0);
    stage.pass(2.1, 1);
    expect(stage.take()).toEqual([
      '1 changes in 1 seconds. Saving...',
      'Background saving started by pid 1',
      expect.stringMatching(
        /^Failed opening the temp RDB file temp-1\.rdb \(in server root dir \/data\) for saving: /,
      ),
      'Background saving error',
    ]);
    const { snapshots } = stage.server;
    expect([snapshots.lastSucceeded, snapshots.changes, snapshots.lastSavedAt]).toEqual([
      false,
      1,
      START / 1000,
    ]);
    stage.pass(4);
    expect(stage.take()).toEqual([]);
    stage.files.failAfter(undefined);
    stage.pass(3);
    expect(stage.take()).toEqual(['1 changes in 1 seconds. Saving...', ...SAVED]);
    expect([snapshots.lastSucceeded, snapshots.changes]).toEqual([true, 0]);
    expect(snapshots.lastSavedAt).toBeGreaterThan(START / 1000 + 5);
  });
});

describe('a save in the background', () => {
  test('counts what changes before it is told of as not saved', () => {
    const { server, files } = new Stage('');
    server.keyspace.dirty = 5;
    server.snapshots.start();
    expect([server.snapshots.isInProgress, server.snapshots.changes]).toEqual([true, 5]);
    server.keyspace.dirty += 2;
    expect(files.files.has('dump.rdb')).toBe(true);
    server.snapshots.finish();
    expect([server.snapshots.isInProgress, server.snapshots.changes]).toEqual([false, 2]);
    expect(server.snapshots.lastSeconds).toBe(0);
  });

  test('is over before another save begins', () => {
    const { server, lines } = new Stage('');
    server.snapshots.start();
    expect(server.snapshots.save()).toBe(true);
    expect(lines).toEqual([...SAVED, 'DB saved on disk']);
  });

  test('of an instance without files fails', () => {
    const server = new Server({
      clock: { milliseconds: () => START, wallMicroseconds: () => 0, microseconds: () => 0 },
      random: { fraction: () => 0.5, below: () => 0 },
      hashKey: { word0: 1, word1: 2 },
    });
    expect(server.snapshots.save()).toBe(false);
    expect(server.loading.load(false)).toBe('missing');
  });
});
