/** Hot. Words at any place of a byte array. */

/**
 * A flyweight: the view of the array that was opened last, kept because making one costs more than what it is used for.
 * Copying four bytes at once takes half the time of a loop over bytes, and for short texts a tenth of the built-in's.
 */
export class Unaligned {
  view: DataView = new DataView(new ArrayBuffer(0));
  #bytes: Uint8Array = new Uint8Array(0);

  /** Returns the view of an array, which has the same indexes. */
  open(bytes: Uint8Array): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.view;
  }
}
