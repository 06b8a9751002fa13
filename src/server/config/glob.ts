/** Cold. Patterns with `*`, `?`, `[a-z]` and `\`: of option names and of files to include. */
import type { ConfigurationFiles } from './files.ts';

/** The characters that, first in brackets, turn a set into its opposite: "^" in Redis's patterns, "!^" in file names. */
export type Negation = '^' | '!^';

const WILDCARDS = /[*?[]/;

export function hasWildcards(pattern: string): boolean {
  return WILDCARDS.test(pattern);
}

/** One step of a pattern: any number of characters, or one that is in a set. */
type Step =
  | { readonly any: true }
  | { readonly any: false; readonly accepts: (character: string) => boolean };

const ANY: Step = { any: true };

/**
 * Whether the whole text matches the pattern; letter case matters. Takes at most as many steps as the product of the
 * lengths: only the last "*" ever takes in one more character.
 */
export function matchesPattern(pattern: string, text: string, negation: Negation): boolean {
  const steps = stepsOf(pattern, negation);
  let step = 0;
  let at = 0;
  let star = -1;
  let starEnd = 0;
  while (at < text.length) {
    const next = steps[step];
    if (next?.any) {
      star = step++;
      starEnd = at;
    } else if (next?.accepts(text[at])) {
      step++;
      at++;
    } else if (star >= 0) {
      step = star + 1;
      at = ++starEnd;
    } else return false;
  }
  while (steps[step]?.any) step++;
  return step === steps.length;
}

function stepsOf(pattern: string, negation: Negation): readonly Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at];
    if (character === '[') {
      const end = endOfSet(pattern, at + 1);
      steps.push(setStep(pattern.slice(at + 1, end), negation));
      at = end + 1;
      continue;
    }
    if (character === '*') steps.push(ANY);
    else if (character === '?') steps.push({ any: false, accepts: () => true });
    else if (character === '\\' && at + 1 < pattern.length) steps.push(literal(pattern[++at]));
    else steps.push(literal(character));
    at++;
  }
  return steps;
}

function literal(wanted: string): Step {
  return { any: false, accepts: (character) => character === wanted };
}

/** Where the closing bracket is; a set that is never closed ends with the pattern. */
function endOfSet(pattern: string, start: number): number {
  for (let at = start; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}

function setStep(set: string, negation: Negation): Step {
  const negated = set !== '' && negation.includes(set[0]);
  const ranges: (readonly [first: string, last: string])[] = [];
  for (let at = negated ? 1 : 0; at < set.length; at++) {
    if (set[at] === '\\' && at + 1 < set.length) at++;
    else if (set[at + 1] === '-' && at + 2 < set.length) {
      const [first, last] = [set[at], set[at + 2]].sort();
      ranges.push([first, last]);
      at += 2;
      continue;
    }
    ranges.push([set[at], set[at]]);
  }
  return {
    any: false,
    accepts: (character) =>
      ranges.some(([first, last]) => character >= first && character <= last) !== negated,
  };
}

/** The paths that a pattern names, in the order of their names. A leading dot must be spelt out. */
export function expandPath(pattern: string, files: ConfigurationFiles, from: string): readonly string[] {
  const [first, ...rest] = pattern.split('/');
  let found = first === '' ? ['/'] : within('', first, files, from);
  for (const step of rest) {
    if (step !== '') found = found.flatMap((path) => within(path, step, files, from));
  }
  return found;
}

function within(directory: string, step: string, files: ConfigurationFiles, from: string): string[] {
  const prefix = directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
  if (!hasWildcards(step)) return [prefix + step];
  return files
    .list(directory === '' ? '.' : directory, from)
    .filter((name) => name.startsWith('.') === step.startsWith('.') && matchesPattern(step, name, '!^'))
    .sort()
    .map((name) => prefix + name);
}
