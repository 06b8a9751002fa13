/** The texts of numbers, as real Redis reads and writes them. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { parseDouble } from '../../src/memory/double-parse.ts';
import { formatDouble } from '../../src/memory/doubles.ts';
import { addExtended, formatExtended, isFiniteExtended, parseExtended } from '../../src/memory/extended.ts';
import { parseInteger } from '../../src/memory/integers.ts';
import type { Argument, Connection } from './connection.ts';
import { type Peer, startPeer } from './peer.ts';
import { decode, ErrorReply, type Reply } from './reply.ts';

const encoder = new TextEncoder();
let redis: Peer;
let connection: Connection;

beforeAll(async () => {
  redis = await startPeer('redis8');
  connection = await redis.connect();
});
afterAll(() => redis.stop());

async function ask(commands: Argument[][]): Promise<Reply[]> {
  return (await connection.pipeline(commands)).map((reply) => decode(reply));
}

/** Texts that are numbers, nearly numbers, or no numbers. */
const sign = fc.constantFrom('', '', '', '-', '+');
const digits = fc.stringMatching(/^\d{0,25}$/);
const exponent = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('e', 'E', 'e-', 'e+'), fc.integer({ min: 0, max: 420 }))
    .map((parts) => parts.join('')),
);
const decimal = fc
  .tuple(sign, digits, fc.constantFrom('', '.'), digits, exponent)
  .map((parts) => parts.join(''));
const hexadecimal = fc
  .tuple(
    sign,
    fc.constantFrom('0x', '0X'),
    fc.stringMatching(/^[\da-fA-F]{0,24}$/),
    fc.constantFrom('', '.'),
    fc.stringMatching(/^[\da-fA-F]{0,24}$/),
    fc.oneof(
      fc.constant(''),
      fc
        .tuple(fc.constantFrom('p', 'P-', 'p+'), fc.integer({ min: 0, max: 1200 }))
        .map((parts) => parts.join('')),
    ),
  )
  .map((parts) => parts.join(''));
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
const integers = fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String);
const words = fc.constantFrom(
  'inf',
  '-inf',
  '+Infinity',
  'INF',
  'nan',
  '-nan',
  '',
  '.',
  '-',
  '1e',
  '0x',
  ' 1',
  '1 ',
  '1f',
  '1\0',
);
const text = fc.oneof(decimal, hexadecimal, doubles.map(String), integers, words);

function sample<T>(arbitrary: fc.Arbitrary<T>, count: number, seed: number): T[] {
  return fc.sample(arbitrary, { numRuns: count, seed });
}

function expectedSum(left: string, right: string): string {
  const a = encoder.encode(left);
  const b = encoder.encode(right);
  const first = parseExtended(a, 0, a.length);
  const second = parseExtended(b, 0, b.length);
  if (!first || !second) return 'ERR value is not a valid float';
  const sum = addExtended(second, first);
  return sum && isFiniteExtended(sum) ? formatExtended(sum) : 'ERR increment would produce NaN or Infinity';
}

const told = (reply: Reply) => (reply instanceof ErrorReply ? reply.message : reply);

describe('numbers', () => {
  test('Redis takes the same integers', async () => {
    const short = fc.tuple(sign, fc.stringMatching(/^\d{0,3}$/)).map((parts) => parts.join(''));
    const texts = sample(fc.oneof(text, short), 3000, 1);
    // Added to 0, every integer that is taken gives no error.
    const replies = await ask(
      texts.flatMap((number) => [
        ['SET', 'n', '0'],
        ['INCRBY', 'n', number],
      ]),
    );
    for (const [index, number] of texts.entries()) {
      const bytes = encoder.encode(number);
      const taken = !Number.isNaN(parseInteger(bytes, 0, bytes.length));
      expect([number, taken]).toEqual([number, !(replies[2 * index + 1] instanceof ErrorReply)]);
    }
  });

  test('Redis takes the same doubles for the same', async () => {
    const texts = sample(text, 4000, 2);
    const replies = await ask(
      texts.flatMap((number) => [
        ['DEL', 'z'],
        ['ZADD', 'z', number, 'm'],
        ['ZSCORE', 'z', 'm'],
      ]),
    );
    for (const [index, number] of texts.entries()) {
      const bytes = encoder.encode(number);
      const value = parseDouble(bytes, 0, bytes.length);
      const reply = replies[3 * index + 2];
      // A small sorted set keeps whole numbers as integers, which have no -0.
      expect<Reply>([number, Number.isNaN(value) ? null : formatDouble(value === 0 ? 0 : value)]).toEqual([
        number,
        reply,
      ]);
    }
  });

  test('Redis prints doubles with the same digits', async () => {
    await ask(Array.from({ length: 200 }, (_, index) => ['ZADD', 'large', index + 1, `filler${index}`]));
    const number = fc.oneof(
      doubles,
      doubles,
      fc.integer().map((cents) => cents / 1000),
      fc
        .tuple(fc.nat(9999), fc.integer({ min: -320, max: 300 }))
        .map(([digits, power]) => Number(`${digits}e${power}`)),
      fc.integer({ min: -1074, max: 1023 }).map((power) => 2 ** power),
      fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(Number),
    );
    const values = sample(number, 8000, 3);
    // Another score in between, for a score is left as it is when the new one equals it, and 0 equals -0.
    const replies = await ask(
      values.flatMap((value) => [
        ['ZADD', 'large', '12345', 'm'],
        ['ZADD', 'large', Object.is(value, -0) ? '-0' : String(value), 'm'],
        ['ZSCORE', 'large', 'm'],
      ]),
    );
    for (const [index, value] of values.entries())
      expect(formatDouble(value)).toBe(replies[3 * index + 2] as string);
  });

  test('INCRBYFLOAT gives the same sums and errors', async () => {
    const price = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((units) => String(units / 10_000));
    const huge = fc
      .tuple(sign, fc.nat(999_999), fc.integer({ min: -4960, max: 4940 }))
      .map(([s, n, power]) => `${s}${n}e${power}`);
    const pair = fc.oneof(
      fc.tuple(price, price),
      fc.tuple(text, text),
      fc.tuple(price, text),
      fc.tuple(huge, huge),
    );
    const pairs = sample(pair, 6000, 4);
    const replies = await ask(
      pairs.flatMap(([left, right]) => [
        ['SET', 'f', left],
        ['INCRBYFLOAT', 'f', right],
      ]),
    );
    for (const [index, [left, right]] of pairs.entries())
      expect<Reply>([left, right, expectedSum(left, right)]).toEqual([
        left,
        right,
        told(replies[2 * index + 1]),
      ]);
  });

  test('HINCRBYFLOAT repeated many times stays the same', async () => {
    const steps = sample(
      fc.oneof(
        fc.integer().map((n) => String(n / 1000)),
        doubles.map((n) => String(n % 1e15)),
      ),
      1000,
      5,
    );
    const replies = await ask(steps.map((step) => ['HINCRBYFLOAT', 'h', 'f', step]));
    let total = '0';
    for (const [index, step] of steps.entries()) {
      total = expectedSum(total, step);
      expect(total).toBe(replies[index] as string);
    }
  });
});
