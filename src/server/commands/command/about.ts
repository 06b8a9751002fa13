/** Cold. COMMAND, COMMAND INFO and COMMAND DOCS: which commands are asked about. */
import type { CommandTable } from '../../../commands/registry.ts';
import type { Arguments } from '../../../protocol/arguments.ts';
import type { Reply } from '../../../protocol/reply.ts';
import { writeDocumentation } from './documentation.ts';
import { writeInformation } from './information.ts';

/** Where names begin, behind COMMAND INFO or COMMAND DOCS. */
const firstName = 2;

/** COMMAND: every command. */
export function writeAllInformation(table: CommandTable<never>, reply: Reply): void {
  const ids = table.topLevel();
  reply.array(ids.length);
  for (const id of ids) writeInformation(table, id, reply);
}

/** COMMAND INFO [name ...]: an element a name, null for those unknown. */
export function writeInformationOf(table: CommandTable<never>, words: Arguments, reply: Reply): void {
  if (words.count === firstName) {
    writeAllInformation(table, reply);
    return;
  }
  reply.array(words.count - firstName);
  for (const id of idsOfNames(table, words)) {
    if (id < 0) reply.nullValue();
    else writeInformation(table, id, reply);
  }
}

/** COMMAND DOCS [name ...]: a map of those known. */
export function writeDocumentationOf(table: CommandTable<never>, words: Arguments, reply: Reply): void {
  const ids = words.count === firstName ? table.topLevel() : idsOfNames(table, words).filter((id) => id >= 0);
  reply.map(ids.length);
  for (const id of ids) writeDocumentation(table, id, reply);
}

function idsOfNames(table: CommandTable<never>, words: Arguments): number[] {
  return Array.from({ length: words.count - firstName }, (_, at) =>
    table.findByName(words.text(firstName + at)),
  );
}
