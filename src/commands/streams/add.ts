/** Hot. XADD and XTRIM. */
import { XADD, XTRIM } from '../../keyspace/events.ts';
import {
  copyId,
  incrementId,
  isMaximumId,
  isZeroId,
  setId,
  setMilliseconds,
  WideId,
} from '../../memory/wide-id.ts';
import { SEQUENCE_AUTOMATIC } from '../../values/stream/id-text.ts';
import { FIRST_ID, LAST_ID } from '../../values/stream/layout.ts';
import type { Stream } from '../../values/stream/stream.ts';
import { NO_TRIMMING, TO_LENGTH, trimStream } from '../../values/stream/trim.ts';
import type { Call } from '../call.ts';
import { wrongArity } from '../errors.ts';
import { addStream, idWord, REFUSED, replyId, streamsOf, writeStream } from './access.ts';
import { findProduced, propagateProduced, recordProduced } from './idempotency.ts';
import { TrimOptions } from './trim-options.ts';

const EXHAUSTED = 'ERR The stream has exhausted the last possible ID, unable to add more items';
const NOT_ABOVE = 'ERR The ID specified in XADD is equal or smaller than the target stream top item';
const TOO_LARGE = 'ERR Elements are too large to be stored';
const ENTRY_BYTES_MAX = 1 << 30;

const options = new TrimOptions();
const id = new WideId();
const known = new WideId();

/**
 * XADD key [NOMKSTREAM] [KEEPREF|DELREF|ACKED] [IDMPAUTO producer|IDMP producer id] [MAXLEN|MINID [=|~] threshold [LIMIT n]]
 * *|id field value [field value ...]
 */
export function xadd(call: Call): void {
  const { arguments: words, reply } = call;
  if (!options.readForAdd(call)) return;
  const field = options.idWord + 1;
  const count = words.count - field;
  if (options.idWord === 0 || count < 2 || count % 2 === 1) return reply.error(wrongArity('xadd'));
  if (options.isIdComplete && isZeroId(options.id))
    return reply.error('ERR The ID specified in XADD must be greater than 0-0');
  const root = writeStream(call, 1);
  if (root === REFUSED) return;
  if (root === 0 && options.makesNoStream) return reply.nullValue();
  if (words.end(words.count - 1) - words.start(field) > ENTRY_BYTES_MAX) return reply.error(TOO_LARGE);
  const { stream } = streamsOf(call);
  if (root === 0) return addFirst(call, field, count >>> 1);
  if (options.producer !== 0 && findProduced(call, options, field, known)) return replyId(call, known);
  const problem = chooseId(call, stream);
  if (problem !== '') return reply.error(problem);
  stream.append(id, words.bytes, words.offsets, field, count >>> 1);
  finish(call);
}

/** Creates the stream with the entry in it. */
function addFirst(call: Call, field: number, pairs: number): void {
  const { arguments: words, reply } = call;
  const streams = streamsOf(call);
  const { stream } = streams;
  const root = stream.create();
  const problem = chooseId(call, stream);
  try {
    if (problem === '') {
      if (options.producer !== 0) findProduced(call, options, field, known);
      stream.append(id, words.bytes, words.offsets, field, pairs);
      addStream(call, 1);
    }
  } catch (error) {
    streams.free(0, root);
    throw error;
  }
  if (problem === '') return finish(call);
  streams.free(0, root);
  reply.error(problem);
}

/** After the entry is there: trims, replies, tells. */
function finish(call: Call): void {
  const { arguments: words, keyspace, database } = call;
  const { bytes } = words;
  const streams = streamsOf(call);
  if (options.producer !== 0) recordProduced(call, id);
  keyspace.changed(database, XADD, bytes, words.start(1), words.end(1));
  if (options.request.strategy !== NO_TRIMMING && trimStream(streams, options.request) > 0)
    keyspace.announce(database, XTRIM, bytes, words.start(1), words.end(1));
  replyId(call, id);
  if (call.propagates) propagateAdd(call);
}

/** Sets `id` to that of the new entry. Returns an error, "" if there is none. */
function chooseId(call: Call, stream: Stream): string {
  stream.readRootId(LAST_ID, id);
  if (isMaximumId(id)) return EXHAUSTED;
  if (options.isIdComplete) return takeGiven(stream);
  if (options.sequence === SEQUENCE_AUTOMATIC) return takeMilliseconds(stream);
  setMilliseconds(id, call.keyspace.now);
  if (stream.compareRootId(LAST_ID, id) < 0) return '';
  // The clock has not moved since the last entry, or the last one was given an id of its own.
  stream.readRootId(LAST_ID, id);
  if ((id.msHigh >>> 0) * 2 ** 32 + (id.msLow >>> 0) < call.keyspace.now)
    setMilliseconds(id, call.keyspace.now);
  else incrementId(id);
  return '';
}

function takeGiven(stream: Stream): string {
  copyId(options.id, id);
  return stream.compareRootId(LAST_ID, id) >= 0 ? NOT_ABOVE : '';
}

/** "ms-*": the first id of that millisecond that is free. */
function takeMilliseconds(stream: Stream): string {
  const { msHigh, msLow } = options.id;
  if (id.msHigh === msHigh && id.msLow === msLow) {
    if (id.seqHigh === -1 && id.seqLow === -1) return NOT_ABOVE;
    incrementId(id);
    return '';
  }
  setId(id, msHigh, msLow, 0, 0);
  return stream.compareRootId(LAST_ID, id) >= 0 ? NOT_ABOVE : '';
}

/** Others are told the id, and what was trimmed in place of what might have been. */
function propagateAdd(call: Call): void {
  const { arguments: words } = call;
  const isExact = options.isIdComplete && !options.request.approximate && options.producer === 0;
  if (isExact) return;
  const told: Uint8Array[] = [];
  for (let index = 0; index < words.count; index++) {
    if (index === options.idWord) told.push(idWord(id));
    else if (index > options.idWord) told.push(words.copy(index));
    else if (options.producer !== 0 && isProducerWord(index)) continue;
    else if (!addTrimWord(call, index, told)) told.push(words.copy(index));
  }
  call.propagateWords(told);
  if (options.producer !== 0) propagateProduced(call, id);
}

function isProducerWord(index: number): boolean {
  return index >= options.producer - 1 && index <= Math.max(options.producer, options.idempotentId);
}

/** Adds what stands for word `index`, if it is one that is changed by an approximate trim. Returns whether it is. */
function addTrimWord(call: Call, index: number, told: Uint8Array[]): boolean {
  const { stream } = streamsOf(call);
  const { request, threshold, limitWord } = options;
  if (!request.approximate) return false;
  if (limitWord !== 0 && (index === limitWord || index === limitWord - 1)) return true;
  if (index === threshold - 1) {
    told.push(Uint8Array.of(0x3d));
    return true;
  }
  if (index !== threshold) return false;
  if (request.strategy === TO_LENGTH) {
    told.push(Uint8Array.from(String(stream.length), (digit) => digit.charCodeAt(0)));
    return true;
  }
  // A stream without entries has no first id: everything was below the threshold.
  if (stream.length === 0) setId(known, -1, -1, -1, -1);
  else stream.readRootId(FIRST_ID, known);
  told.push(idWord(known));
  return true;
}

/** XTRIM key MAXLEN|MINID [=|~] threshold [LIMIT n] [KEEPREF|DELREF|ACKED] */
export function xtrim(call: Call): void {
  const { arguments: words, reply, keyspace, database } = call;
  if (!options.readForTrim(call)) return;
  const root = writeStream(call, 1);
  if (root === REFUSED) return;
  if (root === 0) return reply.integer(0);
  const trimmed = trimStream(streamsOf(call), options.request);
  reply.integer(trimmed);
  if (trimmed === 0) return;
  keyspace.changed(database, XTRIM, words.bytes, words.start(1), words.end(1));
  keyspace.countElements(trimmed);
  if (!call.propagates || !options.request.approximate) return;
  const told: Uint8Array[] = [];
  for (let index = 0; index < words.count; index++)
    if (!addTrimWord(call, index, told)) told.push(words.copy(index));
  call.propagateWords(told);
}
