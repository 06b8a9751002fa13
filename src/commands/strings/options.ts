/** Hot. The options that SET, GETEX, MSETEX and INCREX share: conditions, GET, and what becomes of the expiry. */
import type { Arguments } from '../../protocol/arguments.ts';

export const NONE = 0;
/** Conditions; those from IFEQ on have an operand. */
export const NX = 1;
export const XX = 2;
export const IFEQ = 3;
export const IFNE = 4;
export const IFDEQ = 5;
export const IFDNE = 6;
export const GET = 7;
/** What becomes of the expiry; those from EX on have an operand. */
export const KEEPTTL = 8;
export const PERSIST = 9;
export const EX = 10;
export const PX = 11;
export const EXAT = 12;
export const PXAT = 13;

const EXPIRIES = (1 << EX) | (1 << PX) | (1 << EXAT) | (1 << PXAT);
/** Which options a command knows. */
export const SET_OPTIONS = EXPIRIES | (1 << KEEPTTL) | (1 << GET) | 0b1111110;
export const GETEX_OPTIONS = EXPIRIES | (1 << PERSIST);
export const MSETEX_OPTIONS = EXPIRIES | (1 << KEEPTTL) | (1 << NX) | (1 << XX);
export const INCREX_OPTIONS = EXPIRIES | (1 << PERSIST);

/** Which option word `index` is. */
export function optionAt(words: Arguments, index: number): number {
  switch (words.length(index)) {
    case 2:
      if (words.is(index, 'ex')) return EX;
      if (words.is(index, 'px')) return PX;
      if (words.is(index, 'nx')) return NX;
      return words.is(index, 'xx') ? XX : NONE;
    case 3:
      return words.is(index, 'get') ? GET : NONE;
    case 4:
      if (words.is(index, 'pxat')) return PXAT;
      if (words.is(index, 'exat')) return EXAT;
      if (words.is(index, 'ifeq')) return IFEQ;
      return words.is(index, 'ifne') ? IFNE : NONE;
    case 5:
      if (words.is(index, 'ifdeq')) return IFDEQ;
      return words.is(index, 'ifdne') ? IFDNE : NONE;
    case 7:
      if (words.is(index, 'keepttl')) return KEEPTTL;
      return words.is(index, 'persist') ? PERSIST : NONE;
    default:
      return NONE;
  }
}

/** A flyweight: what the options of one request say. */
export class StringOptions {
  condition: number = NONE;
  /** The word behind the condition. */
  operand = 0;
  wantsOld = false;
  /** KEEPTTL, PERSIST, EX, PX, EXAT, PXAT or NONE. */
  time: number = NONE;
  /** The word behind `time`. */
  moment = 0;

  clear(): void {
    this.condition = NONE;
    this.wantsOld = false;
    this.time = NONE;
  }

  /** Reads all words from `index` on. Returns false where they are no options out of `allowed`, or contradict each other. */
  read(words: Arguments, index: number, allowed: number): boolean {
    this.clear();
    for (let at = index; at < words.count; at++) {
      at = this.take(words, at, allowed);
      if (at < 0) return false;
    }
    return true;
  }

  /** Reads the option at word `index`; returns the last word that belongs to it, -1 if it is none that may stand there. */
  take(words: Arguments, index: number, allowed: number): number {
    const option = optionAt(words, index);
    if (((allowed >>> option) & 1) === 0) return -1;
    if (option < GET) return this.#takeCondition(words, index, option);
    if (option === GET) {
      this.wantsOld = true;
      return index;
    }
    if (this.time !== NONE && this.time !== option) return -1;
    this.time = option;
    if (option < EX) return index;
    this.moment = index + 1;
    return index + 1 < words.count ? index + 1 : -1;
  }

  #takeCondition(words: Arguments, index: number, condition: number): number {
    const again = this.condition === condition && condition <= XX;
    if (this.condition !== NONE && !again) return -1;
    this.condition = condition;
    if (condition <= XX) return index;
    this.operand = index + 1;
    return index + 1 < words.count ? index + 1 : -1;
  }
}
