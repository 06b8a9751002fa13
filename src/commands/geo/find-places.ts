/** Hot. Looks through the cells of an area for the places inside. */
import { ENCODING_SKIPLIST } from '../../values/encoding.ts';
import type { Area } from '../../values/geo/area.ts';
import type { PlaceList } from '../../values/geo/place-list.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';

/** As many places as are read from the tree at once. */
const RUN = 64;
const entries = new Int32Array(RUN);
const scores = new Float64Array(RUN);

/** Adds to `found` the places of a set inside the area, in the order of its cells, but not more than `most`. */
export function findPlaces(set: SortedSetValue, area: Area, most: number, found: PlaceList): void {
  const search = set.encoding === ENCODING_SKIPLIST ? searchTree : searchListpack;
  area.findCells();
  for (const [cell, from] of area.starts.entries()) {
    search(set, from, area.ends[cell], area, most, found);
    if (found.count >= most) return;
  }
}

/** Looks at the scores from `from` up to `to`, that one not included. */
function searchTree(
  set: SortedSetValue,
  from: number,
  to: number,
  area: Area,
  most: number,
  found: PlaceList,
): void {
  const { order } = set.big;
  if (!order.seekScore(from)) return;
  for (let run = RUN; run > 0; ) {
    run = order.takeRun(entries, scores, RUN, false);
    for (let i = 0; i < run; i++) {
      const score = scores[i];
      if (score >= to) return;
      if (!area.contains(score)) continue;
      found.add(area.meters, score, entries[i]);
      if (found.count >= most) return;
      area.narrow(found.bound);
    }
  }
}

function searchListpack(
  set: SortedSetValue,
  from: number,
  to: number,
  area: Area,
  most: number,
  found: PlaceList,
): void {
  const start = set.rankOfScore(from, false);
  if (start === set.count) return;
  set.seek(start);
  do {
    const { score } = set;
    if (score >= to) return;
    if (!area.contains(score)) continue;
    found.add(area.meters, score, set.place);
    if (found.count >= most) return;
  } while (set.next());
}
