/** Hot. Commands that ask whether keys exist. */
import { typeName } from '../../keyspace/names.ts';
import { typeOf } from '../../keyspace/record.ts';
import type { Call } from '../call.ts';
import { readAhead } from '../read-ahead.ts';

/** EXISTS key [key ...]: a key named twice counts twice. */
export function exists(call: Call): void {
  const { arguments: words, database } = call;
  let found = 0;
  for (let i = 1; i < words.count; i++) {
    readAhead(call, i, 1, 1, words.count);
    if (database.peek(words.bytes, words.start(i), words.end(i)) !== 0) found++;
  }
  call.keyspace.prefetch.forget();
  call.reply.integer(found);
}

/** TOUCH key [key ...] */
export function touch(call: Call): void {
  const { arguments: words, database } = call;
  let found = 0;
  for (let i = 1; i < words.count; i++) {
    readAhead(call, i, 1, 1, words.count);
    if (database.read(words.bytes, words.start(i), words.end(i)) !== 0) found++;
  }
  call.keyspace.prefetch.forget();
  call.reply.integer(found);
}

/** TYPE key */
export function type(call: Call): void {
  const { arguments: words, reply } = call;
  const record = call.database.peek(words.bytes, words.start(1), words.end(1));
  reply.simple(record === 0 ? 'none' : typeName(typeOf(call.keyspace.arena, record)));
}
