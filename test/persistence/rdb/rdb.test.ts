import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Crc64 } from '../../../src/memory/crc64.ts';
import { ABSENT } from '../../../src/persistence/rdb/format.ts';
import { RdbError } from '../../../src/persistence/rdb/input.ts';
import { type Contents, type Key, key, readFile, writeFile } from './memory-file.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** A file from its body: magic and end are put around it, a checksum of 0. */
function file(body: readonly (string | readonly number[])[], magic = 'REDIS0011'): Uint8Array {
  const parts = body.map((part) => (typeof part === 'string' ? bytes(part) : Buffer.from(part)));
  return new Uint8Array(Buffer.concat([bytes(magic), ...parts, Buffer.of(0xff), Buffer.alloc(8)]));
}

function failure(bytes: Uint8Array, chunkBytes = 65536): string {
  try {
    readFile(bytes, chunkBytes);
  } catch (error) {
    if (error instanceof RdbError) return error.message;
    throw error;
  }
  return 'none';
}

/** Names and values as plain text, for comparison. */
function plain(contents: Contents): [string, string][] {
  return contents.keys.map(({ name, value }) => [bytesText(name), bytesText(value)]);
}

const bytesText = (value: Uint8Array) => Buffer.from(value).toString('latin1');

const content = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.integer().map((value) => bytes(String(value)).subarray()),
  fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }).map((value) => bytes(String(value)).subarray()),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 5 }), fc.nat(9000)).map(([part, times]) => {
    return Uint8Array.from({ length: part.length * times }, (_, index) => part[index % part.length]);
  }),
);

const attributes = fc.record({
  database: fc.constantFrom(0, 1, 15, 70, 20_000),
  name: content,
  value: content,
  expiryMs: fc.oneof(
    fc.constant(ABSENT),
    fc.constantFrom(1, 2 ** 32, 2 ** 53 - 1),
    fc.nat().map((n) => n * 1000),
  ),
  idleSeconds: fc.oneof(fc.constant(ABSENT), fc.nat()),
  frequency: fc.oneof(fc.constant(ABSENT), fc.nat(255)),
});
const keys = fc
  .array(attributes, { maxLength: 12 })
  .map((list) => list.sort((a, b) => a.database - b.database));

describe('RDB files', () => {
  test('what is written is read again, whatever the size of the chunks', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(65536));
    fc.assert(
      fc.property(
        keys,
        size,
        size,
        fc.boolean(),
        fc.boolean(),
        (list: Key[], writeSize, readSize, compress, checksum) => {
          const written = writeFile(list, writeSize, { compress, checksum });
          const contents = readFile(written, readSize);
          expect(
            contents.keys.map((one) => ({ ...one, name: bytesText(one.name), value: bytesText(one.value) })),
          ).toEqual(list.map((one) => ({ ...one, name: bytesText(one.name), value: bytesText(one.value) })));
          const databases = [...new Set(list.map(({ database }) => database))];
          expect(contents.databases.map(([index]) => index)).toEqual(databases);
        },
      ),
      { numRuns: 80, seed: 1 },
    );
  });

  test('begins with what is known about its origin', () => {
    const written = writeFile([]);
    expect(bytesText(written.subarray(0, 9))).toBe('REDIS0011');
    expect([...readFile(written).auxiliary]).toEqual([
      ['redis-ver', '8.0.6'],
      ['redis-bits', '64'],
      ['ctime', '1800000000'],
      ['used-mem', String(2 ** 33)],
      ['aof-base', '0'],
    ]);
  });

  test('ends with the checksum of the rest, or with zeros', () => {
    const list = [key(0, 'name', 'value')];
    const written = writeFile(list, 7);
    const crc = new Crc64();
    crc.update(written, 0, written.length - 8);
    const view = new DataView(written.slice(-8).buffer);
    expect([view.getInt32(0, true), view.getInt32(4, true)]).toEqual([crc.low, crc.high]);
    expect([...writeFile(list, 7, { compress: true, checksum: false }).slice(-8)]).toEqual(Array(8).fill(0));
  });

  test('skips what it has no use for', () => {
    const library = [[0xf5, 4], 'code'] as const;
    const module = [
      [0xf7, 0x81, 255, 1, 2, 3, 4, 5, 6, 7],
      [2, 2, 1, 0x81, 255, 255, 255, 255, 255, 255, 255, 255],
      [3, 1, 2, 3, 4],
      [4, 1, 2, 3, 4, 5, 6, 7, 8],
      [5, 2],
      'ab',
      [0],
    ] as const;
    const slots = [[0xf4, 1, 0x41, 0, 3], [0xf3, 2], 'id', [2, 0, 5, 7, 9]] as const;
    const keyAndValue = [[0xfe, 3, 0, 1], 'k', [1], 'v'] as const;
    expect(plain(readFile(file([...library, ...module, ...slots, ...keyAndValue], 'VALKEY080')))).toEqual([
      ['k', 'v'],
    ]);
  });

  test('reads the forms of old files and of other programs', () => {
    expect(readFile(bytes('REDIS0004\xfd\x10\0\0\0\0\x01k\x01v\xff')).keys).toEqual([
      key(0, 'k', 'v', { expiryMs: 16_000 }),
    ]);
    const long = file([[0, 0x80, 0, 0, 0, 1], 'k', [0x81, 0, 0, 0, 0, 0, 0, 0, 2], 'vv']);
    expect(plain(readFile(long))).toEqual([['k', 'vv']]);
    expect(plain(readFile(file([[0, 0xc1, 0x2e, 0xfb, 0xc2, 0, 0, 0, 0x80]], 'VALKEY080')))).toEqual([
      ['-1234', '-2147483648'],
    ]);
  });

  test('names what it cannot read, and where', () => {
    expect(failure(bytes('REDIS00xx...'))).toBe('not an RDB file: it begins with "REDIS00xx" at offset 0');
    expect(failure(file([], 'REDIS0015'))).toBe('unknown RDB version REDIS0015 at offset 5');
    expect(failure(file([], 'REDIS0080'))).toBe('unknown RDB version REDIS0080 at offset 5');
    expect(failure(file([], 'VALKEY011'))).toBe('unknown RDB version VALKEY011 at offset 6');
    expect(failure(file([[0xfe, 0, 8]]))).toBe('unsupported type 8 at offset 11');
    expect(failure(file([[0, 0xc4]]))).toBe('unknown encoding 4 of a string at offset 10');
    expect(failure(file([[0, 0x82]]))).toBe('unknown kind of length 0x82 at offset 10');
    expect(failure(file([[0xfe, 0xc0]]))).toBe('a string where a length should be at offset 10');
    expect(failure(file([[0xfe, 0x81, 255, 0, 0, 0, 0, 0, 0, 0]]))).toBe('impossible length at offset 10');
    expect(failure(file([[0, 0x81, 0, 1, 0, 0, 0, 0, 0, 0]]))).toBe(
      'a string of 281474976710656 bytes is too long at offset 10',
    );
    expect(failure(file([[0, 0xc3, 2, 5, 0, 97, 0]]))).toBe('damaged compressed string at offset 10');
    expect(failure(file([[0, 0xc3, 1, 0x80, 1, 0, 0, 0, 0]]))).toBe(
      '1 compressed bytes cannot stand for 16777216 at offset 10',
    );
    expect(failure(file([[0xf7, 1, 9]]))).toBe("unknown part 9 of a module's value at offset 11");
  });

  test('a wrong checksum is an error unless it is not to be verified', () => {
    const written = writeFile([key(0, 'name', 'value')]);
    written[written.length - 12] ^= 1;
    expect(failure(written)).toMatch(/^wrong checksum: [\da-f]{16} instead of [\da-f]{16} at offset \d+$/);
    expect(readFile(written, 100, false).keys.length).toBe(1);
  });

  test('an end too early is told wherever it comes, however much was announced', () => {
    const written = writeFile([
      key(0, 'name', 'x'.repeat(100)),
      key(1, '12', '-70000', { expiryMs: 5, idleSeconds: 7 }),
    ]);
    for (let length = 0; length < written.length; length++)
      expect(failure(written.slice(0, length), 16)).toBe(`unexpected end of file at offset ${length}`);
    expect(
      failure(Buffer.concat([bytes('REDIS0011\0'), Buffer.of(0x80, 0x7f, 255, 255, 255), bytes('short')])),
    ).toBe('unexpected end of file at offset 20');
  });

  test('damage of any kind gives an error or other keys, nothing worse', () => {
    const whole = writeFile([
      key(0, 'name', 'x'.repeat(200)),
      key(0, 'number', '12345', { expiryMs: 5 }),
      key(3, 'k', 'abcabcabc'.repeat(9)),
    ]);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, fc.integer({ min: 1, max: 64 }), (changes, chunkBytes) => {
        const damaged = whole.slice();
        for (const [at, value] of changes) damaged[at] = value;
        expect(failure(damaged, chunkBytes)).toBeString();
      }),
      { numRuns: 2000, seed: 2 },
    );
  });
});
