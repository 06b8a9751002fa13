/** Cold. Snapshots and the append-only file. */
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf, yesOrNo } from '../kinds/choice.ts';
import { INT_MAX, INT_MIN, integer, LONG_MAX, memory } from '../kinds/number.ts';
import { savePoints } from '../kinds/save-points.ts';
import { directory, fileName } from '../kinds/text.ts';

export const persistenceOptions: readonly OptionDeclaration[] = [
  { name: 'dir', kind: directory, since: '1.0.0', protected: true, alwaysWritten: true },
  { name: 'save', kind: savePoints, default: '3600 1 300 100 60 10000', since: '1.0.0', alwaysWritten: true },
  {
    name: 'dbfilename',
    kind: fileName('dbfilename', 'filename', true),
    default: 'dump.rdb',
    since: '1.0.0',
    protected: true,
  },
  { name: 'rdbcompression', kind: yesOrNo, default: 'yes', since: '1.0.0' },
  { name: 'rdbchecksum', kind: yesOrNo, default: 'yes', since: '2.6.0', immutable: true },
  { name: 'rdb-del-sync-files', kind: yesOrNo, default: 'no', since: '6.0.0' },
  { name: 'rdb-save-incremental-fsync', kind: yesOrNo, default: 'yes', since: '4.0.0' },
  { name: 'rdb-key-save-delay', kind: integer(INT_MIN, INT_MAX), default: '0', since: '6.0.0', hidden: true },
  { name: 'stop-writes-on-bgsave-error', kind: yesOrNo, default: 'yes', since: '2.6.0' },
  { name: 'appendonly', kind: yesOrNo, default: 'no', since: '1.1.0' },
  {
    name: 'appendfilename',
    kind: fileName('appendfilename', 'filename', false),
    default: 'appendonly.aof',
    since: '2.0.0',
    immutable: true,
  },
  {
    name: 'appenddirname',
    kind: fileName('appenddirname', 'dirname', false),
    default: 'appendonlydir',
    since: '7.0.0',
    immutable: true,
  },
  { name: 'appendfsync', kind: oneOf(['everysec', 'always', 'no']), default: 'everysec', since: '1.1.0' },
  { name: 'no-appendfsync-on-rewrite', kind: yesOrNo, default: 'no', since: '2.0.0' },
  { name: 'auto-aof-rewrite-percentage', kind: integer(0, INT_MAX), default: '100', since: '2.4.0' },
  { name: 'auto-aof-rewrite-min-size', kind: memory(0, LONG_MAX), default: '64mb', since: '2.4.0' },
  { name: 'aof-load-truncated', kind: yesOrNo, default: 'yes', since: '2.8.14' },
  { name: 'aof-use-rdb-preamble', kind: yesOrNo, default: 'yes', since: '4.0.0' },
  { name: 'aof-rewrite-incremental-fsync', kind: yesOrNo, default: 'yes', since: '2.6.0' },
  { name: 'aof-timestamp-enabled', kind: yesOrNo, default: 'no', since: '7.0.0' },
  { name: 'aof-disable-auto-gc', kind: yesOrNo, default: 'no', since: '7.0.0', hidden: true },
  { name: 'key-load-delay', kind: integer(INT_MIN, INT_MAX), default: '0', since: '6.0.0', hidden: true },
  {
    name: 'loading-process-events-interval-bytes',
    kind: integer(1024, INT_MAX),
    default: '524288',
    since: '6.2.0',
    hidden: true,
  },
];
