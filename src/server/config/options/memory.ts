/** Cold. How much memory the data takes, and how it is given back. */
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf, yesOrNo } from '../kinds/choice.ts';
import { INT_MAX, integer, LONG_MAX, memory, UNSIGNED_LONG_MAX } from '../kinds/number.ts';

export const memoryOptions: readonly OptionDeclaration[] = [
  { name: 'maxmemory', kind: memory(0, UNSIGNED_LONG_MAX), default: '0', since: '1.2.0' },
  {
    name: 'maxmemory-policy',
    kind: oneOf(
      [
        'volatile-lru',
        'volatile-lfu',
        'volatile-random',
        'volatile-ttl',
        'allkeys-lru',
        'allkeys-lfu',
        'allkeys-random',
        'noeviction',
      ],
      { unlisted: ['volatile-lrm', 'allkeys-lrm'] },
    ),
    default: 'noeviction',
    since: '2.0.0',
  },
  { name: 'maxmemory-samples', kind: integer(1, 64), default: '5', since: '2.0.0' },
  { name: 'maxmemory-eviction-tenacity', kind: integer(0, 100), default: '10', since: '6.2.0' },
  { name: 'lfu-log-factor', kind: integer(0, INT_MAX), default: '10', since: '4.0.0' },
  { name: 'lfu-decay-time', kind: integer(0, INT_MAX), default: '1', since: '4.0.0' },
  { name: 'active-expire-effort', kind: integer(1, 10), default: '1', since: '6.0.0' },
  { name: 'lazyfree-lazy-eviction', kind: yesOrNo, default: 'no', since: '4.0.0' },
  { name: 'lazyfree-lazy-expire', kind: yesOrNo, default: 'no', since: '4.0.0' },
  { name: 'lazyfree-lazy-server-del', kind: yesOrNo, default: 'no', since: '4.0.0' },
  { name: 'lazyfree-lazy-user-del', kind: yesOrNo, default: 'no', since: '6.0.0' },
  { name: 'lazyfree-lazy-user-flush', kind: yesOrNo, default: 'no', since: '6.2.0' },
  { name: 'activerehashing', kind: yesOrNo, default: 'yes', since: '2.0.0' },
  { name: 'activedefrag', kind: yesOrNo, default: 'no', since: '4.0.0' },
  { name: 'active-defrag-ignore-bytes', kind: memory(1, LONG_MAX), default: '100mb', since: '4.0.0' },
  { name: 'active-defrag-threshold-lower', kind: integer(0, 1000), default: '10', since: '4.0.0' },
  { name: 'active-defrag-threshold-upper', kind: integer(0, 1000), default: '100', since: '4.0.0' },
  { name: 'active-defrag-cycle-min', kind: integer(1, 99), default: '1', since: '4.0.0' },
  { name: 'active-defrag-cycle-max', kind: integer(1, 99), default: '25', since: '4.0.0' },
  { name: 'active-defrag-max-scan-fields', kind: integer(1, LONG_MAX), default: '1000', since: '4.0.0' },
  { name: 'jemalloc-bg-thread', kind: yesOrNo, default: 'yes', since: '5.0.8' },
];
