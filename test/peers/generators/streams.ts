/** Commands on streams. Ids are small and given, because a server's clock is its own. */
import type { Argument } from '../connection.ts';
import type { Random } from './random.ts';
import { type Command, integer, type Maker, options, value } from './words.ts';

/** Nodes that are full soon. */
export const streamArguments = ['--stream-node-max-entries', '7'];

const LONG_IDLE = '100000000';
const SHORTER_IDLE = '50000000';

function key(random: Random): string {
  return random.chance(0.7) ? 'a' : random.pick(['b', 'c', 'd']);
}

function group(random: Random): string {
  return random.chance(0.75) ? 'g' : random.pick(['h', 'group', '', 'nobody']);
}

function consumer(random: Random): string {
  return random.pick(['alice', 'bob', 'carol', 'al', '']);
}

/** Small and large ones, so that streams go on growing for a while. */
function milliseconds(random: Random): string {
  return String(random.below(2 ** random.below(14)));
}

function id(random: Random): string {
  if (random.chance(0.06))
    return random.pick([
      '18446744073709551615-18446744073709551615',
      '18446744073709551615',
      '9007199254740993-9007199254740993',
      '1-18446744073709551615',
      '0-0',
      '0',
      'x',
      '',
      '1-',
      '-1',
      '1-1-1',
      '5--05',
      '+5-+7',
      ' 5',
      '007-007',
    ]);
  return random.chance(0.3) ? milliseconds(random) : `${milliseconds(random)}-${random.below(4)}`;
}

function bound(random: Random, end: string): string {
  if (random.chance(0.4)) return end;
  return random.chance(0.2) ? `(${id(random)}` : random.pick([id(random), id(random), '-', '+']);
}

function count(random: Random): string {
  return random.chance(0.9) ? String(random.below(12)) : integer(random);
}

function pairs(random: Random): Argument[] {
  if (random.chance(0.6)) return ['field', value(random), 'other', String(random.below(300))];
  if (random.chance(0.5)) return [value(random), value(random)];
  return Array.from({ length: 2 * (1 + random.below(4)) }, () => value(random));
}

function newId(random: Random): string {
  return random.chance(0.7) ? `${milliseconds(random)}-*` : id(random);
}

function trim(random: Random): Argument[] {
  const operator = random.pick([[], ['='], ['~'], ['~']]);
  const threshold = random.chance(0.5)
    ? ['MAXLEN', ...operator, random.chance(0.95) ? String(random.below(40)) : integer(random)]
    : ['MINID', ...operator, id(random)];
  return random.chance(0.2) ? [...threshold, 'LIMIT', count(random)] : threshold;
}

function add(random: Random): Command {
  const trimming = random.chance(0.15) ? trim(random) : [];
  const noStream = random.chance(0.05) ? ['NOMKSTREAM'] : [];
  return ['XADD', key(random), ...noStream, ...trimming, newId(random), ...pairs(random)];
}

function readGroup(random: Random): Command {
  const keys = random.chance(0.8) ? [key(random)] : [key(random), key(random)];
  const ids = keys.map(() => (random.chance(0.75) ? '>' : random.pick([id(random), '0', '0', '$', '+'])));
  const some = options(random, ['COUNT', count(random)], ['NOACK']);
  return ['XREADGROUP', 'GROUP', group(random), consumer(random), ...some, 'STREAMS', ...keys, ...ids];
}

function read(random: Random): Command {
  const keys = random.chance(0.6) ? [key(random)] : [key(random), key(random)];
  const ids = keys.map(() => (random.chance(0.2) ? random.pick(['$', '+', '>']) : id(random)));
  return ['XREAD', ...options(random, ['COUNT', count(random)]), 'STREAMS', ...keys, ...ids];
}

function claim(random: Random): Command {
  const ids = Array.from({ length: 1 + random.below(3) }, () => id(random));
  const some = options(
    random,
    ['IDLE', random.pick(['0', LONG_IDLE, '-5', integer(random)])],
    ['TIME', random.pick(['0', '1700000000000', integer(random)])],
    ['RETRYCOUNT', random.pick(['0', '5', integer(random)])],
    ['FORCE'],
    ['FORCE'],
    ['JUSTID'],
    ['LASTID', id(random)],
  );
  const idle = random.pick(['0', '0', SHORTER_IDLE, '-1']);
  return ['XCLAIM', key(random), group(random), consumer(random), idle, ...ids, ...some];
}

function autoclaim(random: Random): Command {
  const some = options(
    random,
    ['COUNT', random.chance(0.8) ? String(1 + random.below(5)) : count(random)],
    ['JUSTID'],
  );
  const idle = random.pick(['0', '0', SHORTER_IDLE]);
  return ['XAUTOCLAIM', key(random), group(random), consumer(random), idle, bound(random, '-'), ...some];
}

function pending(random: Random): Command {
  if (random.chance(0.4)) return ['XPENDING', key(random), group(random)];
  const idle = random.chance(0.3) ? ['IDLE', random.pick(['0', SHORTER_IDLE])] : [];
  const whose = random.chance(0.4) ? [consumer(random)] : [];
  return [
    'XPENDING',
    key(random),
    group(random),
    ...idle,
    bound(random, '-'),
    bound(random, '+'),
    count(random),
    ...whose,
  ];
}

function create(random: Random): Command {
  const some = options(
    random,
    ['MKSTREAM'],
    ['ENTRIESREAD', random.chance(0.8) ? String(random.below(30)) : integer(random)],
  );
  return ['XGROUP', 'CREATE', key(random), group(random), random.pick(['0', '0', '$', id(random)]), ...some];
}

function setGroupId(random: Random): Command {
  const some = options(random, ['ENTRIESREAD', random.pick(['-1', '3', integer(random)])]);
  return ['XGROUP', 'SETID', key(random), group(random), random.pick(['0', '$', id(random)]), ...some];
}

function setId(random: Random): Command {
  const some = options(
    random,
    ['ENTRIESADDED', random.chance(0.8) ? String(random.below(300)) : integer(random)],
    ['MAXDELETEDID', id(random)],
  );
  return ['XSETID', key(random), id(random), ...some];
}

export const streamMakers: readonly Maker[] = [
  add,
  add,
  add,
  add,
  add,
  add,
  add,
  add,
  readGroup,
  readGroup,
  readGroup,
  read,
  claim,
  autoclaim,
  pending,
  create,
  create,
  setGroupId,
  setId,
  (random) => ['XTRIM', key(random), ...trim(random)],
  (random) => ['XDEL', key(random), id(random), id(random)],
  (random) => ['XDEL', key(random), ...Array.from({ length: 10 }, () => `${milliseconds(random)}-0`)],
  (random) => [
    'XRANGE',
    key(random),
    bound(random, '-'),
    bound(random, '+'),
    ...options(random, ['COUNT', count(random)]),
  ],
  (random) => [
    'XREVRANGE',
    key(random),
    bound(random, '+'),
    bound(random, '-'),
    ...options(random, ['COUNT', count(random)]),
  ],
  (random) => ['XLEN', key(random)],
  (random) => ['XACK', key(random), group(random), id(random), id(random)],
  (random) => [
    'XACK',
    key(random),
    group(random),
    ...Array.from({ length: 10 }, () => `${milliseconds(random)}-0`),
  ],
  (random) => ['XGROUP', 'DESTROY', key(random), group(random)],
  (random) => ['XGROUP', 'CREATECONSUMER', key(random), group(random), consumer(random)],
  (random) => ['XGROUP', 'DELCONSUMER', key(random), group(random), consumer(random)],
  (random) => ['XINFO', 'STREAM', key(random)],
  (random) => ['XINFO', 'STREAM', key(random), 'FULL', ...options(random, ['COUNT', count(random)])],
  (random) => ['XINFO', 'GROUPS', key(random)],
  (random) => ['XINFO', 'CONSUMERS', key(random), group(random)],
  (random) => ['COPY', key(random), key(random), ...options(random, ['REPLACE'])],
  (random) => ['OBJECT', 'ENCODING', key(random)],
  (random) => ['DEBUG', 'DIGEST-VALUE', key(random)],
  (random) => ['DEL', key(random)],
  (random) => ['SET', random.pick(['b', 'c']), value(random)],
];
