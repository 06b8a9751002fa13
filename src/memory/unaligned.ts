/** Hot. Words at any place of a byte array, and copying by them. */

/** Above this many bytes the built-in copies faster than a loop. */
const LOOP_BYTES_MAX = 40;
/** Takes a third of the time of `target.set(source.subarray(...))` (Bun 1.4), which makes a view first. */
const copyBuffer = Buffer.prototype.copy;

/**
 * A flyweight: the view of the array that was opened last, kept because making one costs more than what it is used for.
 * Moving four bytes at once takes half the time of a loop over bytes.
 */
export class Unaligned {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);

  /** Returns the view of an array, which has the same indexes. */
  open(bytes: Uint8Array): DataView {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.view;
  }
}

/** Copies between two arrays that were opened and lie in different memory. */
export function copyUnaligned(
  from: Unaligned,
  start: number,
  to: Unaligned,
  at: number,
  count: number,
): void {
  if (count > LOOP_BYTES_MAX) {
    copyBuffer.call(from.bytes, to.bytes, at, start, start + count);
    return;
  }
  const source = from.view;
  const target = to.view;
  if (count < 4) {
    for (let i = 0; i < count; i++) target.setInt8(at + i, source.getInt8(start + i));
    return;
  }
  const last = count - 4;
  for (let i = 0; i < last; i += 4) target.setInt32(at + i, source.getInt32(start + i, true), true);
  // Some bytes for the second time, rather than the rest one by one.
  target.setInt32(at + last, source.getInt32(start + last, true), true);
}
