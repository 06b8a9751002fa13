/** Hot. What the commands for streams have in common: finding the stream and its groups, ids as words and as replies. */
import { TYPE_STREAM, typeOf } from '../../keyspace/record.ts';
import { addValue, rootOf } from '../../keyspace/value.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import { decrementId, incrementId, setId, type WideId } from '../../memory/wide-id.ts';
import { ENCODING_STREAM } from '../../values/encoding.ts';
import type { StreamCursor } from '../../values/stream/cursor.ts';
import {
  ID_TEXT_MAX,
  parseId,
  SEQUENCE_MISSING,
  writeIdText,
  writeUnsigned,
} from '../../values/stream/id-text.ts';
import type { StreamStructure } from '../../values/stream/structure.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE } from '../errors.ts';

export const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument';

/** `openStream`: there is no such key. */
export const MISSING = 0;
/** `openStream`: the key holds something else; an error was replied. */
export const REFUSED = -1;

const PARENTHESIS = 0x28;
const MINUS = 0x2d;
const PLUS = 0x2b;
/** The id last replied with: "ms-", up to `firstHalfEnd`, and what follows. */
const idText = new Uint8Array(ID_TEXT_MAX);
let writtenHigh = 0;
let writtenLow = 0;
let firstHalfEnd = 2;
idText.set([0x30, MINUS]);

export function streamsOf(call: Call): StreamStructure {
  return call.keyspace.structures.streams;
}

/** The record of the stream that was opened last. */
let opened = 0;

/** Moves the flyweights to the stream that a lookup found, and returns its root; or MISSING, or REFUSED. */
function openStream(call: Call, record: number): number {
  if (record === 0) return MISSING;
  const { arena, structures } = call.keyspace;
  if (typeOf(arena, record) !== TYPE_STREAM) {
    call.reply.error(WRONG_TYPE);
    return REFUSED;
  }
  const root = rootOf(arena, record);
  structures.streams.stream.open(root);
  opened = record;
  return root;
}

/** To be called before a stream changes that `readStream` has opened, and no key was looked up since. */
export function preserveStream(call: Call): void {
  call.database.preserve(opened);
}

/** `openStream` of the key that word `index` names, for reading. */
export function readStream(call: Call, index: number): number {
  const { arguments: words } = call;
  return openStream(call, call.database.read(words.bytes, words.start(index), words.end(index)));
}

/** `readStream` once more in the same command: that counts as one read. */
export function rereadStream(call: Call, index: number): number {
  const { arguments: words } = call;
  return openStream(call, call.database.lookup(words.bytes, words.start(index), words.end(index)));
}

/** `openStream` of the key that word `index` names, for writing. */
export function writeStream(call: Call, index: number): number {
  const { arguments: words } = call;
  return openStream(call, call.database.write(words.bytes, words.start(index), words.end(index)));
}

/** Gives the key that word `index` names, just looked up in vain, the open stream as its value. May throw OutOfMemory. */
export function addStream(call: Call, index: number): void {
  const { arguments: words } = call;
  const { stream } = streamsOf(call);
  const start = words.start(index);
  addValue(call.database, TYPE_STREAM, ENCODING_STREAM, stream.root, words.bytes, start, words.end(index));
}

/** Reads the id that word `index` is; one without second half gets 0. Returns false after having replied with an error. */
export function idArgument(call: Call, index: number, id: WideId): boolean {
  const { arguments: words } = call;
  if (parseId(words.bytes, words.start(index), words.end(index), id, false) !== 0) return true;
  call.reply.error(INVALID_ID);
  return false;
}

/** Whether words `from` to `to` are ids, before anything is done with any of them; if not, an error was replied. */
export function idArguments(call: Call, from: number, to: number, id: WideId): boolean {
  for (let index = from; index < to; index++) if (!idArgument(call, index, id)) return false;
  return true;
}

/** Reads the lower bound of a range: an id, "-", or "(" before an id that is left out. */
export function lowerBound(call: Call, index: number, id: WideId): boolean {
  const exclusive = bound(call, index, id, 0);
  if (exclusive < 0) return false;
  if (exclusive === 0 || incrementId(id)) return true;
  call.reply.error('ERR invalid start ID for the interval');
  return false;
}

/** Reads the upper bound of a range: an id, "+", or "(" before an id that is left out. */
export function upperBound(call: Call, index: number, id: WideId): boolean {
  const exclusive = bound(call, index, id, -1);
  if (exclusive < 0) return false;
  if (exclusive === 0 || decrementId(id)) return true;
  call.reply.error('ERR invalid end ID for the interval');
  return false;
}

/** 1 for an exclusive bound, 0 for an inclusive one, -1 after having replied with an error. */
function bound(call: Call, index: number, id: WideId, missing: number): number {
  const { bytes } = call.arguments;
  const start = call.arguments.start(index);
  const end = call.arguments.end(index);
  const exclusive = end - start > 1 && bytes[start] === PARENTHESIS ? 1 : 0;
  if (end - start === 1 && bytes[start] === MINUS) setId(id, 0, 0, 0, 0);
  else if (end - start === 1 && bytes[start] === PLUS) setId(id, -1, -1, -1, -1);
  else {
    const sequence = parseId(bytes, start + exclusive, end, id, false);
    if (sequence === 0) {
      call.reply.error(INVALID_ID);
      return -1;
    }
    if (sequence === SEQUENCE_MISSING) setId(id, id.msHigh, id.msLow, missing, missing);
  }
  return exclusive;
}

/** A word as errors quote it: to its first zero byte. */
export function nameWord(call: Call, index: number): string {
  return call.arguments.quoted(index, Number.POSITIVE_INFINITY);
}

/**
 * The integer that word `index` is: NaN if it is none, an infinity if it is too large for a number, though not for 64 bits.
 */
export function integerAt(call: Call, index: number): number {
  const { arguments: words } = call;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  return value === WIDE_INTEGER && int64High < 0 ? Number.NEGATIVE_INFINITY : value;
}

/** Replies with an id. Entries that follow each other often share the first half, which is then written once. */
export function replyId(call: Call, id: WideId): void {
  if (id.msHigh !== writtenHigh || id.msLow !== writtenLow) {
    writtenHigh = id.msHigh;
    writtenLow = id.msLow;
    firstHalfEnd = writeUnsigned(id.msHigh, id.msLow, idText, 0);
    idText[firstHalfEnd++] = MINUS;
  }
  call.reply.bulk(idText, 0, firstHalfEnd + writeUnsigned(id.seqHigh, id.seqLow, idText, firstHalfEnd));
}

/** An id as words of a command that is propagated have it. */
export function idWord(id: WideId): Uint8Array {
  const text = new Uint8Array(ID_TEXT_MAX);
  return text.subarray(0, writeIdText(id, text, 0));
}

/** Replies with the entry that a cursor is on: its id, and its fields with their values. */
export function replyEntry(call: Call, cursor: StreamCursor): void {
  const { reply } = call;
  reply.array(2);
  replyId(call, cursor.id);
  replyPairs(call, cursor);
}

export function replyPairs(call: Call, cursor: StreamCursor): void {
  const { reply } = call;
  const { field, value } = cursor;
  reply.array(cursor.pairs * 2);
  for (let left = cursor.pairs; left > 0; left--) {
    cursor.nextPair();
    reply.bulk(field.bytes, field.start, field.end);
    reply.bulk(value.bytes, value.start, value.end);
  }
}

/** Opens the group that word `index` names. Returns whether there is one. */
export function openGroup(call: Call, root: number, index: number): boolean {
  const { arguments: words } = call;
  return streamsOf(call).groups.find(root, words.bytes, words.start(index), words.end(index)) !== 0;
}
