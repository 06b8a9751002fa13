/** Warm. GEOSEARCH, GEOSEARCHSTORE, and the older GEORADIUS commands. */
import { Area } from '../../values/geo/area.ts';
import { decode, latitude, longitude } from '../../values/geo/geohash.ts';
import type { Call } from '../call.ts';
import { MISSING, openToRead, REFUSED, sortedSetOf } from '../sorted-sets/lookup.ts';
import { replyDistance } from './arguments.ts';
import { readSearch, type Search } from './search-options.ts';
import { storeNothing, storePlaces } from './search-store.ts';

/** A place that was found. */
export interface FoundPlace {
  readonly member: Uint8Array;
  readonly score: number;
  readonly longitude: number;
  readonly latitude: number;
  /** From the middle of the area. */
  readonly meters: number;
}

const area = new Area();

/** GEORADIUS key longitude latitude radius unit [options] [STORE key | STOREDIST key] */
export function georadius(call: Call): void {
  search(call, 'georadius');
}

/** GEORADIUS_RO key longitude latitude radius unit [options] */
export function georadiusRo(call: Call): void {
  search(call, 'georadius_ro');
}

/** GEORADIUSBYMEMBER key member radius unit [options] [STORE key | STOREDIST key] */
export function georadiusbymember(call: Call): void {
  search(call, 'georadiusbymember');
}

/** GEORADIUSBYMEMBER_RO key member radius unit [options] */
export function georadiusbymemberRo(call: Call): void {
  search(call, 'georadiusbymember_ro');
}

/** GEOSEARCH key FROMMEMBER member | FROMLONLAT longitude latitude BYRADIUS radius unit | BYBOX width height unit [options] */
export function geosearch(call: Call): void {
  search(call, 'geosearch');
}

/** GEOSEARCHSTORE destination source ... as GEOSEARCH ... [STOREDIST] */
export function geosearchstore(call: Call): void {
  search(call, 'geosearchstore');
}

function search(call: Call, name: string): void {
  const outcome = openToRead(call, name === 'geosearchstore' ? 2 : 1);
  if (outcome === REFUSED) return;
  const options = readSearch(call, name, area, outcome === MISSING);
  if (options === null) return;
  if (outcome === MISSING) {
    if (options.storeWord === 0) call.reply.array(0);
    else storeNothing(call, options.storeWord);
    return;
  }
  const found = findPlaces(call, options.any ? options.count : Number.POSITIVE_INFINITY);
  const { order } = options;
  if (order !== 0) found.sort((left, right) => order * (left.meters - right.meters));
  if (options.count > 0) found.length = Math.min(found.length, options.count);
  if (options.storeWord === 0) replyPlaces(call, options, found);
  else storePlaces(call, options, found, area.metersPerUnit);
}

/** The places inside the area, in the order of its cells, and `most` of them. */
function findPlaces(call: Call, most: number): FoundPlace[] {
  const set = sortedSetOf(call);
  const { member } = set;
  const found: FoundPlace[] = [];
  area.findCells();
  for (const [cell, from] of area.starts.entries()) {
    if (found.length >= most) break;
    const start = set.rankOfScore(from, false);
    const end = set.rankOfScore(area.ends[cell], false);
    if (start < end) set.seek(start);
    for (let rank = start; rank < end; rank++) {
      decode(set.score);
      if (area.contains(longitude, latitude)) {
        const { meters } = area;
        const { score } = set;
        found.push({
          member: member.bytes.slice(member.start, member.end),
          score,
          longitude,
          latitude,
          meters,
        });
        if (found.length >= most) break;
      }
      set.next();
    }
  }
  return found;
}

function replyPlaces(call: Call, options: Search, found: readonly FoundPlace[]): void {
  const { reply } = call;
  const { withDistance, withHash, withCoordinates } = options;
  const extras = Number(withDistance) + Number(withHash) + Number(withCoordinates);
  reply.array(found.length);
  for (const { member, meters, score, longitude: east, latitude: north } of found) {
    if (extras > 0) reply.array(extras + 1);
    reply.bulk(member, 0, member.length);
    if (withDistance) replyDistance(call, meters / area.metersPerUnit);
    if (withHash) reply.integer(Math.trunc(score));
    if (!withCoordinates) continue;
    reply.array(2);
    reply.double(east);
    reply.double(north);
  }
}
