/** Cold. The data types that there are. */
import type { Arena } from '../memory/arena.ts';
import type { HashKey } from '../memory/hash.ts';
import type { Structure } from '../values/structure.ts';
import type { Random } from './keyspace.ts';

export interface StructureOptions {
  readonly arena: Arena;
  readonly hashKey: HashKey;
  readonly random: Random;
}

/** The structures by type (TYPE_ of keyspace/record.ts); strings have none. */
export function createStructures(_options: StructureOptions): readonly (Structure | undefined)[] {
  return [];
}
