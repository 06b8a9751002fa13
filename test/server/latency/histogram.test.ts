import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Histogram } from '../../../src/server/latency/histogram.ts';

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value, 1);
  return histogram;
}

describe('a histogram of durations', () => {
  test('tells the upper end of the step that a percentile falls into, as Redis does', () => {
    const histogram = histogramOf([11_000, 24_000, 42_000, 10_000]);
    expect(histogram.percentile(50)).toBe(11.007);
    expect(histogram.percentile(100)).toBe(42.239);
    expect(histogram.percentile(0)).toBe(9.984);
    expect(histogramOf([]).percentile(50)).toBe(0);
  });

  test('percentiles are within a hundredth of the true ones', () => {
    const durations = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 60 });
    const percents = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(durations, percents, (values, percent) => {
        const sorted = [...values].sort((left, right) => left - right);
        const wanted = Math.max(1, Math.floor((percent / 100) * values.length + 0.5));
        const truth = sorted[wanted - 1] / 1000;
        const told = histogramOf(values).percentile(percent);
        expect(told).toBeGreaterThanOrEqual(truth);
        expect(told).toBeLessThanOrEqual(truth * 1.01 + 0.001);
      }),
      { numRuns: 300 },
    );
  });

  test('has buckets that end at powers of two, counted up', () => {
    expect(histogramOf([20_089_000, 30_096_000]).buckets()).toEqual([{ microseconds: 33_816, count: 2 }]);
    expect(histogramOf([0, 900, 1_031, 1_032, 16_000, 5e9]).buckets()).toEqual([
      { microseconds: 1, count: 3 },
      { microseconds: 2, count: 4 },
      { microseconds: 16, count: 5 },
      { microseconds: 1_082_130, count: 6 },
    ]);
  });

  test('its buckets count what is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 60 }), (values) => {
        const histogram = histogramOf(values);
        const buckets = histogram.buckets();
        expect(buckets.at(-1)?.count ?? 0).toBe(histogram.count);
        let before = 0;
        for (const { microseconds, count } of buckets) {
          expect(count).toBeGreaterThan(before);
          expect(values.filter((value) => value < (microseconds + 1) * 1000).length).toBeGreaterThanOrEqual(
            count,
          );
          before = count;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('counts a value many times at once', () => {
    const histogram = new Histogram();
    histogram.add(500.7, 64);
    expect(histogram.count).toBe(64);
    expect(histogram.buckets()).toEqual([{ microseconds: 1, count: 64 }]);
  });
});
