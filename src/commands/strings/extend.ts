/** Hot. Commands that write behind or into a string. */
import { APPEND, type KeyspaceEvent, SETRANGE } from '../../keyspace/events.ts';
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { changingBytes } from '../../keyspace/string-block.ts';
import { addString, NO_EXPIRY, resizeString, setString, stringLength } from '../../keyspace/string-value.ts';
import { copyBytes } from '../../memory/arena.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, STRING_TOO_LONG, WRONG_TYPE } from '../errors.ts';

const VALUE = 2;
const RANGE_VALUE = 3;

/** APPEND key value */
export function append(call: Call): void {
  const { arguments: words, database, keyspace, reply } = call;
  const { bytes } = words;
  const start = words.start(1);
  const end = words.end(1);
  const record = database.write(bytes, start, end);
  const added = words.length(VALUE);
  if (record === 0) {
    setString(database, 0, bytes, start, end, bytes, words.start(VALUE), words.end(VALUE), NO_EXPIRY);
    keyspace.changed(database, APPEND, bytes, start, end);
    return reply.integer(added);
  }
  if (typeOf(keyspace.arena, record) !== TYPE_STRING) return reply.error(WRONG_TYPE);
  const old = stringLength(keyspace.arena, record);
  if (old + added > keyspace.stringBytesMax) return reply.error(STRING_TOO_LONG);
  write(call, resizeString(database, record, old + added), old, VALUE, APPEND);
  reply.integer(old + added);
}

/** SETRANGE key offset value: what lies between the old end and the offset becomes zero. */
export function setrange(call: Call): void {
  const { arguments: words, database, keyspace, reply } = call;
  const offset = parseInteger(words.bytes, words.start(2), words.end(2));
  if (Number.isNaN(offset)) return reply.error(NOT_AN_INTEGER);
  if (offset < 0 || (offset === WIDE_INTEGER && int64High < 0))
    return reply.error('ERR offset is out of range');
  const record = database.write(words.bytes, words.start(1), words.end(1));
  if (record !== 0 && typeOf(keyspace.arena, record) !== TYPE_STRING) return reply.error(WRONG_TYPE);
  const old = record === 0 ? 0 : stringLength(keyspace.arena, record);
  const length = words.length(RANGE_VALUE);
  if (length === 0) return reply.integer(old);
  if (offset + length > keyspace.stringBytesMax) return reply.error(STRING_TOO_LONG);
  const wanted = Math.max(old, offset + length);
  const target =
    record === 0
      ? addString(database, words.bytes, words.start(1), words.end(1), wanted)
      : resizeString(database, record, wanted);
  write(call, target, offset, RANGE_VALUE, SETRANGE);
  reply.integer(wanted);
}

/** Copies word `value` to `offset` of a string that is long enough, and tells that it has changed. */
function write(call: Call, record: number, offset: number, value: number, event: KeyspaceEvent): void {
  const { arguments: words, database, keyspace, view } = call;
  changingBytes(keyspace.arena, record, offset, offset + words.length(value));
  view.read(keyspace.arena, record);
  copyBytes(words.bytes, words.start(value), view.bytes, view.start + offset, words.length(value));
  keyspace.changed(database, event, words.bytes, words.start(1), words.end(1));
}
