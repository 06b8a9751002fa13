/** Hot. Removing elements from the ends. */
import { LPOP, RPOP } from '../../keyspace/events.ts';
import type { Call } from '../call.ts';
import { SYNTAX, wrongArity } from '../errors.ts';
import { readLong } from '../long-argument.ts';
import { FOUND, keepRemoved, listOf, MISSING, openToWrite, REFUSED } from './lookup.ts';
import { replyElements, replyElementsBackwards } from './reply-elements.ts';

const NOT_POSITIVE = 'ERR value is out of range, must be positive';
const HEAD = 0;
const TAIL = 1;
const NOWHERE = -1;

/** What `readPopKeys` has read. */
let popsHead = false;
let popCount = 1;

/** LPOP key [count] */
export function lpop(call: Call): void {
  pop(call, true);
}

/** RPOP key [count] */
export function rpop(call: Call): void {
  pop(call, false);
}

function pop(call: Call, atHead: boolean): void {
  const { arguments: words, reply } = call;
  if (words.count > 3) return reply.error(wrongArity(atHead ? 'lpop' : 'rpop'));
  if (words.count === 3) return popSeveral(call, atHead);
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.nullValue();
  take(call, 1, atHead, 1);
}

function popSeveral(call: Call, atHead: boolean): void {
  const { reply } = call;
  const wanted = readLong(call, 2);
  if (!(wanted >= 0)) return reply.error(NOT_POSITIVE);
  const outcome = openToWrite(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return reply.nullArray();
  if (wanted === 0) return reply.array(0);
  const count = Math.min(wanted, listOf(call).count);
  reply.array(count);
  take(call, 1, atHead, count);
}

/** Replies with `count` elements from an end of the opened list, of word `index`, each as a bulk string, and removes them. */
export function take(call: Call, index: number, atHead: boolean, count: number): void {
  if (count === 1) takeOne(call, atHead);
  else takeSeveral(call, atHead, count);
  keepRemoved(call, index, atHead ? LPOP : RPOP, count);
}

function takeOne(call: Call, atHead: boolean): void {
  const list = listOf(call);
  const { element } = list;
  if (atHead) list.readHead();
  else list.readTail();
  call.reply.bulk(element.bytes, element.start, element.end);
  if (atHead) list.removeHead();
  else list.removeTail();
}

function takeSeveral(call: Call, atHead: boolean, count: number): void {
  const list = listOf(call);
  if (atHead) replyElements(call, 0, count);
  else replyElementsBackwards(call, count);
  list.removeRange(atHead ? 0 : list.count - count, count);
}

/** LMPOP numkeys key [key ...] LEFT | RIGHT [COUNT count] */
export function lmpop(call: Call): void {
  const keys = readPopKeys(call, 1);
  if (keys > 0 && !popFirst(call, 2, keys)) call.reply.nullArray();
}

/**
 * Reads the number of keys in word `index`, and for `popFirst` what follows the keys; returns 0 after having replied with an
 * error.
 */
export function readPopKeys(call: Call, index: number): number {
  const { arguments: words, reply } = call;
  const keys = readLong(call, index);
  if (!(keys >= 1)) {
    reply.error('ERR numkeys should be greater than 0');
    return 0;
  }
  const where = index + 1 + keys;
  const side = where < words.count ? sideOf(call, where) : NOWHERE;
  const isCounted = words.count === where + 3 && words.is(where + 1, 'count');
  if (side === NOWHERE || (!isCounted && words.count > where + 1)) return refuseOptions(call, where, side);
  popsHead = side === HEAD;
  popCount = isCounted ? readLong(call, where + 2) : 1;
  if (popCount >= 1) return keys;
  reply.error('ERR count should be greater than 0');
  return 0;
}

/** Of several errors the first is told. */
function refuseOptions(call: Call, where: number, side: number): 0 {
  const { arguments: words, reply } = call;
  const isCounted = side !== NOWHERE && words.count > where + 2 && words.is(where + 1, 'count');
  reply.error(isCounted && !(readLong(call, where + 2) >= 1) ? 'ERR count should be greater than 0' : SYNTAX);
  return 0;
}

/** HEAD or TAIL as word `index` says; NOWHERE if it says neither. */
function sideOf(call: Call, index: number): number {
  const { arguments: words } = call;
  if (words.is(index, 'left')) return HEAD;
  return words.is(index, 'right') ? TAIL : NOWHERE;
}

/**
 * Replies with the key and elements of the first list of `keys` words from `first` on, and removes these. Returns false
 * without a reply if there is no list.
 */
export function popFirst(call: Call, first: number, keys: number): boolean {
  const { arguments: words, reply } = call;
  for (let i = first; i < first + keys; i++) {
    const outcome = openToWrite(call, i);
    if (outcome === REFUSED) return true;
    if (outcome !== FOUND) continue;
    const count = Math.min(popCount, listOf(call).count);
    reply.array(2);
    reply.bulk(words.bytes, words.start(i), words.end(i));
    reply.array(count);
    take(call, i, popsHead, count);
    if (call.propagates) call.propagate(popsHead ? 'LPOP' : 'RPOP', words.copy(i), String(count));
    return true;
  }
  return false;
}
