/** Hot. The places that a search has found: all of them, or so many of the nearest or the farthest. */
import { sortedByScore } from '../../memory/score-sort.ts';

const KEPT_CAPACITY = 1024;
/** More than these are sorted by their bits: passes over tables of digits, which cost some 15 microseconds in any case. */
const HEAP_SORTED_MAX = 1024;

/**
 * Columns: place i lies `meters[i]` from the middle, has the score scores[i] and is at places[i] of its sorted set.
 *
 * Invariants:
 * 1. count <= `#most`. Until it is reached, places stand in the order in which they were added.
 * 2. When more than that are added, the columns are a heap: whatever is first in the result comes behind its parent.
 * 3. Of places that are equally far, those that were added first come first.
 */
export class PlaceList {
  count = 0;
  meters = new Float64Array(KEPT_CAPACITY);
  scores = new Float64Array(KEPT_CAPACITY);
  places = new Int32Array(KEPT_CAPACITY);
  /** In which order places were added. */
  #sequence = new Int32Array(KEPT_CAPACITY);
  #added = 0;
  #most = Number.POSITIVE_INFINITY;
  #order = 0;
  #isHeap = false;

  /** Forgets all. From now on `most` places are kept: the nearest (order 1), the farthest (-1), or the first (0). */
  begin(order: -1 | 0 | 1, most: number): void {
    this.count = 0;
    this.#added = 0;
    this.#order = order;
    this.#most = most;
    this.#isHeap = false;
  }

  /** Places as far as this, or farther, would not be kept. */
  get bound(): number {
    return this.#order === 1 && this.count === this.#most ? this.meters[0] : Number.POSITIVE_INFINITY;
  }

  /** Adds a place, if it is among those to be kept. */
  add(meters: number, score: number, place: number): void {
    if (this.count < this.#most) {
      if (this.count === this.meters.length) this.#grow();
      this.#set(this.count++, meters, score, place, this.#added++);
      if (this.count === this.#most && this.#order !== 0) this.#makeHeap();
      return;
    }
    if (this.#order * meters >= this.#order * this.meters[0] || this.#order === 0) return;
    this.#set(0, meters, score, place, this.#added++);
    this.#sink(0, this.count);
  }

  /** Puts all into the order asked for. */
  sort(): void {
    if (this.#order === 0) return;
    if (!this.#isHeap && this.count > HEAP_SORTED_MAX) {
      this.#sortMany();
      return;
    }
    if (!this.#isHeap) this.#makeHeap();
    for (let end = this.count - 1; end > 0; end--) {
      this.#swap(0, end);
      this.#sink(0, end);
    }
  }

  /** Lets go of what an unusually large result needed. */
  forget(): void {
    this.count = 0;
    if (this.meters.length > KEPT_CAPACITY) this.#allocate(KEPT_CAPACITY);
  }

  #set(index: number, meters: number, score: number, place: number, sequence: number): void {
    this.meters[index] = meters;
    this.scores[index] = score;
    this.places[index] = place;
    this.#sequence[index] = sequence;
  }

  #makeHeap(): void {
    this.#isHeap = true;
    for (let i = (this.count >> 1) - 1; i >= 0; i--) this.#sink(i, this.count);
  }

  /** Moves the place at `index` down until it is behind both of its children, of those before `end`. */
  #sink(index: number, end: number): void {
    for (let parent = index; ; ) {
      let child = 2 * parent + 1;
      if (child >= end) return;
      if (child + 1 < end && this.#isBehind(child + 1, child)) child++;
      if (!this.#isBehind(child, parent)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  #isBehind(left: number, right: number): boolean {
    const difference = this.#order * (this.meters[left] - this.meters[right]);
    return difference > 0 || (difference === 0 && this.#sequence[left] > this.#sequence[right]);
  }

  #swap(left: number, right: number): void {
    const meters = this.meters[left];
    const score = this.scores[left];
    const place = this.places[left];
    const sequence = this.#sequence[left];
    this.#set(left, this.meters[right], this.scores[right], this.places[right], this.#sequence[right]);
    this.#set(right, meters, score, place, sequence);
  }

  #sortMany(): void {
    const { meters, scores, places, count } = this;
    const keys = Float64Array.from(meters.subarray(0, count), (distance) => this.#order * distance);
    const indexes = sortedByScore(
      keys,
      Int32Array.from({ length: count }, (_, index) => index),
    );
    this.#allocate(meters.length);
    for (const [to, from] of indexes.entries()) this.#set(to, meters[from], scores[from], places[from], 0);
  }

  #grow(): void {
    const { meters, scores, places } = this;
    const sequence = this.#sequence;
    this.#allocate(meters.length * 2);
    this.meters.set(meters);
    this.scores.set(scores);
    this.places.set(places);
    this.#sequence.set(sequence);
  }

  #allocate(capacity: number): void {
    this.meters = new Float64Array(capacity);
    this.scores = new Float64Array(capacity);
    this.places = new Int32Array(capacity);
    this.#sequence = new Int32Array(capacity);
  }
}
