/** Hot. Intersections, unions and differences. */
import { DEL, type KeyspaceEvent, SDIFFSTORE, SINTERSTORE, SUNIONSTORE } from '../../keyspace/events.ts';
import { confineForKey } from '../../keyspace/footprint.ts';
import { TYPE_SET } from '../../keyspace/record.ts';
import { NO_EXPIRY } from '../../keyspace/string-value.ts';
import { putValue } from '../../keyspace/value.ts';
import { ReferenceList } from '../../memory/reference-list.ts';
import { WARM_BLOCKS, warmBlocks } from '../../memory/warm.ts';
import { ENCODING_HASHTABLE } from '../../values/encoding.ts';
import type { SetValue } from '../../values/set/set-value.ts';
import type { Call } from '../call.ts';
import { FOUND, REFUSED } from '../collections.ts';
import { SYNTAX } from '../errors.ts';
import { readLong } from '../long-argument.ts';
import { openToRead, setOf } from './lookup.ts';

/**
 * The sources are opened together, a flyweight each. The result is a list of places in them, in the order of the sources, so
 * that nothing is copied before it is written: `places` up to `ends[0]` are in the first source that is gone through, and so on.
 */
const places = new ReferenceList();
const ends: number[] = [];
/** The sources that are there, and whether one is missing. */
const sources: SetValue[] = [];
let hasMissing = false;
let firstIsMissing = false;

/** SINTER key [key ...] */
export function sinter(call: Call): void {
  if (!openAll(call, 1, call.arguments.count)) return;
  intersect(Number.POSITIVE_INFINITY);
  replyPlaces(call);
}

/** SUNION key [key ...] */
export function sunion(call: Call): void {
  if (!openAll(call, 1, call.arguments.count)) return;
  unite(Number.POSITIVE_INFINITY);
  replyPlaces(call);
}

/** SDIFF key [key ...] */
export function sdiff(call: Call): void {
  if (!openAll(call, 1, call.arguments.count)) return;
  subtract(Number.POSITIVE_INFINITY);
  replyPlaces(call);
}

/** SINTERSTORE destination key [key ...] */
export function sinterstore(call: Call): void {
  if (!openAll(call, 2, call.arguments.count)) return;
  intersect(Number.POSITIVE_INFINITY);
  store(call, SINTERSTORE);
}

/** SUNIONSTORE destination key [key ...] */
export function sunionstore(call: Call): void {
  if (!openAll(call, 2, call.arguments.count)) return;
  unite(Number.POSITIVE_INFINITY);
  store(call, SUNIONSTORE);
}

/** SDIFFSTORE destination key [key ...] */
export function sdiffstore(call: Call): void {
  if (!openAll(call, 2, call.arguments.count)) return;
  subtract(Number.POSITIVE_INFINITY);
  store(call, SDIFFSTORE);
}

/** SINTERCARD numkeys key [key ...] [LIMIT limit] */
export function sintercard(call: Call): void {
  count(call, intersect, false);
}

/** SUNIONCARD numkeys key [key ...] [APPROX] [LIMIT limit] */
export function sunioncard(call: Call): void {
  count(call, unite, true);
}

/** SDIFFCARD numkeys key [key ...] [LIMIT limit] */
export function sdiffcard(call: Call): void {
  count(call, subtract, false);
}

function count(call: Call, combine: (limit: number) => void, knowsApprox: boolean): void {
  const { arguments: words, reply } = call;
  const keys = readLong(call, 1);
  if (!(keys >= 1)) return reply.error('ERR numkeys should be greater than 0');
  if (keys > words.count - 2) return reply.error("ERR Number of keys can't be greater than number of args");
  let limit = 0;
  for (let i = 2 + keys; i < words.count; i++) {
    if (knowsApprox && words.is(i, 'approx')) continue;
    if (!words.is(i, 'limit') || i + 1 === words.count) return reply.error(SYNTAX);
    limit = readLong(call, i + 1);
    if (!(limit >= 0)) return reply.error("ERR LIMIT can't be negative");
    i++;
  }
  if (!openAll(call, 2, 2 + keys)) return;
  combine(limit === 0 ? Number.POSITIVE_INFINITY : limit);
  reply.integer(places.count);
  forget();
}

/** Opens the sets that the words from `from` up to `to` name; returns false after having replied that one is none. */
function openAll(call: Call, from: number, to: number): boolean {
  const { sets } = call.keyspace.structures;
  sources.length = 0;
  hasMissing = false;
  firstIsMissing = false;
  for (let i = from; i < to; i++) {
    const source = sets.source(i - from);
    const outcome = openToRead(call, i, source);
    if (outcome === REFUSED) return false;
    if (outcome === FOUND) {
      sources.push(source);
    } else {
      hasMissing = true;
      if (i === from) firstIsMissing = true;
    }
  }
  return true;
}

function begin(): void {
  places.clear();
  ends.length = 0;
}

/** Goes through the smallest set, and asks the others for each member. */
function intersect(limit: number): void {
  begin();
  if (hasMissing) {
    sources.length = 0;
    return;
  }
  sources.sort((left, right) => left.count - right.count);
  const first = sources[0];
  first.begin();
  while (places.count < limit && first.next()) {
    first.readAhead(sources, 1, sources.length);
    if (isInAll(first)) places.add(first.place);
  }
  ends.push(places.count);
}

function isInAll(first: SetValue): boolean {
  for (let i = 1; i < sources.length; i++) if (!sources[i].findOf(first)) return false;
  return true;
}

/** Goes through all sets, and leaves out what one before has. */
function unite(limit: number): void {
  begin();
  for (let index = 0; index < sources.length; index++) {
    const source = sources[index];
    addDifferent(source, 0, index, limit);
    ends.push(places.count);
  }
}

/** Goes through the first set, and leaves out what any other has. */
function subtract(limit: number): void {
  begin();
  if (firstIsMissing) {
    sources.length = 0;
    return;
  }
  const first = sources[0];
  addDifferent(first, 1, sources.length, limit);
  ends.push(places.count);
}

/** Adds the members of a source that sources[from, to) do not have. */
function addDifferent(source: SetValue, from: number, to: number, limit: number): void {
  source.begin();
  while (places.count < limit && source.next()) {
    if (from < to) source.readAhead(sources, from, to);
    if (!isInAny(source, from, to)) places.add(source.place);
  }
}

function isInAny(source: SetValue, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (sources[i].findOf(source)) return true;
  return false;
}

/** Reads the member at places[at] of a source, of which places[at, end) are. */
function readPlace(source: SetValue, at: number, end: number): void {
  source.place = places.items[at];
  if (at % WARM_BLOCKS === 0 && source.encoding === ENCODING_HASHTABLE)
    warmBlocks(source.arena, places.items, at, Math.min(at + WARM_BLOCKS, end), 0);
  source.readPlace();
}

function replyPlaces(call: Call): void {
  const { reply } = call;
  reply.set(places.count);
  let at = 0;
  for (let index = 0; index < ends.length; index++) {
    const source = sources[index];
    for (; at < ends[index]; at++) {
      readPlace(source, at, ends[index]);
      reply.bulk(source.member.bytes, source.member.start, source.member.end);
    }
  }
  forget();
}

/** Puts the result under the key at word 1. */
function store(call: Call, event: KeyspaceEvent): void {
  const { arguments: words, keyspace, database, reply } = call;
  const stored = places.count;
  const key = words.bytes;
  const start = words.start(1);
  const end = words.end(1);
  if (stored === 0) {
    const existing = database.write(key, start, end);
    if (existing !== 0) {
      database.removeFound(existing);
      keyspace.changed(database, DEL, key, start, end);
    }
    reply.integer(0);
    return;
  }
  confineForKey(database, key, start, end);
  const made = build(call, event === SINTERSTORE);
  try {
    const existing = database.write(key, start, end);
    putValue(database, existing, TYPE_SET, made.encoding, made.root, key, start, end, NO_EXPIRY);
  } catch (error) {
    keyspace.structures.sets.free(made.encoding, made.root);
    throw error;
  }
  forget();
  keyspace.changed(database, event, key, start, end);
  reply.integer(stored);
}

/** A new set of the result, as the shared flyweight, in the form that Redis gives it. May throw OutOfMemory; then nothing was kept. */
function build(call: Call, isIntersection: boolean): SetValue {
  const set = setOf(call);
  set.createEmpty(places.count, isIntersection);
  try {
    let at = 0;
    for (let index = 0; index < ends.length; index++) {
      const source = sources[index];
      for (; at < ends[index]; at++) {
        readPlace(source, at, ends[index]);
        set.addDifferent(source.member.bytes, source.member.start, source.member.end);
      }
    }
  } catch (error) {
    call.keyspace.structures.sets.free(set.encoding, set.root);
    throw error;
  }
  return set;
}

/** Lets go of what an unusually large result needed. */
function forget(): void {
  places.clear();
  sources.length = 0;
}
