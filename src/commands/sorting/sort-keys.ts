/** Cold. The keys of SORT. */
import type { Arguments } from '../../protocol/arguments.ts';
import type { KeyPositions } from '../key-extraction.ts';
import { KEY_ACCESS, KEY_OW, KEY_RO, KEY_UPDATE } from '../key-specification.ts';

const firstOption = 2;

/** The key to sort. Those behind BY and GET depend on the elements and are not found. */
export function findSortReadOnlyKeys(_words: Arguments, first: number, found: KeyPositions): boolean {
  found.add(first + 1, KEY_RO | KEY_ACCESS);
  return true;
}

/** The key to sort, and the one behind STORE; the last STORE counts, even where it is another's value. */
export function findSortKeys(words: Arguments, first: number, found: KeyPositions): boolean {
  findSortReadOnlyKeys(words, first, found);
  let store = -1;
  let at = first + firstOption;
  while (at < words.count) {
    if (words.is(at, 'store') && at + 1 < words.count) store = at + 1;
    at += 1 + optionValues(words, at);
  }
  if (store >= 0) found.add(store, KEY_OW | KEY_UPDATE);
  return true;
}

function optionValues(words: Arguments, at: number): number {
  if (words.is(at, 'limit')) return 2;
  return words.is(at, 'get') || words.is(at, 'by') ? 1 : 0;
}
