/** Cold. The server's executable is other programs as well, when it is started under their names. */
import { basename } from 'node:path';

export type Program = 'server' | 'check-rdb' | 'check-aof';

const others: readonly Program[] = ['check-rdb', 'check-aof'];

/** Which program is meant by a name such as "redis-check-rdb", with or without a path. */
export function programNamed(name: string): Program {
  return others.find((program) => basename(name).includes(program)) ?? 'server';
}
