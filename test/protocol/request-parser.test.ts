import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { INCOMPLETE, INVALID, NOTHING, Progress, RequestParser } from '../../src/protocol/request-parser.ts';
import { cutAt, encode, parsePieces } from './piecewise.ts';

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const word = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const request = fc.oneof(
  { weight: 5, arbitrary: fc.array(word, { minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.array(word, { minLength: 30, maxLength: 200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 90, max: 1200 }).map((length) => ['SET', 'x'.repeat(length)]) },
);
const requests = fc.array(request, { maxLength: 8 });
const cuts = fc.array(fc.nat(20_000), { maxLength: 40 });

describe('valid requests', () => {
  test('come out as they went in, however they are cut', () => {
    fc.assert(
      fc.property(requests, cuts, (requests, cuts) => {
        const stream = Buffer.concat(requests.map(encode));
        expect(parsePieces(cutAt(stream, cuts))).toEqual({ requests, error: undefined, rest: 0 });
      }),
      { numRuns: 300 },
    );
  });

  test('come out of every pair of pieces, and of single bytes', () => {
    const many = Array.from({ length: 40 }, (_, index) => `word ${index}`);
    const stream = Buffer.concat([
      encode(['GET', 'k']),
      text('SET "a\\x20b" c\r\n*0\r\n\r\n*-1\r\n'),
      encode(many),
      encode(['', 'x'.repeat(130)]),
      text('PING\n'),
    ]);
    const expected = {
      requests: [['GET', 'k'], ['SET', 'a b', 'c'], many, ['', 'x'.repeat(130)], ['PING']],
      error: undefined,
      rest: 0,
    };
    for (let at = 0; at <= stream.length; at++) expect(parsePieces(cutAt(stream, [at]))).toEqual(expected);
    expect(parsePieces(Array.from(stream, (byte) => Buffer.of(byte)))).toEqual(expected);
  });

  test('are not complete a byte before their end', () => {
    fc.assert(
      fc.property(request, (words) => {
        const stream = encode(words);
        const parsed = parsePieces([stream.subarray(0, -1)]);
        expect(parsed).toEqual({ requests: [], error: undefined, rest: stream.length - 1 });
      }),
    );
  });

  test('may end their words with any two bytes', () => {
    expect(parsePieces([text('*2\r\n$3\r\nGETxy$1\r\nk\0\0')]).requests).toEqual([['GET', 'k']]);
  });
});

describe('invalid requests', () => {
  const number = 'invalid multibulk length';
  const length = 'invalid bulk length';
  test.each([
    ['*x\r\n', number],
    ['*\r\n', number],
    ['*01\r\n', number],
    ['*+1\r\n', number],
    ['* 1\r\n', number],
    ['*1 \r\n', number],
    ['*-0\r\n', number],
    ['*2147483648\r\n', number],
    ['*9223372036854775808\r\n', number],
    ['*-9223372036854775809\r\n', number],
    ['*1\r\n$-1\r\n', length],
    ['*1\r\n$x\r\n', length],
    ['*1\r\n$\r\n', length],
    ['*1\r\n$00\r\n', length],
    ['*1\r\n$536870913\r\n', length],
    ['*1\r\n$99999999999999999999\r\n', length],
    ['*1\r\nPING\r\n', "expected '$', got 'P'"],
    ['*1\r\n\r\n', "expected '$', got ' '"],
    ['*1\r\n\n\r\n', "expected '$', got ' '"],
    ['*2\r\n$1\r\na\r\n:1\r\n', "expected '$', got ':'"],
    ['SET "a\r\n', 'unbalanced quotes in request'],
    [`SET 'a'b\n`, 'unbalanced quotes in request'],
    [`*${'1'.repeat(65_536)}`, 'too big mbulk count string'],
    [`*1\r\n$${'1'.repeat(65_536)}`, 'too big bulk count string'],
    ['x'.repeat(65_537), 'too big inline request'],
  ])('%j', (stream, error) => {
    expect(parsePieces([text(`*1\r\n$4\r\nPING\r\n${stream}`)])).toEqual({
      requests: [['PING']],
      error,
      rest: 0,
    });
  });

  test.each([
    '*',
    '*1',
    '*1\r',
    '*1\r\n$',
    '*1\r\n$1\r',
    '*1\r\n$1\r\na\r',
    `*${'1'.repeat(65_535)}`,
    'x'.repeat(65_536),
  ])('not yet: %j', (stream) => {
    expect(parsePieces([text(stream)])).toEqual({ requests: [], error: undefined, rest: stream.length });
  });

  test('counts below one are skipped, down to the least integer of 64 bits', () => {
    const parser = new RequestParser();
    for (const count of ['0', '-1', '-9223372036854775808']) {
      const bytes = text(`*${count}\r\n`);
      expect(parser.parse(bytes, 0, bytes.length)).toBe(NOTHING);
      expect(parser.next).toBe(bytes.length);
    }
  });

  test('any bytes lead to the same requests and the same error, however they are cut', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(fc.constantFrom('*', '$', '1', '2', '\r\n', '\n', '-', '"', "'", '\\x4', ' ', '\0', 'a'), {
          maxLength: 40,
        })
        .map((parts) => text(parts.join(''))),
      fc.tuple(request, fc.nat(), fc.nat(255)).map(([words, at, byte]) => {
        const stream = encode(words);
        stream[at % stream.length] = byte;
        return stream;
      }),
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 4 }), cuts, (parts, cuts) => {
        const stream = Buffer.concat(parts);
        expect(parsePieces(cutAt(stream, cuts))).toEqual(parsePieces([stream]));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('limits', () => {
  test('before authentication', () => {
    const parse = (stream: string): string | undefined => {
      const parser = new RequestParser();
      parser.authenticated = false;
      return parsePieces([text(stream)], parser).error;
    };
    expect(parse('*10\r\n')).toBeUndefined();
    expect(parse('*11\r\n')).toBe('unauthenticated multibulk length');
    expect(parse('*1\r\n$16384\r\n')).toBeUndefined();
    expect(parse('*1\r\n$16385\r\n')).toBe('unauthenticated bulk length');
  });

  test('proto-max-bulk-len', () => {
    const parser = new RequestParser();
    // The least that may be configured is a megabyte: lengths of two digits are not checked.
    parser.wordBytesMax = 500;
    expect(parsePieces([encode(['x'.repeat(500)])], parser).requests).toHaveLength(1);
    expect(parsePieces([encode(['x'.repeat(501)])], parser).error).toBe('invalid bulk length');
  });

  test('what is only announced takes no memory', () => {
    const parser = new RequestParser();
    const before = parser.arguments.offsets.length;
    for (const stream of ['*2147483647\r\n', '*1048576\r\n$1\r\na\r\n', '*1\r\n$536870912\r\nabc'])
      expect(parser.parse(text(stream), 0, stream.length)).toBe(INCOMPLETE);
    expect(parser.arguments.offsets.length).toBe(before);
  });

  test('what one request took is given back', () => {
    const parser = new RequestParser();
    const stream = encode(Array.from({ length: 100_000 }, () => ''));
    expect(parsePieces([stream], parser).requests[0]).toHaveLength(100_000);
    parser.arguments.trim();
    expect(parser.arguments.offsets.length).toBeLessThan(10_000);
  });
});

describe('long requests in pieces', () => {
  const words = Array.from({ length: 1000 }, (_, index) => `${index}`);
  const stream = encode(words);

  test('are looked at once: each piece begins where the last one ended', () => {
    const parser = new RequestParser();
    const progress = new Progress();
    expect(parser.parse(stream, 0, 600)).toBe(INCOMPLETE);
    expect(parser.resumable).toBe(true);
    parser.saveProgress(0, progress);
    // What was seen is not looked at again: it may be overwritten, but for the end.
    const changed = Buffer.from(stream).fill(0, 0, progress.position);
    for (let end = 700; end < stream.length; end += 100) {
      const { done, position } = progress;
      expect(parser.resume(changed, 0, end, progress)).toBe(INCOMPLETE);
      parser.saveProgress(0, progress);
      expect(progress.done).toBeGreaterThan(done);
      expect(progress.position).toBeGreaterThan(position);
      changed.fill(0, position, progress.position);
    }
    parser.resume(changed, 0, stream.length, progress);
    expect(parser.arguments.count).toBe(words.length);
    expect(parser.next).toBe(stream.length);
    parser.arguments.bytes = stream;
    expect(Array.from(words, (_, index) => parser.arguments.text(index))).toEqual(words);
  });

  test('are refused in a later piece as in the first one', () => {
    const parser = new RequestParser();
    const progress = new Progress();
    parser.parse(stream, 0, 600);
    parser.saveProgress(0, progress);
    const spoilt = Buffer.concat([stream.subarray(0, progress.position), text(':1\r\n')]);
    expect(parser.resume(spoilt, 0, spoilt.length, progress)).toBe(INVALID);
    expect(parser.error).toBe("expected '$', got ':'");
  });
});
