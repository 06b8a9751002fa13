/** Cold. COMMAND and its subcommands, run for a client. */
import { writeHelp } from '../../../commands/help.ts';
import type { ServerCall } from '../../server-call.ts';
import { writeAllInformation, writeDocumentationOf, writeInformationOf } from './about.ts';
import { writeKeys, writeKeysAndFlags } from './get-keys.ts';
import { writeList } from './list.ts';

export function command(call: ServerCall): void {
  writeAllInformation(call.server.commands, call.reply);
}

export function commandCount(call: ServerCall): void {
  call.reply.integer(call.server.commands.topLevel().length);
}

export function commandDocs(call: ServerCall): void {
  writeDocumentationOf(call.server.commands, call.arguments, call.reply);
}

export function commandGetKeys(call: ServerCall): void {
  writeKeys(call.server.commands, call.arguments, call.reply);
}

export function commandGetKeysAndFlags(call: ServerCall): void {
  writeKeysAndFlags(call.server.commands, call.arguments, call.reply);
}

export function commandHelp(call: ServerCall): void {
  writeHelp(call.server.commands, call.arguments, call.reply);
}

export function commandInfo(call: ServerCall): void {
  writeInformationOf(call.server.commands, call.arguments, call.reply);
}

export function commandList(call: ServerCall): void {
  writeList(call.server.commands, call.arguments, call.reply);
}
