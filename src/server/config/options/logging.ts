/** Cold. The log. */
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf, yesOrNo } from '../kinds/choice.ts';
import { text } from '../kinds/text.ts';

export const loggingOptions: readonly OptionDeclaration[] = [
  {
    name: 'loglevel',
    kind: oneOf(['debug', 'verbose', 'notice', 'warning', 'nothing']),
    default: 'notice',
    since: '1.0.0',
  },
  { name: 'logfile', kind: text(), since: '1.0.0', immutable: true },
  { name: 'syslog-enabled', kind: yesOrNo, default: 'no', since: '2.2.0', immutable: true },
  { name: 'syslog-ident', kind: text(), default: 'redis', since: '2.2.0', immutable: true },
  {
    name: 'syslog-facility',
    kind: oneOf(['user', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7']),
    default: 'local0',
    since: '2.2.0',
    immutable: true,
  },
  { name: 'hide-user-data-from-log', kind: yesOrNo, default: 'no', since: '7.4.0' },
];
