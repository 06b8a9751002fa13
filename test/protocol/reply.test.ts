import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { ReplyDecoder } from '../../src/protocol/client/decoder.ts';
import { Reply } from '../../src/protocol/reply.ts';
import { Output } from '../../src/transport/output.ts';

type Write = (reply: Reply) => void;

function written(version: 2 | 3, write: Write, capacity = 16): string {
  const output = new Output(capacity);
  const reply = new Reply(output);
  reply.version = version;
  write(reply);
  return Buffer.from(output.bytes.subarray(0, output.length)).toString('latin1');
}

describe('bytes of', () => {
  const cases: [name: string, write: Write, resp2: string, resp3: string][] = [
    ['OK', (reply) => reply.ok(), '+OK\r\n', '+OK\r\n'],
    ['PONG', (reply) => reply.pong(), '+PONG\r\n', '+PONG\r\n'],
    ['QUEUED', (reply) => reply.queued(), '+QUEUED\r\n', '+QUEUED\r\n'],
    ['a status', (reply) => reply.simple('fine'), '+fine\r\n', '+fine\r\n'],
    ['an error', (reply) => reply.error('ERR no'), '-ERR no\r\n', '-ERR no\r\n'],
    ['an error of several lines', (reply) => reply.error('ERR a\r\nb\n'), '-ERR a  b\r\n', '-ERR a  b\r\n'],
    ['an integer', (reply) => reply.integer(-42), ':-42\r\n', ':-42\r\n'],
    ['a wide integer', (reply) => reply.bigInteger(-(2n ** 63n)), `:-${2n ** 63n}\r\n`, `:-${2n ** 63n}\r\n`],
    ['a flag', (reply) => reply.flag(true), ':1\r\n', ':1\r\n'],
    ['text', (reply) => reply.text('né'), '$3\r\nn\xc3\xa9\r\n', '$3\r\nn\xc3\xa9\r\n'],
    ['no value', (reply) => reply.nullValue(), '$-1\r\n', '_\r\n'],
    ['no array', (reply) => reply.nullArray(), '*-1\r\n', '_\r\n'],
    ['an array', (reply) => reply.array(12), '*12\r\n', '*12\r\n'],
    ['a map', (reply) => reply.map(6), '*12\r\n', '%6\r\n'],
    ['a set', (reply) => reply.set(3), '*3\r\n', '~3\r\n'],
    ['a push', (reply) => reply.push(3), '*3\r\n', '>3\r\n'],
    ['a double', (reply) => reply.double(0.1), '$3\r\n0.1\r\n', ',0.1\r\n'],
    ['infinity', (reply) => reply.double(-Infinity), '$4\r\n-inf\r\n', ',-inf\r\n'],
    ['digits', (reply) => reply.doubleText('1.5'), '$3\r\n1.5\r\n', ',1.5\r\n'],
    ['truth', (reply) => reply.boolean(true), ':1\r\n', '#t\r\n'],
    ['untruth', (reply) => reply.boolean(false), ':0\r\n', '#f\r\n'],
    ['a big number', (reply) => reply.bigNumber('123'), '$3\r\n123\r\n', '(123\r\n'],
    [
      'verbatim text',
      (reply) => reply.verbatim('txt', 'né'),
      '$3\r\nn\xc3\xa9\r\n',
      '=7\r\ntxt:n\xc3\xa9\r\n',
    ],
  ];
  test.each(cases)('%s', (_name, write, resp2, resp3) => {
    expect(written(2, write)).toBe(resp2);
    expect(written(3, write)).toBe(resp3);
  });
});

test('doubles that are integers, of any length', () => {
  for (let value = 1; value <= 2 ** 53; value = value * 3 + (value % 7)) {
    for (const integer of [value, -value, value - 1, 10 ** Math.floor(Math.log10(value))]) {
      const text = String(integer);
      expect(written(2, (reply) => reply.double(integer))).toBe(`$${text.length}\r\n${text}\r\n`);
      expect(written(3, (reply) => reply.double(integer))).toBe(`,${text}\r\n`);
    }
  }
});

test('errors are counted, and the last one is known', () => {
  const reply = new Reply(new Output(16));
  reply.error('ERR first');
  reply.error('WRONGTYPE second');
  expect([reply.errors, reply.lastError]).toEqual([2, 'WRONGTYPE second']);
});

type Value = { write: Write; shown: unknown };
const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }).map((value) => ({
    write: (reply: Reply) => reply.integer(value),
    shown: BigInt(value),
  })),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => ({
    write: (reply: Reply) => reply.bulk(bytes, 0, bytes.length),
    shown: Buffer.from(bytes).toString('latin1'),
  })),
  fc.double({ noNaN: true }).map((value) => ({
    write: (reply: Reply) => reply.double(value),
    shown: value,
  })),
  fc.boolean().map((value) => ({ write: (reply: Reply) => reply.boolean(value), shown: value })),
  fc.constant({ write: (reply: Reply) => reply.nullValue(), shown: null }),
);
const { value } = fc.letrec<{ value: Value; list: Value }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, tie('list')),
  list: fc
    .tuple(fc.constantFrom('array', 'set', 'push'), fc.array(tie('value'), { maxLength: 5 }))
    .map(([kind, values]) => ({
      write: (reply: Reply) => {
        reply[kind as 'array'](values.length);
        for (const { write } of values) write(reply);
      },
      shown: values.map(({ shown }) => shown),
    })),
}));

/** What a decoded reply means. */
function meaning(reply: ReturnType<ReplyDecoder['next']>): unknown {
  switch (reply?.kind) {
    case 'nil':
      return null;
    case 'integer':
    case 'double':
    case 'boolean':
      return reply.value;
    case 'array':
    case 'set':
    case 'push':
      return reply.elements.map(meaning);
    case 'string':
      return Buffer.from(reply.bytes).toString('latin1');
    default:
      return reply;
  }
}

test('replies in RESP3 mean what was written, whatever room there was at first', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), fc.integer({ min: 1, max: 600 }), (values, capacity) => {
      const writeAll: Write = (reply) => {
        for (const { write } of values) write(reply);
      };
      const bytes = written(3, writeAll, capacity);
      const decoder = new ReplyDecoder();
      decoder.feed(Buffer.from(bytes, 'latin1'));
      for (const { shown } of values) expect(meaning(decoder.next())).toEqual(shown);
      expect(decoder.next()).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
