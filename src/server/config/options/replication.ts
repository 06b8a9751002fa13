/** Cold. Primaries and replicas. */
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf, yesOrNo } from '../kinds/choice.ts';
import { INT_MAX, integer, LONG_MAX, memory, PORT_MAX } from '../kinds/number.ts';
import { primaryAddress } from '../kinds/primary-address.ts';
import { textOrNone } from '../kinds/text.ts';

/** Bytes; a smaller backlog could not hold what a replica needs to continue. */
const SMALLEST_BACKLOG = 16384n;

function atLeastTheSmallestBacklog(bytes: bigint): bigint {
  return bytes < SMALLEST_BACKLOG ? SMALLEST_BACKLOG : bytes;
}

export const replicationOptions: readonly OptionDeclaration[] = [
  { name: 'replicaof', aliases: ['slaveof'], kind: primaryAddress, since: '1.0.0', immutable: true },
  { name: 'masterauth', hiddenAliases: ['primaryauth'], kind: textOrNone(), since: '1.0.0', sensitive: true },
  { name: 'masteruser', hiddenAliases: ['primaryuser'], kind: textOrNone(), since: '6.0.0', sensitive: true },
  {
    name: 'replica-serve-stale-data',
    aliases: ['slave-serve-stale-data'],
    kind: yesOrNo,
    default: 'yes',
    since: '2.2.0',
  },
  { name: 'replica-read-only', aliases: ['slave-read-only'], kind: yesOrNo, default: 'yes', since: '2.6.0' },
  {
    name: 'replica-ignore-maxmemory',
    aliases: ['slave-ignore-maxmemory'],
    kind: yesOrNo,
    default: 'yes',
    since: '5.0.0',
  },
  { name: 'replica-ignore-disk-write-errors', kind: yesOrNo, default: 'no', since: '7.0.0' },
  { name: 'replica-lazy-flush', aliases: ['slave-lazy-flush'], kind: yesOrNo, default: 'no', since: '4.0.0' },
  { name: 'replica-announced', kind: yesOrNo, default: 'yes', since: '6.2.0' },
  { name: 'replica-announce-ip', aliases: ['slave-announce-ip'], kind: textOrNone(), since: '3.2.2' },
  {
    name: 'replica-announce-port',
    aliases: ['slave-announce-port'],
    kind: integer(0, PORT_MAX),
    default: '0',
    since: '3.2.2',
  },
  {
    name: 'replica-priority',
    aliases: ['slave-priority'],
    kind: integer(0, INT_MAX),
    default: '100',
    since: '2.6.0',
  },
  { name: 'replica-full-sync-buffer-limit', kind: memory(0, LONG_MAX), default: '0', since: '8.0.0' },
  {
    name: 'min-replicas-to-write',
    aliases: ['min-slaves-to-write'],
    kind: integer(0, INT_MAX),
    default: '0',
    since: '2.8.0',
  },
  {
    name: 'min-replicas-max-lag',
    aliases: ['min-slaves-max-lag'],
    kind: integer(0, INT_MAX),
    default: '10',
    since: '2.8.0',
  },
  {
    name: 'repl-backlog-size',
    kind: memory(1, LONG_MAX, atLeastTheSmallestBacklog),
    default: '1mb',
    since: '2.8.0',
  },
  { name: 'repl-backlog-ttl', kind: integer(0, LONG_MAX), default: '3600', since: '2.8.0' },
  { name: 'repl-disable-tcp-nodelay', kind: yesOrNo, default: 'no', since: '2.6.14' },
  { name: 'repl-diskless-sync', kind: yesOrNo, default: 'yes', since: '2.8.18' },
  { name: 'repl-diskless-sync-delay', kind: integer(0, INT_MAX), default: '5', since: '2.8.18' },
  { name: 'repl-diskless-sync-max-replicas', kind: integer(0, INT_MAX), default: '0', since: '7.0.0' },
  {
    name: 'repl-diskless-load',
    kind: oneOf(['disabled', 'on-empty-db', 'swapdb']),
    default: 'disabled',
    since: '6.0.0',
  },
  { name: 'repl-rdb-channel', kind: yesOrNo, default: 'yes', since: '8.0.0', hidden: true },
  {
    name: 'repl-ping-replica-period',
    aliases: ['repl-ping-slave-period'],
    kind: integer(1, INT_MAX),
    default: '10',
    since: '2.4.0',
  },
  { name: 'repl-timeout', kind: integer(1, INT_MAX), default: '60', since: '2.4.0' },
  {
    name: 'propagation-error-behavior',
    kind: oneOf(['ignore', 'panic', 'panic-on-replicas']),
    default: 'ignore',
    since: '7.0.0',
  },
];
