/** Cold. DEBUG: the commands for tests and debugging. */
import type { ServerCommand } from '../../server-call.ts';
import { debug } from './debug.ts';

export const debugCommands: readonly ServerCommand[] = [
  {
    name: 'debug',
    summary: 'Container of the commands for debugging.',
    since: '1.0.0',
    group: 'server',
    complexity: 'That of the subcommand.',
    arity: -2,
    flags: 'admin noscript loading stale protected',
    categories: '',
    systemCommand: true,
    run: debug,
  },
];
