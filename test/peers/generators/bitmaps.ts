/** Commands on bitmaps, as Redis 8.0 knows them. */
import type { Random } from './random.ts';
import { type Command, integer, key, type Maker, smallInteger, someKeys, value } from './words.ts';

export const bitmapMakers: readonly Maker[] = [
  (random) => ['SET', key(random), value(random)],
  (random) => ['SETBIT', key(random), offset(random), random.pick(['0', '1', '1', '2', 'x'])],
  (random) => ['SETBIT', key(random), smallInteger(random), random.pick(['0', '1'])],
  (random) => ['GETBIT', key(random), offset(random)],
  (random) => ['GETBIT', key(random), smallInteger(random)],
  (random) => ['BITCOUNT', key(random)],
  (random) => ['BITCOUNT', key(random), place(random), place(random), ...unit(random)],
  (random) => ['BITPOS', key(random), random.pick(['0', '1'])],
  (random) => ['BITPOS', key(random), random.pick(['0', '1', '2']), place(random)],
  (random) => [
    'BITPOS',
    key(random),
    random.pick(['0', '1', 'x']),
    place(random),
    place(random),
    ...unit(random),
  ],
  (random) => [
    'BITOP',
    random.pick(['AND', 'or', 'XOR', 'NOT', 'NAND']),
    key(random),
    ...someKeys(random, 4),
  ],
  (random) => ['BITOP', 'NOT', key(random), key(random)],
  (random) => ['BITFIELD', key(random), ...operations(random)],
  (random) => ['BITFIELD', key(random), ...operations(random)],
  (random) => ['BITFIELD_RO', key(random), ...operations(random)],
  (random) => ['BITFIELD_RO', key(random), 'GET', type(random), offset(random)],
  (random) => ['GET', key(random)],
  (random) => ['STRLEN', key(random)],
  (random) => ['APPEND', key(random), value(random)],
  (random) => ['OBJECT', 'ENCODING', key(random)],
  (random) => ['DEL', key(random)],
];

function offset(random: Random): string {
  if (random.chance(0.1))
    return random.pick(['4294967297', '-9', 'x', '9223372036854775807', '9223372036854775808', '']);
  return random.pick(['0', '1', '7', '8', '9', '63', '64', '100', '1000', '70000', '-1', '4294967296']);
}

function place(random: Random): string {
  return random.chance(0.2) ? integer(random) : smallInteger(random);
}

function unit(random: Random): Command {
  return random.pick<Command>([[], ['BIT'], ['bit'], ['BYTE'], ['BITS']]);
}

function type(random: Random): string {
  if (random.chance(0.1)) return random.pick(['u64', 'i65', 'u0', 'i', 'x8', 'u-1', 'i8x', '8', 'u08', '']);
  return random.pick(['u', 'i']) + String(1 + random.below(63));
}

function fieldOffset(random: Random): string {
  return random.chance(0.4) ? `#${random.pick(['0', '1', '5', '100', '-1', 'x', ''])}` : offset(random);
}

function operations(random: Random): Command {
  const list: string[] = [];
  for (let count = random.below(4); count >= 0; count--) {
    const kind = random.pick(['GET', 'SET', 'INCRBY', 'OVERFLOW', 'set', 'incrby']);
    list.push(kind);
    if (kind === 'OVERFLOW') {
      list.push(random.pick(['WRAP', 'SAT', 'FAIL', 'sat', 'X']));
    } else {
      list.push(type(random), fieldOffset(random));
      if (kind !== 'GET') list.push(integer(random));
    }
  }
  return list;
}
