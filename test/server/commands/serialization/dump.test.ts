import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Crc64 } from '../../../../src/memory/crc64.ts';
import { BENCH_START, Bench, bulk, NIL, OK } from '../../../commands/bench.ts';

const WRONG_FOOTER = '-ERR DUMP payload version or checksum are wrong\r\n';
const BAD_FORMAT = '-ERR Bad data format\r\n';

/** Commands that make values of every type and encoding. */
const makers: readonly (readonly string[])[] = [
  ['SET key 12345', 'SET key -9223372036854775808', 'SET key text', `SET key ${'long-'.repeat(9)}`],
];
const values = makers.flat();

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
  for (const line of values) {
    test(`makes what DUMP saw: ${line.slice(0, 40)}`, () => {
      const bench = new Bench();
      bench.runLines(line);
      const payload = payloadOf(bench.runLines('DUMP key'));
      expect(bench.run('RESTORE', 'copy', 0, payload)).toBe(OK);
      expect(payloadOf(bench.runLines('DUMP copy'))).toEqual(payload);
      expect(bench.runLines('OBJECT ENCODING copy')).toBe(bench.runLines('OBJECT ENCODING key'));
      expect(bench.run('RESTORE', 'copy', 0, payload)).toBe('-BUSYKEY Target key name already exists.\r\n');
      bench.verifyEmptied();
    });

    test(`refuses what is not quite that: ${line.slice(0, 40)}`, () => {
      const bench = new Bench();
      bench.runLines(line);
      const payload = payloadOf(bench.runLines('DUMP key'));
      fc.assert(
        fc.property(fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 4 }), (place, byte, kind) => {
          const damaged = signed(damage(payload, place % (payload.length - 10), byte, kind));
          const reply = bench.run('RESTORE', 'copy', 0, damaged, 'REPLACE');
          expect([OK, BAD_FORMAT]).toContain(reply);
          // Whatever was taken for a value behaves like one.
          if (reply !== OK) return;
          bench.runLines('DUMP copy', 'COPY copy other REPLACE', 'OBJECT ENCODING copy');
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
      [13, WRONG_FOOTER],
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
