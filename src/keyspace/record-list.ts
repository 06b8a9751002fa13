/** Hot. A list of records that grows as needed and is used again and again: what a scan has met. */
const KEPT_CAPACITY = 4096;

/** Invariant: `items` up to `count` are records; none of them may be freed while it is looked at. */
export class RecordList {
  items = new Int32Array(128);
  count = 0;
  /** Bound, so that it can be handed to `Table.scan` as it is. */
  readonly add = (record: number): void => {
    if (this.count === this.items.length) this.#grow();
    this.items[this.count++] = record;
  };

  /** Empties the list, and gives back what an unusually long one needed. */
  clear(): void {
    this.count = 0;
    if (this.items.length > KEPT_CAPACITY) this.items = new Int32Array(KEPT_CAPACITY);
  }

  /** Keeps the first `count` records. */
  cut(count: number): void {
    this.count = count;
  }

  #grow(): void {
    const items = new Int32Array(this.items.length * 2);
    items.set(this.items);
    this.items = items;
  }
}
