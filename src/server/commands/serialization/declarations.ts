/** Cold. The commands for values as bytes. */
import { keyAt, keysAfter } from '../../../commands/key-specification.ts';
import type { ServerCommand } from '../../server-call.ts';
import { dump, restore } from './dump.ts';
import { migrate } from './migrate.ts';
import { findMigrateKeys } from './migrate-keys.ts';

export const serializationCommands: readonly ServerCommand[] = [
  {
    name: 'dump',
    summary: 'Returns the value of a key in serialized form.',
    syntax: 'key',
    since: '2.6.0',
    group: 'generic',
    complexity: 'O(1) to find the key and O(N*M) to serialize its N parts of average size M.',
    arity: 2,
    flags: 'readonly',
    categories: 'keyspace',
    keys: [keyAt(1, 'RO access')],
    tips: ['nondeterministic_output'],
    run: dump,
  },
  {
    name: 'migrate',
    summary: 'Moves keys to another server.',
    syntax:
      'host port:integer key-selector:(key|empty-string:"") destination-db:integer timeout:integer [COPY@3.0.0] [REPLACE@3.0.0] [authentication:(AUTH auth="password"@4.0.7|auth2:AUTH2 (username password)@6.0.0)] [KEYS keys="key":key...#1@3.0.6]',
    since: '2.6.0',
    group: 'generic',
    complexity: 'That of DUMP and DEL here and of RESTORE there, and O(N) for sending N bytes.',
    arity: -6,
    flags: 'write',
    categories: 'keyspace dangerous',
    keys: [keyAt(3, 'RW access delete'), keysAfter('KEYS', -2, 'RW access delete incomplete')],
    findKeys: findMigrateKeys,
    tips: ['nondeterministic_output'],
    history: [
      ['3.0.0', 'Options `COPY` and `REPLACE`.'],
      ['3.0.6', 'Option `KEYS`.'],
      ['4.0.7', 'Option `AUTH`.'],
      ['6.0.0', 'Option `AUTH2`.'],
    ],
    run: migrate,
  },
  {
    name: 'restore',
    summary: 'Creates a key from a serialized value.',
    syntax:
      'key ttl:integer serialized-value [REPLACE@3.0.0] [ABSTTL@5.0.0] [IDLETIME seconds:integer@5.0.0] [FREQ frequency:integer@5.0.0]',
    since: '2.6.0',
    group: 'generic',
    complexity:
      'O(1) to create the key and O(N*M) to rebuild its N parts of average size M; sorted sets O(N*M*log(N)).',
    arity: -4,
    flags: 'write denyoom',
    categories: 'keyspace dangerous',
    keys: [keyAt(1, 'OW update')],
    history: [
      ['3.0.0', 'Option `REPLACE`.'],
      ['5.0.0', 'Option `ABSTTL`.'],
      ['5.0.0', 'Options `IDLETIME` and `FREQ`.'],
    ],
    run: restore,
  },
  {
    name: 'restore-asking',
    summary: 'Creates a key from a serialized value while its slot moves here; sent by other nodes.',
    syntax:
      'key ttl:integer serialized-value [REPLACE@3.0.0] [ABSTTL@5.0.0] [IDLETIME seconds:integer@5.0.0] [FREQ frequency:integer@5.0.0]',
    since: '3.0.0',
    group: 'server',
    complexity:
      'O(1) to create the key and O(N*M) to rebuild its N parts of average size M; sorted sets O(N*M*log(N)).',
    arity: -4,
    flags: 'write denyoom asking',
    categories: 'keyspace dangerous',
    keys: [keyAt(1, 'OW update')],
    history: [
      ['3.0.0', 'Option `REPLACE`.'],
      ['5.0.0', 'Option `ABSTTL`.'],
      ['5.0.0', 'Options `IDLETIME` and `FREQ`.'],
    ],
    systemCommand: true,
    run: restore,
  },
];
