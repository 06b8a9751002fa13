import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { encodingOf, TYPE_STRING, typeOf } from '../../../../src/keyspace/record.ts';
import { rootOf } from '../../../../src/keyspace/value.ts';
import { Crc64 } from '../../../../src/memory/crc64.ts';
import { BENCH_START, Bench, bulk, NIL, OK } from '../../../commands/bench.ts';

const WRONG_FOOTER = '-ERR DUMP payload version or checksum are wrong\r\n';
const BAD_FORMAT = '-ERR Bad data format\r\n';

const many = Array.from({ length: 600 }, (_, i) => i);

/** Commands that make a value under "key", by type and encoding. */
const values: Readonly<Record<string, readonly string[]>> = {
  integer: ['SET key 12345'],
  'wide integer': ['SET key -9223372036854775808'],
  'short string': ['SET key text'],
  'compressible string': [`SET key ${'long-'.repeat(9)}`],
  'short list': ['RPUSH key a b 12 -7 a'],
  'long list': [`RPUSH key ${many.map((i) => `element:${i}`.repeat(3)).join(' ')}`],
  'list of large elements': [`RPUSH key a ${'L'.repeat(20_000)} b`],
  'set of integers': ['SADD key 1 2 70000 -9223372036854775808'],
  'short set': ['SADD key a b 12'],
  'large set': [`SADD key ${many.map((i) => `member:${i}`).join(' ')}`],
  'short hash': ['HSET key a 1 b text'],
  'large hash': [`HSET key ${many.map((i) => `field:${i} ${i}`).join(' ')}`],
  'short hash with expiry': ['HSET key a 1 b 2 c 3', 'HPEXPIRE key 100000 FIELDS 2 a b'],
  'large hash with expiry': [
    `HSET key ${many.map((i) => `field:${i} ${i}`).join(' ')}`,
    'HPEXPIRE key 100000 FIELDS 2 field:1 field:7',
  ],
  'short sorted set': ['ZADD key 1 a 2.5 b -inf c inf d'],
  'large sorted set': [`ZADD key ${many.map((i) => `${i / 7} member:${i}`).join(' ')}`],
  stream: [
    'XADD key 5-1 a 1 b 2',
    'XADD key 5-2 a 3 b 4',
    'XADD key 6-1 other text',
    'XDEL key 5-2',
    'XGROUP CREATE key group 0',
    'XREADGROUP GROUP group consumer COUNT 1 STREAMS key >',
    'XGROUP CREATECONSUMER key group idle',
  ],
  'long stream': many.slice(0, 250).map((i) => `XADD key ${i + 1}-0 field ${i}`),
};

/** The payload of a DUMP reply. */
function payloadOf(reply: string): Uint8Array {
  return Buffer.from(reply.slice(reply.indexOf('\r\n') + 2, -2), 'latin1');
}

/** The same payload with a checksum that is right. */
function signed(payload: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(payload);
  const crc = new Crc64();
  crc.update(bytes, 0, bytes.length - 8);
  const view = new DataView(bytes.buffer);
  view.setInt32(bytes.length - 8, crc.low, true);
  view.setInt32(bytes.length - 4, crc.high, true);
  return bytes;
}

describe('RESTORE', () => {
  for (const [name, lines] of Object.entries(values)) {
    test(`makes what DUMP saw: ${name}`, () => {
      const bench = new Bench();
      bench.runLines(...lines);
      const payload = payloadOf(bench.runLines('DUMP key'));
      expect(bench.run('RESTORE', 'copy', 0, payload)).toBe(OK);
      expect(payloadOf(bench.runLines('DUMP copy'))).toEqual(payload);
      expect(bench.runLines('OBJECT ENCODING copy')).toBe(bench.runLines('OBJECT ENCODING key'));
      expect(bench.run('RESTORE', 'copy', 0, payload)).toBe('-BUSYKEY Target key name already exists.\r\n');
      bench.verifyEmptied();
    });

    test(`refuses what is not quite that: ${name}`, () => {
      const bench = new Bench();
      bench.runLines(...lines);
      const payload = payloadOf(bench.runLines('DUMP key'));
      fc.assert(
        fc.property(fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 4 }), (place, byte, kind) => {
          const damaged = signed(damage(payload, place % (payload.length - 10), byte, kind));
          const reply = bench.run('RESTORE', 'copy', 0, damaged, 'REPLACE');
          expect([OK, BAD_FORMAT]).toContain(reply);
          // Whatever was taken for a value behaves like one.
          if (reply !== OK) return;
          bench.runLines('DUMP copy', 'COPY copy other REPLACE', 'OBJECT ENCODING copy', 'MEMORY USAGE copy');
          verifyValue(bench, 'copy');
          verifyValue(bench, 'other');
          bench.verify();
        }),
        { numRuns: 100 },
      );
      bench.verifyEmptied();
    });
  }

  test('checks version and checksum', () => {
    const bench = new Bench();
    bench.runLines('SET key value');
    const payload = payloadOf(bench.runLines('DUMP key'));
    const flipped = Uint8Array.from(payload);
    flipped[2]! ^= 1;
    expect(bench.run('RESTORE', 'copy', 0, flipped)).toBe(WRONG_FOOTER);
    for (const [version, reply] of [
      [6, OK],
      [12, OK],
      [80, OK],
      [14, OK],
      [15, WRONG_FOOTER],
      [79, WRONG_FOOTER],
      [81, WRONG_FOOTER],
      [0x106, WRONG_FOOTER],
    ] as const) {
      const other = Uint8Array.from(payload);
      new DataView(other.buffer).setUint16(other.length - 10, version, true);
      expect(bench.run('RESTORE', 'copy', 0, signed(other), 'REPLACE')).toBe(reply);
    }
    expect(bench.run('RESTORE', 'copy', 0, payload.subarray(0, 9), 'REPLACE')).toBe(WRONG_FOOTER);
  });

  test('sets time to live and access clock', () => {
    const bench = new Bench();
    bench.runLines('SET key value', 'SET old x');
    const payload = payloadOf(bench.runLines('DUMP key'));
    bench.takePropagated();
    expect(bench.run('RESTORE', 'copy', 5000, payload, 'IDLETIME', 100)).toBe(OK);
    expect(bench.runLines('PTTL copy')).toBe(':5000\r\n');
    expect(bench.runLines('OBJECT IDLETIME copy')).toBe(':100\r\n');
    expect(bench.takePropagated().at(-1)).toStartWith(`RESTORE copy ${BENCH_START + 5000} `);
    expect(bench.run('RESTORE', 'copy', BENCH_START + 7, payload, 'ABSTTL', 'REPLACE')).toBe(OK);
    expect(bench.runLines('PTTL copy')).toBe(':7\r\n');
    expect(bench.run('RESTORE', 'old', 1, payload, 'ABSTTL', 'REPLACE')).toBe(OK);
    expect(bench.runLines('EXISTS old')).toBe(':0\r\n');
    expect(bench.takePropagated().at(-1)).toBe('DEL old');
    expect(bench.takeEvents()).toEqual(['set key', 'set old', 'restore copy', 'restore copy', 'del old']);
    bench.verifyEmptied();
  });

  test('reports options that it cannot take', () => {
    const bench = new Bench();
    const errors = {
      'RESTORE k x payload': 'ERR value is not an integer or out of range',
      'RESTORE k -1 payload': 'ERR Invalid TTL value, must be >= 0',
      'RESTORE k 0 payload WHAT': 'ERR syntax error',
      'RESTORE k 0 payload IDLETIME': 'ERR syntax error',
      'RESTORE k 0 payload IDLETIME -1': 'ERR Invalid IDLETIME value, must be >= 0',
      'RESTORE k 0 payload FREQ 256': 'ERR Invalid FREQ value, must be >= 0 and <= 255',
      'RESTORE k 0 payload FREQ 1 IDLETIME 1': 'ERR syntax error',
    };
    for (const [line, error] of Object.entries(errors)) expect(bench.runLines(line)).toBe(`-${error}\r\n`);
    expect(bench.runLines('DUMP missing')).toBe(NIL);
    bench.runLines('SET key value');
    expect(bench.runLines('GET key')).toBe(bulk('value'));
  });
});

/** Throws when the structure of a key's value is damaged. */
function verifyValue(bench: Bench, name: string): void {
  const { keyspace } = bench;
  const database = keyspace.databases[0]!;
  const key = Buffer.from(name);
  const record = database.find(key, 0, key.length);
  if (record === 0) return;
  const type = typeOf(keyspace.arena, record);
  if (type === TYPE_STRING) return;
  keyspace.structureOf(type).verify(encodingOf(keyspace.arena, record), rootOf(keyspace.arena, record));
}

/** The payload with a byte changed, removed, added or several of them cut out. Its footer stays. */
function damage(payload: Uint8Array, at: number, byte: number, kind: number): Uint8Array {
  const bytes = [...payload];
  if (kind === 0) bytes[at] = byte;
  else if (kind === 1) bytes[at]! ^= 1 << (byte & 7);
  else if (kind === 2) bytes.splice(at, 1);
  else if (kind === 3) bytes.splice(at, 0, byte);
  else bytes.splice(at, Math.min(byte, bytes.length - 10 - at));
  return Uint8Array.from(bytes);
}
