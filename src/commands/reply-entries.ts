/** Hot. Replying with the entries of listpacks. */
import { END, entryBytes, isShortText, ListpackEntry, shortTextBytes } from '../memory/listpack-entry.ts';
import { Unaligned } from '../memory/unaligned.ts';
import { BULK_EXTRA_BYTES, type Reply } from '../protocol/reply.ts';

/** "$", a digit and a line end as a word, and "$", two digits and half a line end, with zeros as the digits. */
const ONE_DIGIT = 0x0a0d_3024;
const TWO_DIGITS = 0x0d30_3024;
const LF = 10;
const LINE_END = 0x0a0d;

const source = new Unaligned();
const target = new Unaligned();
const entry = new ListpackEntry();

/**
 * Writes up to `most` entries of a listpack as bulk strings, from the one that begins at byte `from` of its segment on;
 * returns how many. Fewer if the listpack ends before.
 */
export function replyEntries(reply: Reply, segment: Uint8Array, from: number, most: number): number {
  let next = from;
  let left = most;
  while (left > 0 && segment[next] !== END) {
    const written = isShortText(segment[next]) ? replyShortTexts(reply, segment, next, left) : 0;
    if (written > 0) {
      left -= written;
      next = behindShort;
      continue;
    }
    entry.readAt(segment, next);
    reply.bulk(entry.bytes, entry.start, entry.end);
    next += entryBytes(segment, next);
    left--;
  }
  return most - left;
}

/** Where the entry begins behind those that `replyShortTexts` has written. */
let behindShort = 0;

/** Writes up to `most` texts of less than 64 bytes, as long as there are no other entries between; returns how many. */
function replyShortTexts(reply: Reply, segment: Uint8Array, from: number, most: number): number {
  const { output } = reply;
  const words = source.open(segment);
  let to = output.bytes;
  let toWords = target.open(to);
  let at = output.length;
  let next = from;
  let left = most;
  for (; left > 0 && isShortText(segment[next]); left--) {
    const length = shortTextBytes(segment[next]);
    if (at + length + BULK_EXTRA_BYTES > to.length) {
      output.length = at;
      output.reserve(length + BULK_EXTRA_BYTES);
      to = output.bytes;
      toWords = target.open(to);
      at = output.length;
    }
    if (length < 10) {
      toWords.setInt32(at, ONE_DIGIT + (length << 8), true);
      at += 4;
    } else {
      const tens = (length * 205) >>> 11;
      toWords.setInt32(at, TWO_DIGITS + (tens << 8) + ((length - tens * 10) << 16), true);
      to[at + 4] = LF;
      at += 5;
    }
    next++;
    let i = 0;
    for (; i + 4 <= length; i += 4) toWords.setInt32(at + i, words.getInt32(next + i, true), true);
    for (; i < length; i++) to[at + i] = segment[next + i];
    at += length;
    toWords.setInt16(at, LINE_END, true);
    at += 2;
    next += length + 1;
  }
  output.length = at;
  behindShort = next;
  return most - left;
}
