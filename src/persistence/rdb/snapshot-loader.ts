/** Hot. Puts what an RDB file holds into a keyspace. */
import { frequencyClock, freshClock, idleClock } from '../../keyspace/access-clock.ts';
import type { Database } from '../../keyspace/database.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { setClock } from '../../keyspace/record.ts';
import type { FunctionLibraries } from '../function-libraries.ts';
import { ABSENT } from './format.ts';
import type { RdbInput, Room } from './input.ts';
import type { RdbEntry, RdbVisitor } from './reader.ts';
import { readValue, readValueInParts, skipValue, skipValueInParts } from './values.ts';

export interface LoadOptions {
  /** Whether a key of the file replaces the one that is there; otherwise that is a DuplicateKey. */
  readonly replaces: boolean;
  /** Whether keys that have expired are loaded: commands that come behind the file may still be about them. */
  readonly keepsExpired?: boolean;
  /** Told every auxiliary field. */
  readonly auxiliary: (name: string, value: string) => void;
  /** Told the names of the first keys that are left out because their values have no elements. */
  readonly emptyKey?: (name: Uint8Array) => void;
  /** Takes the file's libraries of functions; without it they are passed over. */
  readonly libraries?: FunctionLibraries;
  /** Bytes of the file: what it says of the number of its keys is believed as far as that many can be in it; 0 if not given. */
  readonly sizeBytes?: number;
}

/** Of how many empty keys the name is told. */
const EMPTY_TOLD_MAX = 10;
/** A type, the length of a name, a name, and a small integer. */
const KEY_BYTES_MIN = 4;

/** The file has a key that is there already. */
export class DuplicateKey extends Error {
  readonly key: Uint8Array;
  readonly database: number;

  constructor(key: Uint8Array, database: number) {
    super('a key that is there already');
    this.key = key;
    this.database = database;
  }
}

/** The file has a database of a number that there is not. */
export class NoSuchDatabase extends Error {}

/** REQUIRES: `keyspace.now` is set; keys that have expired by then are left out, unless they are to be kept. */
export class SnapshotLoader implements RdbVisitor {
  readonly #keyspace: Keyspace;
  readonly #options: LoadOptions;
  readonly room: Room | null;
  /** Keys that were loaded, and those that were left out because they have expired. */
  loaded = 0;
  expired = 0;
  /** Keys that were left out because their values have no elements. */
  empty = 0;
  /** What is left to do of what was read last. */
  #parts: Generator<undefined, number, undefined> | null = null;
  /** Whether that is a value which will be a key's. */
  #isKey = false;

  constructor(keyspace: Keyspace, options: LoadOptions) {
    this.#keyspace = keyspace;
    this.#options = options;
    const { sizeBytes } = options;
    this.room = sizeBytes === undefined ? null : { arena: keyspace.arena, sizeBytes };
  }

  auxiliary(name: string, value: string): void {
    this.#options.auxiliary(name, value);
  }

  library(bytes: Uint8Array, start: number, end: number): void {
    this.#options.libraries?.add(bytes.slice(start, end));
  }

  /** Makes room for the keys: growing step by step takes a third of the time of loading. */
  database(index: number, keys: number, expiries: number): void {
    const database = this.#keyspace.databases[index];
    if (database === undefined) throw new NoSuchDatabase(String(index));
    const keysMax = Math.floor((this.#options.sizeBytes ?? 0) / KEY_BYTES_MIN);
    this.#isKey = false;
    this.#parts = reserve(database, Math.min(keys, keysMax), Math.min(expiries, keysMax));
  }

  /** Throws RdbError, DuplicateKey, NoSuchDatabase or OutOfMemory. */
  value(entry: RdbEntry, type: number, input: RdbInput): void {
    const keyspace = this.#keyspace;
    const database = keyspace.databases[entry.database];
    if (database === undefined) throw new NoSuchDatabase(String(entry.database));
    const { key, keyLength, expiryMs } = entry;
    if (expiryMs !== ABSENT && expiryMs < keyspace.now && this.#options.keepsExpired !== true) {
      this.expired++;
      this.#parts = skipValueInParts(input, type, keyspace);
      if (this.#parts === null) skipValue(input, type, keyspace);
      this.#isKey = false;
      return;
    }
    const existing = database.write(key, 0, keyLength);
    if (existing !== 0 && !this.#options.replaces)
      throw new DuplicateKey(key.slice(0, keyLength), entry.database);
    this.#isKey = true;
    this.#parts = readValueInParts(input, type, database, key, keyLength, expiryMs);
    if (this.#parts !== null) return;
    this.#loaded(entry, readValue(input, type, database, existing, key, 0, keyLength, expiryMs));
  }

  more(entry: RdbEntry): boolean {
    if (this.#parts === null) return false;
    const { done, value } = this.#parts.next();
    if (done !== true) return true;
    this.#parts = null;
    if (this.#isKey) this.#loaded(entry, value);
    return false;
  }

  /** The value of a key has become this record, or 0 as it has no elements. */
  #loaded(entry: RdbEntry, record: number): void {
    const { key, keyLength } = entry;
    if (record === 0) {
      if (this.empty++ < EMPTY_TOLD_MAX) this.#options.emptyKey?.(key.slice(0, keyLength));
      return;
    }
    setClock(this.#keyspace.arena, record, this.#clockOf(entry));
    this.loaded++;
  }

  /** The clock that a key had when the file was written, as far as it says something under the policy of today. */
  #clockOf({ idleSeconds, frequency }: RdbEntry): number {
    const { measure } = this.#keyspace.policy;
    if (measure === 'lfu') {
      if (frequency !== ABSENT) return frequencyClock(this.#keyspace, frequency);
    } else if (idleSeconds !== ABSENT) {
      return idleClock(this.#keyspace, idleSeconds);
    }
    return freshClock(this.#keyspace);
  }
}

/** Makes room in a database's tables, in parts, if there is nothing in them yet. */
function* reserve(
  { keys, expiring }: Database,
  count: number,
  expiries: number,
): Generator<undefined, number, undefined> {
  for (const [table, entries] of [
    [keys, count],
    [expiring, expiries],
  ] as const) {
    let slot = table.count === 0 ? table.reserveSome(entries, 0) : 0;
    for (; slot !== 0; slot = table.reserveSome(entries, slot)) yield;
  }
  return 0;
}
