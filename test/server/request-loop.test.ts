import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { Server } from '../../src/server/server.ts';
import { Output } from '../../src/transport/output.ts';
import type { Connection, Transport } from '../../src/transport/transport.ts';

const START = 1_700_000_000_000;

/** A server without sockets whose time stands still. */
class Instance {
  readonly #server: Server;
  readonly #output = new Output(64 * 1024);
  readonly #connection = { kind: 'tcp', remoteAddress: '127.0.0.1:1', pendingOutputBytes: 0 } as Connection;

  constructor() {
    this.#server = new Server({
      clock: { milliseconds: () => START, wallMicroseconds: () => START * 1000, microseconds: () => 1 },
      random: { fraction: () => 0, below: () => 0 },
      hashKey: { word0: 1, word1: 2 },
    });
    const transport = { name: 'none', output: this.#output, requestTurn: () => {} };
    this.#server.attach(transport as unknown as Transport);
    this.#server.accepted(this.#connection);
  }

  /** The replies to what comes at once. */
  send(bytes: Uint8Array): string {
    this.#output.length = 0;
    this.#server.received(this.#connection, bytes, 0, bytes.length);
    return Buffer.from(this.#output.bytes.subarray(0, this.#output.length)).toString();
  }
}

function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

const key = fc.constantFrom('a', 'b', 'c', 'key', 'k'.repeat(70));
const keys = fc.array(key, { minLength: 1, maxLength: 20 });
const request = fc.oneof(
  fc
    .record({ name: fc.constantFrom('GET', 'INCR', 'DEL', 'STRLEN'), key })
    .map(({ name, key }) => [name, key]),
  fc.tuple(key, fc.constantFrom('1', 'text')).map(([key, value]) => ['SET', key, value]),
  fc.tuple(key, key).map(([from, to]) => ['RENAME', from, to]),
  fc.tuple(fc.constantFrom('MGET', 'EXISTS', 'DEL', 'TOUCH'), keys).map(([name, keys]) => [name, ...keys]),
  keys.map((keys) => ['MSET', ...keys.flatMap((key, index) => [key, `${index}`])]),
  keys.map((keys) => ['MSETNX', ...keys.flatMap((key, index) => [key, `${index}`])]),
  fc.constantFrom(
    ['PING'],
    ['SELECT', '1'],
    ['SELECT', '0'],
    ['FLUSHDB'],
    ['SWAPDB', '0', '1'],
    ['NONE', 'a'],
  ),
);

test('requests that come at once are answered as if they came one by one', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 60 }), (requests) => {
      const [together, single] = [new Instance(), new Instance()];
      // The buffer is used again, as a transport does.
      const buffer = new Uint8Array(64 * 1024);
      for (let at = 0; at < requests.length; at += 30) {
        const texts = requests.slice(at, at + 30).map(encode);
        const { written } = new TextEncoder().encodeInto(texts.join(''), buffer);
        const expected = texts.map((text) => single.send(Buffer.from(text))).join('');
        expect(together.send(buffer.subarray(0, written))).toBe(expected);
      }
    }),
    { numRuns: 50 },
  );
}, 30_000);

const MEMBERS = 6000;
const names = Array.from({ length: MEMBERS }, (_, index) => `member${index}`);

/** Large values of all types that have tables, and a small one. */
const large: readonly (readonly string[])[] = [
  ['SADD', 'set', ...names],
  ['HSET', 'hash', ...names.flatMap((name, index) => [name, `${index}`])],
  ['ZADD', 'sorted set', ...names.flatMap((name, index) => [`${index % 7}`, name])],
  ['SADD', 'small set', 'a', 'b'],
  ['SET', 'string', 'text'],
];
const value = fc.constantFrom('set', 'hash', 'sorted set', 'small set', 'string', 'none');
const member = fc.oneof(fc.constantFrom(...names), fc.constantFrom('', 'other', '5', 'x'.repeat(100)));
const onOneValue = fc.tuple(
  value,
  fc.array(
    fc.oneof(
      fc.tuple(
        fc.constantFrom('SADD', 'SREM', 'SISMEMBER', 'HGET', 'HDEL', 'ZSCORE', 'ZRANK', 'ZREM'),
        member,
      ),
      fc.tuple(fc.constantFrom('HSET', 'HSETNX', 'SMISMEMBER', 'ZADD', 'ZINCRBY'), member, member),
      fc.tuple(fc.constantFrom('ZADD', 'ZINCRBY'), fc.constantFrom('1', '3.5', 'inf', 'x'), member),
      fc.tuple(fc.constantFrom('SCARD', 'HLEN', 'ZCARD', 'DEL', 'TYPE')),
    ),
    { minLength: 2, maxLength: 20 },
  ),
);

test('requests for one large value that come at once are answered as if they came one by one', () => {
  const [together, single] = [new Instance(), new Instance()];
  fc.assert(
    fc.property(onOneValue, ([key, requests]) => {
      for (const words of large)
        for (const instance of [together, single]) instance.send(Buffer.from(encode(words)));
      const texts = requests.map(([name, ...words]) => encode([name, key, ...words]));
      const expected = texts.map((text) => single.send(Buffer.from(text))).join('');
      expect(together.send(Buffer.from(texts.join('')))).toBe(expected);
    }),
    { numRuns: 60 },
  );
}, 30_000);
