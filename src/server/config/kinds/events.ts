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

/** The letters without repetition, in the order in which Redis shows them; it leaves `NEW_KEYS` out beside "A". */
function shown(letters: string): string {
  return arranged(letters, '');
}

function written(letters: string): string {
  return quoteWord(arranged(letters, NEW_KEYS));
}

function arranged(letters: string, besideAll: string): string {
  const given = (classes: string): string =>
    [...classes].filter((letter) => letters.includes(letter)).join('');
  const all = letters.includes('A') || given(ALL) === ALL;
  const classes = all ? `A${given(besideAll)}` : given(ALL + NEW_KEYS);
  return classes + given(CHANNELS) + given(KEY_MISSES);
}

/** The letters as they were given; `shown` leaves one out. */
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
  print: shown,
  lines: (value, initial) => oneLine(value, initial, shown, written),
};
