/** What a client says about itself, and about commands. */
import type { Random } from './random.ts';
import { type Command, database, integer, key, type Maker, mutated, smallInteger, value } from './words.ts';

export const connectionMakers: readonly Maker[] = [
  (random) => ['PING', ...(random.chance(0.5) ? [value(random)] : [])],
  (random) => ['ECHO', value(random)],
  (random) => ['SELECT', database(random)],
  (random) => ['HELLO', ...helloWords(random)],
  () => ['RESET'],
  (random) => [
    'AUTH',
    ...random.pick<Command>([['secret'], ['default', 'secret'], ['nobody', 'x'], [''], []]),
  ],
  (random) => [
    'CLIENT',
    'SETNAME',
    random.pick(['me', 'you', '', 'two words', 'line\nbreak', 'ü', '~!', '\x7f']),
  ],
  () => ['CLIENT', 'GETNAME'],
  (random) => [
    'CLIENT',
    'SETINFO',
    random.pick(['LIB-NAME', 'LIB-VER', 'lib-name', 'OTHER', '']),
    value(random),
  ],
  (random) => ['CLIENT', random.pick(['ID', 'INFO', 'LIST', 'HELP', 'UNPAUSE', 'NOSUCH', ''])],
  (random) => ['CLIENT', 'LIST', ...clientFilters(random)],
  (random) => ['CLIENT', 'KILL', ...killFilters(random)],
  (random) => [
    'CLIENT',
    random.pick(['NO-EVICT', 'NO-TOUCH']),
    random.pick(['ON', 'OFF', 'on', 'maybe', '']),
  ],
  (random) => [
    'CLIENT',
    'UNBLOCK',
    integer(random),
    ...random.pick<Command>([[], ['TIMEOUT'], ['ERROR'], ['other']]),
  ],
  (random) => [
    'CLIENT',
    'PAUSE',
    random.pick(['0', 'x', '-1', '']),
    ...random.pick<Command>([[], ['ALL'], ['WRITE'], ['no']]),
  ],
  (random) => ['CLIENT', 'REPLY', random.pick(['ON', 'on', 'maybe', ''])],
  (random) => [
    random.pick(['NOSUCH', 'GETT', '', 'SE T', 'get\r\n', 'x'.repeat(200), 'ГЕТ']),
    ...unknownWords(random),
  ],
  (random) => ['COMMAND', 'GETKEYS', ...knownCommand(random)],
  (random) => ['COMMAND', 'GETKEYSANDFLAGS', ...knownCommand(random)],
  (random) => ['COMMAND', random.pick(['HELP', 'COUNT', 'NOSUCH', 'LIST'])],
  (random) => [
    'COMMAND',
    'INFO',
    random.pick(['GET', 'set', 'nosuch', 'CLIENT', 'config|get', 'client|nosuch', 'object']),
  ],
  (random) => [
    'COMMAND',
    'LIST',
    'FILTERBY',
    random.pick(['PATTERN', 'ACLCAT', 'MODULE', 'OTHER']),
    random.pick(['get*', 'string', 'x']),
  ],
  (random) => ['GET', key(random)],
  (random) => ['SET', key(random), value(random)],
];

/** Commands that silence replies, between one that is answered and one that is answered again. */
export function quietBlock(random: Random): Command[] {
  const noisy = (): Command =>
    random.pick<Command>([['PING'], ['GET', 'a'], ['NOSUCH'], ['SET', 'a'], ['ECHO', 'x'], ['INCR', 'a']]);
  const mode = random.pick(['OFF', 'SKIP', 'off', 'Skip']);
  const rest = Array.from({ length: random.below(4) }, noisy);
  return [
    ['PING', 'before'],
    ['CLIENT', 'REPLY', mode],
    ...rest,
    ['CLIENT', 'REPLY', 'ON'],
    ['PING', 'behind'],
  ];
}

function helloWords(random: Random): Command {
  const version = random.pick(['2', '3', '3', '2', '1', '4', 'x', '']);
  if (random.chance(0.1)) return [];
  const extra: Command[] = [
    [],
    [],
    ['SETNAME', 'named'],
    ['SETNAME', 'bad name'],
    ['AUTH', 'default', 'x'],
    ['AUTH', 'no', 'x'],
    ['AUTH', 'x'],
    ['NOSUCH'],
  ];
  return [version, ...random.pick(extra), ...random.pick(extra)];
}

function clientFilters(random: Random): Command {
  return random.pick<Command>([
    ['TYPE', random.pick(['normal', 'NORMAL', 'master', 'replica', 'slave', 'pubsub', 'nosuch', ''])],
    ['ID', '999999999'],
    ['ID', '999999999', '999999998'],
    ['ID', integer(random)],
    ['ID'],
    ['NOSUCH', 'x'],
  ]);
}

/** Never our own connection, nor that of anybody else. */
function killFilters(random: Random): Command {
  return random.pick<Command>([
    ['127.0.0.1:1'],
    ['ADDR', '127.0.0.1:1'],
    ['LADDR', '127.0.0.1:1'],
    ['ID', '999999999'],
    ['ID', random.pick(['0', '-1', 'x', ''])],
    ['TYPE', random.pick(['pubsub', 'replica', 'master', 'nosuch'])],
    ['USER', random.pick(['nobody', ''])],
    ['MAXAGE', '100000'],
    ['MAXAGE', 'x'],
    ['ID', '999999999', 'SKIPME', random.pick(['yes', 'no', 'maybe'])],
    ['ID'],
    [],
    ['TYPE', 'pubsub', 'ADDR', '127.0.0.1:1'],
    ['NOSUCH', 'x'],
  ]);
}

function knownCommand(random: Random): Command {
  const commands: readonly Command[] = [
    ['GET', 'k'],
    ['SET', 'k', 'v', 'GET'],
    ['SET', 'k', 'v', 'EX', '5'],
    ['MSET', 'k', 'v', 'l', 'w'],
    ['MSET', 'k', 'v', 'l'],
    ['MGET', 'k', 'l', 'm'],
    ['DEL', 'k', 'k'],
    ['COPY', 'k', 'l', 'DB', '3'],
    ['LCS', 'k', 'l', 'IDX'],
    ['OBJECT', 'ENCODING', 'k'],
    ['MEMORY', 'USAGE', 'k'],
    ['PING'],
    ['NOSUCH', 'k'],
    ['CONFIG', 'GET', 'x'],
    [],
  ];
  return random.chance(0.2) ? mutated(random, ['GETEX', 'k', 'PERSIST']) : random.pick(commands);
}

/** Enough and long enough that the error has to cut them short. */
function unknownWords(random: Random): Command {
  return Array.from({ length: random.below(6) }, () =>
    random.chance(0.2) ? 'long'.repeat(40) : random.chance(0.2) ? smallInteger(random) : value(random),
  );
}
