/** Cold. Who may do what. */
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf } from '../kinds/choice.ts';
import { integer, LONG_MAX } from '../kinds/number.ts';
import { text, textOrNone } from '../kinds/text.ts';

export const accessOptions: readonly OptionDeclaration[] = [
  { name: 'requirepass', kind: textOrNone(), since: '1.0.0', sensitive: true },
  { name: 'aclfile', kind: text(), since: '6.0.0', immutable: true },
  { name: 'acllog-max-len', kind: integer(0, LONG_MAX), default: '128', since: '6.0.0' },
  {
    name: 'acl-pubsub-default',
    kind: oneOf(['allchannels', 'resetchannels']),
    default: 'resetchannels',
    since: '6.2.0',
  },
  {
    name: 'enable-protected-configs',
    kind: oneOf(['no', 'yes', 'local']),
    default: 'no',
    since: '7.0.0',
    immutable: true,
  },
  {
    name: 'enable-debug-command',
    kind: oneOf(['no', 'yes', 'local']),
    default: 'no',
    since: '7.0.0',
    immutable: true,
  },
  {
    name: 'enable-module-command',
    kind: oneOf(['no', 'yes', 'local']),
    default: 'no',
    since: '7.0.0',
    immutable: true,
  },
];
