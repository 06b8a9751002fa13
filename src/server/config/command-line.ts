/** Cold. The words behind the program's name, taken apart. */
import { quoteWord, splitWords } from './words.ts';

/** What the program is asked to do. */
export type Invocation =
  | { readonly kind: 'version' | 'help' | 'check-system' }
  /** `megabytes` is undefined when no single number of them was given. */
  | { readonly kind: 'test-memory'; readonly megabytes: number | undefined }
  | ServeInvocation;

export interface ServeInvocation {
  readonly kind: 'serve';
  /** Empty: none. */
  readonly configFile: string;
  readonly readsStandardInput: boolean;
  /** The options as configuration text, a line each. */
  readonly options: string;
  readonly sentinel: boolean;
}

const ALONE: Readonly<Record<string, 'version' | 'help' | 'check-system'>> = {
  '-v': 'version',
  '--version': 'version',
  '-h': 'help',
  '--help': 'help',
  '--check-system': 'check-system',
};

/** The words have one character a byte. */
export function parseCommandLine(words: readonly string[]): Invocation {
  const first = words[0] ?? '';
  if (Object.hasOwn(ALONE, first)) return { kind: ALONE[first] };
  if (first === '--test-memory') {
    const megabytes = words.length === 2 ? Number.parseInt(words[1], 10) || 0 : undefined;
    return { kind: 'test-memory', megabytes };
  }
  const hasFile = words.length > 0 && !first.startsWith('-');
  const rest = hasFile ? words.slice(1) : words;
  const fromInput = (index: number): boolean =>
    rest[index] === '-' && ((index === 0 && !hasFile) || index === rest.length - 1);
  const optionWords = rest.filter((_, index) => !fromInput(index));
  return {
    kind: 'serve',
    configFile: hasFile ? first : '',
    readsStandardInput: rest.some((_, index) => fromInput(index)),
    options: optionLines(optionWords, rest.length > 0 && fromInput(rest.length - 1)),
    sentinel: words.includes('--sentinel'),
  };
}

/** Options that may come without a value before the next option. */
const VALUELESS: readonly string[] = ['--save', '--sentinel'];

/**
 * "--name" begins a line unless the option before it still waits for its first value; all else is a value, quoted. A name
 * and its values may come in one word: "--maxmemory 1gb" waits for nothing more.
 */
function optionLines(words: readonly string[], inputFollows: boolean): string {
  let text = '';
  let waiting = false;
  words.forEach((word, index) => {
    if (waiting || !word.startsWith('--')) {
      text += `${quoteWord(word)} `;
      waiting = false;
      return;
    }
    if (text !== '') text += '\n';
    text += `${word.slice(2)} `;
    waiting = splitWords(word)?.length === 1;
    const last = index === words.length - 1 && !inputFollows;
    if (!waiting || !VALUELESS.includes(word.toLowerCase())) return;
    if (!last && words[index + 1]?.startsWith('--') !== true) return;
    if (word.toLowerCase() === '--save') text += '""';
    waiting = false;
  });
  return text;
}
