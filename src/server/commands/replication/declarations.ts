/** Cold. The commands between a server and those who copy its data. */
import type { ServerCommand } from '../../server-call.ts';
import { replconf, sync } from './sync.ts';

export const replicationCommands: readonly ServerCommand[] = [
  {
    name: 'replconf',
    summary: 'Tells the server what a replica needs to be sent its data.',
    since: '3.0.0',
    group: 'server',
    complexity: 'O(1)',
    arity: -1,
    flags: 'admin noscript loading stale allow_busy',
    categories: '',
    systemCommand: true,
    run: replconf,
  },
  {
    name: 'sync',
    summary: 'Sends all data.',
    since: '1.0.0',
    group: 'server',
    arity: 1,
    flags: 'admin noscript no_async_loading no_multi',
    categories: '',
    run: sync,
  },
];
