/** Hot. GEOSEARCH, GEOSEARCHSTORE, and the older GEORADIUS commands. */
import { Area } from '../../values/geo/area.ts';
import { decode, latitude, longitude } from '../../values/geo/geohash.ts';
import { PlaceList } from '../../values/geo/place-list.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { openToRead, sortedSetOf } from '../sorted-sets/lookup.ts';
import { replyDistance } from './arguments.ts';
import { findPlaces } from './find-places.ts';
import { readSearch, type Search } from './search-options.ts';
import { storeNothing, storePlaces } from './search-store.ts';

const area = new Area();
const found = new PlaceList();

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
  const set = sortedSetOf(call);
  found.begin(options.order, options.count > 0 ? options.count : Number.POSITIVE_INFINITY);
  findPlaces(set, area, options.any ? options.count : Number.POSITIVE_INFINITY, found);
  found.sort();
  if (options.storeWord === 0) replyPlaces(call, options, set);
  else storePlaces(call, options, set, found, area.metersPerUnit);
  found.forget();
}

function replyPlaces(call: Call, options: Search, set: SortedSetValue): void {
  const { reply } = call;
  const { member } = set;
  const { withDistance, withHash, withCoordinates } = options;
  const extras = Number(withDistance) + Number(withHash) + Number(withCoordinates);
  reply.array(found.count);
  for (let i = 0; i < found.count; i++) {
    const score = found.scores[i];
    if (extras > 0) reply.array(extras + 1);
    set.readPlace(found.places[i]);
    reply.bulk(member.bytes, member.start, member.end);
    if (withDistance) replyDistance(call, found.meters[i] / area.metersPerUnit);
    if (withHash) reply.integer(Math.trunc(score));
    if (!withCoordinates) continue;
    decode(score);
    reply.array(2);
    reply.double(longitude);
    reply.double(latitude);
  }
}
