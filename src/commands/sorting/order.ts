/** Hot. Puts numbers of elements in order: a merge sort, which never compares more often than it must, and keeps equals. */

/** Runs of this length are sorted by insertion. */
const RUN = 8;

/** Sorts `items` by a comparison that is negative when its first argument comes first. */
export function sortIndexes(items: Uint32Array, compare: (left: number, right: number) => number): void {
  const count = items.length;
  for (let start = 0; start < count; start += RUN)
    sortRun(items, start, Math.min(start + RUN, count), compare);
  let from: Uint32Array = items;
  let to: Uint32Array = new Uint32Array(count);
  for (let width = RUN; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width)
      merge(from, to, start, Math.min(start + width, count), Math.min(start + 2 * width, count), compare);
    [from, to] = [to, from];
  }
  if (from !== items) items.set(from);
}

function sortRun(
  items: Uint32Array,
  start: number,
  end: number,
  compare: (left: number, right: number) => number,
): void {
  for (let i = start + 1; i < end; i++) {
    const item = items[i];
    let at = i;
    for (; at > start && compare(items[at - 1], item) > 0; at--) items[at] = items[at - 1];
    items[at] = item;
  }
}

/** Merges from[start, middle) and from[middle, end) into the same places of `to`. */
function merge(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
  compare: (left: number, right: number) => number,
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takesLeft = left < middle && (right >= end || compare(from[left], from[right]) <= 0);
    to[at] = takesLeft ? from[left++] : from[right++];
  }
}
