/** Hot. How large the parts of lists may become. */

/** Up to this size a part may hold as many entries as `maxSize` says. */
const SAFETY_BYTES = 8192;
const FIRST_SIZE_BYTES = 4096;
const LEVELS = 5;
/** What an entry takes besides its text, at a guess. */
const ENTRY_OVERHEAD_BYTES = 8;
/** No node has more. */
const COUNT_MAX = 2 ** 31 - 1;

export class ListLimits {
  /** list-compress-depth: nodes at either end that are not compressed; 0 compresses none. */
  compressDepth = 0;
  /** An element of so many bytes has a node of its own; 0 leaves it to `maxSize` (DEBUG QUICKLIST-PACKED-THRESHOLD). */
  packedThreshold = 0;
  #maxSize = 0;
  /** What `maxSize` means: bytes and entries of a node. */
  #nodeBytesMax = 0;
  #nodeCountMax = 0;

  constructor() {
    this.maxSize = -2;
  }

  /** list-max-listpack-size: entries of a node, or with -1 to -5 its size from 4 to 64 KiB. */
  get maxSize(): number {
    return this.#maxSize;
  }

  set maxSize(size: number) {
    this.#maxSize = size;
    this.#nodeBytesMax = size < 0 ? FIRST_SIZE_BYTES << (Math.min(LEVELS, -size) - 1) : SAFETY_BYTES;
    this.#nodeCountMax = size < 0 ? COUNT_MAX : size;
  }

  /** Whether a listpack of this size is too large for a node. */
  isExceeded(bytes: number, count: number): boolean {
    return bytes > this.#nodeBytesMax || count > this.#nodeCountMax;
  }

  /** Whether a node is too large to become the whole list's listpack: only at half the limit, or the two forms would alternate. */
  isTooLargeToShrink(bytes: number, count: number): boolean {
    if (this.#maxSize < 0) return bytes > this.#nodeBytesMax >> 1;
    return count > this.#nodeCountMax >> 1;
  }

  /** Whether an element has a node of its own. */
  isLarge(bytes: number): boolean {
    return this.packedThreshold > 0 ? bytes >= this.packedThreshold : bytes > this.#nodeBytesMax;
  }

  /** Whether an element of this length fits into a node with a listpack of `nodeBytes` bytes and `nodeCount` entries. */
  allows(nodeBytes: number, nodeCount: number, elementBytes: number): boolean {
    const { packedThreshold } = this;
    if (packedThreshold > 0 && elementBytes >= packedThreshold) return false;
    return (
      nodeBytes + elementBytes + ENTRY_OVERHEAD_BYTES <= this.#nodeBytesMax && nodeCount < this.#nodeCountMax
    );
  }
}
