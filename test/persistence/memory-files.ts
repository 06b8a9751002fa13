/** A directory in memory that can be told to fail. */
import type { DataFiles, Done, WritableFile } from '../../src/persistence/files.ts';

/** What can fail. */
export type Operation =
  | 'open'
  | 'read'
  | 'create'
  | 'append'
  | 'truncate'
  | 'makeFolder'
  | 'write'
  | 'sync'
  | 'close'
  | 'rename'
  | 'remove'
  | 'syncDirectory';

export class MemoryFiles implements DataFiles {
  readonly files = new Map<string, Buffer>();
  /** Everything that was done, in order: "create dump.rdb". */
  readonly done: string[] = [];
  /** Files that are written: they keep being themselves under another name. */
  readonly #handles: { name: string }[] = [];
  /** Fails the operation of this number (from 0), counted from when it was set; undefined for none. */
  #failAt: number | undefined;
  #count = 0;

  /** Whether the disk is full: every write fails. */
  isFull = false;
  /** Told before each operation how many there were since. */
  onOperation: (count: number) => void = () => {};

  /** Lets the operation that comes `operations` after now fail; undefined lets nothing fail. */
  failAfter(operations: number | undefined): void {
    this.#failAt = operations;
    this.#count = 0;
  }

  open(name: string): ReturnType<DataFiles['open']> {
    this.#note('open', name);
    const bytes = this.files.get(name);
    if (bytes === undefined) return null;
    let at = 0;
    return {
      sizeBytes: bytes.length,
      read: (target) => {
        this.#note('read', name);
        const part = bytes.subarray(at, at + target.length);
        target.set(part);
        at += part.length;
        return part.length;
      },
      close: () => this.#note('close', name),
    };
  }

  create(name: string): ReturnType<DataFiles['create']> {
    this.#note('create', name);
    this.files.set(name, Buffer.alloc(0));
    return this.#writable(name);
  }

  append(name: string): ReturnType<DataFiles['append']> {
    this.#note('append', name);
    if (!this.files.has(name)) this.files.set(name, Buffer.alloc(0));
    return this.#writable(name);
  }

  truncate(name: string, bytes: number): void {
    this.#note('truncate', name);
    this.files.set(name, this.#bytesOf(name).subarray(0, bytes));
  }

  makeFolder(name: string): void {
    this.#note('makeFolder', name);
  }

  list(folder: string): string[] {
    const start = `${folder}/`;
    return [...this.files.keys()]
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length));
  }

  #writable(name: string): WritableFile {
    const handle = { name };
    this.#handles.push(handle);
    const add = (bytes: Uint8Array, length: number): void => {
      this.files.set(handle.name, appended(this.#bytesOf(handle.name), bytes.subarray(0, length)));
    };
    const write = (bytes: Uint8Array, length: number): void => {
      try {
        this.#note('write', handle.name);
      } catch (error) {
        // A write that fails has written a part.
        add(bytes, length >> 1);
        throw error;
      }
      add(bytes, length);
    };
    const sync = (): void => this.#note('sync', handle.name);
    return {
      write,
      sync,
      close: () => this.#note('close', handle.name),
      writeLater: (bytes, length, done) => later(() => write(bytes, length), done),
      syncLater: (done) => later(sync, done),
    };
  }

  rename(from: string, to: string): void {
    this.#note('rename', `${from} ${to}`);
    this.files.set(to, this.#bytesOf(from));
    this.files.delete(from);
    for (const handle of this.#handles) if (handle.name === from) handle.name = to;
  }

  remove(name: string): void {
    this.#note('remove', name);
    this.files.delete(name);
  }

  removeLater(name: string, done: Done): void {
    later(() => this.remove(name), done);
  }

  sync(folder = ''): void {
    this.#note('syncDirectory', folder);
  }

  syncLater(done: Done): void {
    later(() => this.sync(), done);
  }

  #bytesOf(name: string): Buffer {
    const bytes = this.files.get(name);
    if (bytes === undefined) throw new Error(`${name} is not there`);
    return bytes;
  }

  #note(operation: Operation, name: string): void {
    this.onOperation(this.done.length);
    if (this.#count++ === this.#failAt || (this.isFull && operation === 'write'))
      throw Object.assign(new Error('disk failure'), { code: operation === 'write' ? 'ENOSPC' : 'EIO' });
    this.done.push(`${operation} ${name}`.trimEnd());
  }
}

/** Of memory that `appended` has made: how much of it is in use. */
const inUse = new WeakMap<ArrayBufferLike, number>();

/** What a file holds, and more: in the same memory where there is room behind it, for copying it all each time takes long. */
function appended(old: Buffer, bytes: Uint8Array): Buffer {
  const length = old.length + bytes.length;
  let memory = old.buffer;
  if (inUse.get(memory) !== old.length || memory.byteLength < length) {
    memory = new ArrayBuffer(length * 2);
    new Uint8Array(memory).set(old);
  }
  new Uint8Array(memory).set(bytes, old.length);
  inUse.set(memory, length);
  return Buffer.from(memory, 0, length);
}

/** Does something in a later turn of the loop. */
function later(work: () => void, done: Done): void {
  setImmediate(() => {
    try {
      work();
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null);
  });
}
