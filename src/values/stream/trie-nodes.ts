/** Cold. How many nodes a compressed trie of the index's ids would have: what XINFO STREAM tells. */
import type { Arena } from '../../memory/arena.ts';
import { IdTree } from '../../memory/id-tree.ts';
import { NODES } from './layout.ts';

const KEY_BYTES = 16;

/**
 * Nodes of a trie with compressed runs of bytes over the ids of a stream's nodes, most significant byte first: one an id,
 * one a branch, one a run of bytes without branches that is not empty; one for no ids.
 */
export function countTrieNodes(arena: Arena, root: number): number {
  const tree = new IdTree(arena, 1);
  tree.open(root, NODES);
  const keys: Uint8Array[] = [];
  for (let more = tree.first(); more; more = tree.next()) {
    const key = new Uint8Array(KEY_BYTES);
    for (let byte = 0; byte < KEY_BYTES; byte++)
      key[byte] = tree.words[tree.at + (byte >> 2)] >>> (24 - ((byte & 3) << 3));
    keys.push(key);
  }
  return keys.length === 0 ? 1 : countUnder(keys, 0, keys.length - 1, 0);
}

function countUnder(keys: readonly Uint8Array[], low: number, high: number, depth: number): number {
  if (low === high) return depth < KEY_BYTES ? 2 : 1;
  let branch = depth;
  while (keys[low][branch] === keys[high][branch]) branch++;
  let count = branch > depth ? 2 : 1;
  let from = low;
  while (from <= high) {
    let to = from;
    while (to < high && keys[to + 1][branch] === keys[from][branch]) to++;
    count += countUnder(keys, from, to, branch + 1);
    from = to + 1;
  }
  return count;
}
