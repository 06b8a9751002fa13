/** Hot. Values in the forms of the RDB format. Every data type has its cases here. */

import type { Database } from '../../keyspace/database.ts';
import { typeName } from '../../keyspace/names.ts';
import * as records from '../../keyspace/record.ts';
import { NO_EXPIRY, StringView, setString } from '../../keyspace/string-value.ts';
import type { Arena } from '../../memory/arena.ts';
import { TYPE_STRING } from './format.ts';
import { RdbError, type RdbInput } from './input.ts';
import type { RdbOutput } from './output.ts';

/** A value whose type has no form yet. */
export class UnsupportedValue extends Error {}

const view = new StringView();

/** The form (a TYPE_ of rdb/format.ts) in which `writeValue` writes the value of a record. Throws UnsupportedValue. */
export function formOf(arena: Arena, record: number): number {
  const type = records.typeOf(arena, record);
  if (type === records.TYPE_STRING) return TYPE_STRING;
  throw new UnsupportedValue(`no form for values of type ${typeName(type)}`);
}

/** Writes the value of a record in its form. */
export function writeValue(output: RdbOutput, arena: Arena, record: number): void {
  view.read(arena, record);
  output.string(view.bytes, view.start, view.end);
}

/**
 * Reads a value in the form of `type` into the key just looked up by `write`, which gave `existing`: what is there is
 * replaced. `expiry` in milliseconds of the epoch, or ABSENT. Returns the record. Throws RdbError or OutOfMemory.
 */
export function readValue(
  input: RdbInput,
  type: number,
  database: Database,
  existing: number,
  key: Uint8Array,
  keyLength: number,
  expiry: number,
): number {
  if (type !== TYPE_STRING) throw new RdbError(`unsupported type ${type}`, input.offset);
  input.string();
  const { stringBytes, stringStart, stringEnd } = input;
  const until = expiry < 0 ? NO_EXPIRY : expiry;
  return setString(database, existing, key, 0, keyLength, stringBytes, stringStart, stringEnd, until);
}

/** Reads over a value in the form of `type`. Throws RdbError. */
export function skipValue(input: RdbInput, type: number): void {
  if (type !== TYPE_STRING) throw new RdbError(`unsupported type ${type}`, input.offset);
  input.string();
}
