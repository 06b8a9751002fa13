/** Cold. The server's executable is other programs as well, when it is started under their names. */
import { basename } from 'node:path';

export type Program = 'server' | 'check-rdb';

/** Which program is meant by a name such as "redis-check-rdb", with or without a path. */
export function programNamed(name: string): Program {
  return basename(name).includes('check-rdb') ? 'check-rdb' : 'server';
}
