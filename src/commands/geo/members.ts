/** Warm. GEOADD, GEOPOS, GEODIST, GEOHASH. */
import { distance } from '../../values/geo/distance.ts';
import { decode, encode, geohashText, latitude, longitude } from '../../values/geo/geohash.ts';
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED } from '../collections.ts';
import { SYNTAX } from '../errors.ts';
import { zadd } from '../sorted-sets/add.ts';
import { openToRead, sortedSetOf } from '../sorted-sets/lookup.ts';
import { place, readPlace, readUnit, replyDistance } from './arguments.ts';

const encoder = new TextEncoder();

/** GEOADD key [NX | XX] [CH] longitude latitude member [longitude latitude member ...]: a ZADD, and propagated as one. */
export function geoadd(call: Call): void {
  const { arguments: words, reply } = call;
  let first = 2;
  let onlyNew = false;
  let onlyOld = false;
  for (; first < words.count; first++) {
    if (words.is(first, 'nx')) onlyNew = true;
    else if (words.is(first, 'xx')) onlyOld = true;
    else if (!words.is(first, 'ch')) break;
  }
  if ((words.count - first) % 3 !== 0 || (onlyNew && onlyOld)) return reply.error(SYNTAX);
  const request: Uint8Array[] = [encoder.encode('ZADD')];
  for (let i = 1; i < first; i++) request.push(words.copy(i));
  for (let i = first; i < words.count; i += 3) {
    if (!readPlace(call, i)) return;
    request.push(encoder.encode(String(encode(place))), words.copy(i + 2));
  }
  words.assign(request);
  const before = call.keyspace.dirty;
  zadd(call);
  if (call.propagates && call.keyspace.dirty !== before) call.propagateWords(request);
}

/** GEOPOS key [member ...] */
export function geopos(call: Call): void {
  const { arguments: words, reply } = call;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  reply.array(words.count - 2);
  for (let i = 2; i < words.count; i++) {
    if (outcome === MISSING || !findPlace(call, i)) {
      reply.nullArray();
      continue;
    }
    reply.array(2);
    reply.double(longitude);
    reply.double(latitude);
  }
}

/** GEOHASH key [member ...] */
export function geohash(call: Call): void {
  const { arguments: words, reply } = call;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  reply.array(words.count - 2);
  for (let i = 2; i < words.count; i++) {
    if (outcome === FOUND && findPlace(call, i)) reply.text(geohashText(sortedSetOf(call).score));
    else reply.nullValue();
  }
}

/** GEODIST key member1 member2 [M | KM | FT | MI] */
export function geodist(call: Call): void {
  const { arguments: words, reply } = call;
  if (words.count > 5) return reply.error(SYNTAX);
  const unit = words.count === 5 ? readUnit(call, 4) : 1;
  if (unit === 0) return;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING || !findPlace(call, 2)) return reply.nullValue();
  const east = longitude;
  const north = latitude;
  if (!findPlace(call, 3)) return reply.nullValue();
  replyDistance(call, distance(east, north, longitude, latitude) / unit);
}

/** Sets `longitude` and `latitude` to the place of the member that word `index` names; returns whether there is one. */
export function findPlace(call: Call, index: number): boolean {
  const words = call.arguments;
  const set = sortedSetOf(call);
  if (!set.find(words.bytes, words.start(index), words.end(index))) return false;
  decode(set.score);
  return true;
}
