/** Reads RDB files, key by key. */
import { copyBytes } from '../../memory/arena.ts';
import {
  ABSENT,
  CHECKSUM_BYTES,
  CHECKSUM_VERSION_MIN,
  MAGIC_BYTES,
  OPCODE_AUX,
  OPCODE_EOF,
  OPCODE_EXPIRETIME,
  OPCODE_EXPIRETIME_MS,
  OPCODE_FREQ,
  OPCODE_FUNCTION_EARLY,
  OPCODE_FUNCTION2,
  OPCODE_IDLE,
  OPCODE_KEY_METADATA,
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
import { type ChunkSource, RdbError, RdbInput, type Room } from './input.ts';
import { readModuleName, skipModuleValue } from './module-value.ts';
import { isForm } from './values.ts';

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
  /** A module of this name has left something beside the keys; it is passed over. */
  moduleAuxiliary?(name: string): void;
  /** The source text of a library of functions. */
  library?(bytes: Uint8Array, start: number, end: number): void;
  /** The keys that follow are of this database. */
  selected?(index: number): void;
  /** How many keys the database has, and how many with an expiry: a hint, which old files do not give. */
  database(index: number, keys: number, expiries: number): void;
  /** Reads the value of a key, which has the form of `type`, from `input`: all of it and nothing more. */
  value(entry: RdbEntry, type: number, input: RdbInput): void;
  /** Where long strings are put together, for visitors that read them in parts. */
  readonly room?: Room | null;
  /** Called after `value`, and after `database`, until it returns false: what takes long is done in parts. */
  more?(entry: RdbEntry): boolean;
}

export interface ReadOptions {
  /** Whether a checksum that is there must be right. */
  readonly verifyChecksum: boolean;
  /** Whether values are looked through for elements that are there twice (`RdbInput.sanitizes`); true if not given. */
  readonly sanitizes?: boolean;
}

/** What the reader is at, in the words of redis-check-rdb. */
export type Doing =
  | 'start'
  | 'read-type'
  | 'read-expire'
  | 'read-key'
  | 'read-object-value'
  | 'check-sum'
  | 'read-len'
  | 'read-aux'
  | 'read-module-aux'
  | 'read-functions';

/** What a file says of its checksum. */
export type ChecksumVerdict = 'absent' | 'disabled' | 'unverified' | 'right';

const decoder = new TextDecoder();

export class RdbReader {
  readonly #input: RdbInput;
  readonly #visitor: RdbVisitor;
  readonly #options: ReadOptions;
  /** The key that is being read, or was read last. */
  readonly entry = new RdbEntry();
  /** That key's type; -1 before the first. */
  type = -1;
  doing: Doing = 'start';
  /** Known at the end. */
  checksum: ChecksumVerdict = 'absent';
  #version = 0;
  #done = false;
  /** Whether there are parts left of what was read last. */
  #isReading = false;

  constructor(source: ChunkSource, visitor: RdbVisitor, options: ReadOptions) {
    this.#input = new RdbInput(source, visitor.room);
    this.#visitor = visitor;
    this.#options = options;
    this.#input.sanitizes = options.sanitizes ?? true;
  }

  /** Whether the file is of Valkey's format, where numbers of types may mean other things. */
  get isValkey(): boolean {
    return this.#input.isValkey;
  }

  /** Small values that have been looked through so far. */
  get sanitizations(): number {
    return this.#input.sanitizations;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#input.offset;
  }

  /** Reads all that is left. Throws RdbError. */
  readAll(): void {
    while (this.step());
  }

  /** Reads up to one key, or a part of its value. False when the file has been read to its end, which need not be the source's. Throws RdbError. */
  step(): boolean {
    if (this.#done) return false;
    try {
      this.#step();
    } catch (error) {
      this.#input.release();
      throw error;
    }
    return !this.#done;
  }

  #step(): void {
    if (this.#isReading) return this.#readMore();
    if (this.#version === 0) this.#readMagic();
    this.doing = 'read-type';
    const opcode = this.#input.byte();
    if (opcode === OPCODE_EOF) this.#finish();
    else if (!this.#readAttribute(opcode) && !this.#readSection(opcode)) this.#readKey(opcode);
  }

  #readMagic(): void {
    const input = this.#input;
    input.raw(MAGIC_BYTES);
    const magic = decoder.decode(input.stringBytes.subarray(input.stringStart, input.stringEnd));
    const match = /^(REDIS|VALKEY)(\d+)$/.exec(magic);
    if (!match)
      throw new RdbError(`not an RDB file: it begins with ${JSON.stringify(magic)}`, 0, 'signature');
    const [, name, digits] = match;
    const version = Number(digits);
    const isKnown =
      name === REDIS_MAGIC
        ? version >= 1 && version <= REDIS_VERSION_MAX
        : version >= VALKEY_VERSION_MIN && version <= VALKEY_VERSION_MAX;
    if (!isKnown) throw new RdbError(`unknown RDB version ${magic}`, name.length, 'version');
    this.#version = version;
    input.isValkey = name === VALKEY_MAGIC;
  }

  /** What stands before a key and belongs to it. */
  #readAttribute(opcode: number): boolean {
    const input = this.#input;
    const { entry } = this;
    if (opcode < OPCODE_IDLE)
      return opcode === OPCODE_KEY_METADATA && !input.isValkey && this.#skipMetadata();
    this.doing = 'read-expire';
    if (opcode === OPCODE_EXPIRETIME_MS) entry.expiryMs = input.integer64();
    else if (opcode === OPCODE_EXPIRETIME) entry.expiryMs = input.littleWord() * 1000;
    else if (opcode === OPCODE_IDLE) entry.idleSeconds = input.length();
    else if (opcode === OPCODE_FREQ) entry.frequency = input.byte();
    else return false;
    return true;
  }

  /** What modules know of the key that follows: of each a number of 4 bytes, and the parts of a module's value. */
  #skipMetadata(): boolean {
    const input = this.#input;
    for (let left = input.length(); left > 0; left--) {
      input.littleWord();
      skipModuleValue(input);
    }
    return true;
  }

  /** What belongs to no key. */
  #readSection(opcode: number): boolean {
    const input = this.#input;
    switch (opcode) {
      case OPCODE_AUX: {
        this.doing = 'read-aux';
        const name = this.#text();
        this.#visitor.auxiliary(name, this.#text());
        return true;
      }
      case OPCODE_SELECTDB:
        this.doing = 'read-len';
        this.entry.database = input.length();
        this.#visitor.selected?.(this.entry.database);
        return true;
      case OPCODE_RESIZEDB:
        this.doing = 'read-len';
        this.#visitor.database(this.entry.database, input.length(), input.length());
        this.#readMore();
        return true;
      case OPCODE_FUNCTION2:
        this.doing = 'read-functions';
        input.string();
        this.#visitor.library?.(input.stringBytes, input.stringStart, input.stringEnd);
        return true;
      case OPCODE_FUNCTION_EARLY:
        throw new RdbError('Pre-release function format not supported', input.offset - 1);
      case OPCODE_MODULE_AUX: {
        this.doing = 'read-module-aux';
        const name = readModuleName(input);
        this.#visitor.moduleAuxiliary?.(name);
        skipModuleValue(input);
        return true;
      }
      default:
        return this.#readSlots(opcode);
    }
  }

  /** What a node of a cluster says of its slots, which says nothing about keys. */
  #readSlots(opcode: number): boolean {
    const input = this.#input;
    if (opcode === OPCODE_SLOT_INFO) {
      for (let count = 0; count < 3; count++) input.length();
      return true;
    }
    if (opcode !== OPCODE_SLOT_IMPORT || !input.isValkey) return false;
    input.string();
    for (let ends = 2 * input.length(); ends > 0; ends--) input.length();
    return true;
  }

  #readKey(type: number): void {
    const input = this.#input;
    const { entry } = this;
    if (!isForm(type)) throw new RdbError(`unsupported type ${type}`, input.offset - 1);
    this.doing = 'read-key';
    this.type = type;
    entry.keyLength = 0;
    input.string();
    const length = input.stringEnd - input.stringStart;
    if (entry.key.length < length) entry.key = new Uint8Array(length * 2);
    copyBytes(input.stringBytes, input.stringStart, entry.key, 0, length);
    entry.keyLength = length;
    this.doing = 'read-object-value';
    this.#visitor.value(entry, type, input);
    this.#readMore();
  }

  #readMore(): void {
    const { entry } = this;
    this.#isReading = this.#visitor.more?.(entry) ?? false;
    if (this.#isReading || this.doing !== 'read-object-value') return;
    this.#input.release();
    entry.expiryMs = ABSENT;
    entry.idleSeconds = ABSENT;
    entry.frequency = ABSENT;
  }

  #finish(): void {
    this.#done = true;
    if (this.#version < CHECKSUM_VERSION_MIN) return;
    this.doing = 'check-sum';
    const input = this.#input;
    const { low, high } = input.crc;
    const storedLow = input.littleWord();
    const storedHigh = input.littleWord();
    this.checksum = storedLow === 0 && storedHigh === 0 ? 'disabled' : 'unverified';
    if (!this.#options.verifyChecksum || this.checksum === 'disabled') return;
    if (storedLow !== low || storedHigh !== high)
      throw new RdbError(
        `wrong checksum: ${hexadecimal(storedHigh, storedLow)} instead of ${hexadecimal(high, low)}`,
        input.offset - CHECKSUM_BYTES,
        'checksum',
      );
    this.checksum = 'right';
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
