/** Cold. Cluster mode. */
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf, yesOrNo } from '../kinds/choice.ts';
import { INT_MAX, integer, LONG_MAX, memory, PORT_MAX, UNSIGNED_LONG_MAX } from '../kinds/number.ts';
import { hostName, nodeName, text, textOrNone } from '../kinds/text.ts';

export const clusterOptions: readonly OptionDeclaration[] = [
  { name: 'cluster-enabled', kind: yesOrNo, default: 'no', since: '3.0.0', immutable: true },
  { name: 'cluster-config-file', kind: text(), default: 'nodes.conf', since: '3.0.0', immutable: true },
  { name: 'cluster-port', kind: integer(0, PORT_MAX), default: '0', since: '7.0.0', immutable: true },
  { name: 'cluster-node-timeout', kind: integer(0, LONG_MAX), default: '15000', since: '3.0.0' },
  { name: 'cluster-ping-interval', kind: integer(0, LONG_MAX), default: '0', since: '7.4.0', hidden: true },
  { name: 'cluster-migration-barrier', kind: integer(0, INT_MAX), default: '1', since: '3.0.0' },
  { name: 'cluster-allow-replica-migration', kind: yesOrNo, default: 'yes', since: '7.0.0' },
  {
    name: 'cluster-replica-validity-factor',
    aliases: ['cluster-slave-validity-factor'],
    kind: integer(0, INT_MAX),
    default: '10',
    since: '3.0.0',
  },
  {
    name: 'cluster-replica-no-failover',
    aliases: ['cluster-slave-no-failover'],
    kind: yesOrNo,
    default: 'no',
    since: '4.0.0',
  },
  { name: 'cluster-require-full-coverage', kind: yesOrNo, default: 'yes', since: '3.0.0' },
  { name: 'cluster-allow-reads-when-down', kind: yesOrNo, default: 'no', since: '6.0.0' },
  { name: 'cluster-allow-pubsubshard-when-down', kind: yesOrNo, default: 'yes', since: '7.0.0' },
  { name: 'cluster-link-sendbuf-limit', kind: memory(0, UNSIGNED_LONG_MAX), default: '0', since: '7.0.0' },
  { name: 'cluster-announce-ip', kind: textOrNone(), since: '4.0.0' },
  { name: 'cluster-announce-port', kind: integer(0, PORT_MAX), default: '0', since: '4.0.0' },
  { name: 'cluster-announce-bus-port', kind: integer(0, PORT_MAX), default: '0', since: '4.0.0' },
  { name: 'cluster-announce-tls-port', kind: integer(0, PORT_MAX), default: '0', since: '6.2.0' },
  { name: 'cluster-announce-hostname', kind: hostName, since: '7.0.0' },
  { name: 'cluster-announce-human-nodename', kind: nodeName, since: '7.2.0' },
  {
    name: 'cluster-preferred-endpoint-type',
    kind: oneOf(['ip', 'hostname', 'unknown-endpoint']),
    default: 'ip',
    since: '7.0.0',
  },
  { name: 'cluster-compatibility-sample-ratio', kind: integer(0, 100), default: '0', since: '8.0.0' },
];
