import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { ReplyDecoder } from '../../../src/protocol/client/decoder.ts';
import type { ReplyLimits } from '../../../src/protocol/client/limits.ts';
import type { Reply } from '../../../src/protocol/client/reply.ts';
import { ReplyError } from '../../../src/protocol/client/reply-error.ts';
import { anyReply, bytesOf, joined, written } from './reply-stream.ts';

function decodeAll(chunks: readonly Uint8Array[], limits: Partial<ReplyLimits> = {}): Reply[] {
  const decoder = new ReplyDecoder(limits);
  const replies: Reply[] = [];
  for (const chunk of chunks) {
    decoder.feed(chunk);
    for (let reply = decoder.next(); reply !== undefined; reply = decoder.next()) replies.push(reply);
  }
  return replies;
}

function decodeOne(text: string): Reply | undefined {
  return decodeAll([bytesOf(text)])[0];
}

describe('every type', () => {
  test.each<[string, Reply]>([
    ['+OK\r\n', { kind: 'status', bytes: bytesOf('OK') }],
    ['+\r\n', { kind: 'status', bytes: bytesOf('') }],
    ['-ERR no\r\n', { kind: 'error', bytes: bytesOf('ERR no') }],
    ['!6\r\nERR\r\nx\r\n', { kind: 'error', bytes: bytesOf('ERR\r\nx') }],
    [':-12\r\n', { kind: 'integer', value: -12n }],
    [':9223372036854775807\r\n', { kind: 'integer', value: 9223372036854775807n }],
    [':-9223372036854775808\r\n', { kind: 'integer', value: -9223372036854775808n }],
    ['$5\r\na\r\nbc\r\n', { kind: 'string', bytes: bytesOf('a\r\nbc') }],
    ['$0\r\n\r\n', { kind: 'string', bytes: bytesOf('') }],
    ['$-1\r\n', { kind: 'nil', form: 'null-string' }],
    ['*-1\r\n', { kind: 'nil', form: 'null-array' }],
    ['_\r\n', { kind: 'nil', form: 'null' }],
    [',1.5e3\r\n', { kind: 'double', value: 1500, text: '1.5e3' }],
    [',inf\r\n', { kind: 'double', value: Number.POSITIVE_INFINITY, text: 'inf' }],
    [',-inf\r\n', { kind: 'double', value: Number.NEGATIVE_INFINITY, text: '-inf' }],
    [',nan\r\n', { kind: 'double', value: Number.NaN, text: 'nan' }],
    ['#t\r\n', { kind: 'boolean', value: true }],
    ['#f\r\n', { kind: 'boolean', value: false }],
    ['(-123456789012345678901234\r\n', { kind: 'big-number', text: '-123456789012345678901234' }],
    ['=7\r\nmkd:*a*\r\n', { kind: 'verbatim', format: 'mkd', bytes: bytesOf('*a*') }],
    ['*0\r\n', { kind: 'array', elements: [] }],
    [
      '%1\r\n+a\r\n:1\r\n',
      {
        kind: 'map',
        elements: [
          { kind: 'status', bytes: bytesOf('a') },
          { kind: 'integer', value: 1n },
        ],
      },
    ],
    ['~1\r\n_\r\n', { kind: 'set', elements: [{ kind: 'nil', form: 'null' }] }],
    ['>1\r\n#t\r\n', { kind: 'push', elements: [{ kind: 'boolean', value: true }] }],
  ])('%j', (text, reply) => {
    expect(decodeOne(text)).toEqual(reply);
  });

  test('attributes belong to the reply that follows, also inside of aggregates', () => {
    const number = (value: bigint): Reply => ({ kind: 'integer', value });
    expect(decodeOne('|1\r\n:1\r\n:2\r\n*2\r\n:3\r\n|1\r\n:4\r\n:5\r\n:6\r\n')).toEqual({
      kind: 'array',
      elements: [number(3n), { ...number(6n), attributes: [number(4n), number(5n)] }],
      attributes: [number(1n), number(2n)],
    });
  });
});

describe('what is not RESP', () => {
  test.each([
    ['Hello\r\n', 'Protocol error, got "H" as reply type byte'],
    ['\r\n', 'Protocol error, got "\\r" as reply type byte'],
    ['\xff\r\n', 'Protocol error, got "\\xff" as reply type byte'],
    [':\r\n', 'Bad integer value'],
    [':+5\r\n', 'Bad integer value'],
    [':007\r\n', 'Bad integer value'],
    [':-0\r\n', 'Bad integer value'],
    [':9223372036854775808\r\n', 'Bad integer value'],
    ['$abc\r\n', 'Bad bulk string length'],
    ['$?\r\n', 'Bad bulk string length'],
    ['$-2\r\n', 'Bulk string length out of range'],
    ['$1\r\nabc\r\n', 'Bulk string is not followed by CR LF'],
    ['*x\r\n', 'Bad multi-bulk length'],
    ['*-2\r\n', 'Multi-bulk length out of range'],
    ['#y\r\n', 'Bad bool value'],
    ['_x\r\n', 'Bad nil value'],
    [',\r\n', 'Bad double value'],
    [',1e400\r\n', 'Bad double value'],
    [',Infinity\r\n', 'Bad double value'],
    ['(1.5\r\n', 'Bad bignum value'],
    ['+a\nb\r\n', 'Bad simple string value'],
    ['+a\rb\r\n', 'Bad simple string value'],
    ['=3\r\nabc\r\n', 'Verbatim string 4 bytes of content type are missing or incorrectly encoded.'],
    ['=5\r\ntxtab\r\n', 'Verbatim string 4 bytes of content type are missing or incorrectly encoded.'],
  ])('%j', (text, message) => {
    expect(() => decodeOne(text)).toThrow(new ReplyError(message));
  });

  test('an error is final', () => {
    const decoder = new ReplyDecoder();
    decoder.feed(bytesOf(':x\r\n+OK\r\n'));
    expect(() => decoder.next()).toThrow('Bad integer value');
    decoder.feed(bytesOf('+OK\r\n'));
    expect(() => decoder.next()).toThrow('Bad integer value');
  });
});

describe('limits', () => {
  test.each<[string, Partial<ReplyLimits>, string]>([
    ['$11\r\n', { bulkBytesMax: 10 }, 'Bulk string length out of range'],
    ['=11\r\n', { bulkBytesMax: 10 }, 'Bulk string length out of range'],
    ['*4294967295\r\n', {}, 'Multi-bulk length out of range'],
    ['%33554433\r\n', {}, 'Multi-bulk length out of range'],
    ['$99999999999999\r\n', {}, 'Bulk string length out of range'],
    [`+${'a'.repeat(100)}`, { lineBytesMax: 64 }, 'Line length out of range'],
    ['*1\r\n'.repeat(6), { depthMax: 5 }, 'Reply is nested too deeply'],
    ['*2\r\n:1\r\n*2\r\n:1\r\n:1\r\n', { elementsMax: 4 }, 'Reply has too many elements'],
    ['|1\r\n:1\r\n:1\r\n'.repeat(3), { elementsMax: 8 }, 'Reply has too many elements'],
  ])('%j', (text, limits, message) => {
    expect(() => decodeAll([bytesOf(text)], limits)).toThrow(new ReplyError(message));
  });

  test('elements are counted for each reply anew', () => {
    expect(decodeAll([bytesOf('*2\r\n:1\r\n:1\r\n'.repeat(10))], { elementsMax: 3 })).toHaveLength(10);
  });

  test('a length alone takes no memory', () => {
    const before = process.memoryUsage().arrayBuffers;
    const decoders = Array.from({ length: 100 }, () => {
      const decoder = new ReplyDecoder();
      decoder.feed(bytesOf('*60000000\r\n$1000000000\r\nabc'));
      expect(decoder.next()).toBeUndefined();
      return decoder;
    });
    expect(decoders).toHaveLength(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('depth within the limit is no matter of the stack', () => {
    const depth = 1000;
    let reply = decodeOne(`${'*1\r\n'.repeat(depth)}:7\r\n`);
    for (let level = 0; level < depth; level++) {
      if (reply?.kind !== 'array') throw new Error(`no array at level ${level}`);
      reply = reply.elements[0];
    }
    expect(reply).toEqual({ kind: 'integer', value: 7n });
  });
});

describe('streams', () => {
  const stream = bytesOf(
    '+OK\r\n-ERR a b\r\n*3\r\n$3\r\nfoo\r\n$-1\r\n*2\r\n:1\r\n%1\r\n+k\r\n,1.5\r\n=8\r\ntxt:a\r\nb\r\n|1\r\n+t\r\n:5\r\n~2\r\n#t\r\n_\r\n(123\r\n>2\r\n+message\r\n$0\r\n\r\n',
  );
  const whole = decodeAll([stream]);

  test('every split point, and every byte alone', () => {
    expect(whole).toHaveLength(7);
    for (let at = 0; at <= stream.length; at++) {
      expect(decodeAll([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole);
    }
    expect(decodeAll(Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  test('whatever is written is read, in whatever pieces', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(anyReply, { maxLength: 5 }), sizes, (replies, pieceSizes) => {
        const bytes = joined(replies.map(written));
        const chunks: Uint8Array[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = pieceSizes[i % pieceSizes.length]!;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(decodeAll(chunks)).toEqual(replies);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  test('random and mutated bytes end in replies, an error, or waiting', () => {
    const mutated = fc
      .tuple(anyReply, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }))
      .map(([reply, changes]) => {
        const bytes = written(reply).slice();
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        return bytes;
      });
    const noise = fc
      .array(fc.oneof(fc.constantFrom('\r\n', '*', '$', '%', '1', '-1', '|', ',', '('), fc.string()), {
        maxLength: 30,
      })
      .map((parts) => bytesOf(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(mutated, noise, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        try {
          expect(decodeAll([bytes]).length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(ReplyError);
        }
      }),
      { numRuns: 3000, seed: 2 },
    );
  });

  test('a megabyte in small pieces, and a buffer that shrinks again', () => {
    const value = new Uint8Array(3_000_000).fill(65);
    const reply: Reply = { kind: 'string', bytes: value };
    const bytes = written(reply);
    const decoder = new ReplyDecoder();
    for (let at = 0; at < bytes.length; at += 1000) {
      expect(decoder.next()).toBeUndefined();
      decoder.feed(bytes.subarray(at, at + 1000));
    }
    expect(decoder.next()).toEqual(reply);
    expect(decoder.idle).toBe(true);
    decoder.feed(bytesOf('+OK\r\n'));
    expect(decoder.next()).toEqual({ kind: 'status', bytes: bytesOf('OK') });
  });

  test('other bytes may follow replies', () => {
    const decoder = new ReplyDecoder();
    decoder.feed(bytesOf('+FULLRESYNC x 0\r\nREDIS\r\n0011+OK\r\n'));
    expect(decoder.next()?.kind).toBe('status');
    expect(decoder.takeBytes(11)).toEqual(bytesOf('REDIS\r\n0011'));
    expect(decoder.next()).toEqual({ kind: 'status', bytes: bytesOf('OK') });
    expect(decoder.takeBytes(10)).toEqual(new Uint8Array());
  });

  test('a decoder is idle only between replies', () => {
    const decoder = new ReplyDecoder();
    expect(decoder.idle).toBe(true);
    for (const part of ['*1\r\n', '|1\r\n+a\r\n+b\r\n', ':1']) {
      decoder.feed(bytesOf(part));
      expect(decoder.next()).toBeUndefined();
      expect(decoder.idle).toBe(false);
    }
    decoder.feed(bytesOf('\r\n'));
    expect(decoder.next()?.kind).toBe('array');
    expect(decoder.idle).toBe(true);
  });
});
