/** Cold. Where clients reach the server. */
import type { OptionDeclaration } from '../declaration.ts';
import { yesOrNo } from '../kinds/choice.ts';
import { addresses } from '../kinds/lists.ts';
import { INT_MAX, integer, PORT_MAX, permissions, UNSIGNED_INT_MAX } from '../kinds/number.ts';
import { textOrNone } from '../kinds/text.ts';

export const networkOptions: readonly OptionDeclaration[] = [
  { name: 'bind', kind: addresses, default: '* -::*', since: '2.6.0', removedByDefault: true },
  { name: 'bind-source-addr', kind: textOrNone(), since: '7.0.0' },
  { name: 'port', kind: integer(0, PORT_MAX), default: '6379', since: '1.0.0' },
  { name: 'tcp-backlog', kind: integer(0, INT_MAX), default: '511', since: '2.8.5', immutable: true },
  { name: 'tcp-keepalive', kind: integer(0, INT_MAX), default: '300', since: '2.6.0' },
  { name: 'timeout', kind: integer(0, INT_MAX), default: '0', since: '1.0.0' },
  { name: 'unixsocket', kind: textOrNone(), since: '2.2.0', immutable: true },
  { name: 'unixsocketperm', kind: permissions, default: '0', since: '2.4.0', immutable: true },
  { name: 'protected-mode', kind: yesOrNo, default: 'yes', since: '3.2.0' },
  {
    name: 'socket-mark-id',
    kind: integer(0, UNSIGNED_INT_MAX),
    default: '0',
    since: '7.0.0',
    immutable: true,
  },
  { name: 'max-new-connections-per-cycle', kind: integer(1, 1000), default: '10', since: '7.4.0' },
  { name: 'max-new-tls-connections-per-cycle', kind: integer(1, 1000), default: '1', since: '7.4.0' },
  { name: 'io-threads', kind: integer(1, 128), default: '1', since: '6.0.0', immutable: true },
];
