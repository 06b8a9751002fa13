/** Hot. The options of XREAD and XREADGROUP. */
import { millisecondsTimeout } from '../blocking.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import { integerAt } from './access.ts';

export const NO_WAITING = -1;
export const NO_CLAIM = -1;

/** A flyweight: what the options of one request say. */
export class ReadOptions {
  /** Entries of each stream at most; 0 for any number. */
  count = 0;
  /** Entries, and bytes of entries, of all streams at most. */
  countMax = Number.POSITIVE_INFINITY;
  bytesMax = Number.POSITIVE_INFINITY;
  /** Until when to wait for entries, in milliseconds of the epoch; 0 for ever, NO_WAITING without BLOCK. */
  until = NO_WAITING;
  /** The word of the group, behind which stands the consumer; 0 without any. */
  group = 0;
  acknowledged = false;
  /** Milliseconds that pending entries must have been idle to be claimed, NO_CLAIM without CLAIM. */
  claim = NO_CLAIM;
  /** The word of the first key, and how many there are; as many ids follow. */
  firstKey = 0;
  streams = 0;

  /** Returns false after having replied with an error. */
  read(call: Call, isGroup: boolean): boolean {
    const { arguments: words } = call;
    const name = isGroup ? 'xreadgroup' : 'xread';
    this.count = 0;
    this.countMax = Number.POSITIVE_INFINITY;
    this.bytesMax = Number.POSITIVE_INFINITY;
    this.until = NO_WAITING;
    this.group = 0;
    this.acknowledged = false;
    this.claim = NO_CLAIM;
    this.firstKey = 0;
    for (let index = 1; index < words.count && this.firstKey === 0; index++) {
      index = this.#readOption(call, index, isGroup);
      if (index < 0) return false;
    }
    if (this.firstKey === 0) return fail(call, SYNTAX);
    const rest = words.count - this.firstKey;
    if (rest % 2 !== 0) {
      const ids = isGroup ? "an ID or '>'" : "an ID, '+', or '$'";
      return fail(
        call,
        `ERR Unbalanced '${name}' list of streams: for each stream key ${ids} must be specified.`,
      );
    }
    this.streams = rest >>> 1;
    if (isGroup && this.group === 0) return fail(call, 'ERR Missing GROUP option for XREADGROUP');
    return true;
  }

  /** The last word of the option at `index`; -1 after having replied with an error. */
  #readOption(call: Call, index: number, isGroup: boolean): number {
    const { arguments: words } = call;
    const more = words.count - 1 - index;
    if (more > 0 && words.is(index, 'block')) return this.#readTimeout(call, index + 1);
    if (more > 0 && words.is(index, 'count')) {
      const count = numberAt(call, index + 1);
      if (Number.isNaN(count)) return -1;
      this.count = Math.max(0, count);
      return index + 1;
    }
    if (more > 0 && words.is(index, 'streams')) {
      this.firstKey = index + 1;
      return index;
    }
    if (words.is(index, 'group') && more >= 2) {
      if (!isGroup)
        return failed(
          call,
          'ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.',
        );
      this.group = index + 1;
      return index + 2;
    }
    if (words.is(index, 'noack')) {
      if (!isGroup)
        return failed(
          call,
          'ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.',
        );
      this.acknowledged = true;
      return index;
    }
    if (more > 0) return this.#readLimits(call, index, isGroup);
    return failed(call, SYNTAX);
  }

  #readLimits(call: Call, index: number, isGroup: boolean): number {
    const { arguments: words } = call;
    if (words.is(index, 'claim')) {
      if (!isGroup)
        return failed(
          call,
          'ERR The CLAIM option is only supported by XREADGROUP. You called XREAD instead.',
        );
      const idle = integerAt(call, index + 1);
      if (Number.isNaN(idle)) return failed(call, 'ERR min-idle-time is not an integer');
      if (idle < 0) return failed(call, 'ERR min-idle-time must be a positive integer');
      this.claim = idle;
      return index + 1;
    }
    const isCount = words.is(index, 'maxcount');
    if (!isCount && !words.is(index, 'maxsize')) return failed(call, SYNTAX);
    const limit = numberAt(call, index + 1);
    if (Number.isNaN(limit)) return -1;
    if (limit <= 0) return failed(call, `ERR ${isCount ? 'MAXCOUNT' : 'MAXSIZE'} must be a positive integer`);
    if (isCount) this.countMax = limit;
    else this.bytesMax = limit;
    return index + 1;
  }

  #readTimeout(call: Call, index: number): number {
    this.until = millisecondsTimeout(call, index);
    return this.until < 0 ? -1 : index;
  }
}

function numberAt(call: Call, index: number): number {
  const value = integerAt(call, index);
  if (Number.isNaN(value)) call.reply.error(NOT_AN_INTEGER);
  return value;
}

function fail(call: Call, error: string): false {
  call.reply.error(error);
  return false;
}

function failed(call: Call, error: string): -1 {
  call.reply.error(error);
  return -1;
}
