/** Cold. The process: its start, its end, its place in the system. */
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf, shutdownFlags, yesOrNo } from '../kinds/choice.ts';
import { oomScores } from '../kinds/lists.ts';
import { INT_MAX, integer } from '../kinds/number.ts';
import { locale, text, textOrNone, titleTemplate } from '../kinds/text.ts';

/** Milliseconds; the timer that the watch looks at is no finer. Zero turns the watch off. */
const SHORTEST_WATCH = 200n;

function atLeastTheShortestWatch(milliseconds: bigint): bigint {
  return milliseconds > 0n && milliseconds < SHORTEST_WATCH ? SHORTEST_WATCH : milliseconds;
}

export const processOptions: readonly OptionDeclaration[] = [
  { name: 'daemonize', kind: yesOrNo, default: 'no', since: '1.0.0', immutable: true },
  {
    name: 'supervised',
    kind: oneOf(['upstart', 'systemd', 'auto', 'no']),
    default: 'no',
    since: '3.2.0',
    immutable: true,
  },
  { name: 'pidfile', kind: textOrNone(), since: '1.0.0', immutable: true },
  { name: 'always-show-logo', kind: yesOrNo, default: 'no', since: '4.0.0', immutable: true },
  { name: 'set-proc-title', kind: yesOrNo, default: 'yes', since: '6.2.0', immutable: true },
  {
    name: 'proc-title-template',
    kind: titleTemplate,
    default: '{title} {listen-addr} {server-mode}',
    since: '6.2.0',
  },
  { name: 'shutdown-timeout', kind: integer(0, INT_MAX), default: '10', since: '7.0.0' },
  { name: 'shutdown-on-sigint', kind: shutdownFlags, default: 'default', since: '7.0.0' },
  { name: 'shutdown-on-sigterm', kind: shutdownFlags, default: 'default', since: '7.0.0' },
  {
    name: 'oom-score-adj',
    kind: oneOf(['no', 'yes', 'relative', 'absolute'], { synonyms: { relative: 'yes' } }),
    default: 'no',
    since: '6.2.0',
  },
  { name: 'oom-score-adj-values', kind: oomScores, default: '0 200 800', since: '6.2.0' },
  { name: 'disable-thp', kind: yesOrNo, default: 'yes', since: '6.2.0', immutable: true },
  {
    name: 'server-cpulist',
    aliases: ['server_cpulist'],
    kind: textOrNone(),
    since: '6.0.6',
    immutable: true,
  },
  { name: 'bio-cpulist', aliases: ['bio_cpulist'], kind: textOrNone(), since: '6.0.6', immutable: true },
  {
    name: 'aof-rewrite-cpulist',
    aliases: ['aof_rewrite_cpulist'],
    kind: textOrNone(),
    since: '6.0.6',
    immutable: true,
  },
  {
    name: 'bgsave-cpulist',
    aliases: ['bgsave_cpulist'],
    kind: textOrNone(),
    since: '6.0.6',
    immutable: true,
  },
  { name: 'ignore-warnings', kind: text(), since: '6.2.0' },
  { name: 'locale-collate', kind: locale, since: '7.0.0' },
  { name: 'crash-log-enabled', kind: yesOrNo, default: 'yes', since: '6.2.0' },
  { name: 'crash-memcheck-enabled', kind: yesOrNo, default: 'yes', since: '6.2.0' },
  { name: 'use-exit-on-panic', kind: yesOrNo, default: 'no', since: '6.2.0', hidden: true },
  {
    name: 'watchdog-period',
    kind: integer(0, INT_MAX, atLeastTheShortestWatch),
    default: '0',
    since: '2.6.0',
    hidden: true,
  },
];
