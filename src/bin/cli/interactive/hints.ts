import type { ByteString } from '../bytes.ts';
import { splitArguments } from '../quoting.ts';
import type { ArgumentSpecification, CommandDocumentation } from './documentation.ts';
import { syntaxText } from './syntax.ts';

/**
 * What may still follow a line that is being typed, to be shown behind the cursor.
 * Empty when the line is no known command, or its quotes are open.
 */
export function hintFor(line: ByteString, commands: readonly CommandDocumentation[]): string {
  const words = splitArguments(line);
  if (words === undefined || words.length === 0) return '';
  const command = commandOf(words, commands);
  if (command === undefined) return '';
  const given = words.slice(command.name.split(' ').length);
  const hint = syntaxText(remaining(command.arguments, given));
  return hint === '' || /\s$/.test(line) ? hint : ` ${hint}`;
}

/** The command that a line begins with; of `CONFIG` and `CONFIG GET` the longer one that fits. */
function commandOf(
  words: readonly ByteString[],
  commands: readonly CommandDocumentation[],
): CommandDocumentation | undefined {
  const [first, second] = words.map((word) => word.toUpperCase());
  const named = (name: string) => commands.find((command) => command.name === name);
  return (second === undefined ? undefined : named(`${first} ${second}`)) ?? named(first!);
}

/** The arguments that are left when some words have been typed. Words that fit nothing are passed over. */
function remaining(
  specifications: readonly ArgumentSpecification[],
  given: readonly ByteString[],
): readonly ArgumentSpecification[] {
  let left = specifications;
  let at = 0;
  while (at < given.length && left.length > 0) {
    const index = left.findIndex((specification) => accepts(specification, given[at]!));
    if (index < 0) {
      at += 1;
      continue;
    }
    const specification = left[index]!;
    at += wordCount(specification, given[at]!);
    left = specification.multiple ? again(left, index) : without(left, index);
  }
  return left;
}

/** An optional argument is recognized by its token; without one, any word may be it only if it must come. */
function accepts(specification: ArgumentSpecification, word: ByteString): boolean {
  const { shape, parts, token, optional } = specification;
  if (token !== undefined) return token.toUpperCase() === word.toUpperCase();
  if (shape === 'one-of') return parts.some((part) => accepts(part, word));
  if (shape === 'block' && parts.length > 0) return accepts(parts[0]!, word);
  return !optional || specification.multiple;
}

function wordCount(specification: ArgumentSpecification, word: ByteString): number {
  const { shape, parts, token } = specification;
  const tokenWords = token === undefined ? 0 : 1;
  switch (shape) {
    case 'token':
      return 1;
    case 'word':
      return tokenWords + 1;
    case 'block':
      return tokenWords + parts.reduce((sum, part) => sum + (part.optional ? 0 : wordCount(part, word)), 0);
    case 'one-of': {
      const chosen = parts.find((part) => accepts(part, word));
      return tokenWords + (chosen === undefined ? 1 : wordCount(chosen, word));
    }
  }
}

/** Choices that came before the one just made are past, unless they must still come. */
function without(left: readonly ArgumentSpecification[], index: number): ArgumentSpecification[] {
  return left.filter((_, i) => i !== index);
}

/** What may repeat stays, now as an option. */
function again(left: readonly ArgumentSpecification[], index: number): ArgumentSpecification[] {
  return left.map((specification, i) => (i === index ? { ...specification, optional: true } : specification));
}
