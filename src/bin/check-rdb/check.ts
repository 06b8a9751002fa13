/** Cold. Reads an RDB file from end to end and tells what it finds. */
import { closeSync, openSync, readSync } from 'node:fs';
import { Keyspace } from '../../keyspace/keyspace.ts';
import { OutOfMemory } from '../../memory/arena.ts';
import { ABSENT } from '../../persistence/rdb/format.ts';
import { type ChunkSource, RdbError, type RdbInput } from '../../persistence/rdb/input.ts';
import { type RdbEntry, RdbReader, type RdbVisitor } from '../../persistence/rdb/reader.ts';
import { skipForeignValue } from '../../persistence/rdb/values.ts';
import { secretWord, systemRandom } from '../../server/system/random.ts';

const CHUNK_BYTES = 1 << 20;

export interface Surroundings {
  /** Milliseconds of the epoch: what expires before has expired. */
  readonly now: number;
  /** Takes lines of the report, without their ends. */
  readonly print: (line: string) => void;
}

/**
 * Checks the RDB file that a source begins with, and reports. Returns where it ends, in bytes from its start; null if it is
 * not sound. Throws what the source throws.
 */
export function checkSource(source: ChunkSource, { now, print }: Surroundings): number | null {
  const check = new Check(source, now, print);
  return check.run() ? check.endOffset : null;
}

/** Checks a file; the report goes to `print` as it becomes known. True if all is well. Throws what the system says. */
export function checkFile(path: string, { now, print }: Surroundings): boolean {
  print(`[offset 0] Checking RDB file ${path}`);
  const file = openSync(path, 'r');
  try {
    return checkSource(chunksOf(file), { now, print }) !== null;
  } finally {
    closeSync(file);
  }
}

class Check implements RdbVisitor {
  readonly #reader: RdbReader;
  readonly #now: number;
  readonly #print: (line: string) => void;
  /** Values are built as a server would, and thrown away. */
  readonly #keyspace = new Keyspace({
    hashKey: { word0: secretWord(), word1: secretWord() },
    random: systemRandom,
    databases: 1,
  });
  #keys = 0;
  #expires = 0;
  #expired = 0;
  #withExpiringFields = 0;
  #libraries = 0;

  constructor(source: ChunkSource, now: number, print: (line: string) => void) {
    this.#reader = new RdbReader(source, this, { verifyChecksum: true });
    this.#now = now;
    this.#print = print;
  }

  /** How far the file has been read. */
  get endOffset(): number {
    return this.#reader.offset;
  }

  run(): boolean {
    try {
      this.#reader.readAll();
    } catch (error) {
      if (!(error instanceof RdbError || error instanceof OutOfMemory)) throw error;
      this.#explain(error);
      this.#count();
      return false;
    }
    const { checksum } = this.#reader;
    if (checksum === 'right') this.#tell('Checksum OK');
    if (checksum === 'disabled') this.#tell('RDB file was saved with checksum disabled: no check performed.');
    this.#tell('\\o/ RDB looks OK! \\o/');
    this.#count();
    return true;
  }

  auxiliary(name: string, value: string): void {
    this.#tell(`AUX FIELD ${name} = '${value}'`);
  }

  moduleAuxiliary(name: string): void {
    this.#tell(`MODULE AUX for: ${name}`);
  }

  library(): void {
    this.#libraries++;
  }

  selected(index: number): void {
    this.#tell(`Selecting DB ID ${index}`);
  }

  database(): void {}

  value({ expiryMs }: RdbEntry, type: number, input: RdbInput): void {
    this.#keys++;
    if (skipForeignValue(input, type, this.#keyspace)) this.#withExpiringFields++;
    if (expiryMs === ABSENT) return;
    this.#expires++;
    if (expiryMs < this.#now) this.#expired++;
  }

  #tell(text: string): void {
    this.#print(`[offset ${this.#reader.offset}] ${text}`);
  }

  /** What is wrong, where, and what was being read. */
  #explain(error: RdbError | OutOfMemory): void {
    const { doing, entry, type, offset } = this.#reader;
    this.#print('--- RDB ERROR DETECTED ---');
    this.#print(`[offset ${error instanceof RdbError ? error.offset : offset}] ${wordsFor(error, type)}`);
    this.#print(`[additional info] While doing: ${doing}`);
    if (error instanceof RdbError && error.kind === 'checksum')
      this.#print(`[additional info] ${error.problem}`);
    const isKey = doing === 'read-key' || doing === 'read-object-value';
    if (!isKey) return;
    const key = Buffer.from(entry.key.subarray(0, entry.keyLength)).toString();
    if (doing === 'read-object-value') this.#print(`[additional info] Reading key '${key}'`);
    this.#print(`[additional info] Reading type ${type} (${nameOfType(type, this.#reader.isValkey)})`);
  }

  #count(): void {
    this.#print(`[info] ${this.#keys} keys read`);
    this.#print(`[info] ${this.#expires} expires`);
    this.#print(`[info] ${this.#expired} already expired`);
    this.#print(`[info] ${this.#withExpiringFields} subexpires`);
    if (this.#libraries > 0) this.#print(`[info] ${this.#libraries} functions`);
  }
}

/** Where Redis's tool has words for it, they are these: scripts look for them. */
function wordsFor(error: RdbError | OutOfMemory, type: number): string {
  if (error instanceof OutOfMemory) return `A value of type ${type} does not fit the memory`;
  if (error.kind === 'signature') return 'Wrong signature trying to load DB from file';
  if (error.kind === 'version')
    return `Can't handle RDB format version ${/\d+$/.exec(error.problem)?.[0].replace(/^0+(?=.)/, '')}`;
  if (error.kind === 'end') return 'Unexpected EOF reading RDB file';
  if (error.kind === 'checksum') return 'RDB CRC error';
  const unknown = /^unsupported type (\d+)$/.exec(error.problem);
  return unknown === null ? error.problem : `Invalid object type: ${unknown[1]}`;
}

/** What redis-check-rdb calls the types, in the order of their numbers. */
const typeNames: readonly string[] = [
  ...['string', 'list-linked', 'set-hashtable', 'zset-v1', 'hash-hashtable', 'zset-v2', 'module-pre-release'],
  ...['module-value', '', 'hash-zipmap', 'list-ziplist', 'set-intset', 'zset-ziplist', 'hash-ziplist'],
  ...['quicklist', 'stream', 'hash-listpack', 'zset-listpack', 'quicklist-v2', 'stream-v2', 'set-listpack'],
  ...['stream-v3', 'hash-hashtable-md-pre-release', 'hash-listpack-md-pre-release', 'hash-hashtable-md'],
  ...['hash-listpack-md', 'stream-v4', 'stream-v5'],
];
const VALKEY_HASH = 22;

function nameOfType(type: number, isValkey: boolean): string {
  return isValkey && type === VALKEY_HASH ? 'hash-volatile-items' : (typeNames[type] ?? 'unknown');
}

function chunksOf(file: number): ChunkSource {
  const chunk = new Uint8Array(CHUNK_BYTES);
  return {
    next() {
      const length = readSync(file, chunk, 0, chunk.length, null);
      return length === 0 ? null : chunk.subarray(0, length);
    },
  };
}
