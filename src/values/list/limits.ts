/** Cold. How large the parts of lists may become. */

/** Up to this size a part may hold as many entries as `maxSize` says. */
const SAFETY_BYTES = 8192;
const FIRST_SIZE_BYTES = 4096;
const LEVELS = 5;
/** What an entry takes besides its text, at a guess. */
const ENTRY_OVERHEAD_BYTES = 8;

export class ListLimits {
  /** list-max-listpack-size: entries of a node, or with -1 to -5 its size from 4 to 64 KiB. */
  maxSize = -2;
  /** list-compress-depth: nodes at either end that are not compressed; 0 compresses none. */
  compressDepth = 0;
  /** An element of so many bytes has a node of its own; 0 leaves it to `maxSize` (DEBUG QUICKLIST-PACKED-THRESHOLD). */
  packedThreshold = 0;

  /** Whether a listpack of this size is too large for a node. */
  isExceeded(bytes: number, count: number): boolean {
    if (this.maxSize < 0) return bytes > this.#sizeBytes;
    return bytes > SAFETY_BYTES || count > this.maxSize;
  }

  /** Whether a node is too large to become the whole list's listpack: only at half the limit, or the two forms would alternate. */
  isTooLargeToShrink(bytes: number, count: number): boolean {
    const { maxSize } = this;
    if (maxSize < 0) return bytes > Math.floor(this.#sizeBytes / 2);
    return count > Math.floor(maxSize / 2);
  }

  /** Whether an element has a node of its own. */
  isLarge(bytes: number): boolean {
    if (this.packedThreshold > 0) return bytes >= this.packedThreshold;
    return bytes > (this.maxSize < 0 ? this.#sizeBytes : SAFETY_BYTES);
  }

  /** Whether an element of this length fits into a node with a listpack of `nodeBytes` bytes and `nodeCount` entries. */
  allows(nodeBytes: number, nodeCount: number, elementBytes: number): boolean {
    if (this.isLarge(elementBytes)) return false;
    return !this.isExceeded(nodeBytes + elementBytes + ENTRY_OVERHEAD_BYTES, nodeCount + 1);
  }

  get #sizeBytes(): number {
    const level = Math.min(LEVELS, -this.maxSize);
    return FIRST_SIZE_BYTES << (level - 1);
  }
}
