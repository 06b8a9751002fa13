/** Cold. Which keyspace events are told, a letter for each class. */
import type { Kind } from '../declaration.ts';
import { Rejection } from '../rejection.ts';
import { quoteWord } from '../words.ts';
import { oneLine, WRONG_NUMBER_OF_ARGUMENTS } from './line.ts';

/** The classes that "A" stands for, in the order in which they are shown. */
const ALL = 'g$lshzxetd';
/** Also events, but for those who ask for them by letter. */
const NEW_KEYS = 'n';
const KEY_MISSES = 'm';
/** Where events are told: by key, by event. */
const CHANNELS = 'KE';

function printEvents(letters: string): string {
  return letters;
}

/** The letters without repetition, in the order in which Redis shows them. */
function inOrder(letters: string): string {
  const given = (classes: string): string => [...classes].filter((letter) => letters.includes(letter)).join('');
  const all = letters.includes('A') || given(ALL) === ALL;
  return (all ? `A${given(CHANNELS)}` : given(ALL + NEW_KEYS + CHANNELS)) + given(KEY_MISSES);
}

/**
 * Letters as CONFIG GET shows them. "A" hides "n": `tellsNewKeys` is lost with it in what is shown, as in Redis, so the
 * value keeps the letters as given.
 */
export const events: Kind<string> = {
  empty: '',
  parse(words) {
    if (words.length !== 1) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
    const known = `A${ALL}${NEW_KEYS}${CHANNELS}${KEY_MISSES}`;
    if ([...words[0]].some((letter) => !known.includes(letter))) {
      return new Rejection("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
    }
    return words[0];
  },
  print: (letters) => printEvents(inOrder(letters)),
  lines: (value, initial) => oneLine(value, initial, inOrder, (letters) => quoteWord(inOrder(letters))),
};
