/** Cold. The data types that there are. */
import type { Arena } from '../memory/arena.ts';
import type { HashKey } from '../memory/hash.ts';
import { HashValue } from '../values/hash/hash-value.ts';
import { HashLimits } from '../values/hash/limits.ts';
import { HashStructure } from '../values/hash/structure.ts';
import { ListLimits } from '../values/list/limits.ts';
import { ListValue } from '../values/list/list-value.ts';
import { ListStructure } from '../values/list/structure.ts';
import { SetLimits } from '../values/set/limits.ts';
import { SetValue } from '../values/set/set-value.ts';
import { SetStructure } from '../values/set/structure.ts';
import { SortedSetLimits } from '../values/sorted-set/limits.ts';
import { SortedSetValue } from '../values/sorted-set/sorted-set-value.ts';
import { SortedSetStructure } from '../values/sorted-set/structure.ts';
import { StreamStructure } from '../values/stream/structure.ts';
import type { Structure } from '../values/structure.ts';
import type { Random } from './keyspace.ts';
import { TYPE_HASH, TYPE_LIST, TYPE_SET, TYPE_SORTED_SET, TYPE_STREAM } from './record.ts';

export interface StructureOptions {
  readonly arena: Arena;
  readonly hashKey: HashKey;
  readonly random: Random;
}

export interface Structures {
  /** By type (TYPE_ of keyspace/record.ts); strings have none. */
  readonly byType: readonly (Structure | undefined)[];
  readonly lists: ListStructure;
  readonly sets: SetStructure;
  readonly hashes: HashStructure;
  readonly sortedSets: SortedSetStructure;
  readonly streams: StreamStructure;
}

export function createStructures({ arena, hashKey }: StructureOptions): Structures {
  const lists = new ListStructure(new ListValue(arena, new ListLimits()));
  const sets = new SetStructure(new SetValue(arena, hashKey, new SetLimits()));
  const hashes = new HashStructure(new HashValue(arena, hashKey, new HashLimits()));
  const streams = new StreamStructure(arena);
  const sortedSets = new SortedSetStructure(new SortedSetValue(arena, hashKey, new SortedSetLimits()));
  const byType: (Structure | undefined)[] = [];
  byType[TYPE_LIST] = lists;
  byType[TYPE_SET] = sets;
  byType[TYPE_HASH] = hashes;
  byType[TYPE_SORTED_SET] = sortedSets;
  byType[TYPE_STREAM] = streams;
  return { byType, lists, sets, hashes, sortedSets, streams };
}
