/** SORT on lists, sets and sorted sets, with keys and hashes to sort by. */
import type { Random } from './random.ts';
import { type Command, type Maker, smallInteger } from './words.ts';

const elements = ['1', '2', '3', '10', '20', '-5', '1.5', 'a', 'b', 'ab', '', '1e3', 'inf', '0x10', ' 7'];
const keys = ['list', 'set', 'zset', 'numbers', 'copy', 'w_1'];

export const sortingMakers: readonly Maker[] = [
  (random) => ['RPUSH', 'list', element(random), element(random)],
  (random) => ['RPUSH', 'numbers', smallInteger(random), String(random.below(100))],
  (random) => ['SADD', 'set', element(random), element(random)],
  (random) => ['ZADD', 'zset', String(random.below(20)), element(random)],
  (random) => ['SET', `w_${element(random)}`, random.pick(['5', '3', '1', '1', 'x', '', '2.5'])],
  (random) => [
    'HSET',
    `h_${element(random)}`,
    'weight',
    random.pick(['9', '8', '1', 'y']),
    'name',
    element(random),
  ],
  (random) => ['DEL', random.pick([...keys, `w_${element(random)}`])],
  (random) => ['SORT', 'numbers', ...options(random, false)],
  (random) => ['SORT', random.pick(keys), 'ALPHA', ...options(random, false, false)],
  // Of elements with equal texts to sort by, any may come first: all have one.
  (random) => ['SORT', random.pick(keys), 'ALPHA', 'BY', 'nosort', ...options(random, false, false)],
  (random) => ['SORT', random.pick(['list', 'set', 'zset']), ...options(random, true)],
  (random) => ['SORT_RO', random.pick(['list', 'zset', 'numbers']), ...options(random, false)],
  (random) => ['SORT', random.pick(keys), 'BY', 'nosort', 'STORE', 'copy'],
  (random) => ['SORT', random.pick(['list', 'numbers', 'zset']), 'BY', 'nosort', ...options(random, false)],
  () => ['LRANGE', 'copy', '0', '-1'],
  () => ['OBJECT', 'ENCODING', 'copy'],
];

function element(random: Random): string {
  return random.pick(elements);
}

function options(random: Random, mayStore: boolean, byNumber = true): Command {
  const list: string[] = [];
  const choices: readonly (() => readonly string[])[] = [
    () =>
      byNumber
        ? ['BY', random.pick(['w_*', 'h_*->weight', 'h_*->none', 'w_*->', '#', 'h_*->name'])]
        : ['ALPHA'],
    () => ['GET', random.pick(['#', 'w_*', 'h_*->name', 'nothing', 'h_*->'])],
    () => ['GET', '#'],
    () => [
      'LIMIT',
      random.pick(['0', '1', '-1', '100', 'x']),
      random.pick(['0', '2', '-1', '100', '9999999999']),
    ],
    () => ['ASC'],
    () => ['DESC'],
    () => (mayStore ? ['STORE', 'copy'] : []),
  ];
  for (let count = random.below(4); count > 0; count--) list.push(...random.pick(choices)());
  return list;
}
