import { describe, expect, test } from 'bun:test';
import { digestValue } from '../../../src/keyspace/digest.ts';
import { Keyspace } from '../../../src/keyspace/keyspace.ts';
import { encodingOf, TYPE_LIST } from '../../../src/keyspace/record.ts';
import { NO_EXPIRY } from '../../../src/keyspace/string-value.ts';
import { putValue } from '../../../src/keyspace/value.ts';
import { Arena } from '../../../src/memory/arena.ts';
import { dump, dumpInput, isDump } from '../../../src/persistence/rdb/dump.ts';
import { VERSION_WRITTEN } from '../../../src/persistence/rdb/format.ts';
import { readValue } from '../../../src/persistence/rdb/values.ts';

const key = Buffer.from('key');
const other = Buffer.from('other');

function keyspaceWith(limits: { maxSize: number; compressDepth: number }): Keyspace {
  const random = { fraction: () => 0, below: () => 0 };
  const keyspace = new Keyspace({
    arena: new Arena({ checked: true }),
    hashKey: { word0: 1, word1: 2 },
    random,
    databases: 1,
  });
  Object.assign(keyspace.structures.lists.list.limits, limits);
  return keyspace;
}

function fill(keyspace: Keyspace, elements: readonly string[]): number {
  const { list } = keyspace.structures.lists;
  list.create();
  for (const element of elements) {
    const bytes = Buffer.from(element);
    list.expect(bytes.length, 1);
    list.pushTail(bytes, 0, bytes.length);
  }
  const database = keyspace.databases[0]!;
  database.write(key, 0, key.length);
  return putValue(database, 0, TYPE_LIST, list.encoding, list.root, key, 0, key.length, NO_EXPIRY);
}

describe('lists', () => {
  const contents = {
    short: ['a', '12', 'a', ''],
    long: Array.from({ length: 3000 }, (_, i) => `element ${i % 7}`),
    large: ['small', 'L'.repeat(20_000), 'small', 'M'.repeat(9000)],
  };
  for (const [name, elements] of Object.entries(contents)) {
    for (const limits of [
      { maxSize: -2, compressDepth: 0 },
      { maxSize: 16, compressDepth: 1 },
    ]) {
      test(`come back as they were: ${name}, ${JSON.stringify(limits)}`, () => {
        const keyspace = keyspaceWith(limits);
        const record = fill(keyspace, elements);
        const database = keyspace.databases[0]!;
        const options = { compress: true, version: VERSION_WRITTEN };
        const payload = dump(keyspace, record, options);
        expect(isDump(payload, 0, payload.length)).toBe(true);
        const input = dumpInput(payload, 0, payload.length);
        const form = input.byte();
        const existing = database.write(other, 0, other.length);
        const copy = readValue(input, form, database, existing, other, 0, other.length, NO_EXPIRY);
        expect(digestValue(database, copy)).toBe(digestValue(database, record));
        expect(encodingOf(keyspace.arena, copy)).toBe(encodingOf(keyspace.arena, record));
        expect(dump(keyspace, copy, options)).toEqual(payload);
      });
    }
  }
});
