/** Cold. The keys of MIGRATE. */

import type { KeyPositions } from '../../../commands/key-extraction.ts';
import { KEY_ACCESS, KEY_DELETE, KEY_RW } from '../../../commands/key-specification.ts';
import type { Arguments } from '../../../protocol/arguments.ts';

const keyPosition = 3;
const firstOption = 6;
const flags = KEY_RW | KEY_ACCESS | KEY_DELETE;

/** The third word behind the name, or all words behind KEYS, which wants the third to be empty. */
export function findMigrateKeys(words: Arguments, first: number, found: KeyPositions): boolean {
  const single = first + keyPosition;
  const many = positionBehindKeys(words, first + firstOption);
  if (many < 0) {
    found.add(single, flags);
    return true;
  }
  if (words.length(single) > 0) return false;
  for (let at = many; at < words.count; at++) found.add(at, flags);
  return true;
}

function positionBehindKeys(words: Arguments, start: number): number {
  let at = start;
  while (at < words.count) {
    if (words.is(at, 'keys') && at + 1 < words.count) return at + 1;
    at += words.is(at, 'auth2') ? 3 : words.is(at, 'auth') ? 2 : 1;
  }
  return -1;
}
