/** Hot. A list of references that grows as needed and is used again and again: what a scan has met. */
const KEPT_CAPACITY = 4096;

/** Invariant: `items` up to `count` are blocks of the arena; none of them may be freed while it is looked at. */
export class ReferenceList {
  items = new Int32Array(128);
  count = 0;
  /** Bound, so that it can be handed to `Table.scan` as it is. */
  readonly add = (reference: number): void => {
    if (this.count === this.items.length) this.#grow();
    this.items[this.count++] = reference;
  };

  /** Empties the list, and gives back what an unusually long one needed. */
  clear(): void {
    this.count = 0;
    if (this.items.length > KEPT_CAPACITY) this.items = new Int32Array(KEPT_CAPACITY);
  }

  /** Keeps the first `count` references. */
  cut(count: number): void {
    this.count = count;
  }

  #grow(): void {
    const items = new Int32Array(this.items.length * 2);
    items.set(this.items);
    this.items = items;
  }
}
