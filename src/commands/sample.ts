/** Warm. Choosing some of many, each as likely as the others. */
import { ReferenceList } from '../memory/reference-list.ts';

const chosen = new ReferenceList();

/** Moves `count` of the list's items, chosen at random, to its front in random order. */
export function shuffleFront(list: ReferenceList, count: number, random: (bound: number) => number): void {
  const { items } = list;
  for (let i = 0; i < count; i++) {
    const other = i + random(list.count - i);
    const item = items[i];
    items[i] = items[other];
    items[other] = item;
  }
}

/** `count` different ones out of what `pick` gives at random; the list is used again at the next call. */
export function pickDifferent(count: number, pick: () => number): ReferenceList {
  const seen = new Set<number>();
  chosen.clear();
  while (seen.size < count) {
    const item = pick();
    if (seen.has(item)) continue;
    seen.add(item);
    chosen.add(item);
  }
  return chosen;
}
