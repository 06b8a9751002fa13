import { describe, expect, test } from 'bun:test';
import { AofFileFailure, loadManifest, saveManifest } from '../../../src/persistence/aof/directory.ts';
import {
  formatManifest,
  Manifest,
  withNextBase,
  withNextIncremental,
} from '../../../src/persistence/aof/manifest.ts';
import { liveBytes, recoverManifest, removeLeftovers } from '../../../src/persistence/aof/recovery.ts';
import { SimulatedDisk } from '../../faults/simulated-disk.ts';

const place = { folder: 'appendonlydir', prefix: 'appendonly.aof' };
const MANIFEST = 'appendonlydir/appendonly.aof.manifest';

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');
const quiet = (): void => {};

function collect(run: (tell: (line: string) => void) => void): string[] {
  const told: string[] = [];
  run((line) => told.push(line));
  return told;
}

describe('what is to be loaded', () => {
  test('is nothing where nothing is', () => {
    expect(recoverManifest(new SimulatedDisk(1), place, quiet)).toEqual(new Manifest());
  });

  test('is what the manifest names, whether or not there is an old file', () => {
    const disk = new SimulatedDisk(1);
    disk.put(MANIFEST, lines('file a seq 1 type b', 'file i seq 4 type i'));
    disk.put('appendonly.aof', 'old');
    disk.put('appendonlydir/a', '12345');
    const manifest = recoverManifest(disk, place, quiet);
    expect(manifest.live.map(({ name }) => name)).toEqual(['a', 'i']);
    const missing = collect((tell) => expect(liveBytes(disk, place, manifest, tell)).toBe(5));
    expect(missing).toEqual(['Unable to obtain the AOF file i length. stat: No such file or directory']);
    expect(disk.contentOf('appendonly.aof')?.toString()).toBe('old');
  });

  test('is the single file of old versions, which is moved', () => {
    const disk = new SimulatedDisk(1);
    disk.put('appendonly.aof', 'old');
    const told = collect((tell) => {
      expect(recoverManifest(disk, place, tell).live.map(({ name }) => name)).toEqual(['appendonly.aof']);
    });
    expect(told).toEqual([
      'Successfully migrated an old-style AOF file (appendonly.aof) into the AOF directory (appendonlydir).',
    ]);
    expect(disk.names).toEqual(['appendonlydir/appendonly.aof', MANIFEST]);
    expect(disk.contentOf(MANIFEST)?.toString()).toBe('file appendonly.aof seq 1 type b\n');
  });

  test('is never taken for nothing when it cannot be found out', () => {
    for (let at = 0; ; at++) {
      const disk = new SimulatedDisk(at);
      disk.put(MANIFEST, lines('file a seq 1 type b'));
      disk.failAfter(at);
      try {
        expect(recoverManifest(disk, place, quiet).isEmpty).toBe(false);
      } catch (error) {
        expect(error).toBeInstanceOf(AofFileFailure);
        continue;
      }
      expect(at).toBeGreaterThan(1);
      break;
    }
  });

  test('survives that migrating fails anywhere, or the power goes', () => {
    for (let seed = 0; seed < 400; seed++) {
      const disk = new SimulatedDisk(seed);
      disk.put('appendonly.aof', 'old');
      disk.failAfter(seed % 16);
      try {
        recoverManifest(disk, place, quiet);
      } catch (error) {
        expect(error).toBeInstanceOf(AofFileFailure);
      }
      disk.failAfter(undefined);
      if (seed % 2 === 0) disk.powerCut();
      const manifest = recoverManifest(disk, place, quiet);
      expect(liveBytes(disk, place, manifest, quiet)).toBe(3);
      disk.powerCut();
      expect(liveBytes(disk, place, recoverManifest(disk, place, quiet), quiet)).toBe(3);
    }
  });
});

describe('saving a manifest', () => {
  test('leaves the old one or the new one, whatever fails', () => {
    const old = withNextIncremental(withNextBase(new Manifest(), 'a', 'rdb'), 'a');
    const next = withNextIncremental(withNextBase(old, 'a', 'rdb'), 'a');
    for (let seed = 0; seed < 400; seed++) {
      const disk = new SimulatedDisk(seed);
      disk.put(MANIFEST, formatManifest(old));
      disk.failAfter(seed % 8);
      let isSaved = true;
      try {
        saveManifest(disk, place, next);
      } catch (error) {
        expect(error).toBeInstanceOf(AofFileFailure);
        isSaved = false;
      }
      disk.failAfter(undefined);
      disk.powerCut();
      const text = formatManifest(loadManifest(disk, place) as Manifest);
      if (isSaved) expect(text).toBe(formatManifest(next));
      else expect([formatManifest(old), formatManifest(next)]).toContain(text);
    }
  });

  test('is durable before its name is, and its name before anything else happens', () => {
    const disk = new SimulatedDisk(1);
    disk.makeFolder(place.folder);
    disk.journal.length = 0;
    saveManifest(disk, place, new Manifest({ base: { name: 'a', sequence: 1, type: 'base' } }));
    expect(disk.journal).toEqual([
      'create appendonlydir/temp-appendonly.aof.manifest',
      'write appendonlydir/temp-appendonly.aof.manifest',
      'sync appendonlydir/temp-appendonly.aof.manifest',
      'rename appendonlydir/temp-appendonly.aof.manifest appendonlydir/appendonly.aof.manifest',
      'syncFolder appendonlydir',
    ]);
  });
});

describe('what counts no longer', () => {
  const text = lines('file b seq 2 type b', 'file old seq 1 type h', 'file i seq 2 type i');
  const kept = lines('file b seq 2 type b', 'file i seq 2 type i');

  function prepared(seed: number): SimulatedDisk {
    const disk = new SimulatedDisk(seed);
    disk.put(MANIFEST, text);
    for (const name of ['b', 'i', 'old', 'mine', 'temp-appendonly.aof.incr', 'temp-appendonly.aof.manifest'])
      disk.put(`appendonlydir/${name}`, 'x');
    return disk;
  }

  /** Returns the manifest afterwards, and what was told. */
  function clean(disk: SimulatedDisk, keepsHistory = false): [manifest: string, told: string[]] {
    const told: string[] = [];
    const tell = (line: string): void => void told.push(line);
    const manifest = removeLeftovers(disk, place, recoverManifest(disk, place, quiet), keepsHistory, tell);
    return [formatManifest(manifest), told];
  }

  test('is removed', () => {
    const disk = prepared(1);
    const [manifest, told] = clean(disk);
    expect(manifest).toBe(kept);
    expect(told.sort()).toEqual([
      'Removing the history file old in the background',
      'Removing the temporary file temp-appendonly.aof.incr in the background',
      'Removing the temporary file temp-appendonly.aof.manifest in the background',
    ]);
    expect(disk.names).toEqual([MANIFEST, 'appendonlydir/b', 'appendonlydir/i', 'appendonlydir/mine']);
    expect(disk.contentOf(MANIFEST)?.toString()).toBe(kept);
  });

  test('is kept as far as it is history and that is wanted', () => {
    const disk = prepared(1);
    expect(clean(disk, true)[0]).toBe(text);
    expect(disk.names).toContain('appendonlydir/old');
    expect(disk.names).not.toContain('appendonlydir/temp-appendonly.aof.incr');
  });

  test('stays in the manifest when it cannot be removed, and does no harm', () => {
    const disk = prepared(1);
    disk.faults = { remove: 1 };
    const [manifest, told] = clean(disk);
    expect(manifest).toBe(text);
    expect(told.at(-1)).toStartWith("Can't remove ");
    expect(disk.contentOf(MANIFEST)?.toString()).toBe(text);
    disk.faults = {};
    expect(clean(disk)[0]).toBe(kept);
  });

  test('never takes anything else with it', () => {
    for (let seed = 0; seed < 300; seed++) {
      const disk = prepared(seed);
      const manifest = recoverManifest(disk, place, quiet);
      disk.faults = { list: 0.1, remove: 0.2, write: 0.1, rename: 0.1, syncFolder: 0.1, create: 0.1 };
      removeLeftovers(disk, place, manifest, false, quiet);
      disk.faults = {};
      disk.powerCut();
      const found = recoverManifest(disk, place, quiet);
      expect(found.live.map(({ name }) => name)).toEqual(['b', 'i']);
      expect(liveBytes(disk, place, found, () => expect.unreachable())).toBe(2);
    }
  });
});
