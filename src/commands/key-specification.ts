/** Cold. Which words of a command are keys, in Redis's key specification terms (COMMAND INFO's ninth element). */

/** What happens to a key, as bits at the places that `keyFlagNames` gives them; those that code speaks of. */
export const KEY_RO = 1 << 0;
export const KEY_RW = 1 << 1;
export const KEY_OW = 1 << 2;
export const KEY_ACCESS = 1 << 4;
export const KEY_UPDATE = 1 << 5;
export const KEY_DELETE = 1 << 7;
/** Looks like a key for cluster routing but is none (a sharded channel). */
export const KEY_NOT_KEY = 1 << 8;
/** Does not find all the keys it stands for. */
export const KEY_INCOMPLETE = 1 << 9;
/** The other flags hold at most; the arguments decide. */
export const KEY_VARIABLE_FLAGS = 1 << 10;

const keyFlagNames: readonly string[] = [
  'RO',
  'RW',
  'OW',
  'RM',
  'access',
  'update',
  'insert',
  'delete',
  'not_key',
  'incomplete',
  'variable_flags',
];

/** Where the first word lies that a specification speaks of; positions count from the command's name, which is 0. */
export type BeginSearch =
  | { readonly type: 'index'; readonly index: number }
  /** Behind a keyword, looked for from `startFrom`; a negative one counts from the end and looks towards the front. */
  | { readonly type: 'keyword'; readonly keyword: string; readonly startFrom: number }
  | { readonly type: 'unknown' };

/** Which words from there on are keys. */
export type FindKeys =
  /**
   * Every `step`-th up to `lastKey`, which counts from the first key, or from the command's end when negative
   * (-1 is the last word). With -1 a `limit` above 1 takes only one limit-th of the words.
   */
  | { readonly type: 'range'; readonly lastKey: number; readonly step: number; readonly limit: number }
  /** As many as the word at `keyNumberIndex` says, the first at `firstKey`; both count from the beginning found. */
  | {
      readonly type: 'keynum';
      readonly keyNumberIndex: number;
      readonly firstKey: number;
      readonly step: number;
    }
  | { readonly type: 'unknown' };

export interface KeySpecification {
  /** Space separated, as COMMAND INFO shows them: "RW access update". */
  readonly flags: string;
  readonly notes?: string;
  readonly begin: BeginSearch;
  readonly find: FindKeys;
}

/** One key at a fixed position. */
export function keyAt(index: number, flags: string, notes?: string): KeySpecification {
  return keysFrom(index, flags, { lastKey: 0 }, notes);
}

/** Keys from a fixed position on; all that follow unless `range` says otherwise. */
export function keysFrom(
  index: number,
  flags: string,
  range: { readonly lastKey?: number; readonly step?: number; readonly limit?: number } = {},
  notes?: string,
): KeySpecification {
  return specification({ type: 'index', index }, rangeOf(range), flags, notes);
}

/** As many keys as the word at `index` says, right behind it; `step` 2 when each is followed by a value. */
export function countedKeysAt(index: number, flags: string, step = 1, notes?: string): KeySpecification {
  const find: FindKeys = { type: 'keynum', keyNumberIndex: 0, firstKey: 1, step };
  return specification({ type: 'index', index }, find, flags, notes);
}

/** Keys behind a keyword; all that follow it unless `range` says otherwise. */
export function keysAfter(
  keyword: string,
  startFrom: number,
  flags: string,
  range: { readonly lastKey?: number; readonly step?: number; readonly limit?: number } = {},
): KeySpecification {
  return specification({ type: 'keyword', keyword, startFrom }, rangeOf(range), flags);
}

/** Keys that no specification can find. */
export function unknownKeys(flags: string, notes?: string): KeySpecification {
  return specification({ type: 'unknown' }, { type: 'unknown' }, flags, notes);
}

/** The bits of space-separated key flags. Throws on a name that is none. */
export function parseKeyFlags(names: string): number {
  let bits = 0;
  for (const name of names.split(' ')) {
    const position = keyFlagNames.indexOf(name);
    if (position < 0) throw new Error(`no such key flag: ${name}`);
    bits |= 1 << position;
  }
  return bits;
}

/** Names in the order in which COMMAND INFO and COMMAND GETKEYSANDFLAGS show them. */
export function shownKeyFlagNames(bits: number): string[] {
  return keyFlagNames.filter((_, position) => (bits & (1 << position)) !== 0);
}

function rangeOf(range: {
  readonly lastKey?: number;
  readonly step?: number;
  readonly limit?: number;
}): FindKeys {
  return { type: 'range', lastKey: range.lastKey ?? -1, step: range.step ?? 1, limit: range.limit ?? 0 };
}

function specification(begin: BeginSearch, find: FindKeys, flags: string, notes?: string): KeySpecification {
  return notes === undefined ? { flags, begin, find } : { flags, notes, begin, find };
}
