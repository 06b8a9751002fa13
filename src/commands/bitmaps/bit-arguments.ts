/** Hot. Arguments of the commands for bitmaps. */
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER } from '../errors.ts';

const OFFSET_ERROR = 'ERR bit offset is not an integer or out of range';

/** The place of a bit that word `index` is; -1 after having replied with an error. */
export function bitOffsetArgument(call: Call, index: number): number {
  const words = call.arguments;
  const offset = parseInteger(words.bytes, words.start(index), words.end(index));
  return checkedOffset(call, offset, 1);
}

/** As `bitOffsetArgument`, where "#3" stands for the place of the fourth integer of `width` bits. */
export function fieldOffsetArgument(call: Call, index: number, width: number): number {
  const words = call.arguments;
  const start = words.start(index);
  if (words.bytes[start] !== 0x23 || words.length(index) === 0) return bitOffsetArgument(call, index);
  return checkedOffset(call, parseInteger(words.bytes, start + 1, words.end(index)), width);
}

function checkedOffset(call: Call, count: number, width: number): number {
  const offset = count * width;
  if (offset >= 0 && Math.floor(offset / 8) < call.keyspace.stringBytesMax) return offset;
  call.reply.error(OFFSET_ERROR);
  return -1;
}

/** The integer that word `index` is, rounded where no number holds it; NaN after having replied that it is none. */
export function placeArgument(call: Call, index: number): number {
  const words = call.arguments;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (Number.isNaN(value)) call.reply.error(NOT_AN_INTEGER);
  return value === WIDE_INTEGER ? int64High * 4294967296 + (int64Low >>> 0) : value;
}
