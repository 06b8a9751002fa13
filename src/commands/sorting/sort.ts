/** Hot. SORT and SORT_RO. */

import type { Call } from '../call.ts';
import { gatherElements } from './elements.ts';
import { parseSortOptions, type SortOptions } from './options.ts';
import { sortIndexes } from './order.ts';
import { Pattern } from './pattern.ts';
import { storeSorted } from './store.ts';
import { TextColumn } from './text-column.ts';
import { parseWeight } from './weight.ts';

const NO_NUMBER = "ERR One or more scores can't be converted into double";

/** SORT key [BY pattern] [LIMIT offset count] [GET pattern ...] [ASC | DESC] [ALPHA] [STORE destination] */
export function sort(call: Call): void {
  const options = parseSortOptions(call, true);
  if (options !== null) run(call, options);
}

/** SORT_RO: without STORE. */
export function sortRo(call: Call): void {
  const options = parseSortOptions(call, false);
  if (options !== null) run(call, options);
}

function run(call: Call, options: SortOptions): void {
  const by = options.by === 0 ? null : new Pattern(call, options.by);
  const gets = options.gets.map((index) => new Pattern(call, index));
  const { keepsOrder } = options;
  const gathered = gatherElements(call, options);
  if (gathered === null) return;
  const elements = gathered.texts;
  const order = Uint32Array.from({ length: elements.count }, (_, index) => index);
  if (!gathered.isOrdered) {
    const compare = comparison(elements, keepsOrder ? null : by, options.isAlphabetic || keepsOrder);
    if (compare === null) return call.reply.error(NO_NUMBER);
    sortIndexes(order, options.isDescending ? (left, right) => -compare(left, right) : compare);
  }
  const chosen = order.subarray(...range(elements.count, options));
  if (options.destination !== 0) storeSorted(call, options.destination, elements, chosen, gets);
  else replySorted(call, elements, chosen, gets);
}

/** First place and the place behind the last of those that LIMIT chooses. */
function range(count: number, { offset, limit }: SortOptions): [number, number] {
  const start = Math.min(Math.max(0, offset), count);
  return [start, limit < 0 ? count : Math.min(count, start + limit)];
}

function replySorted(call: Call, elements: TextColumn, chosen: Uint32Array, gets: readonly Pattern[]): void {
  const { reply } = call;
  reply.array(chosen.length * Math.max(1, gets.length));
  for (const index of chosen) {
    const start = elements.start(index);
    const end = elements.end(index);
    if (gets.length === 0) reply.bulk(elements.bytes, start, end);
    for (const get of gets) {
      if (get.find(elements.bytes, start, end)) reply.bulk(get.bytes, get.start, get.end);
      else reply.nullValue();
    }
  }
}

type Comparison = (left: number, right: number) => number;

/** How two elements compare; null if one of their weights is no number. */
function comparison(elements: TextColumn, by: Pattern | null, isAlphabetic: boolean): Comparison | null {
  if (isAlphabetic)
    return by === null ? (left, right) => elements.compare(left, right) : byTexts(elements, by);
  const weights = new Float64Array(elements.count);
  for (let i = 0; i < weights.length; i++) {
    weights[i] = weightOf(elements, by, i);
    if (Number.isNaN(weights[i])) return null;
  }
  return (left, right) => {
    const a = weights[left];
    const b = weights[right];
    if (a !== b) return a < b ? -1 : 1;
    return elements.compare(left, right);
  };
}

/** By the texts that the pattern finds; elements without one come first. */
function byTexts(elements: TextColumn, by: Pattern): Comparison {
  const texts = new TextColumn();
  const isMissing = new Uint8Array(elements.count);
  for (let i = 0; i < elements.count; i++) {
    if (by.find(elements.bytes, elements.start(i), elements.end(i))) {
      texts.add(by.bytes, by.start, by.end);
    } else {
      isMissing[i] = 1;
      texts.add(elements.bytes, 0, 0);
    }
  }
  return (left, right) => isMissing[right] - isMissing[left] || texts.compare(left, right);
}

/** The number of an element, or that the pattern finds for it; 0 if it finds none, NaN for what is no number. */
function weightOf(elements: TextColumn, by: Pattern | null, index: number): number {
  const start = elements.start(index);
  const end = elements.end(index);
  if (by === null) return parseWeight(elements.bytes, start, end);
  return by.find(elements.bytes, start, end) ? parseWeight(by.bytes, by.start, by.end) : 0;
}
