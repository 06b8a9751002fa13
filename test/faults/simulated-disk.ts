/**
 * A disk in memory that fails as disks do, all of it decided by a seed: writes that stop half way (ENOSPC, EIO), syncs,
 * renames and other operations that fail, and power cuts, after which only what was made durable is certain to be there.
 * A file's bytes are durable after its own `sync`, its name after a `sync` of the folder that it is in.
 */
import type { DataFiles, Done, ReadableFile, WritableFile } from '../../src/persistence/files.ts';
import { Random } from '../peers/generators/random.ts';
import { SimulatedFile } from './simulated-file.ts';

/** What can fail. */
export type DiskOperation =
  | 'open'
  | 'read'
  | 'create'
  | 'append'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'makeFolder'
  | 'list'
  | 'rename'
  | 'remove'
  | 'syncFolder';

/** How likely each operation fails, from 0 to 1. */
export type FaultRates = Readonly<Partial<Record<DiskOperation, number>>>;

/** A change of a folder's names that has not been made durable. */
type Change = (names: Map<string, SimulatedFile>) => void;

class Folder {
  readonly names = new Map<string, SimulatedFile>();
  #durable = new Map<string, SimulatedFile>();
  readonly #changes: Change[] = [];

  change(change: Change): void {
    change(this.names);
    this.#changes.push(change);
  }

  sync(): void {
    this.#durable = new Map(this.names);
    this.#changes.length = 0;
  }

  /** The first so many changes survive. */
  powerCut(random: Random): void {
    const survivors = this.#changes.slice(0, random.below(this.#changes.length + 1));
    for (const change of survivors) change(this.#durable);
    this.names.clear();
    for (const [name, file] of this.#durable) this.names.set(name, file);
    this.sync();
    for (const file of this.names.values()) file.powerCut(random);
  }
}

export class SimulatedDisk implements DataFiles {
  /** Everything that was tried, in order: "create dump.rdb", with an exclamation mark behind if it has failed. */
  readonly journal: string[] = [];
  faults: FaultRates = {};
  readonly #random: Random;
  readonly #later: (work: () => void) => void;
  readonly #folders = new Map<string, Folder>([['', new Folder()]]);
  /** Files that were opened before the last power cut are of no use. */
  #bootCount = 0;
  #failAt: number | undefined;
  #operations = 0;

  /** `later` does something after the current turn. */
  constructor(seed: number, later: (work: () => void) => void = (work) => void setImmediate(work)) {
    this.#random = new Random(seed);
    this.#later = later;
  }

  /** Lets the operation that comes `operations` after now fail, besides `faults`; undefined for none. */
  failAfter(operations: number | undefined): void {
    this.#failAt = operations;
    this.#operations = 0;
  }

  /** What a file holds; undefined if it is not there. */
  contentOf(name: string): Buffer | undefined {
    return this.#find(name)?.content;
  }

  /** Puts a file there that is durable. */
  put(name: string, content: Uint8Array | string): void {
    const [folder, base] = split(name);
    if (!this.#folders.has(folder)) this.#folders.set(folder, new Folder());
    const there = this.#folders.get(folder) as Folder;
    there.change((names) => names.set(base, new SimulatedFile(Buffer.from(content))));
    there.sync();
  }

  /** The names of all files, sorted. */
  get names(): string[] {
    const all = [...this.#folders].flatMap(([folder, { names }]) =>
      [...names.keys()].map((name) => (folder === '' ? name : `${folder}/${name}`)),
    );
    return all.sort();
  }

  /** The power goes and comes back: what was not durable may be gone, or there in part. */
  powerCut(): void {
    this.#bootCount++;
    this.journal.push('power cut');
    // The outermost at last: whether a file has left it depends on whether it has come to another folder.
    for (const [name, folder] of this.#folders) if (name !== '') folder.powerCut(this.#random);
    this.#folder('').powerCut(this.#random);
  }

  open(name: string): ReadableFile | null {
    this.#begin('open', name);
    const file = this.#find(name);
    if (file === undefined) return null;
    const isUsable = this.#usable();
    let at = 0;
    return {
      sizeBytes: file.content.length,
      read: (target) => {
        isUsable();
        this.#begin('read', name);
        const length = Math.min(target.length, file.content.length - at);
        target.set(file.content.subarray(at, at + length));
        at += length;
        return length;
      },
      close: () => {},
    };
  }

  create(name: string): WritableFile {
    this.#begin('create', name);
    const old = this.#find(name);
    if (old !== undefined) {
      old.truncate(0);
      return this.#writable(name, old);
    }
    return this.#writable(name, this.#add(name));
  }

  append(name: string): WritableFile {
    this.#begin('append', name);
    return this.#writable(name, this.#find(name) ?? this.#add(name));
  }

  truncate(name: string, bytes: number): void {
    this.#begin('truncate', name);
    this.#existing(name).truncate(bytes);
  }

  makeFolder(name: string): void {
    this.#begin('makeFolder', name);
    if (!this.#folders.has(name)) this.#folders.set(name, new Folder());
  }

  list(folder: string): string[] {
    this.#begin('list', folder);
    return [...(this.#folders.get(folder)?.names.keys() ?? [])];
  }

  rename(from: string, to: string): void {
    this.#begin('rename', `${from} ${to}`);
    const file = this.#existing(from);
    const [sourceFolder, source] = split(from);
    const [targetFolder, target] = split(to);
    const destination = this.#folder(targetFolder);
    if (sourceFolder === targetFolder) {
      destination.change((names) => {
        names.delete(source);
        names.set(target, file);
      });
      return;
    }
    destination.change((names) => names.set(target, file));
    // A file is never lost between two folders: the old name goes only when the new one is there.
    this.#folder(sourceFolder).change((names) => {
      if (destination.names.get(target) === file) names.delete(source);
    });
  }

  remove(name: string): void {
    this.#begin('remove', name);
    const [folder, base] = split(name);
    if (this.#find(name) !== undefined) this.#folder(folder).change((names) => names.delete(base));
  }

  removeLater(name: string, done: Done): void {
    this.#doLater(() => this.remove(name), done);
  }

  sync(folder = ''): void {
    this.#begin('syncFolder', folder);
    this.#folder(folder).sync();
  }

  syncLater(done: Done): void {
    this.#doLater(() => this.sync(), done);
  }

  #writable(name: string, file: SimulatedFile): WritableFile {
    const isUsable = this.#usable();
    const write = (bytes: Uint8Array, length: number): void => {
      isUsable();
      const all = Buffer.from(bytes.subarray(0, length));
      try {
        this.#begin('write', name);
      } catch (error) {
        file.append(all.subarray(0, this.#random.below(length + 1)));
        throw error;
      }
      file.append(all);
    };
    const sync = (): void => {
      isUsable();
      this.#begin('sync', name);
      file.sync();
    };
    return {
      write,
      sync,
      close: () => {},
      writeLater: (bytes, length, done) => this.#doLater(() => write(bytes, length), done),
      syncLater: (done) => this.#doLater(sync, done),
    };
  }

  /** Notes an operation, and lets it fail when its turn has come. */
  #begin(operation: DiskOperation, name: string): void {
    const fails = this.#operations++ === this.#failAt || this.#random.chance(this.faults[operation] ?? 0);
    this.journal.push(`${operation} ${name}${fails ? ' !' : ''}`.trimEnd());
    if (!fails) return;
    const mayBeFull = operation === 'write' || operation === 'create' || operation === 'makeFolder';
    const code = mayBeFull && this.#random.chance(0.5) ? 'ENOSPC' : 'EIO';
    throw Object.assign(new Error(`${code}: simulated, ${operation} ${name}`), { code });
  }

  /** Throws when the power has gone since now. */
  #usable(): () => void {
    const boot = this.#bootCount;
    return () => {
      if (boot !== this.#bootCount) throw new Error('a file from before the power cut is used');
    };
  }

  #doLater(work: () => void, done: Done): void {
    const boot = this.#bootCount;
    this.#later(() => {
      if (boot !== this.#bootCount) return;
      let failure: Error | null = null;
      try {
        work();
      } catch (error) {
        failure = error as Error;
      }
      done(failure);
    });
  }

  #find(name: string): SimulatedFile | undefined {
    const [folder, base] = split(name);
    return this.#folders.get(folder)?.names.get(base);
  }

  #existing(name: string): SimulatedFile {
    const file = this.#find(name);
    if (file === undefined) throw missing(name);
    return file;
  }

  #add(name: string): SimulatedFile {
    const [folder, base] = split(name);
    const file = new SimulatedFile();
    this.#folder(folder).change((names) => names.set(base, file));
    return file;
  }

  #folder(name: string): Folder {
    const folder = this.#folders.get(name);
    if (folder === undefined) throw missing(name);
    return folder;
  }
}

function missing(name: string): Error {
  return Object.assign(new Error(`ENOENT: simulated, ${name}`), { code: 'ENOENT' });
}

/** Folder and name; the folder of files outside any is "". */
function split(name: string): [folder: string, base: string] {
  const at = name.indexOf('/');
  return at < 0 ? ['', name] : [name.slice(0, at), name.slice(at + 1)];
}
