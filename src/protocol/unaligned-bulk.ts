/** Hot. Bulk strings written by words: in two thirds of the time of bytes, for runs of texts from the same place. */
import { writeInteger } from '../memory/integers.ts';
import { copyUnaligned, type Unaligned } from '../memory/unaligned.ts';

/** "$", a digit and a line end as a word, and "$", two digits and half a line end, with zeros as the digits. */
const ONE_DIGIT = 0x0a0d_3024;
const TWO_DIGITS = 0x0d30_3024;
const DOLLAR = 36;
const LF = 10;
const LINE_END = 0x0a0d;

/**
 * Writes `length` bytes of the source, from `from` on, as a bulk string to the target; returns the position behind. REQUIRES:
 * room for BULK_EXTRA_BYTES more than that.
 */
export function writeUnalignedBulk(
  source: Unaligned,
  from: number,
  length: number,
  target: Unaligned,
  start: number,
): number {
  const at = writeHead(target, start, length);
  copyUnaligned(source, from, target, at, length);
  target.view.setInt16(at + length, LINE_END, true);
  return at + length + 2;
}

/** Writes the line before a text; returns the position behind. */
function writeHead(target: Unaligned, at: number, length: number): number {
  const { view } = target;
  if (length < 10) {
    view.setInt32(at, ONE_DIGIT + (length << 8), true);
    return at + 4;
  }
  if (length < 100) {
    const tens = (length * 205) >>> 11;
    view.setInt32(at, TWO_DIGITS + (tens << 8) + ((length - tens * 10) << 16), true);
    view.setInt8(at + 4, LF);
    return at + 5;
  }
  view.setInt8(at, DOLLAR);
  const end = at + 1 + writeInteger(length, target.bytes, at + 1);
  view.setInt16(end, LINE_END, true);
  return end + 2;
}
