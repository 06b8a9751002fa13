/**
 * Cold. A fingerprint of data: equal for equal data, in whatever order and by whichever server it is kept. The same as
 * Redis's, so that two servers can be compared (observed with DEBUG DIGEST of Redis 8.0).
 *
 * A digest is 20 bytes, at first zero. `add` is commutative: for what has no order. `mix` is not.
 *
 *     value:    mix type (4 bytes, most significant first), then what the type says; an expiry adds a fixed text
 *     key:      from zero, mix the name, then the value
 *     data set: for each database with keys, mix its index (4 bytes); add up its keys
 */
import { hexadecimal, SHA1_BYTES, sha1 } from '../memory/sha1.ts';
import type { DigestSink } from '../values/structure.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';
import { bytesOf, encodingOf, expiryOf, keyLengthOf, keyStartOf, TYPE_STRING, typeOf } from './record.ts';
import { StringView } from './string-value.ts';
import { rootOf } from './value.ts';

const EXPIRES = new TextEncoder().encode('!!expire!!');

class Digest implements DigestSink {
  readonly bytes = new Uint8Array(SHA1_BYTES);
  readonly #hash = new Uint8Array(SHA1_BYTES);
  readonly #word = new Uint8Array(4);
  #element: Digest | null = null;

  clear(): void {
    this.bytes.fill(0);
  }

  /** Takes bytes in without regard to order. */
  add(bytes: Uint8Array, start: number, end: number): void {
    sha1(bytes, start, end, this.#hash);
    this.combine(this.#hash);
  }

  /** Takes bytes in, in order. */
  mix(bytes: Uint8Array, start: number, end: number): void {
    this.add(bytes, start, end);
    sha1(this.bytes, 0, SHA1_BYTES, this.bytes);
  }

  beginElement(): void {
    this.#element ??= new Digest();
    this.#element.clear();
  }

  mixIntoElement(bytes: Uint8Array, start: number, end: number): void {
    this.#element?.mix(bytes, start, end);
  }

  addToElement(bytes: Uint8Array, start: number, end: number): void {
    this.#element?.add(bytes, start, end);
  }

  endElement(): void {
    if (this.#element !== null) this.add(this.#element.bytes, 0, SHA1_BYTES);
  }

  mixNumber(value: number): void {
    new DataView(this.#word.buffer).setInt32(0, value);
    this.mix(this.#word, 0, 4);
  }

  /** Takes another digest in as it is. */
  combine(digest: Uint8Array): void {
    for (let i = 0; i < SHA1_BYTES; i++) this.bytes[i] ^= digest[i];
  }

  toString(): string {
    return hexadecimal(this.bytes);
  }
}

/** The digest of all databases, as 40 hexadecimal digits. */
export function digestDataSet(keyspace: Keyspace): string {
  const whole = new Digest();
  const one = new Digest();
  const { arena } = keyspace;
  const view = new StringView();
  for (const database of keyspace.databases) {
    if (database.size === 0) continue;
    whole.mixNumber(database.index);
    const visit = (record: number): void => {
      const start = keyStartOf(arena, record);
      one.clear();
      one.mix(bytesOf(arena, record), start, start + keyLengthOf(arena, record));
      addValue(database, record, one, view);
      // As others do it: the key's digest is hashed once more on its way into the whole.
      whole.add(one.bytes, 0, SHA1_BYTES);
    };
    let cursor = 0;
    do cursor = database.keys.scan(cursor, visit);
    while (cursor !== 0);
  }
  return whole.toString();
}

/** The digest of a record's value (and of whether it expires), as 40 hexadecimal digits; 0 for no record gives zeros. */
export function digestValue(database: Database, record: number): string {
  const digest = new Digest();
  if (record !== 0) addValue(database, record, digest, new StringView());
  return digest.toString();
}

function addValue(database: Database, record: number, digest: Digest, view: StringView): void {
  const { arena } = database;
  const type = typeOf(arena, record);
  digest.mixNumber(type);
  if (type === TYPE_STRING) {
    view.read(arena, record);
    digest.mix(view.bytes, view.start, view.end);
  } else {
    database.keyspace.structureOf(type).digest(encodingOf(arena, record), rootOf(arena, record), digest);
  }
  if (expiryOf(arena, record) >= 0) digest.add(EXPIRES, 0, EXPIRES.length);
}
