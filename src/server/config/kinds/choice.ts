/** Cold. Values out of a list of names. */
import type { Kind } from '../declaration.ts';
import { Rejection } from '../rejection.ts';
import { oneLine, WRONG_NUMBER_OF_ARGUMENTS } from './line.ts';

function printBoolean(value: boolean): string {
  return value ? 'yes' : 'no';
}

export const yesOrNo: Kind<boolean> = {
  empty: false,
  parse(words) {
    if (words.length !== 1) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
    const word = words[0].toLowerCase();
    if (word !== 'yes' && word !== 'no') return new Rejection("argument must be 'yes' or 'no'");
    return word === 'yes';
  },
  print: printBoolean,
  lines: (value, initial) => oneLine(value, initial, printBoolean),
};

function notListed(names: readonly string[]): Rejection {
  return new Rejection(`argument(s) must be one of the following: ${names.join(', ')}`);
}

function printText(value: string): string {
  return value;
}

/** Names that are taken beside the list. */
interface MoreNames {
  /** Not mentioned in error texts. */
  readonly unlisted?: readonly string[];
  /** Names in the list that mean another one there. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** One of the names, in any letter case. */
export function oneOf(
  names: readonly string[],
  { unlisted = [], synonyms = {} }: MoreNames = {},
): Kind<string> {
  const all = [...names, ...unlisted];
  return {
    empty: names[0],
    parse(words) {
      if (words.length !== 1) return new Rejection(WRONG_NUMBER_OF_ARGUMENTS);
      const wanted = words[0].toLowerCase();
      const name = all.find((known) => known.toLowerCase() === wanted);
      return name === undefined ? notListed(names) : (synonyms[name] ?? name);
    },
    print: printText,
    lines: (value, initial) => oneLine(value, initial, printText),
  };
}

const SHUTDOWN_FLAGS = ['save', 'nosave', 'now', 'force'];
const SHUTDOWN_WORDS = ['default', ...SHUTDOWN_FLAGS];

function printShutdown(flags: readonly string[]): string {
  return flags.length === 0 ? 'default' : flags.join(' ');
}

/** How a signal shuts the server down: some of save, nosave, now, force; none of them is "default". */
export const shutdownFlags: Kind<readonly string[]> = {
  empty: [],
  severalWords: true,
  parse(words) {
    const lowered = words.map((word) => word.toLowerCase());
    if (lowered.length === 0 || lowered.some((word) => !SHUTDOWN_WORDS.includes(word))) {
      return notListed(SHUTDOWN_WORDS);
    }
    if (lowered.includes('save') && lowered.includes('nosave')) {
      return new Rejection("shutdown options SAVE and NOSAVE can't be used simultaneously");
    }
    return SHUTDOWN_FLAGS.filter((flag) => lowered.includes(flag));
  },
  print: printShutdown,
  lines: (value, initial) => oneLine(value, initial, printShutdown),
};
