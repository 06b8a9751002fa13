/** Hot. Moving an element from one list to another. */
import { LPOP, LPUSH, RPOP, RPUSH } from '../../keyspace/events.ts';
import { copyBytes } from '../../memory/arena.ts';
import type { Call } from '../call.ts';
import { SYNTAX } from '../errors.ts';
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

/** Elements up to this length are copied to the same place again and again. */
const KEPT_BYTES = 64 * 1024;

/** What `readSides` has read. */
export let takesHead = false;
export let putsHead = false;

const kept = new Uint8Array(KEPT_BYTES);
/** The element that is being moved. */
let moved = kept;
let movedBytes = 0;

/** LMOVE source destination LEFT | RIGHT LEFT | RIGHT */
export function lmove(call: Call): void {
  if (readSides(call)) moveOrNull(call, takesHead, putsHead);
}

/** RPOPLPUSH source destination */
export function rpoplpush(call: Call): void {
  moveOrNull(call, false, true);
}

/** Reads the ends that words 3 and 4 name; returns false after having replied with an error. */
export function readSides(call: Call): boolean {
  const { arguments: words } = call;
  takesHead = words.is(3, 'left');
  putsHead = words.is(4, 'left');
  if ((takesHead || words.is(3, 'right')) && (putsHead || words.is(4, 'right'))) return true;
  call.reply.error(SYNTAX);
  return false;
}

function moveOrNull(call: Call, fromHead: boolean, toHead: boolean): void {
  if (move(call, fromHead, toHead) === MISSING) call.reply.nullValue();
}

/**
 * Moves an element from an end of the list that word 1 names to one of the list of word 2, and replies with it. Returns FOUND
 * then, MISSING without a reply if there is no list, and REFUSED after having replied with an error.
 */
export function move(call: Call, fromHead: boolean, toHead: boolean): number {
  const source = openToWrite(call, 1);
  if (source !== FOUND) return source;
  if (openToWrite(call, 2) === REFUSED) return REFUSED;
  openToWrite(call, 1);
  const list = listOf(call);
  if (fromHead) list.readHead();
  else list.readTail();
  copyElement(call);
  if (fromHead) list.removeHead();
  else list.removeTail();
  keepRoot(call);
  if (openToWrite(call, 2) === MISSING) create(call, 2);
  list.expect(movedBytes, 1);
  if (toHead) list.pushHead(moved, 0, movedBytes);
  else list.pushTail(moved, 0, movedBytes);
  keepChanged(call, 2, toHead ? LPUSH : RPUSH, 1);
  call.reply.bulk(moved, 0, movedBytes);
  moved = kept;
  openToWrite(call, 1);
  keepRemoved(call, 1, fromHead ? LPOP : RPOP, 1);
  // Both ends together are one change.
  call.keyspace.countElements(0);
  return FOUND;
}

/** Copies the element read last to where it stays when lists change, and makes sure that it can be put anywhere. */
function copyElement(call: Call): void {
  const { element } = listOf(call);
  movedBytes = element.end - element.start;
  if (movedBytes > KEPT_BYTES) moved = new Uint8Array(movedBytes);
  copyBytes(element.bytes, element.start, moved, 0, movedBytes);
  reserveFor(call, movedBytes, 1);
}
