/** Who looks on while a value changes, because it is being written somewhere as it was at an earlier moment. */

/** Walks over the entries of a table while others change them. */
export interface EntryWatcher {
  /** An entry with this hash is about to change or to go. */
  changing(entry: number, hash: number): void;
  /** An entry with this hash has come, or has taken the place of one that `changing` told of. */
  added(entry: number, hash: number): void;
}

/** Walks over the nodes of a list or stream, or the leaves of a tree, while others change them. */
export interface NodeWatcher {
  /** What is in a node is about to change. */
  changing(node: number): void;
  /** A node has been taken out as it was. Returns whether it is still wanted: then the watcher frees it. */
  removed(node: number): boolean;
}

/** Reads the bytes of a block while others change them. */
export interface BlockWatcher {
  /** Bytes [from, to) are about to change. */
  changing(from: number, to: number): void;
  /** Nobody else needs the block any more. Returns whether the watcher does: then it frees it. */
  released(): boolean;
}

/** Hot where there are none. Watchers by the block that a value is kept in. */
export class Watchers<Watcher> {
  #byBlock: Map<number, Watcher> | null = null;

  get isEmpty(): boolean {
    return this.#byBlock === null;
  }

  /** The watcher of the value that is kept in a block; null if it has none. */
  of(block: number): Watcher | null {
    return this.#byBlock === null ? null : (this.#byBlock.get(block) ?? null);
  }

  add(block: number, watcher: Watcher): void {
    this.#byBlock ??= new Map();
    this.#byBlock.set(block, watcher);
  }

  remove(block: number): void {
    this.#byBlock?.delete(block);
    if (this.#byBlock?.size === 0) this.#byBlock = null;
  }
}
