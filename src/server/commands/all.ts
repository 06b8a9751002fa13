/** Cold. Every command of the server. */
import { bitmapCommands } from '../../commands/bitmaps/declarations.ts';
import { geoCommands } from '../../commands/geo/declarations.ts';
import { hashCommands } from '../../commands/hashes/declarations.ts';
import { hyperLogLogCommands } from '../../commands/hyperloglog/declarations.ts';
import { keyCommands } from '../../commands/keys/declarations.ts';
import { listCommands } from '../../commands/lists/declarations.ts';
import { setCommands } from '../../commands/sets/declarations.ts';
import { sortedSetCommands } from '../../commands/sorted-sets/declarations.ts';
import { sortingCommands } from '../../commands/sorting/declarations.ts';
import { streamCommands } from '../../commands/streams/declarations.ts';
import { stringCommands } from '../../commands/strings/declarations.ts';
import type { ServerCommand } from '../server-call.ts';
import { clientCommands } from './client/declarations.ts';
import { commandCommands } from './command/declarations.ts';
import { configCommands } from './config/declarations.ts';
import { connectionCommands } from './connection/declarations.ts';
import { debugCommands } from './debug/declarations.ts';
import { importCommands } from './import/declarations.ts';
import { latencyCommands } from './latency/declarations.ts';
import { memoryCommands } from './memory/declarations.ts';
import { persistenceCommands } from './persistence/declarations.ts';
import { replicationCommands } from './replication/declarations.ts';
import { serializationCommands } from './serialization/declarations.ts';
import { serverCommands } from './server/declarations.ts';
import { slowlogCommands } from './slowlog/declarations.ts';

export const allCommands: readonly ServerCommand[] = [
  ...stringCommands,
  ...bitmapCommands,
  ...hyperLogLogCommands,
  ...hashCommands,
  ...importCommands,
  ...listCommands,
  ...setCommands,
  ...streamCommands,
  ...sortedSetCommands,
  ...geoCommands,
  ...keyCommands,
  ...sortingCommands,
  ...connectionCommands,
  ...clientCommands,
  ...configCommands,
  ...commandCommands,
  ...latencyCommands,
  ...serializationCommands,
  ...slowlogCommands,
  ...memoryCommands,
  ...debugCommands,
  ...persistenceCommands,
  ...replicationCommands,
  ...serverCommands,
];
