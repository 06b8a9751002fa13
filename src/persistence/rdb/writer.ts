/** Writes RDB files: the order of their parts. */
import {
  ABSENT,
  MAGIC_BYTES,
  OPCODE_AUX,
  OPCODE_EOF,
  OPCODE_EXPIRETIME_MS,
  OPCODE_FREQ,
  OPCODE_IDLE,
  OPCODE_RESIZEDB,
  OPCODE_SELECTDB,
  REDIS_MAGIC,
  VALKEY_MAGIC,
  VALKEY_VERSION_MIN,
} from './format.ts';
import type { RdbOutput } from './output.ts';

/** What a file tells about the server that wrote it. */
export interface FileOrigin {
  /** The version of Redis whose behaviour the server has. */
  readonly redisVersion: string;
  /** When the file was begun, in seconds since 1970. */
  readonly createdSeconds: number;
  readonly usedMemoryBytes: number;
  /** Whether the file is the base of an append-only file. */
  readonly aofBase: boolean;
}

const encoder = new TextEncoder();

export class RdbWriter {
  /** For the bytes of values; the writer puts around them what a file needs. */
  readonly output: RdbOutput;

  constructor(output: RdbOutput) {
    this.output = output;
  }

  begin(origin: FileOrigin): void {
    const { version } = this.output;
    const name = version < VALKEY_VERSION_MIN ? REDIS_MAGIC : VALKEY_MAGIC;
    const magic = encoder.encode(name + String(version).padStart(MAGIC_BYTES - name.length, '0'));
    this.output.bytes(magic, 0, magic.length);
    this.auxiliary('redis-ver', origin.redisVersion);
    this.auxiliary('redis-bits', '64');
    this.auxiliary('ctime', String(origin.createdSeconds));
    this.auxiliary('used-mem', String(origin.usedMemoryBytes));
    this.auxiliary('aof-base', origin.aofBase ? '1' : '0');
  }

  auxiliary(name: string, value: string): void {
    this.output.byte(OPCODE_AUX);
    this.#text(name);
    this.#text(value);
  }

  /** The keys that follow belong to this database. */
  select(index: number): void {
    this.output.byte(OPCODE_SELECTDB);
    this.output.length(index);
  }

  /** Tells how many keys the database has, and how many with an expiry. */
  sizes(keys: number, expiries: number): void {
    this.output.byte(OPCODE_RESIZEDB);
    this.output.length(keys);
    this.output.length(expiries);
  }

  /**
   * All of a key but its value, which has to follow in the form of `type`. The expiry is in milliseconds since 1970, idle time
   * in seconds, the frequency from 0 to 255; any of them can be ABSENT.
   */
  key(
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    expiryMs: number,
    idleSeconds: number,
    frequency: number,
  ): void {
    const { output } = this;
    if (expiryMs !== ABSENT) {
      output.byte(OPCODE_EXPIRETIME_MS);
      output.integer64(expiryMs);
    }
    if (idleSeconds !== ABSENT) {
      output.byte(OPCODE_IDLE);
      output.length(idleSeconds);
    }
    if (frequency !== ABSENT) {
      output.byte(OPCODE_FREQ);
      output.byte(frequency);
    }
    output.byte(type);
    output.string(bytes, start, end);
  }

  /** Completes the file and hands over its last bytes. */
  end(): void {
    this.output.byte(OPCODE_EOF);
    this.output.checksum();
  }

  #text(text: string): void {
    const bytes = encoder.encode(text);
    this.output.string(bytes, 0, bytes.length);
  }
}
