/** Cold. Up to which size values keep their compact forms. */
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf } from '../kinds/choice.ts';
import { INT_MAX, INT_MIN, integer, LONG_MAX, memory } from '../kinds/number.ts';

export const encodingsOptions: readonly OptionDeclaration[] = [
  {
    name: 'hash-max-listpack-entries',
    aliases: ['hash-max-ziplist-entries'],
    kind: integer(0, LONG_MAX),
    default: '512',
    since: '2.6.0',
  },
  {
    name: 'hash-max-listpack-value',
    aliases: ['hash-max-ziplist-value'],
    kind: memory(0, LONG_MAX),
    default: '64',
    since: '2.6.0',
  },
  {
    name: 'list-max-listpack-size',
    aliases: ['list-max-ziplist-size'],
    kind: integer(INT_MIN, INT_MAX),
    default: '-2',
    since: '3.2.0',
  },
  { name: 'list-compress-depth', kind: integer(0, INT_MAX), default: '0', since: '3.2.0' },
  { name: 'set-max-intset-entries', kind: integer(0, LONG_MAX), default: '512', since: '2.2.0' },
  { name: 'set-max-listpack-entries', kind: integer(0, LONG_MAX), default: '128', since: '7.2.0' },
  { name: 'set-max-listpack-value', kind: integer(0, LONG_MAX), default: '64', since: '7.2.0' },
  {
    name: 'zset-max-listpack-entries',
    aliases: ['zset-max-ziplist-entries'],
    kind: integer(0, LONG_MAX),
    default: '128',
    since: '2.4.0',
  },
  {
    name: 'zset-max-listpack-value',
    aliases: ['zset-max-ziplist-value'],
    kind: memory(0, LONG_MAX),
    default: '64',
    since: '2.4.0',
  },
  { name: 'hll-sparse-max-bytes', kind: memory(0, LONG_MAX), default: '3000', since: '2.8.9' },
  { name: 'stream-node-max-bytes', kind: memory(0, LONG_MAX), default: '4096', since: '5.0.0' },
  { name: 'stream-node-max-entries', kind: integer(0, LONG_MAX), default: '100', since: '5.0.0' },
  { name: 'sanitize-dump-payload', kind: oneOf(['no', 'yes', 'clients']), default: 'no', since: '6.2.0' },
];
