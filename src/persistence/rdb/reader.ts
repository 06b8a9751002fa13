/** Reads RDB files, key by key. */
import { copyBytes } from '../../memory/arena.ts';
import {
  ABSENT,
  CHECKSUM_BYTES,
  CHECKSUM_VERSION_MIN,
  MAGIC_BYTES,
  MODULE_DOUBLE,
  MODULE_EOF,
  MODULE_FLOAT,
  MODULE_SIGNED,
  MODULE_STRING,
  MODULE_UNSIGNED,
  OPCODE_AUX,
  OPCODE_EOF,
  OPCODE_EXPIRETIME,
  OPCODE_EXPIRETIME_MS,
  OPCODE_FREQ,
  OPCODE_FUNCTION2,
  OPCODE_IDLE,
  OPCODE_MODULE_AUX,
  OPCODE_RESIZEDB,
  OPCODE_SELECTDB,
  OPCODE_SLOT_IMPORT,
  OPCODE_SLOT_INFO,
  REDIS_MAGIC,
  REDIS_VERSION_MAX,
  VALKEY_MAGIC,
  VALKEY_VERSION_MAX,
  VALKEY_VERSION_MIN,
} from './format.ts';
import { type ChunkSource, RdbError, RdbInput } from './input.ts';
import { isKnownForm } from './values.ts';

/** A key and what stands beside it. One object, used again for every key. */
export class RdbEntry {
  database = 0;
  key: Uint8Array = new Uint8Array(64);
  /** The key's name is key[0, keyLength). */
  keyLength = 0;
  /** Milliseconds since 1970, or ABSENT. */
  expiryMs = ABSENT;
  /** Seconds, or ABSENT. */
  idleSeconds = ABSENT;
  /** 0 to 255, or ABSENT. */
  frequency = ABSENT;
}

/** Told what a file contains, in its order. Bytes are valid during the call only. */
export interface RdbVisitor {
  auxiliary(name: string, value: string): void;
  /** How many keys the database has, and how many with an expiry: a hint, which old files do not give. */
  database(index: number, keys: number, expiries: number): void;
  /** Reads the value of a key, which has the form of `type`, from `input`: all of it and nothing more. */
  value(entry: RdbEntry, type: number, input: RdbInput): void;
}

export interface ReadOptions {
  /** Whether a checksum that is there must be right. */
  readonly verifyChecksum: boolean;
}

const decoder = new TextDecoder();

export class RdbReader {
  readonly #input: RdbInput;
  readonly #visitor: RdbVisitor;
  readonly #options: ReadOptions;
  readonly #entry = new RdbEntry();
  #version = 0;
  #done = false;

  constructor(source: ChunkSource, visitor: RdbVisitor, options: ReadOptions) {
    this.#input = new RdbInput(source);
    this.#visitor = visitor;
    this.#options = options;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#input.offset;
  }

  /** Reads all that is left. Throws RdbError. */
  readAll(): void {
    while (this.step());
  }

  /** Reads up to one key. False when the file has been read to its end, which need not be the source's. Throws RdbError. */
  step(): boolean {
    if (this.#done) return false;
    if (this.#version === 0) this.#readMagic();
    const opcode = this.#input.byte();
    if (opcode === OPCODE_EOF) this.#finish();
    else if (!this.#readAttribute(opcode) && !this.#readSection(opcode)) this.#readKey(opcode);
    return !this.#done;
  }

  #readMagic(): void {
    const input = this.#input;
    input.raw(MAGIC_BYTES);
    const magic = decoder.decode(input.stringBytes.subarray(input.stringStart, input.stringEnd));
    const match = /^(REDIS|VALKEY)(\d+)$/.exec(magic);
    if (!match) throw new RdbError(`not an RDB file: it begins with ${JSON.stringify(magic)}`, 0);
    this.#version = Number(match[2]);
    const known =
      match[1] === REDIS_MAGIC
        ? this.#version >= 1 && this.#version <= REDIS_VERSION_MAX
        : match[1] === VALKEY_MAGIC &&
          this.#version >= VALKEY_VERSION_MIN &&
          this.#version <= VALKEY_VERSION_MAX;
    if (!known) throw new RdbError(`unknown RDB version ${magic}`, match[1].length);
  }

  /** What stands before a key and belongs to it. */
  #readAttribute(opcode: number): boolean {
    const input = this.#input;
    const entry = this.#entry;
    if (opcode === OPCODE_EXPIRETIME_MS) entry.expiryMs = input.integer64();
    else if (opcode === OPCODE_EXPIRETIME) entry.expiryMs = input.littleWord() * 1000;
    else if (opcode === OPCODE_IDLE) entry.idleSeconds = input.length();
    else if (opcode === OPCODE_FREQ) entry.frequency = input.byte();
    else return false;
    return true;
  }

  /** What belongs to no key. */
  #readSection(opcode: number): boolean {
    const input = this.#input;
    switch (opcode) {
      case OPCODE_AUX: {
        const name = this.#text();
        this.#visitor.auxiliary(name, this.#text());
        return true;
      }
      case OPCODE_SELECTDB:
        this.#entry.database = input.length();
        return true;
      case OPCODE_RESIZEDB:
        this.#visitor.database(this.#entry.database, input.length(), input.length());
        return true;
      case OPCODE_FUNCTION2:
        input.string();
        return true;
      case OPCODE_MODULE_AUX:
        input.skipLength();
        this.#skipModuleValue();
        return true;
      case OPCODE_SLOT_INFO:
        for (let count = 0; count < 3; count++) input.length();
        return true;
      case OPCODE_SLOT_IMPORT:
        input.string();
        for (let ends = 2 * input.length(); ends > 0; ends--) input.length();
        return true;
      default:
        return false;
    }
  }

  #readKey(type: number): void {
    const input = this.#input;
    const entry = this.#entry;
    if (!isKnownForm(type)) throw new RdbError(`unsupported type ${type}`, input.offset - 1);
    input.string();
    const length = input.stringEnd - input.stringStart;
    if (entry.key.length < length) entry.key = new Uint8Array(length * 2);
    copyBytes(input.stringBytes, input.stringStart, entry.key, 0, length);
    entry.keyLength = length;
    this.#visitor.value(entry, type, input);
    entry.expiryMs = ABSENT;
    entry.idleSeconds = ABSENT;
    entry.frequency = ABSENT;
  }

  #skipModuleValue(): void {
    const input = this.#input;
    for (;;) {
      const start = input.offset;
      const opcode = input.length();
      if (opcode === MODULE_EOF) return;
      if (opcode === MODULE_SIGNED || opcode === MODULE_UNSIGNED) input.skipLength();
      else if (opcode === MODULE_FLOAT) input.raw(4);
      else if (opcode === MODULE_DOUBLE) input.raw(8);
      else if (opcode === MODULE_STRING) input.string();
      else throw new RdbError(`unknown part ${opcode} of a module's value`, start);
    }
  }

  #finish(): void {
    this.#done = true;
    if (this.#version < CHECKSUM_VERSION_MIN) return;
    const input = this.#input;
    const { low, high } = input.crc;
    const storedLow = input.littleWord();
    const storedHigh = input.littleWord();
    if (!this.#options.verifyChecksum || (storedLow === 0 && storedHigh === 0)) return;
    if (storedLow !== low || storedHigh !== high)
      throw new RdbError(
        `wrong checksum: ${hexadecimal(storedHigh, storedLow)} instead of ${hexadecimal(high, low)}`,
        input.offset - CHECKSUM_BYTES,
      );
  }

  #text(): string {
    const input = this.#input;
    input.string();
    return decoder.decode(input.stringBytes.subarray(input.stringStart, input.stringEnd));
  }
}

function hexadecimal(high: number, low: number): string {
  return [high, low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
