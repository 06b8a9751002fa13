/** Cold. The commands that sort. */
import type { CommandDeclaration } from '../declaration.ts';
import { keyAt, unknownKeys } from '../key-specification.ts';
import { sort, sortRo } from './sort.ts';
import { findSortKeys, findSortReadOnlyKeys } from './sort-keys.ts';

export const sortingCommands: readonly CommandDeclaration[] = [
  {
    name: 'sort',
    summary: 'Puts the elements of a list, set or sorted set in order, and may store them.',
    syntax:
      'key [BY by-pattern="pattern":pattern#1] [limit:LIMIT (offset:integer count:integer)] [GET... get-pattern="pattern":pattern#1] [order:(ASC|DESC)] [sorting:ALPHA] [STORE destination:key#2]',
    since: '1.0.0',
    group: 'generic',
    complexity: 'O(N+M*log(M)) for N elements of which M are returned, O(N) when none are sorted.',
    arity: -2,
    flags: 'write denyoom',
    categories: 'set sortedset list dangerous',
    keys: [
      keyAt(1, 'RO access'),
      unknownKeys('RO access', 'The keys behind `BY` and `GET` depend on the elements.'),
      unknownKeys('OW update', 'The key behind `STORE` may stand anywhere.'),
    ],
    findKeys: findSortKeys,
    run: sort,
  },
  {
    name: 'sort_ro',
    summary: 'Sorts the elements of a list, set or sorted set without writing.',
    syntax:
      'key [BY by-pattern="pattern":pattern#1] [limit:LIMIT (offset:integer count:integer)] [GET... get-pattern="pattern":pattern#1] [order:(ASC|DESC)] [sorting:ALPHA]',
    since: '7.0.0',
    group: 'generic',
    complexity: 'O(N+M*log(M)) for N elements of which M are returned, O(N) when none are sorted.',
    arity: -2,
    flags: 'readonly',
    categories: 'set sortedset list dangerous',
    keys: [
      keyAt(1, 'RO access'),
      unknownKeys('RO access', 'The keys behind `BY` and `GET` depend on the elements.'),
    ],
    findKeys: findSortReadOnlyKeys,
    run: sortRo,
  },
];
