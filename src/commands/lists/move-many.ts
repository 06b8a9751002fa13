/** Warm. LMOVEM: moving several elements from one list to another. */
import { LPOP, LPUSH, RPOP, RPUSH } from '../../keyspace/events.ts';
import type { Call } from '../call.ts';
import { SYNTAX } from '../errors.ts';
import { readLong } from '../long-argument.ts';
import {
  create,
  FOUND,
  keepChanged,
  keepRemoved,
  keepRoot,
  listOf,
  MISSING,
  openToWrite,
  REFUSED,
  reserveFor,
} from './lookup.ts';
import { putsHead, readSides, takesHead } from './move.ts';

/** What `readHowMany` has read. */
let wanted = 1;
/** Fewer than `wanted` will not do. */
let isExact = false;
/** Elements keep their order; else each is pushed before the next one is popped. */
let keepsOrder = false;

/** LMOVEM source destination LEFT | RIGHT LEFT | RIGHT [COUNT count | EXACTLY count OBO | BULK] */
export function lmovem(call: Call): void {
  if (!readSides(call) || !readHowMany(call, 5) || moveMany(call) !== MISSING) return;
  if (isExact) call.reply.nullArray();
  else call.reply.array(0);
}

/** Reads how many elements are to be moved, from word `index` on; returns false after having replied with an error. */
export function readHowMany(call: Call, index: number): boolean {
  const { arguments: words, reply } = call;
  wanted = 1;
  isExact = false;
  keepsOrder = false;
  if (words.count === index) return true;
  isExact = words.is(index, 'exactly');
  keepsOrder = words.count > index + 2 && words.is(index + 2, 'bulk');
  const isOrdered = words.count === index + 3 && (keepsOrder || words.is(index + 2, 'obo'));
  if (!isOrdered || !(isExact || words.is(index, 'count'))) {
    reply.error(SYNTAX);
    return false;
  }
  wanted = readLong(call, index + 1);
  if (wanted >= 1) return true;
  reply.error('ERR count should be greater than 0');
  return false;
}

/**
 * Moves elements as the words say, and replies with them as they lie in their new list. Returns FOUND then, MISSING without a
 * reply if there are none or not enough, and REFUSED after having replied with an error.
 */
export function moveMany(call: Call): number {
  const source = openToWrite(call, 1);
  if (source !== FOUND) return source;
  if (openToWrite(call, 2) === REFUSED) return REFUSED;
  openToWrite(call, 1);
  const list = listOf(call);
  if (isExact && list.count < wanted) return MISSING;
  const count = Math.min(wanted, list.count);
  const start = takesHead ? 0 : list.count - count;
  const elements = copyElements(call, start, count);
  const bytes = elements.reduce((sum, element) => sum + element.length, 0);
  reserveFor(call, bytes, count);
  list.removeRange(start, count);
  keepRoot(call);
  // One by one, what is nearest to the source's end goes first, and ends up farthest from the destination's.
  if (!keepsOrder && takesHead === putsHead) elements.reverse();
  put(call, elements, bytes);
  keepChanged(call, 2, putsHead ? LPUSH : RPUSH, count);
  call.reply.array(count);
  for (const element of elements) call.reply.bulk(element, 0, element.length);
  openToWrite(call, 1);
  keepRemoved(call, 1, takesHead ? LPOP : RPOP, count);
  return FOUND;
}

/** Copies of `count` elements of the opened list, from index `start` on. */
function copyElements(call: Call, start: number, count: number): Uint8Array[] {
  const list = listOf(call);
  const { element } = list;
  const copies: Uint8Array[] = [];
  list.seek(start);
  for (; copies.length < count; list.next()) copies.push(element.bytes.slice(element.start, element.end));
  return copies;
}

/** Puts elements, in this order, at an end of the list that word 2 names. */
function put(call: Call, elements: readonly Uint8Array[], bytes: number): void {
  if (openToWrite(call, 2) === MISSING) create(call, 2);
  const list = listOf(call);
  list.expect(bytes, elements.length);
  if (putsHead) for (const element of elements.toReversed()) list.pushHead(element, 0, element.length);
  else for (const element of elements) list.pushTail(element, 0, element.length);
}
