/** Cold. The commands for HyperLogLogs. */
import type { CommandDeclaration } from '../declaration.ts';
import { keyAt, keysFrom } from '../key-specification.ts';
import { pfadd } from './add.ts';
import { pfcount, pfmerge } from './count.ts';
import { pfdebug, pfselftest } from './debug.ts';

export const hyperLogLogCommands: readonly CommandDeclaration[] = [
  {
    name: 'pfadd',
    summary: 'Adds elements to a HyperLogLog, which is created if need be.',
    syntax: 'key [element...]',
    since: '2.8.9',
    group: 'hyperloglog',
    complexity: 'O(1) an element.',
    arity: -2,
    flags: 'write denyoom fast',
    categories: 'hyperloglog',
    keys: [keyAt(1, 'RW insert')],
    run: pfadd,
  },
  {
    name: 'pfcount',
    summary: 'Estimates how many different elements were added, to one HyperLogLog or the union of several.',
    syntax: 'key...',
    since: '2.8.9',
    group: 'hyperloglog',
    complexity: 'O(1) for one, O(N) for N with a large constant.',
    arity: -2,
    flags: 'readonly may_replicate',
    categories: 'hyperloglog',
    keys: [keysFrom(1, 'RW access', {}, 'Written because the cached count may be renewed.')],
    run: pfcount,
  },
  {
    name: 'pfdebug',
    summary: 'Looks into a HyperLogLog; for tests.',
    syntax: 'subcommand key',
    since: '2.8.9',
    group: 'hyperloglog',
    complexity: 'That of the operation.',
    arity: 3,
    flags: 'write denyoom admin',
    categories: 'hyperloglog',
    keys: [keyAt(2, 'RW access')],
    systemCommand: true,
    run: pfdebug,
  },
  {
    name: 'pfmerge',
    summary: 'Merges HyperLogLogs into one.',
    syntax: 'destkey:key [sourcekey:key...#1]',
    since: '2.8.9',
    group: 'hyperloglog',
    complexity: 'O(N) for N keys, with a large constant.',
    arity: -2,
    flags: 'write denyoom',
    categories: 'hyperloglog',
    keys: [keyAt(1, 'RW access insert'), keysFrom(2, 'RO access')],
    run: pfmerge,
  },
  {
    name: 'pfselftest',
    summary: 'Tests the HyperLogLog itself.',
    since: '2.8.9',
    group: 'hyperloglog',
    complexity: 'A few seconds.',
    arity: 1,
    flags: 'admin',
    categories: 'hyperloglog',
    systemCommand: true,
    run: pfselftest,
  },
];
