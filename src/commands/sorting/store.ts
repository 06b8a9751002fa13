/** Warm. SORT with STORE: the result becomes a list. */
import { DEL, SORTSTORE } from '../../keyspace/events.ts';
import { confineForKey } from '../../keyspace/footprint.ts';
import { TYPE_LIST } from '../../keyspace/record.ts';
import { NO_EXPIRY } from '../../keyspace/string-value.ts';
import { putValue } from '../../keyspace/value.ts';
import type { ListValue } from '../../values/list/list-value.ts';
import type { Call } from '../call.ts';
import type { Pattern } from './pattern.ts';
import type { TextColumn } from './text-column.ts';

const NOTHING = new Uint8Array(0);

/** Stores the chosen elements, or what patterns find for them, under the key at word `destination`; replies how many. */
export function storeSorted(
  call: Call,
  destination: number,
  elements: TextColumn,
  chosen: Uint32Array,
  gets: readonly Pattern[],
): void {
  const { arguments: words, database, keyspace, reply } = call;
  const { bytes } = words;
  const start = words.start(destination);
  const end = words.end(destination);
  if (chosen.length === 0) {
    const record = database.write(bytes, start, end);
    if (record !== 0) {
      database.removeFound(record);
      keyspace.changed(database, DEL, bytes, start, end);
    }
    return reply.integer(0);
  }
  confineForKey(database, bytes, start, end);
  const list = keyspace.structures.lists.another(0);
  list.create();
  try {
    fill(list, elements, chosen, gets);
    const existing = database.write(bytes, start, end);
    putValue(database, existing, TYPE_LIST, list.encoding, list.root, bytes, start, end, NO_EXPIRY);
  } catch (error) {
    keyspace.structures.lists.free(list.encoding, list.root);
    throw error;
  }
  keyspace.changed(database, SORTSTORE, bytes, start, end);
  keyspace.countElements(chosen.length * Math.max(1, gets.length));
  reply.integer(chosen.length * Math.max(1, gets.length));
}

function fill(list: ListValue, elements: TextColumn, chosen: Uint32Array, gets: readonly Pattern[]): void {
  for (const index of chosen) {
    const start = elements.start(index);
    const end = elements.end(index);
    if (gets.length === 0) push(list, elements.bytes, start, end);
    for (const get of gets) {
      // A list has no nulls.
      if (get.find(elements.bytes, start, end)) push(list, get.bytes, get.start, get.end);
      else push(list, NOTHING, 0, 0);
    }
  }
}

function push(list: ListValue, bytes: Uint8Array, start: number, end: number): void {
  list.expect(end - start, 1);
  list.pushTail(bytes, start, end);
}
