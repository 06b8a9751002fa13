/** Hot. Which block sizes the arena gives out. */

/** Every block starts at a multiple of this; a reference counts in these units. */
export const UNIT_BYTES = 8;
/** Blocks up to this size come from spans of equal blocks; larger ones are runs of whole pages. */
export const SMALL_BYTES_MAX = 32 * 1024;

/**
 * Sizes grow by 8 bytes up to 128, then in eight steps per doubling, so that at most an eighth of a block is wasted:
 * 8, 16, ... 128, 144, 160, ... 256, 288, ... 32768.
 */
const LINEAR_CLASSES = 16;
const LINEAR_BYTES_MAX = 128;
const STEPS_LOG2 = 3;
export const CLASS_COUNT = LINEAR_CLASSES + 8 * (1 << STEPS_LOG2);

/** The smallest class that holds `bytes`, which must be in 1..SMALL_BYTES_MAX. */
export function classOf(bytes: number): number {
  if (bytes <= LINEAR_BYTES_MAX) return ((bytes + 7) >>> 3) - 1;
  const last = bytes - 1;
  const log2 = 31 - Math.clz32(last);
  return LINEAR_CLASSES + ((log2 - 7) << STEPS_LOG2) + ((last >>> (log2 - STEPS_LOG2)) & 7);
}

function sizeOfClass(index: number): number {
  if (index < LINEAR_CLASSES) return (index + 1) * 8;
  const doubling = (index - LINEAR_CLASSES) >>> STEPS_LOG2;
  const step = (index - LINEAR_CLASSES) & 7;
  return (8 + step + 1) << (doubling + 4);
}

/** Block size in bytes by class. */
export const CLASS_BYTES = Int32Array.from({ length: CLASS_COUNT }, (_, index) => sizeOfClass(index));

export const PAGE_BYTES = 4096;

/** Pages of a span by class: enough for many blocks, so that the unusable tail stays small. */
export const CLASS_SPAN_PAGES = CLASS_BYTES.map((bytes) => (bytes <= 2048 ? 16 : 64));

/** Blocks that a span holds, by class. */
export const CLASS_SPAN_BLOCKS = CLASS_BYTES.map((bytes, index) =>
  Math.floor((CLASS_SPAN_PAGES[index] * PAGE_BYTES) / bytes),
);

/** Bytes of the block that a request for `bytes` gets. */
export function blockBytesFor(bytes: number): number {
  return bytes <= SMALL_BYTES_MAX ? CLASS_BYTES[classOf(bytes)] : Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
