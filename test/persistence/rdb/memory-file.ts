/** RDB files in memory, for tests. */
import { ABSENT, TYPE_STRING } from '../../../src/persistence/rdb/format.ts';
import type { RdbInput } from '../../../src/persistence/rdb/input.ts';
import { RdbOutput } from '../../../src/persistence/rdb/output.ts';
import { type RdbEntry, RdbReader } from '../../../src/persistence/rdb/reader.ts';
import { RdbWriter } from '../../../src/persistence/rdb/writer.ts';

export interface Key {
  readonly database: number;
  readonly name: Uint8Array;
  readonly value: Uint8Array;
  readonly expiryMs: number;
  readonly idleSeconds: number;
  readonly frequency: number;
}

/** Everything that a file holds. */
export interface Contents {
  readonly auxiliary: Map<string, string>;
  /** Database, keys, expiries. */
  readonly databases: [number, number, number][];
  readonly keys: Key[];
}

export function key(database: number, name: string, value: string, attributes: Partial<Key> = {}): Key {
  return {
    database,
    name: Buffer.from(name, 'latin1').subarray(),
    value: Buffer.from(value, 'latin1').subarray(),
    expiryMs: ABSENT,
    idleSeconds: ABSENT,
    frequency: ABSENT,
    ...attributes,
  };
}

/** Reads a file that comes in chunks of this size. */
export function readFile(file: Uint8Array, chunkBytes = 65536, verifyChecksum = true): Contents {
  const contents: Contents = { auxiliary: new Map(), databases: [], keys: [] };
  let at = 0;
  const next = (): Uint8Array | null => {
    if (at >= file.length) return null;
    // A copy, so that whatever is kept from it shows.
    const chunk = Uint8Array.from(file.subarray(at, at + chunkBytes));
    at += chunkBytes;
    return chunk;
  };
  const visitor = {
    auxiliary: (name: string, value: string) => void contents.auxiliary.set(name, value),
    database: (index: number, keys: number, expiries: number) =>
      void contents.databases.push([index, keys, expiries]),
    value: (entry: RdbEntry, _type: number, input: RdbInput) => {
      input.string();
      const { stringBytes, stringStart, stringEnd } = input;
      const { database, expiryMs, idleSeconds, frequency } = entry;
      const name = entry.key.slice(0, entry.keyLength);
      contents.keys.push({
        database,
        name,
        value: stringBytes.slice(stringStart, stringEnd),
        expiryMs,
        idleSeconds,
        frequency,
      });
    },
  };
  new RdbReader({ next }, visitor, { verifyChecksum }).readAll();
  return contents;
}

/** Writes the keys, which must be in the order of their databases, in chunks of this size. */
export function writeFile(
  keys: readonly Key[],
  chunkBytes = 65536,
  options = { compress: true, checksum: true },
): Uint8Array {
  const chunks: Uint8Array[] = [];
  const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
    chunks.push(chunk.slice(0, length));
    return chunk.fill(0xdd);
  };
  const writer = new RdbWriter(new RdbOutput({ exchange }, new Uint8Array(chunkBytes), options));
  writer.begin({
    redisVersion: '8.0.6',
    createdSeconds: 1_800_000_000,
    usedMemoryBytes: 2 ** 33,
    aofBase: false,
  });
  let database = -1;
  for (const each of keys) {
    if (each.database !== database) {
      database = each.database;
      const own = keys.filter((other) => other.database === database);
      writer.select(database);
      writer.sizes(own.length, own.filter((other) => other.expiryMs !== ABSENT).length);
    }
    writer.key(TYPE_STRING, each.name, 0, each.name.length, each.expiryMs, each.idleSeconds, each.frequency);
    writer.output.string(each.value, 0, each.value.length);
  }
  writer.end();
  return new Uint8Array(Buffer.concat(chunks));
}
