/** What was measured of one key. */
export interface MeasuredKey {
  /** Quoted, to be shown. */
  readonly name: string;
  readonly nameBytes: number;
  readonly type: string;
  readonly memoryBytes: number;
  /** Elements, or bytes of a string. */
  readonly length: number;
}

/** Sums over the keys of one type, and its extremes. */
export interface TypeSums {
  readonly type: string;
  count: number;
  memoryBytes: number;
  length: number;
  largest: MeasuredKey;
  longest: MeasuredKey;
}

/** Sums over all keys. Memory is bounded by the number of types, of listed keys, and of different sizes. */
export class KeyTotals {
  readonly types = new Map<string, TypeSums>();
  /** The largest keys, the largest first. */
  readonly largest: MeasuredKey[] = [];
  readonly memorySizes = new SizeCounts();
  readonly nameSizes = new SizeCounts();
  readonly largestMax: number;
  count = 0;
  memoryBytes = 0;

  constructor(largestMax: number) {
    this.largestMax = largestMax;
  }

  add(key: MeasuredKey): void {
    this.count += 1;
    this.memoryBytes += key.memoryBytes;
    this.memorySizes.add(key.memoryBytes);
    this.nameSizes.add(key.nameBytes);
    this.#addToType(key);
    this.#addToLargest(key);
  }

  #addToType(key: MeasuredKey): void {
    const sums = this.types.get(key.type);
    if (sums === undefined) {
      const { type, memoryBytes, length } = key;
      this.types.set(type, { type, count: 1, memoryBytes, length, largest: key, longest: key });
      return;
    }
    sums.count += 1;
    sums.memoryBytes += key.memoryBytes;
    sums.length += key.length;
    if (key.memoryBytes > sums.largest.memoryBytes) sums.largest = key;
    if (key.length > sums.longest.length) sums.longest = key;
  }

  #addToLargest(key: MeasuredKey): void {
    const at = this.largest.findIndex(({ memoryBytes }) => memoryBytes < key.memoryBytes);
    if (at < 0 && this.largest.length >= this.largestMax) return;
    this.largest.splice(at < 0 ? this.largest.length : at, 0, key);
    this.largest.length = Math.min(this.largest.length, this.largestMax);
  }
}

/**
 * How often each size occurred. Sizes are kept to three significant digits, so that their number stays small while
 * the error stays below half a percent.
 */
export class SizeCounts {
  readonly #counts = new Map<number, number>();
  #total = 0;
  #sum = 0;
  #sumOfSquares = 0;

  add(size: number): void {
    const rounded = size < 1000 ? size : Number(size.toPrecision(3));
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + 1);
    this.#total += 1;
    this.#sum += size;
    this.#sumOfSquares += size * size;
  }

  get total(): number {
    return this.#total;
  }

  get sum(): number {
    return this.#sum;
  }

  get mean(): number {
    return this.#total === 0 ? 0 : this.#sum / this.#total;
  }

  get standardDeviation(): number {
    if (this.#total === 0) return 0;
    return Math.sqrt(Math.max(0, this.#sumOfSquares / this.#total - this.mean ** 2));
  }

  /** Sizes in ascending order, each with the number of keys up to it. */
  cumulated(): { readonly size: number; readonly count: number }[] {
    let count = 0;
    const sizes = [...this.#counts].sort(([a], [b]) => a - b);
    return sizes.map(([size, times]) => {
      count += times;
      return { size, count };
    });
  }
}
