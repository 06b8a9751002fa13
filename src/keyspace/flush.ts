/** Cold. Emptying databases, at once or in the background. */
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';
import { LazyFree } from './lazy-free.ts';

/**
 * Empties a database. `inBackground` takes its tables out in no time and leaves them to `keyspace.lazyFree`. Returns how
 * many keys it had.
 */
export function flushDatabase(database: Database, inBackground: boolean): number {
  const keys = empty(database, inBackground);
  database.keyspace.flushed(database.index);
  return keys;
}

/** Empties all databases; see `flushDatabase`. */
export function flushAll(keyspace: Keyspace, inBackground: boolean): number {
  let keys = 0;
  for (const database of keyspace.databases) keys += empty(database, inBackground);
  keyspace.flushed(-1);
  return keys;
}

function empty(database: Database, inBackground: boolean): number {
  const { keyspace } = database;
  const keys = database.size;
  if (keys === 0) {
    // There may be room for keys that a file has announced.
    database.keys.clear();
    database.expiring.clear();
    return 0;
  }
  const tables = database.detachTables();
  if (keyspace.preserver?.detached(tables) === true) return keys;
  const queue = inBackground ? keyspace.lazyFree : new LazyFree(keyspace);
  queue.add(tables);
  while (!inBackground && queue.runOnce());
  return keys;
}
