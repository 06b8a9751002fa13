/** A keyspace in checked memory, with a clock that tests set and randomness that repeats. */
import type { Database } from '../../src/keyspace/database.ts';
import { Keyspace, type Random } from '../../src/keyspace/keyspace.ts';
import { NO_EXPIRY, StringView, setString } from '../../src/keyspace/string-value.ts';
import { Arena } from '../../src/memory/arena.ts';

export const START = 1_700_000_000_000;

/** A linear congruential generator (constants of Numerical Recipes). */
function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // The low bits of such a generator repeat soon.
    return Math.floor(state / 256) / 2 ** 24;
  };
  return { fraction, below: (bound) => Math.floor(fraction() * bound) };
}

export function newKeyspace(
  options: { checked?: boolean; databases?: number; seed?: number } = {},
): Keyspace {
  const keyspace = new Keyspace({
    arena: new Arena({ checked: options.checked ?? true }),
    hashKey: { word0: 0x01234567, word1: 0x89abcdef | 0 },
    random: seededRandom(options.seed ?? 1),
    databases: options.databases ?? 2,
  });
  keyspace.setNow(START);
  return keyspace;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const view = new StringView();

/** Sets a key as SET does; `expiry` in milliseconds of the epoch. */
export function put(database: Database, key: string, value: string, expiry: number = NO_EXPIRY): void {
  const name = encoder.encode(key);
  const bytes = encoder.encode(value);
  const record = database.write(name, 0, name.length);
  setString(database, record, name, 0, name.length, bytes, 0, bytes.length, expiry);
}

/** The record of a key as a command that reads finds it. */
export function record(database: Database, key: string): number {
  const name = encoder.encode(key);
  return database.lookup(name, 0, name.length);
}

/** The record of a key as a command that writes finds it: the `found` methods act on it. */
export function written(database: Database, key: string): number {
  const name = encoder.encode(key);
  return database.write(name, 0, name.length);
}

/** Reads a key as GET does. */
export function get(database: Database, key: string): string | undefined {
  const name = encoder.encode(key);
  const found = database.read(name, 0, name.length);
  if (found === 0) return undefined;
  view.read(database.arena, found);
  return decoder.decode(view.bytes.subarray(view.start, view.end));
}

export function remove(database: Database, key: string): boolean {
  const found = written(database, key);
  if (found !== 0) database.removeFound(found);
  return found !== 0;
}

/** The text of a record's key. */
export function keyOf(keyspace: Keyspace, found: number): string {
  return decoder.decode(keyspace.copyKey(found));
}

/** Walks all tables and the arena; throws when an invariant does not hold. */
export function verify(keyspace: Keyspace): void {
  keyspace.arena.verify();
  for (const database of keyspace.databases) {
    database.keys.verify();
    database.expiring.verify();
  }
}
