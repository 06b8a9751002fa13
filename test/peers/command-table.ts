/** What our command table would answer, without a server. */
import { CommandTable } from '../../src/commands/registry.ts';
import { Arguments } from '../../src/protocol/arguments.ts';
import { Reply as ReplyWriter } from '../../src/protocol/reply.ts';
import { allCommands } from '../../src/server/commands/all.ts';
import { Output } from '../../src/transport/output.ts';

export const table = new CommandTable(allCommands);

/** The bytes that `write` replies to the words with. */
export function replyTo(
  words: readonly string[],
  write: (table: CommandTable<never>, words: Arguments, reply: ReplyWriter) => void,
  version: 2 | 3 = 3,
): Buffer {
  const output = new Output(1024);
  const reply = new ReplyWriter(output);
  reply.version = version;
  const parsed = new Arguments();
  parsed.assign(words.map((word) => Buffer.from(word)));
  write(table, parsed, reply);
  return Buffer.from(output.bytes.subarray(0, output.length));
}
