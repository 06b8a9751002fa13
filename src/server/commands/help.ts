/** Cold. The HELP subcommand of every container. */
import { writeHelp } from '../../commands/help.ts';
import type { ServerCall } from '../server-call.ts';

/** CONTAINER HELP */
export function help(call: ServerCall): void {
  writeHelp(call.server.commands, call.arguments, call.reply);
}
