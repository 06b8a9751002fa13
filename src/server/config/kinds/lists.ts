/** Cold. Values made of several words of one sort. */
import type { Kind } from '../declaration.ts';
import { Rejection } from '../rejection.ts';
import { parseDouble, parseLong } from './c-numbers.ts';
import { oneLine, WRONG_NUMBER_OF_ARGUMENTS } from './line.ts';

function isNothing(words: readonly string[]): boolean {
  return words.length === 0 || (words.length === 1 && words[0] === '');
}

const ADDRESSES_MAX = 16;

function printWords(words: readonly string[]): string {
  return words.join(' ');
}

/** Addresses to listen on; one that begins with "-" may be missing. */
export const addresses: Kind<readonly string[]> = {
  empty: [],
  severalWords: true,
  parse(words) {
    if (words.length > ADDRESSES_MAX) return new Rejection('Too many bind addresses specified.');
    return isNothing(words) ? [] : words;
  },
  print: printWords,
  lines: (value, initial) =>
    oneLine(value, initial, printWords, (words) => (words.length === 0 ? '""' : printWords(words))),
};

const OOM_SCORES = 3;
const OOM_SCORE_MAX = 2000n;

function printScores(scores: readonly number[]): string {
  return scores.join(' ');
}

/** What the kernel is told of a primary, a replica and a child process when memory runs out. */
export const oomScores: Kind<readonly number[]> = {
  empty: [0, 0, 0],
  severalWords: true,
  parse(words) {
    if (words.length !== OOM_SCORES) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
    const scores = words.map(parseLong);
    if (scores.some((score) => score === undefined || score < -OOM_SCORE_MAX || score > OOM_SCORE_MAX)) {
      const range = `between -${OOM_SCORE_MAX} and ${OOM_SCORE_MAX}`;
      return new Rejection(`Invalid oom-score-adj-values, elements must be ${range}.`);
    }
    return scores.map(Number);
  },
  print: printScores,
  lines: (value, initial) => oneLine(value, initial, printScores),
};

const PERCENTILE_DECIMALS = 6;

function printPercentile(percentile: number): string {
  const sign = Object.is(percentile, -0) ? '-' : '';
  return sign + percentile.toFixed(PERCENTILE_DECIMALS).replace(/\.?0+$/, '');
}

function printPercentiles(percentiles: readonly number[]): string {
  return percentiles.map(printPercentile).join(' ');
}

/** Percentages, in the order given. */
export const percentiles: Kind<readonly number[]> = {
  empty: [],
  severalWords: true,
  parse(words) {
    if (isNothing(words)) return [];
    const values = words.map(parseDouble);
    for (const value of values) {
      if (value === undefined) return new Rejection('Invalid latency-tracking-info-percentiles parameters');
      if (value < 0 || value > 100) {
        return new Rejection('latency-tracking-info-percentiles parameters should sit between [0.0,100.0]');
      }
    }
    return values.map(Number);
  },
  print: printPercentiles,
  lines: (value, initial) =>
    oneLine(value, initial, printPercentiles, (written) =>
      written.length === 0 ? '""' : printPercentiles(written),
    ),
};
