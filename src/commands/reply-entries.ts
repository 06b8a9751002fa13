/** Hot. Replying with the entries of listpacks. */
import { writeInteger } from '../memory/integers.ts';
import {
  END,
  entryBytes,
  isMediumText,
  isShortText,
  isSmallInteger,
  ListpackEntry,
  mediumTextBytes,
  shortTextBytes,
  smallIntegerAt,
} from '../memory/listpack-entry.ts';
import { copyUnaligned, Unaligned } from '../memory/unaligned.ts';
import { BULK_EXTRA_BYTES, type Reply } from '../protocol/reply.ts';

/** "$", a digit and a line end as a word, and "$", two digits and half a line end, with zeros as the digits. */
const ONE_DIGIT = 0x0a0d_3024;
const TWO_DIGITS = 0x0d30_3024;
const DOLLAR = 36;
const LF = 10;
const LINE_END = 0x0a0d;

const source = new Unaligned();
const target = new Unaligned();
const entry = new ListpackEntry();

/** Where the entry begins that `replyUsual` has stopped at. */
let next = 0;

/**
 * Writes up to `most` entries of a listpack as bulk strings, from the one that begins at byte `from` of its segment on;
 * returns how many. Fewer if the listpack ends before.
 */
export function replyEntries(reply: Reply, segment: Uint8Array, from: number, most: number): number {
  let left = most;
  next = from;
  for (;;) {
    left -= replyUsual(reply, segment, left);
    if (left === 0 || segment[next] === END) return most - left;
    entry.readAt(segment, next);
    reply.bulk(entry.bytes, entry.start, entry.end);
    next += entryBytes(segment, next);
    left--;
  }
}

/** Writes up to `most` entries from `next` on, until one is neither a text of less than 4096 bytes nor an integer of 32 bits. */
function replyUsual(reply: Reply, segment: Uint8Array, most: number): number {
  const { output } = reply;
  source.open(segment);
  target.open(output.bytes);
  let at = output.length;
  let from = next;
  let left = most;
  for (; left > 0; left--) {
    const first = segment[from];
    const isText = isShortText(first);
    if (!isText && !isMediumText(first) && !isSmallInteger(first)) break;
    const size = entryBytes(segment, from);
    if (at + size + BULK_EXTRA_BYTES > target.bytes.length) {
      output.length = at;
      output.reserve(size + BULK_EXTRA_BYTES);
      target.open(output.bytes);
      at = output.length;
    }
    if (isText) at = writeText(at, from + 1, shortTextBytes(first));
    else if (isMediumText(first)) at = writeText(at, from + 2, mediumTextBytes(segment, from));
    else at = writeSmallInteger(target.bytes, at, smallIntegerAt(segment, from));
    from += size;
  }
  output.length = at;
  next = from;
  return most - left;
}

/** Writes a text of up to 4095 bytes of the source to the target; returns the position behind. */
function writeText(start: number, from: number, length: number): number {
  const at = writeHead(target.view, start, length);
  copyUnaligned(source, from, target, at, length);
  target.view.setInt16(at + length, LINE_END, true);
  return at + length + 2;
}

/** Writes the line before a text; returns the position behind. */
function writeHead(to: DataView, at: number, length: number): number {
  if (length < 10) {
    to.setInt32(at, ONE_DIGIT + (length << 8), true);
    return at + 4;
  }
  if (length < 100) {
    const tens = (length * 205) >>> 11;
    to.setInt32(at, TWO_DIGITS + (tens << 8) + ((length - tens * 10) << 16), true);
    to.setInt8(at + 4, LF);
    return at + 5;
  }
  to.setInt8(at, DOLLAR);
  const end = at + 1 + writeInteger(length, target.bytes, at + 1);
  to.setInt16(end, LINE_END, true);
  return end + 2;
}

/** Writes an integer of 32 bits; returns the position behind. */
function writeSmallInteger(to: Uint8Array, start: number, value: number): number {
  // Where the digits begin if there are less than ten.
  let at = start + 4;
  let length = writeInteger(value, to, at);
  if (length > 9) length = writeInteger(value, to, ++at);
  writeHead(target.view, start, length);
  target.view.setInt16(at + length, LINE_END, true);
  return at + length + 2;
}
