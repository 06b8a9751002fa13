/** Cold. How commands are executed. */
import type { OptionDeclaration } from '../declaration.ts';
import { yesOrNo } from '../kinds/choice.ts';
import { INT_MAX, integer, LONG_MAX } from '../kinds/number.ts';

const MOST_TURNS_A_SECOND = 500n;

function withinTheServersReach(hz: bigint): bigint {
  if (hz < 1n) return 1n;
  return hz > MOST_TURNS_A_SECOND ? MOST_TURNS_A_SECOND : hz;
}

export const executionOptions: readonly OptionDeclaration[] = [
  { name: 'databases', kind: integer(1, INT_MAX), default: '16', since: '1.0.0', immutable: true },
  { name: 'hz', kind: integer(0, INT_MAX, withinTheServersReach), default: '10', since: '2.6.0' },
  { name: 'dynamic-hz', kind: yesOrNo, default: 'yes', since: '5.0.0' },
  {
    name: 'busy-reply-threshold',
    aliases: ['lua-time-limit'],
    kind: integer(0, LONG_MAX),
    default: '5000',
    since: '2.6.0',
  },
  {
    name: 'lua-enable-deprecated-api',
    kind: yesOrNo,
    default: 'no',
    since: '7.2.0',
    immutable: true,
    hidden: true,
  },
];
