/** Cold. What commands are marked with, as bits: the flags that dispatch tests and the ACL categories. */

/** May change the data set. */
export const WRITE = 1 << 0;
/** Reads keys and changes none. */
export const READONLY = 1 << 1;
/** Refused with -OOM when memory is used up. */
export const DENYOOM = 1 << 2;
/** For administrators; not shown to MONITOR. */
export const ADMIN = 1 << 3;
export const PUBSUB = 1 << 4;
/** Refused inside scripts. */
export const NOSCRIPT = 1 << 5;
/** May put its client to sleep. */
export const BLOCKING = 1 << 6;
/** Served while the data set is being loaded. */
export const LOADING = 1 << 7;
/** Served by a replica that has lost its primary. */
export const STALE = 1 << 8;
export const SKIP_MONITOR = 1 << 9;
export const SKIP_SLOWLOG = 1 << 10;
/** Served for a slot that is being imported, as if ASKING had been sent. */
export const ASKING = 1 << 11;
/** Constant or logarithmic time, so that its latency is watched apart. */
export const FAST = 1 << 12;
/** Served before authentication. */
export const NO_AUTH = 1 << 13;
/** Writes nothing itself but can cause writes on replicas (PUBLISH, EVAL). Not shown. */
export const MAY_REPLICATE = 1 << 14;
/** May be called with no key although it has key specifications. */
export const NO_MANDATORY_KEYS = 1 << 15;
/** Has to be enabled by an `enable-...-command` option. Not shown. */
export const PROTECTED = 1 << 16;
/** Refused while a replica loads beside its old data. */
export const NO_ASYNC_LOADING = 1 << 17;
/** Refused between MULTI and EXEC. */
export const NO_MULTI = 1 << 18;
/** Served while a script or module runs too long. */
export const ALLOW_BUSY = 1 << 19;
/** Derived: first, last and step alone do not name all keys. */
export const MOVABLE_KEYS = 1 << 20;
/** Derived: the second word names a subcommand. */
export const CONTAINER = 1 << 21;
/** Derived: has at least one key. */
export const HAS_KEYS = 1 << 22;

/** Names of flags in the order in which COMMAND INFO shows them; those that are not shown come last. */
const flagBits: ReadonlyMap<string, number> = new Map([
  ['write', WRITE],
  ['readonly', READONLY],
  ['denyoom', DENYOOM],
  ['admin', ADMIN],
  ['pubsub', PUBSUB],
  ['noscript', NOSCRIPT],
  ['blocking', BLOCKING],
  ['loading', LOADING],
  ['stale', STALE],
  ['skip_monitor', SKIP_MONITOR],
  ['skip_slowlog', SKIP_SLOWLOG],
  ['asking', ASKING],
  ['fast', FAST],
  ['no_auth', NO_AUTH],
  ['no_mandatory_keys', NO_MANDATORY_KEYS],
  ['no_async_loading', NO_ASYNC_LOADING],
  ['no_multi', NO_MULTI],
  ['movablekeys', MOVABLE_KEYS],
  ['allow_busy', ALLOW_BUSY],
  ['may_replicate', MAY_REPLICATE],
  ['protected', PROTECTED],
]);
const hiddenFlags = MAY_REPLICATE | PROTECTED;

/** Names of ACL categories; the position is the bit. */
export const categoryNames: readonly string[] = [
  'keyspace',
  'read',
  'write',
  'set',
  'sortedset',
  'list',
  'hash',
  'string',
  'bitmap',
  'hyperloglog',
  'geo',
  'stream',
  'pubsub',
  'admin',
  'fast',
  'slow',
  'blocking',
  'dangerous',
  'connection',
  'transaction',
  'scripting',
];

/** The bits of space-separated flag names. Throws on a name that is no flag: the declaration is wrong. */
export function parseFlags(names: string): number {
  let bits = 0;
  for (const name of split(names)) {
    const bit = flagBits.get(name);
    if (bit === undefined) throw new Error(`no such command flag: ${name}`);
    bits |= bit;
  }
  return bits;
}

/** Names as COMMAND INFO shows them, in its order. */
export function shownFlagNames(bits: number): string[] {
  return [...flagBits].filter(([, bit]) => (bits & bit & ~hiddenFlags) !== 0).map(([name]) => name);
}

/** The bit of a category by its name in lower case, 0 if there is none. */
export function categoryBit(name: string): number {
  const position = categoryNames.indexOf(name);
  return position < 0 ? 0 : 1 << position;
}

/** The bits of space-separated category names. Throws on a name that is none. */
export function parseCategories(names: string): number {
  let bits = 0;
  for (const name of split(names)) {
    const bit = categoryBit(name);
    if (bit === 0) throw new Error(`no such ACL category: ${name}`);
    bits |= bit;
  }
  return bits;
}

/** Names with their "@", in the order of the bits. */
export function shownCategoryNames(bits: number): string[] {
  return categoryNames.filter((_, position) => (bits & (1 << position)) !== 0).map((name) => `@${name}`);
}

/** The categories that follow from a command's flags; `declared` are the ones its declaration names. */
export function impliedCategories(flags: number, declared: number): number {
  let bits = declared;
  if (flags & WRITE) bits |= categoryBit('write');
  // Scripts that may only read are no reads themselves: what they may touch is decided command by command.
  if (flags & READONLY && !(declared & categoryBit('scripting'))) bits |= categoryBit('read');
  if (flags & ADMIN) bits |= categoryBit('admin') | categoryBit('dangerous');
  if (flags & PUBSUB) bits |= categoryBit('pubsub');
  if (flags & BLOCKING) bits |= categoryBit('blocking');
  return bits | categoryBit(flags & FAST ? 'fast' : 'slow');
}

function split(names: string): string[] {
  return names === '' ? [] : names.split(' ');
}
