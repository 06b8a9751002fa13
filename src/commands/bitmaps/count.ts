/** Hot. Bits of a range: BITCOUNT and BITPOS. */
import { countBitRange, findBit } from '../../memory/bits.ts';
import type { Call } from '../call.ts';
import { SYNTAX } from '../errors.ts';
import { FOUND, REFUSED, viewString } from '../strings/get.ts';
import { placeArgument } from './bit-arguments.ts';

const START = 2;

/** BITCOUNT key [start [end [BYTE | BIT]]]. (Valkey 8.0 allows the end to be left out, Redis 8 does not.) */
export function bitcount(call: Call): void {
  const { reply, view } = call;
  if (!readRange(call, START)) return;
  const outcome = viewString(call, 1);
  if (outcome === REFUSED) return;
  if (outcome !== FOUND || range.isReversed || !range.clamp((view.end - view.start) * 8))
    return reply.integer(0);
  reply.integer(countBitRange(view.bytes, view.start, range.from, range.to));
}

/** BITPOS key bit [start [end [BYTE | BIT]]] */
export function bitpos(call: Call): void {
  const { arguments: words, reply, view } = call;
  const bit = placeArgument(call, 2);
  if (Number.isNaN(bit)) return;
  if (bit !== 0 && bit !== 1) return reply.error('ERR The bit argument must be 1 or 0.');
  if (!readRange(call, START + 1)) return;
  const outcome = viewString(call, 1);
  if (outcome === REFUSED) return;
  if (outcome !== FOUND) return reply.integer(bit === 1 ? -1 : 0);
  const bits = (view.end - view.start) * 8;
  if (!range.clamp(bits)) return reply.integer(-1);
  const found = findBit(view.bytes, view.start, range.from, range.to, bit);
  // Behind a string whose end was not asked for, there are zeros without end.
  const isOpen = words.count <= START + 2;
  reply.integer(found < 0 && bit === 0 && isOpen ? bits : found);
}

/** The bits from `from` up to, but without, `to`. */
class BitRange {
  start = 0;
  end = -1;
  unit: 1 | 8 = 8;
  from = 0;
  to = 0;

  /** Whether both places count from the end in the wrong order; before they are resolved, which may make them equal. */
  get isReversed(): boolean {
    return this.start < 0 && this.end < 0 && this.start > this.end;
  }

  /** Resolves places from the end for a string of `bits` bits; returns whether any bit is left. */
  clamp(bits: number): boolean {
    const length = bits / this.unit;
    const first = this.start < 0 ? Math.max(0, this.start + length) : this.start;
    const last = Math.min(length - 1, this.end < 0 ? Math.max(0, this.end + length) : this.end);
    this.from = first * this.unit;
    this.to = (last + 1) * this.unit;
    return first <= last;
  }
}
const range = new BitRange();

/** Reads the range that begins at word `index`, if there is one; returns false after having replied with an error. */
function readRange(call: Call, index: number): boolean {
  const { arguments: words } = call;
  range.start = 0;
  range.end = -1;
  range.unit = 8;
  if (words.count > index + 3) return refuse(call);
  if (words.count > index) range.start = placeArgument(call, index);
  if (Number.isNaN(range.start)) return false;
  // Of two mistakes, BITPOS reports that in the unit and BITCOUNT that in the end.
  const unitFirst = index > START;
  if (unitFirst && !readUnit(call, index + 2)) return false;
  if (words.count > index + 1) range.end = placeArgument(call, index + 1);
  if (Number.isNaN(range.end)) return false;
  return unitFirst || readUnit(call, index + 2);
}

function readUnit(call: Call, index: number): boolean {
  const { arguments: words } = call;
  if (words.count <= index || words.is(index, 'byte')) return true;
  if (!words.is(index, 'bit')) return refuse(call);
  range.unit = 1;
  return true;
}

function refuse(call: Call): boolean {
  call.reply.error(SYNTAX);
  return false;
}
