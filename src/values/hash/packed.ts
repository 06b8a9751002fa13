/** Hot. A small hash: a listpack of fields and values, or, if fields may expire, of fields, values and expiries. */
import type { Arena } from '../../memory/arena.ts';
import { writeInteger } from '../../memory/integers.ts';
import {
  appendEntry,
  BEFORE,
  createListpack,
  deleteEntries,
  firstEntry,
  insertEntry,
  ListpackEntry,
  listpackBytes,
  nextEntry,
  replaceEntry,
} from '../../memory/listpack.ts';
import { ENCODING_LISTPACK_EX } from '../encoding.ts';

/**
 * With expiries, fields are in the order of these; those without (expiry 0) come last. An expiry is in milliseconds of the
 * epoch. A position is that of a field's name.
 */
const PAIR = 2;
const TRIPLE = 3;
/** Room for the headers of new entries, and for a span of blocks that has to be begun. */
const SLACK_BYTES = 512 * 1024;

const entry = new ListpackEntry();
const digits = new Uint8Array(24);
const zero = Uint8Array.of(48);

/** How many entries of the listpack a field takes. */
export function entriesPerField(encoding: number): number {
  return encoding === ENCODING_LISTPACK_EX ? TRIPLE : PAIR;
}

/** The position of the field after the one at `position`, 0 after the last. */
export function nextField(arena: Arena, root: number, position: number, entries: number): number {
  const value = nextEntry(arena, root, position);
  const next = nextEntry(arena, root, value);
  return entries === PAIR ? next : nextEntry(arena, root, next);
}

/** The expiry of the field at `position`, -1 for none. REQUIRES: LISTPACK_EX. */
export function packedExpiryAt(arena: Arena, root: number, position: number): number {
  entry.read(arena, root, nextEntry(arena, root, nextEntry(arena, root, position)));
  let value = 0;
  for (let at = entry.start; at < entry.end; at++) value = value * 10 + entry.bytes[at] - 48;
  return value === 0 ? -1 : value;
}

/** The earliest expiry, -1 for none. REQUIRES: LISTPACK_EX. */
export function earliestPacked(arena: Arena, root: number): number {
  const first = firstEntry(arena, root);
  return first === 0 ? -1 : packedExpiryAt(arena, root, first);
}

/** Adds a field; returns the root. May throw OutOfMemory; then nothing has changed. */
export function addPacked(
  arena: Arena,
  encoding: number,
  root: number,
  fields: Uint8Array,
  fieldStart: number,
  fieldEnd: number,
  values: Uint8Array,
  valueStart: number,
  valueEnd: number,
  expiry: number,
): number {
  arena.reserveSteps(
    SLACK_BYTES + listpackBytes(arena, root) * 2 + fieldEnd - fieldStart + valueEnd - valueStart,
  );
  const before = expiry === -1 ? 0 : placeFor(arena, root, expiry);
  if (before !== 0) {
    // Each goes to the same place, the last first.
    let moved = insertEntry(arena, root, before, BEFORE, digits, 0, writeInteger(expiry, digits, 0));
    moved = insertEntry(arena, moved, before, BEFORE, values, valueStart, valueEnd);
    return insertEntry(arena, moved, before, BEFORE, fields, fieldStart, fieldEnd);
  }
  let moved = appendEntry(arena, root, fields, fieldStart, fieldEnd);
  moved = appendEntry(arena, moved, values, valueStart, valueEnd);
  if (encoding !== ENCODING_LISTPACK_EX) return moved;
  return appendEntry(arena, moved, digits, 0, writeInteger(expiry === -1 ? 0 : expiry, digits, 0));
}

/** Where the first field is that expires later or never; 0 if all expire earlier. */
function placeFor(arena: Arena, root: number, expiry: number): number {
  let position = firstEntry(arena, root);
  while (position !== 0) {
    const other = packedExpiryAt(arena, root, position);
    if (other === -1 || other > expiry) return position;
    position = nextField(arena, root, position, TRIPLE);
  }
  return 0;
}

/** Gives the field at `position` another value; returns the root. May throw OutOfMemory; then nothing has changed. */
export function replacePacked(
  arena: Arena,
  root: number,
  position: number,
  values: Uint8Array,
  valueStart: number,
  valueEnd: number,
): number {
  return replaceEntry(arena, root, nextEntry(arena, root, position), values, valueStart, valueEnd);
}

/** Removes the field at `position`; returns the root. */
export function removePacked(arena: Arena, encoding: number, root: number, position: number): number {
  return deleteEntries(arena, root, position, entriesPerField(encoding));
}

/** A listpack with expiries, none set, of one without, which is freed. May throw OutOfMemory; then nothing has changed. */
export function withExpiries(arena: Arena, root: number): number {
  let made = createListpack(arena, listpackBytes(arena, root) * 2);
  try {
    for (let position = firstEntry(arena, root), index = 1; position !== 0; index++) {
      entry.read(arena, root, position);
      made = appendEntry(arena, made, entry.bytes, entry.start, entry.end);
      if (index % PAIR === 0) made = appendEntry(arena, made, zero, 0, 1);
      position = nextEntry(arena, root, position);
    }
  } catch (error) {
    arena.free(made);
    throw error;
  }
  arena.free(root);
  return made;
}
