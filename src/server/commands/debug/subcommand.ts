/** Cold. What DEBUG is made of. */
import { wrongSubcommand } from '../../../commands/errors.ts';
import type { ServerCall } from '../../server-call.ts';

export interface DebugSubcommand {
  /** In lower case. */
  readonly name: string;
  /** How many words a call may have, DEBUG and the name included. */
  readonly words: readonly [least: number, most: number];
  /** The words behind the name, for HELP. */
  readonly syntax?: string;
  /** For HELP, a line each. */
  readonly help: readonly string[];
  run(call: ServerCall): void;
}

export const ANY_NUMBER = Number.POSITIVE_INFINITY;

/** Replies that the words fit no subcommand. */
export function refuseSubcommand(call: ServerCall): void {
  call.reply.error(wrongSubcommand('DEBUG', call.arguments.quoted(1, 128)));
}

/** The number that a word begins with, as C reads it; 0 if it begins with none. */
export function leadingNumber(call: ServerCall, index: number): number {
  const value = Number.parseFloat(call.arguments.text(index));
  return Number.isFinite(value) ? value : 0;
}

/** Whether a word begins with a number other than 0. */
export function leadingFlag(call: ServerCall, index: number): boolean {
  return Math.trunc(leadingNumber(call, index)) !== 0;
}
