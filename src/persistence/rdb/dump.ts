/**
 * Single values as DUMP gives them and RESTORE takes them:
 *
 *     form (1 byte) | value, as in a file | version (2 bytes) | CRC-64 of all before it (8 bytes), both little endian
 */
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { Crc64 } from '../../memory/crc64.ts';
import { REDIS_VERSION_MAX, VALKEY_VERSION_MAX, VALKEY_VERSION_MIN, versionOfForm } from './format.ts';
import { RdbInput } from './input.ts';
import { type ChunkSink, type OutputOptions, RdbOutput } from './output.ts';
import { formOf, writeValue } from './values.ts';

const VERSION_BYTES = 2;
const FOOTER_BYTES = VERSION_BYTES + 8;
const FIRST_CHUNK_BYTES = 1024;
const CHUNK_BYTES_MAX = 1 << 20;

class Collector implements ChunkSink {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  exchange(chunk: Uint8Array, length: number): Uint8Array {
    this.#chunks.push(chunk.subarray(0, length));
    this.#length += length;
    return new Uint8Array(Math.min(chunk.length * 2, CHUNK_BYTES_MAX));
  }

  concatenated(): Uint8Array {
    if (this.#chunks.length === 1) return this.#chunks[0];
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

/** The payload for the value of a record. */
export function dump(
  keyspace: Keyspace,
  record: number,
  options: Omit<OutputOptions, 'checksum'>,
): Uint8Array {
  const collector = new Collector();
  const first = new Uint8Array(FIRST_CHUNK_BYTES);
  const output = new RdbOutput(collector, first, { ...options, checksum: true });
  const form = formOf(keyspace, record, output.version);
  output.byte(form);
  writeValue(output, keyspace, record);
  const version = versionOfForm(form);
  output.byte(version & 0xff);
  output.byte(version >> 8);
  output.checksum();
  return collector.concatenated();
}

/** Whether bytes[start, end) end as a payload does, in a version that we know. */
export function isDump(bytes: Uint8Array, start: number, end: number): boolean {
  const footer = end - FOOTER_BYTES;
  if (footer < start) return false;
  const version = versionAt(bytes, footer);
  const isKnown =
    version <= REDIS_VERSION_MAX || (version >= VALKEY_VERSION_MIN && version <= VALKEY_VERSION_MAX);
  if (!isKnown) return false;
  const crc = new Crc64();
  const at = footer + VERSION_BYTES;
  crc.update(bytes, start, at);
  return littleWord(bytes, at) === crc.low && littleWord(bytes, at + 4) === crc.high;
}

/** Reads form and value of a payload. REQUIRES: `isDump`. */
export function dumpInput(bytes: Uint8Array, start: number, end: number): RdbInput {
  let rest: Uint8Array | null = bytes.subarray(start, end - FOOTER_BYTES);
  const input = new RdbInput({
    next: () => {
      const chunk = rest;
      rest = null;
      return chunk === null || chunk.length === 0 ? null : chunk;
    },
  });
  input.isValkey = versionAt(bytes, end - FOOTER_BYTES) >= VALKEY_VERSION_MIN;
  return input;
}

function versionAt(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

function littleWord(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
