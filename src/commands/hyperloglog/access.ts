/** Hot. Reaching the HyperLogLogs that requests name. */
import { TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { KEEP_EXPIRY, setBytes } from '../../keyspace/string-value.ts';
import { ENCODING_RAW } from '../../values/encoding.ts';
import { mergeDense } from '../../values/hyperloglog/dense.ts';
import {
  CACHE_AT,
  DENSE,
  DENSE_BYTES,
  HEADER_BYTES,
  isHyperLogLog,
  isSparse,
  writeHeader,
} from '../../values/hyperloglog/format.ts';
import { CORRUPT, SparseEditor } from '../../values/hyperloglog/sparse.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE } from '../errors.ts';

const NO_HYPERLOGLOG = 'WRONGTYPE Key is not a valid HyperLogLog string value.';
const CORRUPTED = 'INVALIDOBJ Corrupted HLL object detected';

/** Working copies, shared by all commands, which use them one after the other. */
export const editor = new SparseEditor();
export const dense = new Uint8Array(DENSE_BYTES);

/** Points the view at the HyperLogLog of a record. Returns false after having replied that it is none. */
export function viewHyperLogLog(call: Call, record: number): boolean {
  const { view, reply } = call;
  const { arena } = call.keyspace;
  if (typeOf(arena, record) !== TYPE_STRING) {
    reply.error(WRONG_TYPE);
    return false;
  }
  view.read(arena, record);
  if (isHyperLogLog(view.bytes, view.start, view.end)) return true;
  reply.error(NO_HYPERLOGLOG);
  return false;
}

/** Raises `registers` (a byte each) to those in the view. Returns false after having replied that they are damaged. */
export function mergeView(call: Call, registers: Uint8Array): boolean {
  const { view } = call;
  if (!isSparse(view.bytes, view.start)) {
    mergeDense(view.bytes, view.start + HEADER_BYTES, registers);
    return true;
  }
  editor.load(view.bytes, view.start, view.end);
  return editor.merge(registers) !== CORRUPT || refuseCorrupted(call);
}

export function refuseCorrupted(call: Call): false {
  call.reply.error(CORRUPTED);
  return false;
}

/** Turns what is in the editor into `dense`. Returns false after having replied that it is damaged. */
export function densify(call: Call): boolean {
  dense.fill(0);
  writeDenseHeader(editor.bytes);
  return editor.writeDense(dense, HEADER_BYTES) !== CORRUPT || refuseCorrupted(call);
}

/** Gives `dense` a header with the cached estimate of another one, or none. */
export function writeDenseHeader(like: Uint8Array | null, start = 0): void {
  writeHeader(dense, 0, DENSE);
  if (like !== null) dense.set(like.subarray(start + CACHE_AT, start + HEADER_BYTES), CACHE_AT);
}

/** Stores bytes[0, length) under the key at word `index`, whose record is `record` (0 for none), and keeps its expiry. */
export function storeHyperLogLog(
  call: Call,
  index: number,
  record: number,
  bytes: Uint8Array,
  length: number,
): void {
  const { arguments: words, database } = call;
  const start = words.start(index);
  const end = words.end(index);
  const stored = setBytes(database, record, words.bytes, start, end, bytes, 0, length, KEEP_EXPIRY);
  database.retype(stored, TYPE_STRING, ENCODING_RAW);
}
