/** Hot. A range of names, as ZRANGEBYLEX takes it. */
import { compareNames } from './scored-entry.ts';

/** What an end of the range is. */
export const NAME = 0;
/** Before and behind all names. */
export const LOWEST = -1;
export const HIGHEST = 1;

export class LexRange {
  /** Where the names stand, if `lowKind` or `highKind` is NAME. */
  bytes: Uint8Array = new Uint8Array(0);
  lowKind = NAME;
  lowStart = 0;
  lowEnd = 0;
  lowExclusive = false;
  highKind = NAME;
  highStart = 0;
  highEnd = 0;
  highExclusive = false;

  /** Whether no name can be inside. */
  get isEmpty(): boolean {
    if (this.lowKind === HIGHEST || this.highKind === LOWEST) return !(this.lowKind === this.highKind);
    if (this.lowKind === LOWEST || this.highKind === HIGHEST) return false;
    const { bytes, lowStart, lowEnd, highStart, highEnd } = this;
    const order = compareNames(bytes, lowStart, lowEnd, bytes, highStart, highEnd);
    return order > 0 || (order === 0 && (this.lowExclusive || this.highExclusive));
  }

  /** Whether a name does not lie before the range. */
  startsBefore(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.lowKind !== NAME) return this.lowKind === LOWEST;
    const order = compareNames(bytes, start, end, this.bytes, this.lowStart, this.lowEnd);
    return this.lowExclusive ? order > 0 : order >= 0;
  }

  /** Whether a name does not lie behind the range. */
  endsBehind(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.highKind !== NAME) return this.highKind === HIGHEST;
    const order = compareNames(bytes, start, end, this.bytes, this.highStart, this.highEnd);
    return this.highExclusive ? order < 0 : order <= 0;
  }
}
