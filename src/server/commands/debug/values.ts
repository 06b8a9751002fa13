/** Cold. DEBUG subcommands about single values, and digests of them. */
import { NO_SUCH_KEY } from '../../../commands/errors.ts';
import { isShared } from '../../../commands/keys/object.ts';
import { idleSeconds } from '../../../keyspace/access-clock.ts';
import { digestDataSet, digestValue } from '../../../keyspace/digest.ts';
import {
  clockOf,
  encodingOf,
  FIXED,
  flagsOf,
  keyLengthOf,
  TYPE_STRING,
  typeOf,
} from '../../../keyspace/record.ts';
import { stringLength } from '../../../keyspace/string-value.ts';
import { rootOf } from '../../../keyspace/value.ts';
import { RdbOutput } from '../../../persistence/rdb/output.ts';
import { writeValue } from '../../../persistence/rdb/values.ts';
import {
  ENCODING_INT,
  ENCODING_LISTPACK,
  ENCODING_LISTPACK_EX,
  ENCODING_QUICKLIST,
  encodingName,
} from '../../../values/encoding.ts';
import type { ServerCall } from '../../server-call.ts';
import { ANY_NUMBER, type DebugSubcommand } from './subcommand.ts';

const SHARED_REFERENCES = 2147483647;
const CHUNK_BYTES = 16 * 1024;

/** The record of word 2, expired or not; 0 after having replied that there is none. */
function recordOf({ arguments: words, database, reply }: ServerCall): number {
  const record = database.find(words.bytes, words.start(2), words.end(2));
  if (record === 0) reply.error(NO_SUCH_KEY);
  return record;
}

/** OBJECT key */
function object(call: ServerCall): void {
  const record = recordOf(call);
  if (record === 0) return;
  const { keyspace, reply } = call;
  const { arena } = keyspace;
  const clock = clockOf(arena, record);
  const fields = [
    `at:0x${(record * 8).toString(16)}`,
    `refcount:${isShared(call, record) ? SHARED_REFERENCES : 1}`,
    `encoding:${encodingName(encodingOf(arena, record))}`,
    `serializedlength:${serializedBytes(call, record)}`,
    `lru:${clock}`,
    `lru_seconds_idle:${idleSeconds(keyspace, clock)}`,
  ];
  reply.simple(`Value ${fields.join(' ')}`);
}

/** Bytes of the value in an RDB file. */
function serializedBytes({ server, keyspace }: ServerCall, record: number): number {
  let bytes = 0;
  const exchange = (chunk: Uint8Array, length: number): Uint8Array => {
    bytes += length;
    return chunk;
  };
  const compress = server.configuration.boolean('rdbcompression');
  const output = new RdbOutput({ exchange }, new Uint8Array(CHUNK_BYTES), { compress, checksum: false });
  writeValue(output, keyspace, record);
  output.flush();
  return bytes;
}

/** SDSLEN key: bytes used and spare; what allocated bytes of key and value share is counted with the value. */
function sdslen(call: ServerCall): void {
  const record = recordOf(call);
  if (record === 0) return;
  const { arena } = call.keyspace;
  if (typeOf(arena, record) !== TYPE_STRING || encodingOf(arena, record) === ENCODING_INT)
    return call.reply.error('ERR Not an sds encoded string.');
  const keyBytes = keyLengthOf(arena, record);
  const valueBytes = stringLength(arena, record);
  const isInline = (flagsOf(arena, record) & FIXED) === 0;
  const allocated = isInline ? valueBytes : arena.sizeOf(rootOf(arena, record));
  const key = `key_sds_len:${keyBytes}, key_sds_avail:0, key_zmalloc: ${keyBytes}`;
  const spare = allocated - valueBytes;
  const value = `val_sds_len:${valueBytes}, val_sds_avail:${spare}, val_zmalloc: ${allocated}`;
  call.reply.simple(`${key}, ${value}`);
}

/** LISTPACK key: a line in the log tells of it. */
function listpack(call: ServerCall): void {
  describe(call, [ENCODING_LISTPACK, ENCODING_LISTPACK_EX], 'Not a listpack encoded object.', 'Listpack');
}

/** QUICKLIST key [0|1] */
function quicklist(call: ServerCall): void {
  describe(call, [ENCODING_QUICKLIST], 'Not a quicklist encoded object.', 'Quicklist');
}

function describe(call: ServerCall, encodings: readonly number[], refusal: string, name: string): void {
  const record = recordOf(call);
  if (record === 0) return;
  const { keyspace, reply, server } = call;
  const encoding = encodingOf(keyspace.arena, record);
  if (!encodings.includes(encoding)) return reply.error(`ERR ${refusal}`);
  const structure = keyspace.structureOf(typeOf(keyspace.arena, record));
  const root = rootOf(keyspace.arena, record);
  const elements = structure.count(encoding, root);
  server.log.notice(`${name} of ${elements} elements, ${structure.bytes(encoding, root, 0)} bytes`);
  reply.simple(`${name} structure printed on stdout`);
}

/** DIGEST-VALUE [key ...] */
function digestValues({ arguments: words, database, reply }: ServerCall): void {
  reply.array(words.count - 2);
  for (let i = 2; i < words.count; i++)
    reply.simple(digestValue(database, database.find(words.bytes, words.start(i), words.end(i))));
}

export const valueSubcommands: readonly DebugSubcommand[] = [
  {
    name: 'digest',
    words: [2, 2],
    help: ['A fingerprint of all data: equal for equal data.'],
    run: ({ reply, keyspace }) => reply.simple(digestDataSet(keyspace)),
  },
  {
    name: 'digest-value',
    words: [2, ANY_NUMBER],
    syntax: '<key> [<key> ...]',
    help: ['Fingerprints of values.'],
    run: digestValues,
  },
  {
    name: 'listpack',
    words: [3, 3],
    syntax: '<key>',
    help: ['Write to the log what a value kept as a listpack measures.'],
    run: listpack,
  },
  {
    name: 'object',
    words: [3, 3],
    syntax: '<key>',
    help: ['Tell how a value is kept, and how long it is in an RDB file.'],
    run: object,
  },
  {
    name: 'quicklist',
    words: [3, 4],
    syntax: '<key> [<0|1>]',
    help: ['Write to the log what a value kept as a quicklist measures.'],
    run: quicklist,
  },
  {
    name: 'sdslen',
    words: [3, 3],
    syntax: '<key>',
    help: ['Tell how long a key and its string are, and how much room they have.'],
    run: sdslen,
  },
];
