/** Cold. The options of SORT and SORT_RO. */
import { int64High, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';

const STAR = 42;

export interface SortOptions {
  /** Word of the pattern whose keys decide the order; 0 for the elements themselves. */
  by: number;
  /** Whether elements stay in their order: any BY had a pattern without a place for them, which names no key. */
  keepsOrder: boolean;
  /** Words of patterns whose keys are returned; none for the elements themselves. */
  readonly gets: number[];
  offset: number;
  /** Negative: all. */
  limit: number;
  isDescending: boolean;
  isAlphabetic: boolean;
  /** Word of the key where the result is stored; 0 to reply with it. */
  destination: number;
}

/** null after having replied with an error. */
export function parseSortOptions(call: Call, mayStore: boolean): SortOptions | null {
  const { arguments: words, reply } = call;
  const options: SortOptions = {
    by: 0,
    keepsOrder: false,
    gets: [],
    offset: 0,
    limit: -1,
    isDescending: false,
    isAlphabetic: false,
    destination: 0,
  };
  for (let i = 2; i < words.count; i++) {
    const left = words.count - i - 1;
    if (words.is(i, 'asc')) {
      options.isDescending = false;
    } else if (words.is(i, 'desc')) {
      options.isDescending = true;
    } else if (words.is(i, 'alpha')) {
      options.isAlphabetic = true;
    } else if (words.is(i, 'limit') && left >= 2) {
      options.offset = integerWord(call, ++i);
      options.limit = Number.isNaN(options.offset) ? Number.NaN : integerWord(call, ++i);
      if (Number.isNaN(options.limit)) {
        reply.error(NOT_AN_INTEGER);
        return null;
      }
    } else if (mayStore && words.is(i, 'store') && left >= 1) {
      options.destination = ++i;
    } else if (words.is(i, 'by') && left >= 1) {
      options.by = ++i;
      options.keepsOrder ||= !words.bytes.subarray(words.start(i), words.end(i)).includes(STAR);
    } else if (words.is(i, 'get') && left >= 1) {
      options.gets.push(++i);
    } else {
      reply.error(SYNTAX);
      return null;
    }
  }
  return options;
}

/** The integer that a word is, those beyond the safe ones brought near; NaN if it is none. */
function integerWord(call: Call, index: number): number {
  const words = call.arguments;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (value !== WIDE_INTEGER) return value;
  return int64High < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
}
