/** Hot. Identifiers of 128 bits, in two halves of 64, as stream entries have them. */

const TWO_32 = 2 ** 32;

/** A flyweight. Its four words are int32s with the bits of unsigned words, most significant first. */
export class WideId {
  msHigh = 0;
  msLow = 0;
  seqHigh = 0;
  seqLow = 0;
}

export function setId(id: WideId, msHigh: number, msLow: number, seqHigh: number, seqLow: number): void {
  id.msHigh = msHigh | 0;
  id.msLow = msLow | 0;
  id.seqHigh = seqHigh | 0;
  id.seqLow = seqLow | 0;
}

/** The first half becomes `milliseconds` (a safe integer of 0 or more), the second 0. */
export function setMilliseconds(id: WideId, milliseconds: number): void {
  setId(id, milliseconds / TWO_32, milliseconds, 0, 0);
}

export function copyId(from: WideId, to: WideId): void {
  to.msHigh = from.msHigh;
  to.msLow = from.msLow;
  to.seqHigh = from.seqHigh;
  to.seqLow = from.seqLow;
}

/** Reads the id that stands at words[at ... at + 4). */
export function readId(words: Int32Array, at: number, id: WideId): void {
  id.msHigh = words[at];
  id.msLow = words[at + 1];
  id.seqHigh = words[at + 2];
  id.seqLow = words[at + 3];
}

export function writeId(words: Int32Array, at: number, id: WideId): void {
  words[at] = id.msHigh;
  words[at + 1] = id.msLow;
  words[at + 2] = id.seqHigh;
  words[at + 3] = id.seqLow;
}

/** Below 0, 0 or above 0, as the first is smaller than, the same as or greater than the second. */
export function compareIds(first: WideId, second: WideId): number {
  if (first.msHigh !== second.msHigh) return (first.msHigh >>> 0) - (second.msHigh >>> 0);
  if (first.msLow !== second.msLow) return (first.msLow >>> 0) - (second.msLow >>> 0);
  if (first.seqHigh !== second.seqHigh) return (first.seqHigh >>> 0) - (second.seqHigh >>> 0);
  return (first.seqLow >>> 0) - (second.seqLow >>> 0);
}

/** `compareIds` of the id at words[at ...] with another. */
export function compareIdAt(words: Int32Array, at: number, id: WideId): number {
  if (words[at] !== id.msHigh) return (words[at] >>> 0) - (id.msHigh >>> 0);
  if (words[at + 1] !== id.msLow) return (words[at + 1] >>> 0) - (id.msLow >>> 0);
  if (words[at + 2] !== id.seqHigh) return (words[at + 2] >>> 0) - (id.seqHigh >>> 0);
  return (words[at + 3] >>> 0) - (id.seqLow >>> 0);
}

export function isZeroId(id: WideId): boolean {
  return (id.msHigh | id.msLow | id.seqHigh | id.seqLow) === 0;
}

export function isMaximumId(id: WideId): boolean {
  return (id.msHigh & id.msLow & id.seqHigh & id.seqLow) === -1;
}

/** Moves to the next id; the greatest one becomes 0, and false is returned. */
export function incrementId(id: WideId): boolean {
  id.seqLow = (id.seqLow + 1) | 0;
  if (id.seqLow !== 0) return true;
  id.seqHigh = (id.seqHigh + 1) | 0;
  if (id.seqHigh !== 0) return true;
  id.msLow = (id.msLow + 1) | 0;
  if (id.msLow !== 0) return true;
  id.msHigh = (id.msHigh + 1) | 0;
  return id.msHigh !== 0;
}

/** Moves to the id before; 0 becomes the greatest one, and false is returned. */
export function decrementId(id: WideId): boolean {
  id.seqLow = (id.seqLow - 1) | 0;
  if (id.seqLow !== -1) return true;
  id.seqHigh = (id.seqHigh - 1) | 0;
  if (id.seqHigh !== -1) return true;
  id.msLow = (id.msLow - 1) | 0;
  if (id.msLow !== -1) return true;
  id.msHigh = (id.msHigh - 1) | 0;
  return id.msHigh !== -1;
}
