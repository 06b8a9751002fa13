/** Cold. COMMAND GETKEYS and GETKEYSANDFLAGS: the keys in a command that is given as arguments. */
import { HAS_KEYS, NO_MANDATORY_KEYS } from '../../../commands/flags.ts';
import { KeyPositions } from '../../../commands/key-extraction.ts';
import { shownKeyFlagNames } from '../../../commands/key-specification.ts';
import type { CommandTable } from '../../../commands/registry.ts';
import type { Arguments } from '../../../protocol/arguments.ts';
import type { Reply } from '../../../protocol/reply.ts';
import { writeNames } from './information.ts';

/** Where the command to look into begins, behind COMMAND GETKEYS. */
const firstWord = 2;

/** Writes the keys as an array. */
export function writeKeys(table: CommandTable<never>, words: Arguments, reply: Reply): void {
  const found = keysOrError(table, words, reply);
  if (found === undefined) return;
  reply.array(found.count);
  for (let at = 0; at < found.count; at++) writeWord(words, found.positions[at], reply);
}

/** Writes the keys as an array of pairs of a key and the set of its flags. */
export function writeKeysAndFlags(table: CommandTable<never>, words: Arguments, reply: Reply): void {
  const found = keysOrError(table, words, reply);
  if (found === undefined) return;
  reply.array(found.count);
  for (let at = 0; at < found.count; at++) {
    reply.array(2);
    writeWord(words, found.positions[at], reply);
    writeNames(shownKeyFlagNames(found.flags[at]), reply);
  }
}

/** The keys, or undefined behind an error reply. */
function keysOrError(table: CommandTable<never>, words: Arguments, reply: Reply): KeyPositions | undefined {
  const id = table.findByWords(words, firstWord);
  const found = new KeyPositions();
  const refusal = refusalOf(table, id, words);
  if (refusal !== undefined) {
    reply.error(refusal);
    return undefined;
  }
  if (table.findKeys(id, words, firstWord, found) && found.count > 0) return found;
  if (table.flags[id] & NO_MANDATORY_KEYS) return new KeyPositions();
  reply.error('ERR Invalid arguments specified for command');
  return undefined;
}

function refusalOf(table: CommandTable<never>, id: number, words: Arguments): string | undefined {
  if (id < 0) return 'ERR Invalid command specified';
  if (!(table.flags[id] & HAS_KEYS)) return 'ERR The command has no key arguments';
  if (!table.accepts(id, words.count - firstWord))
    return 'ERR Invalid number of arguments specified for command';
  return undefined;
}

function writeWord(words: Arguments, index: number, reply: Reply): void {
  reply.bulk(words.bytes, words.start(index), words.end(index));
}
