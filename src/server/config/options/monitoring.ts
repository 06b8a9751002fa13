/** Cold. What the server measures and tells of itself. */
import type { OptionDeclaration } from '../declaration.ts';
import { yesOrNo } from '../kinds/choice.ts';
import { events } from '../kinds/events.ts';
import { percentiles } from '../kinds/lists.ts';
import { integer, LONG_MAX } from '../kinds/number.ts';

export const monitoringOptions: readonly OptionDeclaration[] = [
  {
    name: 'slowlog-log-slower-than',
    hiddenAliases: ['commandlog-execution-slower-than'],
    kind: integer(-1, LONG_MAX),
    default: '10000',
    since: '2.2.12',
  },
  {
    name: 'slowlog-max-len',
    hiddenAliases: ['commandlog-slow-execution-max-len'],
    kind: integer(0, LONG_MAX),
    default: '128',
    since: '2.2.12',
  },
  { name: 'latency-monitor-threshold', kind: integer(0, LONG_MAX), default: '0', since: '2.8.13' },
  { name: 'latency-tracking', kind: yesOrNo, default: 'yes', since: '7.0.0' },
  {
    name: 'latency-tracking-info-percentiles',
    kind: percentiles,
    default: '50 99 99.9',
    since: '7.0.0',
    alwaysWritten: true,
  },
  { name: 'notify-keyspace-events', kind: events, since: '2.8.0' },
];
