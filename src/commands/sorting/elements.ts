/** Hot. Copies of the elements that SORT puts in order. */
import { encodingOf, TYPE_LIST, TYPE_SET, TYPE_SORTED_SET, typeOf } from '../../keyspace/record.ts';
import { rootOf } from '../../keyspace/value.ts';
import type { Call } from '../call.ts';
import { WRONG_TYPE } from '../errors.ts';
import type { SortOptions } from './options.ts';
import { TextColumn } from './text-column.ts';

export interface SortElements {
  readonly texts: TextColumn;
  /** Whether they stand in the order that was asked for. */
  readonly isOrdered: boolean;
}

/**
 * The elements of the list, set or sorted set that word 1 names, none for a missing key; null after having replied that it
 * is of another type.
 */
export function gatherElements(call: Call, options: SortOptions): SortElements | null {
  const { keepsOrder } = options;
  const { arguments: words, database, reply } = call;
  const { arena } = call.keyspace;
  const record = database.read(words.bytes, words.start(1), words.end(1));
  const texts = new TextColumn();
  if (record === 0) return { texts, isOrdered: true };
  const encoding = encodingOf(arena, record);
  const root = rootOf(arena, record);
  switch (typeOf(arena, record)) {
    case TYPE_LIST:
      addList(call, encoding, root, texts, keepsOrder && options.isDescending);
      return { texts, isOrdered: keepsOrder };
    case TYPE_SET:
      addSet(call, encoding, root, texts);
      // What is stored must not depend on how members are kept here: replicas may keep them otherwise.
      return { texts, isOrdered: keepsOrder && options.destination === 0 };
    case TYPE_SORTED_SET:
      addSortedSet(call, encoding, root, texts, keepsOrder && options.isDescending);
      return { texts, isOrdered: keepsOrder };
    default:
      reply.error(WRONG_TYPE);
      return null;
  }
}

function addList(call: Call, encoding: number, root: number, texts: TextColumn, backwards: boolean): void {
  const { list } = call.keyspace.structures.lists;
  list.open(encoding, root);
  for (
    let isThere = list.seek(backwards ? -1 : 0);
    isThere;
    isThere = backwards ? list.previous() : list.next()
  )
    texts.add(list.element.bytes, list.element.start, list.element.end);
}

function addSet(call: Call, encoding: number, root: number, texts: TextColumn): void {
  const { set } = call.keyspace.structures.sets;
  set.open(encoding, root);
  set.begin();
  while (set.next()) texts.add(set.member.bytes, set.member.start, set.member.end);
}

function addSortedSet(
  call: Call,
  encoding: number,
  root: number,
  texts: TextColumn,
  backwards: boolean,
): void {
  const { sortedSet } = call.keyspace.structures.sortedSets;
  sortedSet.open(encoding, root);
  if (sortedSet.count === 0) return;
  sortedSet.seek(backwards ? sortedSet.count - 1 : 0);
  do texts.add(sortedSet.member.bytes, sortedSet.member.start, sortedSet.member.end);
  while (backwards ? sortedSet.previous() : sortedSet.next());
}
