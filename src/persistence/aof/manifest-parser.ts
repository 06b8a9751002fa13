/** Cold. Reads manifests, as strictly as Redis: a manifest that is not understood must not be guessed at. */
import { Arguments } from '../../protocol/arguments.ts';
import { splitInline } from '../../protocol/inline.ts';
import { type AofFile, type AofFileType, Manifest } from './manifest.ts';

/** Characters of a line, its end included. */
const LINE_MAX = 1024;
const PAIR = 2;
const PAIRS_MIN = 3;

const types: Readonly<Record<string, AofFileType>> = { b: 'base', h: 'history', i: 'incremental' };

/** The manifest cannot be used. The message is Redis's. */
export class ManifestError extends Error {
  /** The line, counted from 1, and its text; 0 if it is about no line. */
  readonly line: number;
  readonly text: string;

  constructor(message: string, line: number, text: string) {
    super(message);
    this.line = line;
    this.text = text;
  }
}

/** Reads a manifest of one character a byte. Throws ManifestError. */
export function parseManifest(text: string): Manifest {
  if (text === '') throw new ManifestError('Found an empty AOF manifest', 0, '');
  const collected = new Collected();
  let number = 1;
  for (let at = 0; at < text.length; number++) {
    const end = text.indexOf('\n', at) + 1;
    // As lines are read in C: one without an end, or with a zero byte in it, looks like one that is too long.
    const line = end === 0 ? text.slice(at) : text.slice(at, end);
    at += line.length;
    if (line.startsWith('#')) continue;
    if (end === 0 || line.length > LINE_MAX || line.includes('\0'))
      throw new ManifestError('The AOF manifest file contains too long line', 0, '');
    const words = line.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
    const problem = collected.add(words);
    if (problem !== null) throw new ManifestError(problem, number, words);
  }
  return new Manifest({ ...collected, history: collected.pastFiles() });
}

class Collected {
  base: AofFile | null = null;
  readonly history: AofFile[] = [];
  readonly incremental: AofFile[] = [];
  #greatest = 0;

  /** What is history and nothing else: Redis can give a new file the name of one that it has yet to remove. */
  pastFiles(): AofFile[] {
    const live = new Set([this.base, ...this.incremental].map((file) => file?.name));
    return this.history.filter(({ name }) => !live.has(name));
  }

  /** Adds the file that a line is about; returns what is wrong with it, or null. */
  add(line: string): string | null {
    const pairs = pairsOf(line);
    if (pairs === null) return 'Invalid AOF manifest file format';
    const name = pairs.get('file') ?? '';
    if (/[/\\]/.test(name)) return "File can't be a path, just a filename";
    const sequence = leadingInteger(pairs.get('seq') ?? '');
    const letter = (pairs.get('type') ?? '').slice(0, 1);
    if (!pairs.has('file') || sequence === 0 || letter === '') return 'Invalid AOF manifest file format';
    const type = types[letter];
    if (type === undefined) return 'Unknown AOF file type';
    return this.#place({ name, sequence, type });
  }

  #place(file: AofFile): string | null {
    if (file.type === 'base') {
      if (this.base !== null) return 'Found duplicate base file information';
      this.base = file;
    } else if (file.type === 'history') {
      this.history.push(file);
    } else {
      if (file.sequence <= this.#greatest) return 'Found a non-monotonic sequence number';
      this.#greatest = file.sequence;
      this.incremental.push(file);
    }
    return null;
  }
}

/** What stands in the line under each name, in lower case; null if it is none of a file. */
function pairsOf(line: string): Map<string, string> | null {
  const bytes = Uint8Array.from(line, (character) => character.charCodeAt(0));
  const words = new Arguments();
  if (!splitInline(bytes, 0, bytes.length, words)) return null;
  if (words.count < PAIRS_MIN * PAIR || words.count % PAIR !== 0) return null;
  const pairs = new Map<string, string>();
  for (let at = 0; at < words.count; at += PAIR) pairs.set(words.text(at).toLowerCase(), words.text(at + 1));
  return pairs;
}

/** The integer that a text begins with, as C reads it; 0 if there is none. */
function leadingInteger(text: string): number {
  return Number(/^\s*([+-]?\d+)/.exec(text)?.[1] ?? 0);
}
