/** Cold. LCS: what two strings have in common. */
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { StringView } from '../../keyspace/string-value.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import { commonLength, commonSubsequence, isWithinLimit, type MatchRange } from '../../values/lcs.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';

interface LcsOptions {
  wantsLength: boolean;
  wantsRanges: boolean;
  wantsRangeLengths: boolean;
  /** Shorter matches are left out. */
  lengthMin: number;
}

const second = new StringView();

/** LCS key1 key2 [LEN] [IDX] [MINMATCHLEN n] [WITHMATCHLEN] */
export function lcs(call: Call): void {
  const { keyspace, reply, view } = call;
  const a = call.database.read(call.arguments.bytes, call.arguments.start(1), call.arguments.end(1));
  const b = call.database.read(call.arguments.bytes, call.arguments.start(2), call.arguments.end(2));
  if (!isStringOrMissing(call, a) || !isStringOrMissing(call, b))
    return reply.error('ERR The specified keys must contain string values');
  const options = readOptions(call);
  if (options === undefined) return;
  if (options.wantsLength && options.wantsRanges)
    return reply.error('ERR If you want both the length and indexes, please just use IDX.');
  point(call, view, a);
  point(call, second, b);
  if (!isWithinLimit(view.end - view.start, second.end - second.start, keyspace.stringBytesMax))
    return reply.error('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len');
  if (options.wantsLength)
    return reply.integer(
      commonLength(view.bytes, view.start, view.end, second.bytes, second.start, second.end),
    );
  const { bytes, ranges } = commonSubsequence(
    view.bytes,
    view.start,
    view.end,
    second.bytes,
    second.start,
    second.end,
  );
  if (!options.wantsRanges) return reply.bulk(bytes, 0, bytes.length);
  reply.map(2);
  reply.text('matches');
  replyRanges(call, ranges, options);
  reply.text('len');
  reply.integer(bytes.length);
}

/** Undefined after having replied with an error. */
function readOptions(call: Call): LcsOptions | undefined {
  const { arguments: words, reply } = call;
  const options = { wantsLength: false, wantsRanges: false, wantsRangeLengths: false, lengthMin: 0 };
  for (let at = 3; at < words.count; at++) {
    if (words.is(at, 'len')) options.wantsLength = true;
    else if (words.is(at, 'idx')) options.wantsRanges = true;
    else if (words.is(at, 'withmatchlen')) options.wantsRangeLengths = true;
    else if (words.is(at, 'minmatchlen') && at + 1 < words.count) {
      at++;
      options.lengthMin = lengthAt(call, at);
      if (Number.isNaN(options.lengthMin)) {
        reply.error(NOT_AN_INTEGER);
        return undefined;
      }
    } else {
      reply.error(SYNTAX);
      return undefined;
    }
  }
  return options;
}

/** The integer that word `index` is, those beyond any length as infinite; NaN if it is none. */
function lengthAt(call: Call, index: number): number {
  const words = call.arguments;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  return value === WIDE_INTEGER && int64High < 0 ? Number.NEGATIVE_INFINITY : value;
}

function isStringOrMissing(call: Call, record: number): boolean {
  return record === 0 || typeOf(call.keyspace.arena, record) === TYPE_STRING;
}

/** Points a view at the string of a record, or at nothing for 0. */
function point(call: Call, view: StringView, record: number): void {
  if (record !== 0) return view.read(call.keyspace.arena, record);
  view.start = 0;
  view.end = 0;
}

function replyRanges(call: Call, ranges: readonly MatchRange[], options: LcsOptions): void {
  const { reply } = call;
  const shown = ranges.filter((range) => range.length >= options.lengthMin);
  reply.array(shown.length);
  for (const range of shown) {
    reply.array(options.wantsRangeLengths ? 3 : 2);
    replyPair(call, range.aStart, range.aEnd);
    replyPair(call, range.bStart, range.bEnd);
    if (options.wantsRangeLengths) reply.integer(range.length);
  }
}

function replyPair(call: Call, start: number, end: number): void {
  call.reply.array(2);
  call.reply.integer(start);
  call.reply.integer(end);
}
