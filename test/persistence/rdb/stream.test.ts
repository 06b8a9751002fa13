import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { Crc64 } from '../../../src/memory/crc64.ts';
import { Bench } from '../../commands/bench.ts';

/** A payload of a stream with deleted entries, groups and pending entries. */
function sample(): Buffer {
  const bench = new Bench();
  bench.run('CONFIG', 'SET', 'rdbcompression', 'no');
  for (let i = 1; i <= 250; i++) {
    const other = i % 5 === 0 ? ['other', 'x'.repeat(i)] : [];
    bench.run('XADD', 's', `${i}-${i % 3}`, 'field', i * 1000, ...other);
  }
  bench.runLines('XDEL s 7-1 8-2 120-0', 'XGROUP CREATE s g 5', 'XGROUP CREATE s h 0');
  bench.runLines(
    'XREADGROUP GROUP g alice COUNT 20 STREAMS s >',
    'XREADGROUP GROUP g bob COUNT 3 STREAMS s >',
  );
  bench.runLines('XNACK s g FAIL IDS 1 10-1');
  return payloadOf(bench);
}

function payloadOf(bench: Bench): Buffer {
  const reply = Buffer.from(bench.run('DUMP', 's'), 'latin1');
  return reply.subarray(reply.indexOf('\n') + 1, -2);
}

/** Gives a payload the checksum that it should have. */
function signed(payload: Buffer): Buffer {
  const crc = new Crc64();
  crc.update(payload, 0, payload.length - 8);
  payload.writeUInt32LE(crc.low >>> 0, payload.length - 8);
  payload.writeUInt32LE(crc.high >>> 0, payload.length - 4);
  return payload;
}

/** Walks all there is, and takes it apart. */
function use(bench: Bench): void {
  const { streams } = bench.keyspace.structures;
  bench.run('XLEN', 's');
  streams.verify(0, streams.stream.root);
  for (const line of [
    'XRANGE s - +',
    'XREVRANGE s + -',
    'XINFO STREAM s FULL COUNT 0',
    'XINFO GROUPS s',
    'XPENDING s g',
  ])
    bench.runLines(line);
  bench.runLines(
    'XADD s * field more',
    'XTRIM s MAXLEN 10',
    'XAUTOCLAIM s g carol 0 -',
    'XREADGROUP GROUP h carol STREAMS s >',
  );
  bench.run('XLEN', 's');
  streams.verify(0, streams.stream.root);
}

test('a stream comes back as it was', () => {
  const payload = sample();
  const bench = new Bench();
  expect(bench.run('RESTORE', 's', 0, payload)).toBe('+OK\r\n');
  bench.run('CONFIG', 'SET', 'rdbcompression', 'no');
  expect(payloadOf(bench)).toEqual(payload);
  use(bench);
  bench.verifyEmptied();
});

const change = fc.record({
  kind: fc.constantFrom('flip', 'set', 'cut', 'splice'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  value: fc.nat(255),
  length: fc.integer({ min: 1, max: 40 }),
});

test('a damaged payload is refused, or gives a sound stream', () => {
  const payload = sample();
  const bench = new Bench();
  let refused = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let body = Buffer.from(payload.subarray(1, -10));
      for (const { kind, at, to, value, length } of changes) {
        const place = Math.floor(at * body.length);
        const other = Math.floor(to * body.length);
        if (kind === 'flip') body[place]! ^= 1 << (value & 7);
        else if (kind === 'set') body[place] = value;
        else if (kind === 'cut')
          body = Buffer.concat([body.subarray(0, place), body.subarray(place + length)]);
        else
          body = Buffer.concat([
            body.subarray(0, place),
            body.subarray(other, other + length),
            body.subarray(place),
          ]);
      }
      const damaged = signed(Buffer.concat([payload.subarray(0, 1), body, payload.subarray(-10)]));
      const reply = bench.run('RESTORE', 's', 0, damaged);
      if (reply.startsWith('+OK')) use(bench);
      else refused++;
      bench.verifyEmptied();
    }),
    { numRuns: 1000, seed: 5 },
  );
  expect(refused).toBeGreaterThan(50);
});
