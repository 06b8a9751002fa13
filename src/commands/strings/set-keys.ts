/** Hot for restricted users: what SET does to its key. */
import type { Arguments } from '../../protocol/arguments.ts';
import type { KeyPositions } from '../key-extraction.ts';
import { KEY_ACCESS, KEY_OW, KEY_RW, KEY_UPDATE } from '../key-specification.ts';

const firstOption = 3;

/** SET overwrites its key unseen, unless the option GET makes it read the key as well. */
export function findSetKeys(words: Arguments, first: number, found: KeyPositions): boolean {
  let flags = KEY_OW | KEY_UPDATE;
  for (let at = first + firstOption; at < words.count; at++) {
    if (words.is(at, 'get')) flags = KEY_RW | KEY_ACCESS | KEY_UPDATE;
  }
  found.add(first + 1, flags);
  return true;
}
