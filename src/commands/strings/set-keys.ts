/** Hot for restricted users: what SET does to its key. */
import { isKeyword, type KeyPositions, type Words } from '../key-extraction.ts';
import { KEY_ACCESS, KEY_OW, KEY_RW, KEY_UPDATE } from '../key-specification.ts';

const get = new TextEncoder().encode('GET');
const firstOption = 3;

/** SET overwrites its key unseen, unless the option GET makes it read the key as well. */
export function findSetKeys(words: Words, first: number, found: KeyPositions): boolean {
  let flags = KEY_OW | KEY_UPDATE;
  for (let at = first + firstOption; at < words.count; at++) {
    if (isKeyword(words, at, get)) flags = KEY_RW | KEY_ACCESS | KEY_UPDATE;
  }
  found.add(first + 1, flags);
  return true;
}
