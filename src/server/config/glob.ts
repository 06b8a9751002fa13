/** Cold. Patterns with `*`, `?`, `[a-z]` and `\`: of option names and of files to include. */
import type { ConfigurationFiles } from './files.ts';

/** The characters that, first in brackets, turn a set into its opposite: "^" in Redis's patterns, "!^" in file names. */
export type Negation = '^' | '!^';

const WILDCARDS = /[*?[]/;

export function hasWildcards(pattern: string): boolean {
  return WILDCARDS.test(pattern);
}

/** Whether the whole text matches the pattern; letter case matters. */
export function matchesPattern(pattern: string, text: string, negation: Negation): boolean {
  return new RegExp(`^${expression(pattern, negation)}$`, 's').test(text);
}

function expression(pattern: string, negation: Negation): string {
  let source = '';
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at];
    if (character === '[') {
      const end = endOfSet(pattern, at + 1);
      source += setExpression(pattern.slice(at + 1, end), negation);
      at = end + 1;
      continue;
    }
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '\\' && at + 1 < pattern.length) source += literal(pattern[++at]);
    else source += literal(character);
    at++;
  }
  return source;
}

/** Where the closing bracket is; a set that is never closed ends with the pattern. */
function endOfSet(pattern: string, start: number): number {
  for (let at = start; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}

function setExpression(set: string, negation: Negation): string {
  const negated = set !== '' && negation.includes(set[0]);
  const members: string[] = [];
  for (let at = negated ? 1 : 0; at < set.length; at++) {
    if (set[at] === '\\' && at + 1 < set.length) members.push(literal(set[++at]));
    else if (set[at + 1] === '-' && at + 2 < set.length) {
      const [first, last] = [set[at], set[at + 2]].sort();
      members.push(`${literal(first)}-${literal(last)}`);
      at += 2;
    } else members.push(literal(set[at]));
  }
  if (members.length === 0) return negated ? '.' : '(?!)';
  return `[${negated ? '^' : ''}${members.join('')}]`;
}

function literal(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
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
