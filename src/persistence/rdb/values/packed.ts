/** Warm. Small values: listpacks and intsets, whose bytes in a file are those in memory, and what stood for them in old files. */
import type { Keyspace } from '../../../keyspace/keyspace.ts';
import { type Arena, copyBytes, SEGMENT_MASK, SEGMENT_SHIFT } from '../../../memory/arena.ts';
import { isIntset } from '../../../memory/intset.ts';
import {
  appendEntry,
  createListpack,
  firstEntry,
  ListpackEntry,
  listpackBytes,
  listpackCount,
  nextEntry,
  verifyListpack,
} from '../../../memory/listpack.ts';
import { RdbError, type RdbInput } from '../input.ts';
import type { RdbOutput } from '../output.ts';
import { hasTwins } from './twins.ts';
import { ZiplistReader } from './ziplist.ts';
import { ZipmapReader } from './zipmap.ts';

/** Header and end of a listpack. */
const EMPTY_BYTES = 7;

const entry = new ListpackEntry();
const ziplist = new ZiplistReader();
const zipmap = new ZipmapReader();

/** Writes the first `bytes` bytes of a block as a string. */
export function writeBlock(output: RdbOutput, arena: Arena, block: number, bytes: number): void {
  const start = (block & SEGMENT_MASK) << 3;
  output.string(arena.bytes[block >>> SEGMENT_SHIFT], start, start + bytes);
}

/**
 * Reads a listpack of names that differ, each followed by `stride` - 1 other entries, into a block of its own; 0 if it is
 * empty. With a stride of 0, entries may be anything. Throws RdbError or OutOfMemory.
 */
export function readListpack(input: RdbInput, keyspace: Keyspace, stride: number): number {
  const { offset } = input;
  const { arena } = keyspace;
  input.string();
  const { stringBytes, stringStart, stringEnd } = input;
  if (!verifyListpack(stringBytes, stringStart, stringEnd, true))
    throw new RdbError('listpack integrity check failed', offset);
  return accept(input, keyspace, keep(arena, stringBytes, stringStart, stringEnd), stride, offset);
}

/** As `readListpack`, from a ziplist. */
export function readZiplist(input: RdbInput, keyspace: Keyspace, stride: number): number {
  const { offset } = input;
  const { arena } = keyspace;
  input.string();
  ziplist.open(input.stringBytes, input.stringStart, input.stringEnd);
  const root = pack(arena, ziplist, input.stringEnd - input.stringStart);
  if (!ziplist.isSound) {
    arena.free(root);
    throw new RdbError('ziplist integrity check failed', offset);
  }
  return accept(input, keyspace, root, stride, offset);
}

/** As `readListpack`, from a zipmap: names, each followed by its value. */
export function readZipmap(input: RdbInput, keyspace: Keyspace): number {
  const { offset } = input;
  const { arena } = keyspace;
  input.string();
  zipmap.open(input.stringBytes, input.stringStart, input.stringEnd);
  const root = pack(arena, zipmap, input.stringEnd - input.stringStart);
  if (!zipmap.isSound) {
    arena.free(root);
    throw new RdbError('zipmap integrity check failed', offset);
  }
  return accept(input, keyspace, root, 2, offset);
}

/** Bytes of a listpack's longest text. */
export function longestText(arena: Arena, root: number): number {
  let longest = 0;
  for (let at = firstEntry(arena, root); at !== 0; at = nextEntry(arena, root, at)) {
    entry.read(arena, root, at);
    longest = Math.max(longest, entry.end - entry.start);
  }
  return longest;
}

/** Reads an intset into a block of its own. Throws RdbError or OutOfMemory. */
export function readIntset(input: RdbInput, arena: Arena): number {
  const { offset } = input;
  input.string();
  input.sanitizations++;
  const { stringBytes, stringStart, stringEnd } = input;
  if (!isIntset(stringBytes, stringStart, stringEnd, true))
    throw new RdbError('intset integrity check failed', offset);
  return keep(arena, stringBytes, stringStart, stringEnd);
}

function keep(arena: Arena, bytes: Uint8Array, start: number, end: number): number {
  const block = arena.allocate(end - start);
  copyBytes(bytes, start, arena.bytes[block >>> SEGMENT_SHIFT], (block & SEGMENT_MASK) << 3, end - start);
  return block;
}

/** A listpack of the texts that a reader gives until it ends, sound or not. May throw OutOfMemory. */
function pack(arena: Arena, reader: ZiplistReader | ZipmapReader, bytesHint: number): number {
  let root = createListpack(arena, bytesHint + EMPTY_BYTES);
  try {
    while (reader.next()) root = appendEntry(arena, root, reader.bytes, reader.start, reader.end);
    const bytes = listpackBytes(arena, root);
    root = arena.resize(root, bytes, bytes);
  } catch (error) {
    arena.free(root);
    throw error;
  }
  return root;
}

/** The listpack if it is what `readListpack` says, 0 if it is empty; else it is freed. */
function accept(input: RdbInput, keyspace: Keyspace, root: number, stride: number, offset: number): number {
  const { arena, hashKey } = keyspace;
  const count = listpackCount(arena, root);
  input.sanitizations++;
  let problem = '';
  if (stride > 0 && count % stride !== 0) problem = 'listpack integrity check failed: half an element';
  else if (stride > 0 && input.sanitizes && hasTwins(arena, root, stride, hashKey))
    problem = 'listpack integrity check failed: an element twice';
  if (problem === '' && count > 0) return root;
  arena.free(root);
  if (problem !== '') throw new RdbError(problem, offset);
  return 0;
}
