/** Bytes on the socket that are requests, nearly requests, or no requests at all. */
import { request } from '../connection.ts';
import type { Random } from './random.ts';
import { key, value } from './words.ts';

/** What is sent in one go, in order. */
export function protocolChunks(random: Random): Buffer[] {
  const whole = Buffer.concat(Array.from({ length: 1 + random.below(5) }, () => piece(random)));
  if (random.chance(0.5) || whole.length < 2) return [whole];
  const cut = 1 + random.below(whole.length - 1);
  return [whole.subarray(0, cut), whole.subarray(cut)];
}

const counts = [
  '0',
  '-1',
  '-5',
  '1',
  '2',
  '1048576',
  '1048577',
  '2147483648',
  '99999999999999999999',
  '',
  'x',
  '1x',
  ' 1',
  '1 ',
  '+1',
  '-',
  '01',
];
const lengths = [
  '0',
  '-1',
  '-2',
  '3',
  '536870913',
  '99999999999',
  '9223372036854775808',
  '',
  'x',
  '3x',
  ' 3',
  '+3',
  '03',
];
const inlineLines = [
  ...[
    'PING',
    'ping',
    'GET a',
    'SET a 1',
    '  PING  ',
    '',
    '   ',
    '\t',
    'PING\t',
    '\tPING',
    'NOSUCH a b',
    'SET a "b c"',
    'GET',
    '"PING"',
  ],
  ...[
    `SET a 'b c'`,
    'SET a "\\x00\\xff\\n\\r\\t\\a\\b\\\\\\""',
    `SET a 'it\\'s'`,
    'SET a "open',
    `SET a 'open`,
    'SET a "b"c',
    `SET a 'b'c`,
  ],
  ...[
    'SET a b"c"',
    'SET a \\x41',
    'SET "" x',
    'GET ""',
    'SET a "\\xzz"',
    'PING "a\\',
    '\x00',
    'P\x00ING',
    '\xff\xfe',
    'QUIT',
    '$3',
    ':1',
    '-ERR',
    '+OK',
  ],
];

function piece(random: Random): Buffer {
  switch (random.below(10)) {
    case 0:
    case 1:
      return request(
        random.pick([
          ['PING'],
          ['GET', key(random)],
          ['SET', key(random), value(random)],
          ['ECHO', value(random)],
        ]),
      );
    case 2:
    case 3:
      return Buffer.from(`${random.pick(inlineLines)}${random.pick(['\r\n', '\r\n', '\n'])}`, 'latin1');
    case 4:
      return Buffer.from(`*${random.pick(counts)}\r\n`);
    case 5:
      return Buffer.from(`*1\r\n$${random.pick(lengths)}\r\n`);
    case 6:
      return Buffer.from(
        `*2\r\n$4\r\nECHO\r\n${random.pick(['$', '*', ':', '+', 'x', '\r', '\n', ''])}3\r\nabc\r\n`,
      );
    case 7:
      return Buffer.from(`*1\r\n$4\r\nPING${random.pick(['\r\n', 'XX', '\n\r', 'X\r\n', '\r\r\n'])}`);
    case 8:
      return damaged(random, request(['SET', key(random), value(random)]));
    default:
      return random.bytes(random.below(20));
  }
}

function damaged(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length);
  switch (random.below(3)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(1), bytes.subarray(at + 1)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(1), bytes.subarray(at)]);
  }
}
