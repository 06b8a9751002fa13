import { expect, test } from 'bun:test';
import { Crc64 } from '../../../src/memory/crc64.ts';
import { FunctionLibraries } from '../../../src/persistence/function-libraries.ts';
import { readFunctions, writeFunctions } from '../../../src/persistence/rdb/functions.ts';
import { RdbOutput } from '../../../src/persistence/rdb/output.ts';
import { RdbReader } from '../../../src/persistence/rdb/reader.ts';
import { RdbWriter } from '../../../src/persistence/rdb/writer.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const texts = (libraries: FunctionLibraries) =>
  [...libraries].map((text) => Buffer.from(text).toString('latin1'));

test('a library replaces the one of its name', () => {
  const libraries = new FunctionLibraries();
  libraries.add(bytes('#!lua name=one\nfirst'));
  libraries.add(bytes('#!lua engine=5 name=two\n\xff'));
  libraries.add(bytes('#!lua name=one\nsecond'));
  libraries.add(bytes('nameless, name=one'));
  expect(texts(libraries)).toEqual([
    '#!lua name=one\nsecond',
    '#!lua engine=5 name=two\n\xff',
    'nameless, name=one',
  ]);
  expect(libraries.count).toBe(3);
  libraries.clear();
  expect(texts(libraries)).toEqual([]);
});

test('libraries are restored all or not at all, and only from a sound payload', () => {
  const libraries = new FunctionLibraries();
  libraries.add(bytes('#!lua name=one\nfirst'));
  const others = [bytes('#!lua name=two\n'), bytes('#!lua name=one\nsecond')];
  libraries.restore(others, 'append');
  expect(texts(libraries)).toEqual(['#!lua name=one\nfirst']);
  libraries.restore(others, 'replace');
  expect(texts(libraries)).toEqual(['#!lua name=one\nsecond', '#!lua name=two\n']);
  libraries.restore([bytes('#!lua name=three\n')], 'flush');
  libraries.addNew(bytes('#!lua name=three\nmore'));
  expect(texts(libraries)).toEqual(['#!lua name=three\n']);
  const body = [0xf5, 3, ...bytes('abc'), 12, 0];
  const crc = new Crc64();
  crc.update(Uint8Array.from(body), 0, body.length);
  const sum = new Uint8Array(Int32Array.of(crc.low, crc.high).buffer);
  const payload = Uint8Array.from([...body, ...sum]);
  expect(readFunctions(payload)).toEqual([bytes('abc')]);
  for (let at = 0; at < payload.length; at++)
    expect(readFunctions(payload.map((byte, index) => (index === at ? byte ^ 1 : byte)))).toBeNull();
});

test('libraries go through a file', () => {
  const libraries = new FunctionLibraries();
  const sources = [
    '#!lua name=a\nredis.log(1)',
    '#!lua name=b\n',
    `#!lua name=c\n${'long '.repeat(5000)}\xff\0`,
  ];
  for (const source of sources) libraries.add(bytes(source));
  const chunks: Uint8Array[] = [];
  const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
    chunks.push(chunk.slice(0, length));
    return chunk;
  };
  const writer = new RdbWriter(
    new RdbOutput({ exchange }, new Uint8Array(100), { compress: true, checksum: true }),
  );
  writer.begin({ redisVersion: '8.0.6', createdSeconds: 0, usedMemoryBytes: 0, aofBase: false });
  writeFunctions(writer, libraries);
  writer.end();
  const again = new FunctionLibraries();
  const visitor = {
    auxiliary() {},
    database() {},
    value() {},
    library: (from: Uint8Array, start: number, end: number) => again.add(from.slice(start, end)),
  };
  new RdbReader({ next: () => chunks.shift() ?? null }, visitor, { verifyChecksum: true }).readAll();
  expect(texts(again)).toEqual(sources);
});
