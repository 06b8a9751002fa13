/** Cold. DEBUG subcommands about hash tables. */
import { NO_SUCH_KEY, NOT_AN_INTEGER } from '../../../commands/errors.ts';
import { encodingOf, TYPE_STRING, typeOf } from '../../../keyspace/record.ts';
import { rootOf } from '../../../keyspace/value.ts';
import { BUCKET_SLOTS } from '../../../memory/bucket.ts';
import { parseInteger } from '../../../memory/integers.ts';
import type { Table } from '../../../memory/table.ts';
import { ENCODING_HASHTABLE, ENCODING_SKIPLIST } from '../../../values/encoding.ts';
import type { ServerCall } from '../../server-call.ts';
import { ANY_NUMBER, type DebugSubcommand } from './subcommand.ts';

const NO_TABLE = 'ERR The value stored at the specified key is not represented using an hash table';

/** HTSTATS dbid [full] */
function htstats(call: ServerCall): void {
  const { arguments: words, reply, keyspace } = call;
  const index = parseInteger(words.bytes, words.start(2), words.end(2));
  if (!Number.isSafeInteger(index)) return reply.error(NOT_AN_INTEGER);
  const database = keyspace.databases[index];
  if (database === undefined) return reply.error('ERR Out of range database');
  const isFull = words.count > 3 && words.is(3, 'full');
  const keys = describeTable(database.keys, isFull);
  const expiries = describeTable(database.expiring, isFull);
  reply.verbatim('txt', `[Dictionary HT]\n${keys}[Expires HT]\n${expiries}`);
}

/** HTSTATS-KEY key [full]: the size is the one that Redis's table would have; ours has none that could be compared. */
function htstatsKey(call: ServerCall): void {
  const { arguments: words, reply, keyspace, database } = call;
  const { arena } = keyspace;
  const record = database.find(words.bytes, words.start(2), words.end(2));
  if (record === 0) return reply.error(NO_SUCH_KEY);
  const type = typeOf(arena, record);
  const encoding = encodingOf(arena, record);
  if (type === TYPE_STRING || (encoding !== ENCODING_HASHTABLE && encoding !== ENCODING_SKIPLIST))
    return reply.error(NO_TABLE);
  const elements = keyspace.structureOf(type).count(encoding, rootOf(arena, record));
  reply.verbatim('txt', heading(sizeFor(elements), elements));
}

/** Redis doubles a table of four when it is full. */
function sizeFor(elements: number): number {
  return Math.max(4, 2 ** Math.ceil(Math.log2(elements)));
}

function heading(size: number, elements: number): string {
  return `Hash table 0 stats (main hash table):\n table size: ${size}\n number of elements: ${elements}\n`;
}

/** Size and elements; with `isFull`, how the elements are spread over the buckets. Nothing for an empty table. */
function describeTable(table: Table, isFull: boolean): string {
  if (table.count === 0) return '';
  const text = heading(table.buckets * BUCKET_SLOTS, table.count);
  return isFull ? text + describeBuckets(table) : text;
}

function describeBuckets(table: Table): string {
  const countOfLength = new Map<number, number>();
  let cursor = 0;
  do {
    let length = 0;
    cursor = table.scan(cursor, () => length++);
    countOfLength.set(length, (countOfLength.get(length) ?? 0) + 1);
  } while (cursor !== 0);
  const buckets = [...countOfLength.values()].reduce((sum, count) => sum + count, 0);
  const used = buckets - (countOfLength.get(0) ?? 0);
  const average = (table.count / used).toFixed(2);
  const lengths = [...countOfLength].sort(([a], [b]) => a - b);
  const share = (count: number): string => `${((count / buckets) * 100).toFixed(2)}%`;
  return [
    ` different slots: ${used}`,
    ` max chain length: ${lengths.at(-1)?.[0] ?? 0}`,
    ` avg chain length (counted): ${average}`,
    ` avg chain length (computed): ${average}`,
    ' Chain length distribution:',
    ...lengths.map(([length, count]) => `   ${length}: ${count} (${share(count)})`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

export const tableSubcommands: readonly DebugSubcommand[] = [
  {
    name: 'htstats',
    words: [3, ANY_NUMBER],
    syntax: '<dbid> [full]',
    help: ['Tell about the hash tables of a database.'],
    run: htstats,
  },
  {
    name: 'htstats-key',
    words: [3, ANY_NUMBER],
    syntax: '<key> [full]',
    help: ['Tell about the hash table of a value.'],
    run: htstatsKey,
  },
];
