/** Cold. Libraries of functions in RDB files: each an opcode and the source text, before all keys. */
import type { FunctionLibraries } from '../function-libraries.ts';
import { OPCODE_FUNCTION2 } from './format.ts';
import type { RdbWriter } from './writer.ts';

/** Writes the libraries. REQUIRES: the writer has begun, and no database yet. */
export function writeFunctions({ output }: RdbWriter, libraries: FunctionLibraries): void {
  for (const text of libraries) {
    output.byte(OPCODE_FUNCTION2);
    output.string(text, 0, text.length);
  }
}
