/** Cold. What modules have put into a file; without the module it can only be passed over. */
import {
  MODULE_DOUBLE,
  MODULE_EOF,
  MODULE_FLOAT,
  MODULE_SIGNED,
  MODULE_STRING,
  MODULE_UNSIGNED,
  TYPE_MODULE_2,
} from './format.ts';
import { RdbError, type RdbInput } from './input.ts';

const NAME_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NAME_LENGTH = 9;

/** Reads the number that names a module's type: nine characters of 6 bits each, above 10 bits of a version. */
export function readModuleName(input: RdbInput): string {
  input.long();
  let bits = ((BigInt(input.longHigh >>> 0) << 32n) | BigInt(input.longLow >>> 0)) >> 10n;
  let name = '';
  for (let i = 0; i < NAME_LENGTH; i++, bits >>= 6n) name = NAME_CHARACTERS[Number(bits & 63n)] + name;
  return name;
}

/** Reads over what follows the name. Throws RdbError. */
export function skipModuleValue(input: RdbInput): void {
  for (;;) {
    const start = input.offset;
    const opcode = input.length();
    if (opcode === MODULE_EOF) return;
    if (opcode === MODULE_SIGNED || opcode === MODULE_UNSIGNED) input.long();
    else if (opcode === MODULE_FLOAT) input.raw(4);
    else if (opcode === MODULE_DOUBLE) input.raw(8);
    else if (opcode === MODULE_STRING) input.string();
    else throw new RdbError(`unknown part ${opcode} of a module's value`, start);
  }
}

/** Why a key whose value is of a module cannot be loaded. */
export function moduleRefusal(input: RdbInput, type: number): RdbError {
  const { offset } = input;
  if (type !== TYPE_MODULE_2) return new RdbError('values of modules of before Redis 4.0', offset);
  const name = readModuleName(input);
  return new RdbError(
    `The RDB file contains module data I can't load: no matching module type '${name}'`,
    offset,
  );
}
