/** Cold. What clients may take. */
import type { OptionDeclaration } from '../declaration.ts';
import { bufferLimits } from '../kinds/buffer-limits.ts';
import { integer, LONG_MAX, memory, memoryOrPercent, UNSIGNED_INT_MAX } from '../kinds/number.ts';

export const clientsOptions: readonly OptionDeclaration[] = [
  { name: 'maxclients', kind: integer(1, UNSIGNED_INT_MAX), default: '10000', since: '2.6.0' },
  { name: 'maxmemory-clients', kind: memoryOrPercent, default: '0', since: '7.0.0' },
  {
    name: 'client-output-buffer-limit',
    kind: bufferLimits,
    default: 'normal 0 0 0 slave 256mb 64mb 60 pubsub 32mb 8mb 60',
    since: '2.6.0',
  },
  { name: 'client-query-buffer-limit', kind: memory(1024 * 1024, LONG_MAX), default: '1gb', since: '4.0.0' },
  { name: 'proto-max-bulk-len', kind: memory(1024 * 1024, LONG_MAX), default: '512mb', since: '3.2.0' },
  { name: 'tracking-table-max-keys', kind: integer(0, LONG_MAX), default: '1000000', since: '6.0.0' },
];
