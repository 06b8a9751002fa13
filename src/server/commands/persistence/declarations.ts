/** Cold. The commands for keeping data on disk. */
import type { ServerCommand } from '../../server-call.ts';
import { bgsave, lastsave, save } from './save.ts';

export const persistenceCommands: readonly ServerCommand[] = [
  {
    name: 'bgsave',
    summary: 'Saves the data set to disk while clients are served.',
    syntax: '[SCHEDULE@3.2.2]',
    since: '1.0.0',
    group: 'server',
    complexity: 'O(1)',
    arity: -1,
    flags: 'admin noscript no_async_loading',
    categories: '',
    history: [['3.2.2', 'Option `SCHEDULE`.']],
    run: bgsave,
  },
  {
    name: 'lastsave',
    summary: 'Returns when the data set was last saved.',
    since: '1.0.0',
    group: 'server',
    complexity: 'O(1)',
    arity: 1,
    flags: 'loading stale fast',
    categories: 'admin dangerous',
    tips: ['nondeterministic_output'],
    run: lastsave,
  },
  {
    name: 'save',
    summary: 'Saves the data set to disk, and lets all clients wait.',
    since: '1.0.0',
    group: 'server',
    complexity: 'O(N), N being the number of keys.',
    arity: 1,
    flags: 'admin noscript no_async_loading no_multi',
    categories: '',
    run: save,
  },
];
