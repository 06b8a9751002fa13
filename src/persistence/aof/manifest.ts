/**
 * Cold. The manifest of the append-only file: which files it consists of, in which order.
 *
 *     file appendonly.aof.2.base.rdb seq 2 type b
 *     file appendonly.aof.1.base.rdb seq 1 type h
 *     file appendonly.aof.3.incr.aof seq 3 type i
 *
 * A line a file: pairs of a name and a value, in any order; pairs of other names are for later versions and passed over.
 * Lines that begin with # are comments. The data are the base (b), if there is one, and what the incremental files (i) hold,
 * in their order; history (h) is what counts no longer and is about to be removed.
 */

/** "base": the data at one moment, as an RDB file or as commands; "incremental": commands that came since. */
export type AofFileType = 'base' | 'history' | 'incremental';

export interface AofFile {
  /** Within the folder; one character a byte. */
  readonly name: string;
  readonly sequence: number;
  readonly type: AofFileType;
}

/** What a base is written as. */
export type BaseForm = 'rdb' | 'commands';

/** A value: what would change it makes another. */
export class Manifest {
  readonly base: AofFile | null;
  readonly history: readonly AofFile[];
  readonly incremental: readonly AofFile[];
  /** The greatest numbers given so far. */
  readonly baseSequence: number;
  readonly incrementalSequence: number;

  constructor(parts: Partial<Omit<Manifest, 'live' | 'isEmpty' | 'last'>> = {}) {
    this.base = parts.base ?? null;
    this.history = parts.history ?? [];
    this.incremental = parts.incremental ?? [];
    this.baseSequence = parts.baseSequence ?? this.base?.sequence ?? 0;
    this.incrementalSequence = parts.incrementalSequence ?? this.incremental.at(-1)?.sequence ?? 0;
  }

  /** The files that are the data, in the order in which they are loaded. */
  get live(): readonly AofFile[] {
    return this.base === null ? this.incremental : [this.base, ...this.incremental];
  }

  /** Whether there are no data. */
  get isEmpty(): boolean {
    return this.live.length === 0;
  }

  /** The incremental file that is written; null if there is none. */
  get last(): AofFile | null {
    return this.incremental.at(-1) ?? null;
  }
}

/** The manifest's own name, for files that are called `prefix` (the option appendfilename). */
export function manifestName(prefix: string): string {
  return `${prefix}.manifest`;
}

/** With a new base in front of all incremental files, under the next name; the old base becomes history. */
export function withNextBase(manifest: Manifest, prefix: string, form: BaseForm): Manifest {
  const nameOf = (sequence: number): string => `${prefix}.${sequence}.base.${form === 'rdb' ? 'rdb' : 'aof'}`;
  const sequence = nextSequence(manifest, manifest.baseSequence, nameOf);
  const old = manifest.base === null ? [] : [asHistory(manifest.base)];
  return new Manifest({
    ...manifest,
    base: { name: nameOf(sequence), sequence, type: 'base' },
    history: [...old, ...manifest.history],
    baseSequence: sequence,
  });
}

/** With one more incremental file, under the next name. */
export function withNextIncremental(manifest: Manifest, prefix: string): Manifest {
  const nameOf = (sequence: number): string => `${prefix}.${sequence}.incr.aof`;
  const sequence = nextSequence(manifest, manifest.incrementalSequence, nameOf);
  const file: AofFile = { name: nameOf(sequence), sequence, type: 'incremental' };
  return new Manifest({
    ...manifest,
    incremental: [...manifest.incremental, file],
    incrementalSequence: sequence,
  });
}

/** After the last `kept` incremental files, all others have become history. */
export function withOldIncrementalsAsHistory(manifest: Manifest, kept: number): Manifest {
  const { incremental, history } = manifest;
  const end = Math.max(0, incremental.length - kept);
  return new Manifest({
    ...manifest,
    history: [...incremental.slice(0, end).map(asHistory), ...history],
    incremental: incremental.slice(end),
  });
}

/** The file as a manifest has it. */
export function formatManifest({ base, history, incremental }: Manifest): string {
  const files = [...(base === null ? [] : [base]), ...history, ...incremental];
  return files
    .map(({ name, sequence, type }) => `file ${quoted(name)} seq ${sequence} type ${type[0]}\n`)
    .join('');
}

/**
 * The number after `last`, or the first one behind it whose name is not history's: what is about to be removed must not share
 * its name with what is about to be written. (A manifest that was read tells no greatest number of files that are history.)
 */
function nextSequence({ history }: Manifest, last: number, nameOf: (sequence: number) => string): number {
  let sequence = last + 1;
  while (history.some(({ name }) => name === nameOf(sequence))) sequence++;
  return sequence;
}

function asHistory(file: AofFile): AofFile {
  return { ...file, type: 'history' };
}

/** The name as a word: in quotes if it has to be. */
function quoted(name: string): string {
  if (!/[^!-~]|["\\]/.test(name)) return name;
  const escaped = name.replace(/[^ -~]|["\\]/g, (character) => {
    const letter = escapes[character];
    return letter ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};
