/** Hot. BITOP: strings combined bit by bit. */
import { DEL, SET } from '../../keyspace/events.ts';
import { confineForKey } from '../../keyspace/footprint.ts';
import { INLINE_BYTES_MAX, TYPE_STRING, typeOf } from '../../keyspace/record.ts';
import { NO_EXPIRY, StringView, setBlock, setBytes } from '../../keyspace/string-value.ts';
import { SEGMENT_MASK, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { ENCODING_RAW } from '../../values/encoding.ts';
import type { Call } from '../call.ts';
import { SYNTAX, WRONG_TYPE } from '../errors.ts';

const DESTINATION = 2;
const FIRST_SOURCE = 3;

/** Strings are combined in pieces of this length, in memory of our own: so they may stand anywhere, and end anywhere. */
const PIECE_BYTES = INLINE_BYTES_MAX;
const resultBytes = new Uint8Array(PIECE_BYTES);
const result = new Int32Array(resultBytes.buffer);
const nextBytes = new Uint8Array(PIECE_BYTES);
const next = new Int32Array(nextBytes.buffer);
const repeated = new Int32Array(PIECE_BYTES / 4);

type Operation = 'and' | 'or' | 'xor' | 'not' | 'one' | 'diff' | 'diff1' | 'andor';
const operations: readonly string[] = ['and', 'or', 'xor', 'not', 'one', 'diff', 'diff1', 'andor'];
/** They set the first source against the union of the others. */
const unionOperations: readonly string[] = ['diff', 'diff1', 'andor'];

/** BITOP AND | OR | XOR | NOT | DIFF | DIFF1 | ANDOR | ONE destination source [source ...] */
export function bitop(call: Call): void {
  const { arguments: words, reply } = call;
  const name = words.text(1, 8).toLowerCase();
  if (!operations.includes(name)) return reply.error(SYNTAX);
  if (name === 'not' && words.count !== FIRST_SOURCE + 1)
    return reply.error('ERR BITOP NOT must be called with a single source key.');
  if (unionOperations.includes(name) && words.count < FIRST_SOURCE + 2)
    return reply.error(`ERR BITOP ${name.toUpperCase()} must be called with at least two source keys.`);
  const sources = readSources(call);
  if (sources === null) return reply.error(WRONG_TYPE);
  const length = sources.reduce((longest, { start, end }) => Math.max(longest, end - start), 0);
  if (length === 0) removeDestination(call);
  else store(call, name as Operation, sources, length);
  reply.integer(length);
}

/** Where the sources are, empty ones for missing keys; null if one is no string. */
function readSources(call: Call): StringView[] | null {
  const { arguments: words, database } = call;
  const { arena } = call.keyspace;
  const views: StringView[] = [];
  for (let i = FIRST_SOURCE; i < words.count; i++) {
    const record = database.read(words.bytes, words.start(i), words.end(i));
    if (record !== 0 && typeOf(arena, record) !== TYPE_STRING) return null;
    const view = new StringView();
    if (record !== 0) view.read(arena, record);
    views.push(view);
  }
  return views;
}

function removeDestination(call: Call): void {
  const { arguments: words, database } = call;
  const start = words.start(DESTINATION);
  const end = words.end(DESTINATION);
  const record = database.write(words.bytes, start, end);
  if (record === 0) return;
  database.removeFound(record);
  call.keyspace.changed(database, DEL, words.bytes, start, end);
}

function store(call: Call, operation: Operation, sources: StringView[], length: number): void {
  const { arguments: words, database, keyspace } = call;
  const { arena } = keyspace;
  const { bytes } = words;
  const start = words.start(DESTINATION);
  const end = words.end(DESTINATION);
  if (length <= INLINE_BYTES_MAX) {
    combine(operation, sources, 0);
    const existing = database.write(bytes, start, end);
    const record = setBytes(database, existing, bytes, start, end, resultBytes, 0, length, NO_EXPIRY);
    database.retype(record, TYPE_STRING, ENCODING_RAW);
  } else {
    confineForKey(database, bytes, start, end);
    const block = arena.allocate(length);
    const at = (block & SEGMENT_MASK) << 3;
    for (let offset = 0; offset < length; offset += PIECE_BYTES) {
      combine(operation, sources, offset);
      const piece = resultBytes.subarray(0, Math.min(PIECE_BYTES, length - offset));
      arena.bytes[block >>> SEGMENT_SHIFT].set(piece, at + offset);
    }
    const existing = database.write(bytes, start, end);
    setBlock(database, existing, bytes, start, end, block, length, NO_EXPIRY);
  }
  keyspace.changed(database, SET, bytes, start, end);
}

/** Combines the pieces at `offset` into `result`. */
function combine(operation: Operation, sources: StringView[], offset: number): void {
  const [first, ...others] = sources;
  if (operation === 'one') return combineOnce(sources, offset);
  const isUnion = unionOperations.includes(operation);
  if (isUnion) result.fill(0);
  else load(first, offset, resultBytes);
  if (operation === 'not') complement();
  for (const other of others) {
    load(other, offset, nextBytes);
    fold(isUnion ? 'or' : operation);
  }
  if (!isUnion) return;
  load(first, offset, nextBytes);
  fold(operation);
}

/** Copies a piece of a source, with zeros behind it. */
function load(source: StringView, offset: number, into: Uint8Array): void {
  const from = source.start + offset;
  const count = Math.max(0, Math.min(PIECE_BYTES, source.end - from));
  if (count > 0) into.set(source.bytes.subarray(from, from + count));
  into.fill(0, count);
}

function complement(): void {
  for (let i = 0; i < result.length; i++) result[i] = ~result[i];
}

function fold(operation: Operation): void {
  const count = result.length;
  if (operation === 'and' || operation === 'andor') for (let i = 0; i < count; i++) result[i] &= next[i];
  else if (operation === 'or') for (let i = 0; i < count; i++) result[i] |= next[i];
  else if (operation === 'xor') for (let i = 0; i < count; i++) result[i] ^= next[i];
  else if (operation === 'diff') for (let i = 0; i < count; i++) result[i] = next[i] & ~result[i];
  else for (let i = 0; i < count; i++) result[i] &= ~next[i];
}

/** Bits that are set in exactly one source. */
function combineOnce(sources: StringView[], offset: number): void {
  result.fill(0);
  repeated.fill(0);
  for (const source of sources) {
    load(source, offset, nextBytes);
    for (let i = 0; i < result.length; i++) {
      repeated[i] |= result[i] & next[i];
      result[i] |= next[i];
    }
  }
  for (let i = 0; i < result.length; i++) result[i] &= ~repeated[i];
}
