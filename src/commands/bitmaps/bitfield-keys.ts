/** Hot for restricted users: what BITFIELD does to its key. */
import type { Arguments } from '../../protocol/arguments.ts';
import type { KeyPositions } from '../key-extraction.ts';
import { KEY_ACCESS, KEY_RO, KEY_RW, KEY_UPDATE } from '../key-specification.ts';

const firstOperation = 2;

/** BITFIELD reads its key if all its operations are GET, else it may write. */
export function findBitfieldKeys(words: Arguments, first: number, found: KeyPositions): boolean {
  const flags = onlyReads(words, first + firstOperation)
    ? KEY_RO | KEY_ACCESS
    : KEY_RW | KEY_ACCESS | KEY_UPDATE;
  found.add(first + 1, flags);
  return true;
}

function onlyReads(words: Arguments, start: number): boolean {
  let at = start;
  while (at < words.count) {
    const left = words.count - at - 1;
    if (words.is(at, 'get') && left >= 2) at += 3;
    else if (words.is(at, 'overflow') && left >= 1) at += 2;
    else return false;
  }
  return true;
}
