import { describe, expect, test } from 'bun:test';
import { SimulatedDisk } from './simulated-disk.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function write(disk: SimulatedDisk, name: string, text: string): void {
  const file = disk.create(name);
  file.write(bytes(text), text.length);
  file.close();
}

/** What different seeds make of the same. */
function outcomes<T>(run: (disk: SimulatedDisk) => T): Set<T> {
  return new Set(Array.from({ length: 200 }, (_, seed) => run(new SimulatedDisk(seed))));
}

describe('a simulated disk', () => {
  test('keeps files as a disk does', () => {
    const disk = new SimulatedDisk(1);
    disk.makeFolder('d');
    write(disk, 'd/a', 'one');
    const file = disk.append('d/a');
    disk.rename('d/a', 'd/b');
    file.write(bytes('two'), 3);
    expect(disk.list('d')).toEqual(['b']);
    expect(disk.contentOf('d/b')?.toString()).toBe('onetwo');
    disk.truncate('d/b', 2);
    const target = new Uint8Array(10);
    expect(disk.open('d/b')?.read(target)).toBe(2);
    disk.remove('d/b');
    expect(disk.open('d/b')).toBeNull();
    expect(() => disk.rename('d/b', 'd/c')).toThrow('ENOENT');
    expect(() => disk.create('e/c')).toThrow('ENOENT');
  });

  test('loses in a power cut what was not made durable, or a part of it', () => {
    const found = outcomes((disk) => {
      write(disk, 'f', 'abc');
      disk.powerCut();
      return disk.contentOf('f')?.toString();
    });
    expect([...found].sort()).toEqual(['', 'a', 'ab', 'abc', undefined]);
  });

  test('keeps in a power cut what was made durable', () => {
    const found = outcomes((disk) => {
      disk.makeFolder('d');
      const file = disk.create('d/f');
      file.write(bytes('abc'), 3);
      file.sync();
      disk.sync('d');
      disk.sync();
      file.write(bytes('de'), 2);
      disk.powerCut();
      expect(() => file.sync()).toThrow('before the power cut');
      return disk.contentOf('d/f')?.toString();
    });
    expect([...found].sort()).toEqual(['abc', 'abcd', 'abcde']);
  });

  test('has one or the other file after a rename, and loses none between folders', () => {
    const renamed = outcomes((disk) => {
      disk.put('old', '1');
      disk.put('new', '2');
      disk.rename('new', 'old');
      disk.powerCut();
      return `${disk.contentOf('old')} ${disk.contentOf('new')}`;
    });
    expect([...renamed].sort()).toEqual(['1 2', '2 undefined']);
    const moved = outcomes((disk) => {
      disk.put('d/other', '');
      disk.put('f', '1');
      disk.rename('f', 'd/f');
      disk.powerCut();
      return disk.names.join(' ');
    });
    expect([...moved].sort()).toEqual(['d/f d/other', 'd/f d/other f', 'd/other f']);
  });

  test('fails as it is told, and writes some of what it was given then', () => {
    const found = outcomes((disk) => {
      const file = disk.create('f');
      disk.faults = { write: 1 };
      expect(() => file.write(bytes('abc'), 3)).toThrow('simulated');
      return disk.contentOf('f')?.toString();
    });
    expect([...found].sort()).toEqual(['', 'a', 'ab', 'abc']);
    const disk = new SimulatedDisk(1);
    disk.failAfter(1);
    expect(disk.open('f')).toBeNull();
    expect(() => disk.open('f')).toThrow('simulated');
    expect(disk.journal).toEqual(['open f', 'open f !']);
  });

  test('does later what is asked for later, and nothing after a power cut', async () => {
    const disk = new SimulatedDisk(1);
    const file = disk.create('f');
    const failure = await new Promise((done) => file.writeLater(bytes('abc'), 3, done));
    expect(failure).toBeNull();
    disk.faults = { sync: 1 };
    expect(await new Promise((done) => file.syncLater(done))).toHaveProperty('code');
    let called = false;
    disk.removeLater('f', () => {
      called = true;
    });
    disk.powerCut();
    await new Promise((done) => setImmediate(done));
    expect(called).toBe(false);
  });
});
