/** Hot (once a run of calls). How long something took, how often: 128 steps per power of two, so to within a hundredth. */

/**
 * Values are nanoseconds. Below 256 every value has a step of its own; above, the values of 2^n to 2^(n+1) - 1 share 128
 * steps. Rows of steps are made when a value falls into them. (The layout of HdrHistogram with two significant digits,
 * as Redis uses it, so that the same durations give the same numbers.)
 */
const STEPS_LOG2 = 7;
const STEPS = 1 << STEPS_LOG2;
/** A second; longer counts as this, as in Redis. */
const NANOSECONDS_MAX = 1e9;
/** LATENCY HISTOGRAM's first bucket ends here, and every further one at twice that. */
const FIRST_BUCKET_NANOSECONDS = 1024;

export interface HistogramBucket {
  /** Upper end in whole microseconds. */
  readonly microseconds: number;
  /** Values up to there. */
  readonly count: number;
}

export class Histogram {
  count = 0;
  /** By power of two above `STEPS`; row 0 holds the values below it. */
  readonly #rows: (Float64Array | undefined)[] = Array.from({ length: 32 }, () => undefined);

  /** Counts a value of `nanoseconds` (any fraction is dropped), `times` times. */
  add(nanoseconds: number, times: number): void {
    const value = Math.min(nanoseconds, NANOSECONDS_MAX) | 0;
    const row = rowOf(value);
    let steps = this.#rows[row];
    if (steps === undefined) {
      steps = new Float64Array(STEPS);
      this.#rows[row] = steps;
    }
    steps[stepOf(value, row)] += times;
    this.count += times;
  }

  /** The microseconds that `percent` of all values do not exceed, at the upper end of their step; 0 without values. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.floor((Math.min(percent, 100) / 100) * this.count + 0.5));
    let counted = 0;
    for (const [row, step, count] of this.#filled()) {
      counted += count;
      if (counted < wanted) continue;
      const nanoseconds = percent === 0 ? lowest(row, step) : highest(row, step);
      return nanoseconds / 1000;
    }
    return 0;
  }

  /** Counts of values up to each power of two, as far as they differ from the one before. */
  buckets(): HistogramBucket[] {
    const buckets: HistogramBucket[] = [];
    let counted = 0;
    let end = FIRST_BUCKET_NANOSECONDS;
    let inBucket = 0;
    const close = (): void => {
      if (inBucket > 0) buckets.push({ microseconds: bucketEnd(end), count: counted });
      inBucket = 0;
    };
    for (const [row, step, count] of this.#filled()) {
      while (lowest(row, step) > end) {
        close();
        end *= 2;
      }
      counted += count;
      inBucket += count;
    }
    close();
    return buckets;
  }

  /** Row, step and count of every step that has one, from short to long. */
  *#filled(): Generator<readonly [row: number, step: number, count: number]> {
    for (const [row, steps] of this.#rows.entries()) {
      if (steps === undefined) continue;
      for (const [step, count] of steps.entries()) if (count > 0) yield [row, step, count];
    }
  }
}

function rowOf(value: number): number {
  return Math.max(0, 32 - Math.clz32(value) - STEPS_LOG2);
}

function stepOf(value: number, row: number): number {
  return row === 0 ? value : (value >>> (row - 1)) - STEPS;
}

function lowest(row: number, step: number): number {
  return row === 0 ? step : (step + STEPS) * 2 ** (row - 1);
}

function highest(row: number, step: number): number {
  return row === 0 ? step : lowest(row, step) + 2 ** (row - 1) - 1;
}

/** The bucket that ends with the step of `nanoseconds`. */
function bucketEnd(nanoseconds: number): number {
  const row = rowOf(nanoseconds);
  return Math.floor(highest(row, stepOf(nanoseconds, row)) / 1000);
}
