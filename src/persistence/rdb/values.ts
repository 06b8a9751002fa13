/** Hot. Values in the forms of the RDB format. */
import type { Database } from '../../keyspace/database.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { encodingOf, TYPE_HASH as HASH, TYPE_STRING as STRING, typeOf } from '../../keyspace/record.ts';
import { freeDetached } from '../../keyspace/release.ts';
import { NO_EXPIRY, StringView, setBlock, setString } from '../../keyspace/string-value.ts';
import { putValue, rootOf } from '../../keyspace/value.ts';
import type { Arena } from '../../memory/arena.ts';
import { ENCODING_RAW } from '../../values/encoding.ts';
import { codecOfForm, codecOfType } from './codecs.ts';
import { TYPE_MODULE, TYPE_MODULE_2, TYPE_STRING } from './format.ts';
import { RdbError, type RdbInput } from './input.ts';
import { moduleRefusal, readModuleName, skipModuleValue } from './module-value.ts';
import type { RdbOutput } from './output.ts';
import { LONG_STRING_BYTES, StringPieces } from './string-pieces.ts';
import { DecodedValue, type Parts, type ValueCodec, type ValueStore } from './value-codec.ts';
import type { ValuePieces } from './value-pieces.ts';

const view = new StringView();
const decoded = new DecodedValue();

/** The form (a TYPE_ of rdb/format.ts) in which `writeValue` writes the value of a record for readers of a version. */
export function formOf(store: ValueStore, record: number, version: number): number {
  const { arena } = store;
  const type = typeOf(arena, record);
  if (type === STRING) return TYPE_STRING;
  return codecOfType(type).formOf(store, encodingOf(arena, record), rootOf(arena, record), version);
}

/** Writes the value of a record in its form. */
export function writeValue(output: RdbOutput, store: ValueStore, record: number): void {
  const { arena } = store;
  const type = typeOf(arena, record);
  if (type === STRING) {
    view.read(arena, record);
    output.string(view.bytes, view.start, view.end);
  } else {
    codecOfType(type).write(output, store, encodingOf(arena, record), rootOf(arena, record));
  }
}

/** What `writeValue` writes in pieces, if it takes long; null otherwise. */
export function piecesOf(target: RdbOutput, store: ValueStore, record: number): ValuePieces | null {
  const { arena } = store;
  const type = typeOf(arena, record);
  if (type === STRING) return stringPieces(target, arena, record);
  return codecOfType(type).pieces(target, store, encodingOf(arena, record), rootOf(arena, record));
}

function stringPieces(target: RdbOutput, arena: Arena, record: number): ValuePieces | null {
  if (encodingOf(arena, record) !== ENCODING_RAW) return null;
  view.read(arena, record);
  const length = view.end - view.start;
  if (length < LONG_STRING_BYTES) return null;
  return new StringPieces(arena, rootOf(arena, record), length, target.compresses);
}

/**
 * Reads a value in the given form into the key just looked up by `write`, which gave `existing`: what is there is
 * replaced. `expiry` in milliseconds of the epoch, or ABSENT. Returns the record; 0 when the value has no elements: then
 * nothing has changed. Throws RdbError or OutOfMemory.
 */
export function readValue(
  input: RdbInput,
  form: number,
  database: Database,
  existing: number,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  expiry: number,
): number {
  const until = expiry < 0 ? NO_EXPIRY : expiry;
  if (form === TYPE_STRING) {
    input.string();
    const { stringBytes, stringStart, stringEnd } = input;
    return setString(database, existing, key, keyStart, keyEnd, stringBytes, stringStart, stringEnd, until);
  }
  const { keyspace } = database;
  const codec = knownCodec(form, input);
  codec.read(input, form, keyspace, decoded);
  const { encoding, root } = decoded;
  if (root === 0) return 0;
  try {
    return putValue(database, existing, codec.type, encoding, root, key, keyStart, keyEnd, until);
  } catch (error) {
    keyspace.structureOf(codec.type).free(encoding, root);
    throw error;
  }
}

/**
 * As `readValue`, in parts, for values that may be large; null for others. Between the parts everything may be done but
 * changing what is under the key. The generator's result is the record.
 */
export function readValueInParts(
  input: RdbInput,
  form: number,
  database: Database,
  key: Uint8Array,
  keyEnd: number,
  expiry: number,
): Generator<undefined, number, undefined> | null {
  if (form === TYPE_STRING) return input.gather() ? putString(input, database, key, keyEnd, expiry) : null;
  const codec = knownCodec(form, input);
  const own = new DecodedValue();
  const parts = codec.readInParts(input, form, database.keyspace, own);
  return parts === null ? null : put(parts, codec.type, own, database, key, keyEnd, expiry);
}

function* put(
  parts: Parts,
  type: number,
  own: DecodedValue,
  database: Database,
  key: Uint8Array,
  keyEnd: number,
  expiry: number,
): Generator<undefined, number, undefined> {
  yield* parts;
  const { encoding, root } = own;
  if (root === 0) return 0;
  const existing = database.write(key, 0, keyEnd);
  try {
    const until = expiry < 0 ? NO_EXPIRY : expiry;
    return putValue(database, existing, type, encoding, root, key, 0, keyEnd, until);
  } catch (error) {
    database.keyspace.structureOf(type).free(encoding, root);
    throw error;
  }
}

/** A long string, whose block becomes the key's. */
function* putString(
  input: RdbInput,
  database: Database,
  key: Uint8Array,
  keyEnd: number,
  expiry: number,
): Generator<undefined, number, undefined> {
  do yield;
  while (input.gather());
  const until = expiry < 0 ? NO_EXPIRY : expiry;
  const length = input.gatheredBytes;
  const block = input.takeBlock();
  return setBlock(database, database.write(key, 0, keyEnd), key, 0, keyEnd, block, length, until);
}

/** As `skipValue`, in parts, for values that may be large; null for others. The result is of no meaning. */
export function skipValueInParts(
  input: RdbInput,
  form: number,
  keyspace: Keyspace,
): Generator<undefined, number, undefined> | null {
  if (form === TYPE_STRING) return null;
  const codec = knownCodec(form, input);
  const own = new DecodedValue();
  const parts = codec.readInParts(input, form, keyspace, own);
  return parts === null ? null : skip(parts, codec.type, own, keyspace);
}

function* skip(
  parts: Parts,
  type: number,
  own: DecodedValue,
  keyspace: Keyspace,
): Generator<undefined, number, undefined> {
  yield* parts;
  if (own.root !== 0) freeDetached(keyspace.structureOf(type), own.encoding, own.root, keyspace.lazyFree);
  return 0;
}

/** Reads over a value in the given form. Returns whether it has fields that expire. Throws RdbError or OutOfMemory. */
export function skipValue(input: RdbInput, form: number, keyspace: Keyspace): boolean {
  if (form === TYPE_STRING) {
    input.string();
    return false;
  }
  const codec = knownCodec(form, input);
  codec.read(input, form, keyspace, decoded);
  const { encoding, root } = decoded;
  if (root === 0) return false;
  const expires = codec.type === HASH && keyspace.structures.hashes.expires(encoding, root);
  keyspace.structureOf(codec.type).free(encoding, root);
  return expires;
}

/** As `skipValue`, and values of modules are skipped as well, of which nothing is known but their parts. */
export function skipForeignValue(input: RdbInput, form: number, keyspace: Keyspace): boolean {
  if (form !== TYPE_MODULE_2) return skipValue(input, form, keyspace);
  readModuleName(input);
  skipModuleValue(input);
  return false;
}

/** Whether values of this form can be read. */
export function isKnownForm(form: number): boolean {
  return form === TYPE_STRING || codecOfForm(form) !== undefined;
}

/** Whether this is a form at all: those of modules' values are told from what means nothing, but cannot be read. */
export function isForm(form: number): boolean {
  return isKnownForm(form) || form === TYPE_MODULE || form === TYPE_MODULE_2;
}

function knownCodec(form: number, input: RdbInput): ValueCodec {
  const codec = codecOfForm(form);
  if (codec !== undefined) return codec;
  throw isForm(form) ? moduleRefusal(input, form) : new RdbError(`unsupported type ${form}`, input.offset);
}
