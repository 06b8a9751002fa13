/** Warm. What the commands that scan have in common: the cursor, and their options. */

import { globMatches } from '../memory/glob.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../memory/integers.ts';
import { untilZero } from '../protocol/zero-ended.ts';
import type { Call } from './call.ts';
import { NOT_AN_INTEGER, SYNTAX } from './errors.ts';

const STAR = 0x2a;
/** COUNT where it is not given. */
const COUNT = 10;
export const NOVALUES_MISPLACED = 'ERR NOVALUES option can only be used in HSCAN';

/**
 * The place that a cursor stands for, -1 if it is none. Numbers are read as C reads an unsigned long: up to a zero byte, with
 * space and a sign before them; a negative one is refused in its plain form only.
 */
export function cursorOf(text: string): number {
  const match = /^[ \t-\r]*([+-]?)(\d+)$/.exec(untilZero(text));
  if (match === null) return -1;
  const magnitude = BigInt(match[2]);
  if (magnitude >= 2n ** 64n) return -1;
  const negative = match[1] === '-';
  if (negative && /^-[1-9]/.test(text) && magnitude <= 2n ** 63n) return -1;
  // Places have 32 bits; the rest of a cursor that was never given out says nothing.
  return Number(BigInt.asUintN(32, negative ? -magnitude : magnitude));
}

/** A flyweight: MATCH, COUNT and an option without operand, of HSCAN, SSCAN and ZSCAN. */
export class ScanOptions {
  count = COUNT;
  /** Whether the option was given. */
  isBare = false;
  #pattern: Uint8Array | null = null;

  /**
   * Reads the words from `index` on; `bare` is the option without operand. Returns false after having replied that something
   * is wrong.
   */
  read(call: Call, index: number, bare: 'novalues' | 'noscores' | null): boolean {
    const { arguments: words, reply } = call;
    this.count = COUNT;
    this.isBare = false;
    this.#pattern = null;
    for (let at = index; at < words.count; at++) {
      const hasOperand = at + 1 < words.count;
      if (hasOperand && words.is(at, 'count')) {
        this.count = parseInteger(words.bytes, words.start(at + 1), words.end(at + 1));
        if (Number.isNaN(this.count)) {
          reply.error(NOT_AN_INTEGER);
          return false;
        }
        if (this.count < 1 || (this.count === WIDE_INTEGER && int64High < 0)) {
          reply.error(SYNTAX);
          return false;
        }
        at++;
      } else if (hasOperand && words.is(at, 'match')) {
        const pattern = words.bytes.subarray(words.start(at + 1), words.end(at + 1));
        this.#pattern = pattern.length === 1 && pattern[0] === STAR ? null : pattern;
        at++;
      } else if (bare !== null && words.is(at, bare)) {
        this.isBare = true;
      } else {
        reply.error(words.is(at, 'novalues') ? NOVALUES_MISPLACED : SYNTAX);
        return false;
      }
    }
    return true;
  }

  /** Whether bytes[start, end) match the pattern, or there is none. */
  matches(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#pattern === null || globMatches(this.#pattern, bytes, start, end, false);
  }
}

/** An empty reply of a scan that has come to its end. */
export function replyNothing(call: Call): void {
  call.reply.array(2);
  call.reply.text('0');
  call.reply.array(0);
}
