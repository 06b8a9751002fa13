/** Cold. The usual case of a value's text in a configuration file: one line. */
import type { Line } from '../declaration.ts';

/** One line, needed when the values differ as they are shown. */
export function oneLine<Value>(
  value: Value,
  initial: Value,
  print: (value: Value) => string,
  write: (value: Value) => string = print,
): readonly Line[] {
  return [{ text: write(value), needed: print(value) !== print(initial) }];
}

export const WRONG_NUMBER_OF_ARGUMENTS = 'wrong number of arguments';
