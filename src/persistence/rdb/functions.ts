/**
 * Cold. Libraries of functions in RDB files, each an opcode and the source text, before all keys; and in what FUNCTION DUMP
 * gives: the same, with the end that DUMP's payloads have.
 */
import type { FunctionLibraries } from '../function-libraries.ts';
import { dumpInput, isDump } from './dump.ts';
import { OPCODE_FUNCTION2 } from './format.ts';
import { RdbError } from './input.ts';
import type { RdbWriter } from './writer.ts';

/** Writes the libraries. REQUIRES: the writer has begun, and no database yet. */
export function writeFunctions({ output }: RdbWriter, libraries: FunctionLibraries): void {
  for (const text of libraries) {
    output.byte(OPCODE_FUNCTION2);
    output.string(text, 0, text.length);
  }
}

/** The source texts in what FUNCTION DUMP has given; null if it is no such thing. */
export function readFunctions(payload: Uint8Array): Uint8Array[] | null {
  if (!isDump(payload, 0, payload.length)) return null;
  const input = dumpInput(payload, 0, payload.length);
  const texts: Uint8Array[] = [];
  try {
    while (!input.isAtEnd) {
      if (input.byte() !== OPCODE_FUNCTION2) return null;
      input.string();
      texts.push(input.stringBytes.slice(input.stringStart, input.stringEnd));
    }
  } catch (error) {
    if (error instanceof RdbError) return null;
    throw error;
  }
  return texts;
}
