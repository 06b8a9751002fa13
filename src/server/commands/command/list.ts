/** Cold. COMMAND LIST: the names of commands, all or filtered. */
import { categoryBit } from '../../../commands/flags.ts';
import type { CommandTable } from '../../../commands/registry.ts';
import { globMatches } from '../../../memory/glob.ts';
import type { Arguments } from '../../../protocol/arguments.ts';
import type { Reply } from '../../../protocol/reply.ts';

type Filter = (id: number) => boolean;

const unfilteredWords = 2;
const filteredWords = 5;

/** COMMAND LIST [FILTERBY MODULE name | ACLCAT category | PATTERN pattern]. */
export function writeList(table: CommandTable<never>, words: Arguments, reply: Reply): void {
  const filter = listFilter(table, words);
  if (filter === undefined) {
    reply.error('ERR syntax error');
    return;
  }
  const ids = table.topLevel().flatMap((id) => [id, ...table.subcommandsOf(id)]);
  const chosen = ids.filter(filter);
  reply.array(chosen.length);
  for (const id of chosen) reply.text(table.fullNames[id]);
}

function listFilter(table: CommandTable<never>, words: Arguments): Filter | undefined {
  if (words.count === unfilteredWords) return () => true;
  if (words.count !== filteredWords || !words.is(2, 'filterby')) return undefined;
  // There are no modules, so no command is theirs.
  if (words.is(3, 'module')) return () => false;
  if (words.is(3, 'aclcat')) return categoryFilter(table, words.text(4).toLowerCase());
  if (words.is(3, 'pattern')) return patternFilter(table, words.copy(4));
  return undefined;
}

function categoryFilter(table: CommandTable<never>, category: string): Filter {
  const bit = categoryBit(category);
  return (id) => (table.categories[id] & bit) !== 0;
}

function patternFilter(table: CommandTable<never>, pattern: Uint8Array): Filter {
  const encoder = new TextEncoder();
  return (id) => {
    const name = encoder.encode(table.fullNames[id]);
    return globMatches(pattern, name, 0, name.length, true);
  };
}
