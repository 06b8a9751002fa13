/** A directory in memory that can be told to fail. */
import type { DataFiles, Done } from '../../src/persistence/files.ts';

/** What can fail. */
export type Operation =
  | 'open'
  | 'read'
  | 'create'
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
  /** Fails the operation of this number (from 0), counted from when it was set; undefined for none. */
  #failAt: number | undefined;
  #count = 0;

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
    const write = (bytes: Uint8Array, length: number): void => {
      this.#note('write', name);
      this.files.set(name, Buffer.concat([this.#bytesOf(name), bytes.subarray(0, length)]));
    };
    const sync = (): void => this.#note('sync', name);
    return {
      write,
      sync,
      close: () => this.#note('close', name),
      writeLater: (bytes, length, done) => later(() => write(bytes, length), done),
      syncLater: (done) => later(sync, done),
    };
  }

  rename(from: string, to: string): void {
    this.#note('rename', `${from} ${to}`);
    this.files.set(to, this.#bytesOf(from));
    this.files.delete(from);
  }

  remove(name: string): void {
    this.#note('remove', name);
    this.files.delete(name);
  }

  sync(): void {
    this.#note('syncDirectory', '');
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
    if (this.#count++ === this.#failAt)
      throw Object.assign(new Error('disk failure'), { code: operation === 'write' ? 'ENOSPC' : 'EIO' });
    this.done.push(`${operation} ${name}`.trimEnd());
  }
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
