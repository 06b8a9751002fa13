import { describe, expect, test } from 'bun:test';
import { Configuration } from '../../../src/server/config/configuration.ts';
import { Log } from '../../../src/server/log.ts';
import { openSnapshot } from '../../../src/server/persistence/snapshot-source.ts';
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
  async pass(seconds: number, changes = 0): Promise<void> {
    this.server.keyspace.dirty += changes;
    for (let tick = 0; tick < seconds * 10; tick++) {
      this.now += 100;
      this.#tick();
      await this.settle();
    }
  }

  /** Lets the save in progress come to its end. */
  async settle(): Promise<void> {
    while (this.server.snapshots.isInProgress) {
      this.server.turnEnded();
      await new Promise(setImmediate);
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
  test('wait for their seconds and their changes', async () => {
    const stage = new Stage('60 2 10 100');
    await stage.pass(100, 1);
    expect(stage.take()).toEqual([]);
    await stage.pass(1, 1);
    expect(stage.take()).toEqual(['2 changes in 60 seconds. Saving...', ...SAVED]);
    await stage.pass(9, 200);
    expect(stage.take()).toEqual([]);
    await stage.pass(3);
    expect(stage.take()).toEqual(['100 changes in 10 seconds. Saving...', ...SAVED]);
    await stage.pass(1000);
    expect(stage.take()).toEqual([]);
    expect(stage.server.snapshots.changes).toBe(0);
    expect(stage.server.snapshots.saves).toBe(2);
  });

  test('there are none without an option', async () => {
    const stage = new Stage('');
    await stage.pass(10_000, 1_000_000);
    expect(stage.take()).toEqual([]);
  });

  test('a failure is tried again after five seconds, and changes are kept', async () => {
    const stage = new Stage('1 1');
    stage.files.failAfter(0);
    await stage.pass(2.1, 1);
    expect(stage.take()).toEqual([
      '1 changes in 1 seconds. Saving...',
      'Background saving started by pid 1',
      expect.stringMatching(
        /^Failed opening the temp RDB file temp-1-background\.rdb \(in server root dir \/data\) for saving: /,
      ),
      'Background saving error',
    ]);
    const { snapshots } = stage.server;
    expect([snapshots.lastSucceeded, snapshots.changes, snapshots.lastSavedAt]).toEqual([
      false,
      1,
      START / 1000,
    ]);
    await stage.pass(4);
    expect(stage.take()).toEqual([]);
    stage.files.failAfter(undefined);
    await stage.pass(3);
    expect(stage.take()).toEqual(['1 changes in 1 seconds. Saving...', ...SAVED]);
    expect([snapshots.lastSucceeded, snapshots.changes]).toEqual([true, 0]);
    expect(snapshots.lastSavedAt).toBeGreaterThan(START / 1000 + 5);
  });
});

describe('a save in the background', () => {
  test('counts what changes while it is written as not saved', async () => {
    const stage = new Stage('');
    const { server, files } = stage;
    server.keyspace.dirty = 5;
    server.snapshots.start();
    expect([server.snapshots.isInProgress, server.snapshots.changes]).toEqual([true, 5]);
    server.keyspace.dirty += 2;
    expect(files.files.has('dump.rdb')).toBe(false);
    await stage.settle();
    expect(files.files.has('dump.rdb')).toBe(true);
    expect([...files.files.keys()]).toEqual(['dump.rdb']);
    expect(server.snapshots.changes).toBe(2);
    expect(server.snapshots.lastSeconds).toBe(0);
  });

  test.each([
    ['create', 'Failed opening the temp RDB file'],
    ['write', 'Write error while saving DB to the disk'],
    ['sync', 'Write error while saving DB to the disk'],
    ['rename', 'Error moving temp DB file'],
    ['syncDirectory', 'Error moving temp DB file'],
  ])('that fails (%s) leaves the file that was there, and says why', async (operation, complaint) => {
    const stage = new Stage('');
    const { server, files } = stage;
    server.snapshots.start();
    await stage.settle();
    const before = files.files.get('dump.rdb');
    const count = files.done.length;
    const step = files.done.findIndex((line) => line.startsWith(operation));
    stage.take();
    files.failAfter(step);
    server.snapshots.start();
    await stage.settle();
    expect(count).toBeGreaterThan(step);
    expect(stage.take()).toEqual([
      SAVED[0],
      ...(operation === 'syncDirectory' ? [SAVED[1]] : []),
      expect.stringContaining(complaint),
      'Background saving error',
    ]);
    expect(server.snapshots.lastSucceeded).toBe(false);
    expect(files.files.get('dump.rdb')?.length).toBe(before?.length);
    expect([...files.files.keys()]).toEqual(['dump.rdb']);
  });

  test('that is cancelled leaves nothing', async () => {
    const stage = new Stage('');
    const { server, files } = stage;
    server.snapshots.start();
    expect([server.snapshots.cancel(), server.snapshots.cancel()]).toEqual([true, false]);
    for (let turn = 0; turn < 10; turn++) {
      server.turnEnded();
      await new Promise(setImmediate);
    }
    expect([...files.files.keys()]).toEqual([]);
    expect(server.snapshots.lastSucceeded).toBe(true);
    server.snapshots.start();
    await stage.settle();
    expect([...files.files.keys()]).toEqual(['dump.rdb']);
  });

  test('goes on beside one at once', async () => {
    const stage = new Stage('');
    const { server, lines } = stage;
    server.snapshots.start();
    expect(server.snapshots.save()).toBe(true);
    await stage.settle();
    expect(lines).toEqual([SAVED[0], 'DB saved on disk', ...SAVED.slice(1)]);
  });

  test('of an instance without files fails', () => {
    const server = new Server({
      clock: { milliseconds: () => START, wallMicroseconds: () => 0, microseconds: () => 0 },
      random: { fraction: () => 0.5, below: () => 0 },
      hashKey: { word0: 1, word1: 2 },
    });
    expect(server.snapshots.save()).toBe(false);
    expect(server.loading.load(() => openSnapshot(server, undefined, false))).toBe('missing');
  });
});
