/** Cold. What only Cinnabar has; CONFIG GET shows them when asked by name. */
import { VERSION_WRITTEN, VERSIONS_WRITTEN } from '../../../persistence/rdb/format.ts';
import type { OptionDeclaration } from '../declaration.ts';
import { oneOf, yesOrNo } from '../kinds/choice.ts';

export const ownOptions: readonly OptionDeclaration[] = [
  {
    name: 'transport',
    kind: oneOf(['auto', 'node', 'epoll', 'io_uring']),
    default: 'auto',
    since: 'cinnabar 0.1',
    immutable: true,
    hidden: true,
  },
  {
    name: 'rdb-version',
    kind: oneOf(VERSIONS_WRITTEN.map(String)),
    default: String(VERSION_WRITTEN),
    since: 'cinnabar 0.1',
    hidden: true,
  },
  {
    name: 'debug-memory',
    kind: yesOrNo,
    default: 'no',
    since: 'cinnabar 0.1',
    immutable: true,
    hidden: true,
  },
];
