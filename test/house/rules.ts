/** The house rules that can be read off the sources. Each rule returns its complaints; none means all is well. */
import { exportsOf, importsOf, lineOf, type Source } from './source.ts';

/** What each room may use besides itself. "room/file.ts" opens a single file of a room. */
const dependencies: Readonly<Record<string, readonly string[]>> = {
  memory: [],
  values: ['memory'],
  keyspace: ['values', 'memory'],
  transport: [],
  protocol: ['memory', 'transport/output.ts'],
  commands: ['keyspace', 'values', 'memory', 'protocol', 'transport/output.ts'],
  persistence: ['keyspace', 'values', 'memory', 'protocol', 'transport/output.ts'],
  server: ['commands', 'keyspace', 'values', 'memory', 'protocol', 'persistence', 'transport'],
  bin: ['server', 'commands', 'keyspace', 'values', 'memory', 'protocol', 'persistence', 'transport'],
  'index.ts': ['server', 'commands', 'keyspace', 'values', 'memory', 'protocol', 'persistence', 'transport'],
};

/** Rooms that meet the outside world, so that the others need not. */
const edges: readonly string[] = ['src/bin/', 'src/transport/', 'src/server/system/'];
/** Modules of the runtime that compute and reach nowhere. */
const pureModules: ReadonlySet<string> = new Set(['node:assert', 'node:buffer', 'node:util']);

const reaches: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\./g, 'the clock'],
  [/\bMath\.random\b|\bcrypto\.|\brandomBytes\b/g, 'randomness'],
  [/\bset(?:Timeout|Interval|Immediate)\s*\(/g, 'timers'],
  [/\bBun\.|\bDeno\.|\bprocess\./g, 'the runtime'],
  [/\bfetch\s*\(|\bnew (?:WebSocket|Worker|EventSource)\b/g, 'the network or other threads'],
];

/** Spelt so that this file does not match itself. */
const leftovers: readonly (readonly [RegExp, string])[] = [
  [/\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b/g, 'a leftover marker'],
  [/@ts-(?:ign[o]re|exp[e]ct-error|noch[e]ck)|biome-ign[o]re|esl[i]nt-disable/g, 'a suppression'],
];
const codeLeftovers: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:test|it|describe)\.(?:skip|only|todo|skipIf|todoIf|if|failing)\b|\bx(?:it|test|describe)\s*\(/g,
    'a test that does not always run',
  ],
  [/\bdebugger\b/g, 'a breakpoint'],
  [/\bas any\b|:\s*any\b/g, 'an any'],
];

const vagueNames = /(?:^|[/-])(?:utils?|h[e]lpers?|common|misc|manager)(?:[./-]|$)/;

const foreignWords: readonly (readonly [RegExp, string])[] = [
  [/\/w[o]rk\//g, 'a path of one machine'],
  [/\b(?:A[I]|LL[M]|cl[a]ude|ag[e]nts?|h[e]lpers?|ass[i]stants?)\b/gi, 'a word that is not about Cinnabar'],
];
const peersPath = /\/opt\/p[e]ers|sh[a]red\/p[e]ers/g;
/** The only files that know where peers are installed. */
const peersPathAllowed: readonly string[] = ['test/peers/peer.ts', '.ci/run'];

/** Every import between rooms goes down the list in docs/architecture. */
export function checkDirections(sources: readonly Source[]): string[] {
  const complaints: string[] = [];
  for (const source of sources.filter(isProduct)) {
    const room = roomOf(source.path);
    const allowed = dependencies[room];
    if (allowed === undefined) {
      complaints.push(
        `${source.path}: there is no room src/${room}; name it and what it may use in test/house/rules.ts`,
      );
      continue;
    }
    for (const { path, from, line } of importsOf(source)) {
      if (path === undefined) continue;
      const target = path.replace(/^src\//, '');
      const known =
        path.startsWith('src/') &&
        (roomOf(path) === room || allowed.includes(roomOf(path)) || allowed.includes(target));
      if (!known)
        complaints.push(
          `${source.path}:${line}: ${room} must not import ${from}; it may use: ${allowed.join(', ') || 'nothing'}`,
        );
    }
  }
  return complaints;
}

/** Clock, randomness, timers, files and network are passed in. */
export function checkReaches(sources: readonly Source[]): string[] {
  const complaints: string[] = [];
  for (const source of sources.filter(isProduct)) {
    if (edges.some((edge) => source.path.startsWith(edge))) continue;
    for (const [pattern, what] of reaches) {
      for (const match of source.bare.matchAll(pattern)) {
        complaints.push(
          `${place(source, match.index)}: reaches for ${what} (${match[0]}); have it passed in`,
        );
      }
    }
    for (const { from, line } of importsOf(source)) {
      if (/^(?:node|bun):|^bun$/.test(from) && !pureModules.has(from)) {
        complaints.push(`${source.path}:${line}: imports ${from}; only ${edges.join(', ')} meet the outside`);
      }
    }
  }
  return complaints;
}

/** No marker, suppression, skipped test or breakpoint stays behind, and programs alone print. */
export function checkLeftovers(sources: readonly Source[]): string[] {
  const complaints: string[] = [];
  for (const source of sources) {
    const find = (text: string, patterns: readonly (readonly [RegExp, string])[]): void => {
      for (const [pattern, what] of patterns) {
        for (const match of text.matchAll(pattern))
          complaints.push(`${place(source, match.index)}: ${what} (${match[0].trim()})`);
      }
    };
    find(source.text, leftovers);
    find(source.bare, codeLeftovers);
    if (isProduct(source) && !source.path.startsWith('src/bin/'))
      find(source.bare, [[/\bconsole\.\w+/g, 'printing']]);
    if (vagueNames.test(source.path)) complaints.push(`${source.path}: the name says nothing; name the idea`);
    for (const { from, line } of importsOf(source)) {
      if (from.startsWith('.') && !/\.(?:ts|mjs|js|json)$/.test(from)) {
        complaints.push(`${source.path}:${line}: import ${from} with its ending`);
      }
    }
  }
  return complaints;
}

export interface LengthLimits {
  readonly median: number;
  readonly ninetiethPercentile: number;
  readonly longest: number;
}

/** Files stay short enough to be read in one go. */
export function checkLengths(sources: readonly Source[], limits: LengthLimits): string[] {
  const lengths = sources.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
  lengths.sort((a, b) => a.lines - b.lines);
  const at = (part: number): number => lengths[Math.floor((lengths.length - 1) * part)]?.lines ?? 0;
  const complaints = lengths
    .filter(({ lines }) => lines > limits.longest)
    .map(
      ({ path, lines }) =>
        `${path}: ${lines} lines, more than ${limits.longest}; it holds more than one idea`,
    );
  if (at(0.5) > limits.median)
    complaints.push(`half of the files have more than ${at(0.5)} lines, not ${limits.median}`);
  if (at(0.9) > limits.ninetiethPercentile) {
    const long = lengths.filter(({ lines }) => lines > limits.ninetiethPercentile);
    complaints.push(
      `more than a tenth have over ${limits.ninetiethPercentile} lines: ${long.map(({ path }) => path).join(', ')}`,
    );
  }
  return complaints;
}

/**
 * What is exported is imported somewhere; types and constants may instead belong to their own file's signatures and lists.
 * The library's face is for others.
 */
export function checkExports(sources: readonly Source[]): string[] {
  const used = new Set<string>();
  for (const source of sources) {
    for (const { path, names } of importsOf(source)) {
      if (path === undefined) continue;
      for (const name of names) used.add(name === '*' ? path : `${path} ${name}`);
    }
  }
  const complaints: string[] = [];
  for (const source of sources) {
    if (source.path === 'src/index.ts' || used.has(source.path)) continue;
    for (const { name, line, kind } of exportsOf(source)) {
      const own = kind !== 'code' && mentions(source, name) > 1;
      if (!own && !used.has(`${source.path} ${name}`))
        complaints.push(`${source.path}:${line}: nobody imports ${name}`);
    }
  }
  return complaints;
}

/** The project speaks of itself alone. Reads every text file, documentation included. */
export function checkWords(files: readonly Source[]): string[] {
  const complaints: string[] = [];
  for (const file of files) {
    const patterns = peersPathAllowed.includes(file.path)
      ? foreignWords
      : [...foreignWords, [peersPath, 'where peers are installed'] as const];
    for (const [pattern, what] of patterns) {
      for (const match of file.text.matchAll(pattern))
        complaints.push(`${place(file, match.index)}: ${what} (${match[0]})`);
    }
  }
  return complaints;
}

function mentions(source: Source, name: string): number {
  return source.bare.split(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`)).length - 1;
}

function isProduct(source: Source): boolean {
  return source.path.startsWith('src/');
}

/** "src/memory/arena.ts" is in memory, "src/index.ts" in itself. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? path;
}

function place(source: Source, offset: number): string {
  return `${source.path}:${lineOf(source, offset)}`;
}
