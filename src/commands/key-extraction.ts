/** Hot for cluster nodes and restricted users: finds the keys of a command by its key specifications, without strings. */
import type { Arguments } from '../protocol/arguments.ts';
import { KEY_NOT_KEY, type KeySpecification, parseKeyFlags } from './key-specification.ts';

/** Keys found: which words, and what happens to each (bits of commands/key-specification.ts). Reused from call to call. */
export class KeyPositions {
  count = 0;
  positions = new Int32Array(16);
  flags = new Int32Array(16);

  clear(): void {
    this.count = 0;
  }

  add(position: number, flags: number): void {
    if (this.count === this.positions.length) this.#grow();
    this.positions[this.count] = position;
    this.flags[this.count] = flags;
    this.count++;
  }

  #grow(): void {
    const positions = new Int32Array(this.count * 2);
    const flags = new Int32Array(this.count * 2);
    positions.set(this.positions);
    flags.set(this.flags);
    this.positions = positions;
    this.flags = flags;
  }
}

/**
 * Finds keys where specifications cannot. `first` is the index of the command's name among the words; positions are
 * indexes into the words. False when the words do not make a command with keys.
 */
export type KeyFinder = (words: Arguments, first: number, found: KeyPositions) => boolean;

const BEGIN_INDEX = 0;
const BEGIN_KEYWORD = 1;
const FIND_RANGE = 0;
const FIND_KEYNUM = 1;
const UNKNOWN = 2;

/** A key specification in numbers. */
export interface KeyRule {
  readonly flags: number;
  readonly begin: number;
  readonly index: number;
  /** In lower case. */
  readonly keyword: string;
  readonly find: number;
  readonly lastKey: number;
  readonly step: number;
  readonly limit: number;
  readonly keyNumberIndex: number;
  readonly firstKey: number;
}

/** The specification in the form that `findKeys` reads. */
export function keyRule(specification: KeySpecification): KeyRule {
  const { begin, find } = specification;
  const begins = { index: BEGIN_INDEX, keyword: BEGIN_KEYWORD, unknown: UNKNOWN };
  const finds = { range: FIND_RANGE, keynum: FIND_KEYNUM, unknown: UNKNOWN };
  return {
    flags: parseKeyFlags(specification.flags),
    begin: begins[begin.type],
    index: begin.type === 'index' ? begin.index : begin.type === 'keyword' ? begin.startFrom : 0,
    keyword: begin.type === 'keyword' ? begin.keyword.toLowerCase() : '',
    find: finds[find.type],
    lastKey: find.type === 'range' ? find.lastKey : 0,
    step: find.type === 'unknown' ? 1 : find.step,
    limit: find.type === 'range' ? find.limit : 0,
    keyNumberIndex: find.type === 'keynum' ? find.keyNumberIndex : 0,
    firstKey: find.type === 'keynum' ? find.firstKey : 0,
  };
}

/**
 * Adds the keys of the command whose name is word `first` to `found`, in the rules' order. Words that only look like
 * keys (channels) are left out. False when the rules do not fit the words.
 */
export function findKeysByRules(
  rules: readonly KeyRule[],
  words: Arguments,
  first: number,
  found: KeyPositions,
): boolean {
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at];
    if (rule.flags & KEY_NOT_KEY) continue;
    if (rule.begin === UNKNOWN || rule.find === UNKNOWN) return false;
    const begin = rule.begin === BEGIN_INDEX ? first + rule.index : positionBehindKeyword(rule, words, first);
    if (begin < 0) continue;
    if (begin >= words.count || !addKeys(rule, words, begin, found)) return false;
  }
  return true;
}

function addKeys(rule: KeyRule, words: Arguments, begin: number, found: KeyPositions): boolean {
  let firstKey = begin;
  let lastKey: number;
  if (rule.find === FIND_KEYNUM) {
    const position = begin + rule.keyNumberIndex;
    const keyCount = position < words.count ? wordNumber(words, position) : -1;
    if (keyCount < 0) return false;
    firstKey = begin + rule.firstKey;
    lastKey = firstKey + (keyCount - 1) * rule.step;
  } else {
    lastKey = lastOfRange(rule, words, begin);
  }
  if (lastKey >= words.count || lastKey < firstKey) return false;
  for (let position = firstKey; position <= lastKey; position += rule.step) found.add(position, rule.flags);
  return true;
}

function lastOfRange(rule: KeyRule, words: Arguments, begin: number): number {
  if (rule.lastKey >= 0) return begin + rule.lastKey;
  if (rule.limit <= 1) return words.count + rule.lastKey;
  return begin + Math.trunc((words.count - begin) / rule.limit) + rule.lastKey;
}

/** Where the word behind the rule's keyword lies, -1 if the keyword does not occur with a word behind it. */
function positionBehindKeyword(rule: KeyRule, words: Arguments, first: number): number {
  const last = words.count - 2;
  if (rule.index >= 0) {
    for (let at = first + rule.index; at <= last; at++) if (words.is(at, rule.keyword)) return at + 1;
  } else {
    for (let at = words.count + rule.index; at > first; at--) if (words.is(at, rule.keyword)) return at + 1;
  }
  return -1;
}

/** A word's value if it is a plain decimal number of at most nine digits, else -1. */
function wordNumber(words: Arguments, index: number): number {
  const start = words.start(index);
  const end = words.end(index);
  if (end === start || end - start > 9) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = words.bytes[at] - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
