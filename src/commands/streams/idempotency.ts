/** Cold. Entries that producers may send twice: XADD's IDMP and IDMPAUTO, XCFGSET, XIDMPRECORD. */
import { XADD } from '../../keyspace/events.ts';
import { hashBytes } from '../../memory/hash.ts';
import { parseInteger } from '../../memory/integers.ts';
import { SHA1_BYTES, sha1 } from '../../memory/sha1.ts';
import { compareIds, WideId } from '../../memory/wide-id.ts';
import type { Arguments } from '../../protocol/arguments.ts';
import type { Call } from '../call.ts';
import { NO_SUCH_KEY, SYNTAX } from '../errors.ts';
import { idArgument, idWord, REFUSED, streamsOf, writeStream } from './access.ts';
import type { TrimOptions } from './trim-options.ts';

const DURATION_MAX = 86_400;
const SIZE_MAX = 10_000;
/** A record of an idempotent id, beyond the names. */
const RECORD_BYTES_MAX = 4096;

let iid: Uint8Array = new Uint8Array(0);
let producer: Uint8Array = new Uint8Array(0);
let hash = 0;
const recorded = new WideId();

/**
 * Whether the producer that an XADD names has added the entry already; then `id` is that entry's. If not, memory for
 * noting it is seen to: may throw OutOfMemory.
 */
export function findProduced(call: Call, options: TrimOptions, field: number, id: WideId): boolean {
  const { arguments: words, keyspace } = call;
  producer = words.copy(options.producer);
  iid = options.idempotentId === 0 ? contentId(words, field) : words.copy(options.idempotentId);
  hash = hashOf(call);
  const { idempotency, stream } = streamsOf(call);
  idempotency.open(stream.root);
  idempotency.expire(keyspace.now);
  if (idempotency.find(producer, iid, hash, id)) {
    idempotency.countDuplicate();
    return true;
  }
  idempotency.prepare(producer.length + iid.length + RECORD_BYTES_MAX);
  return false;
}

/** Notes what the XADD that was looked up last has added. */
export function recordProduced(call: Call, id: WideId): void {
  streamsOf(call).idempotency.record(producer, iid, hash, id, call.keyspace.now);
}

/** Others are told the entry's id and what it stands for apart. */
export function propagateProduced(call: Call, id: WideId): void {
  call.propagate('XIDMPRECORD', call.arguments.copy(1), producer, iid, idWord(id));
}

function hashOf(call: Call): number {
  const { word0, word1 } = call.keyspace.hashKey;
  return hashBytes(iid, 0, iid.length, word0, word1);
}

/** An id made of the fields and values from word `field` on, whatever their order. */
function contentId(words: Arguments, field: number): Uint8Array {
  const sum = new Uint8Array(SHA1_BYTES);
  const one = new Uint8Array(SHA1_BYTES);
  const { bytes } = words;
  for (let word = field; word < words.count; word += 2) {
    const length = words.length(word);
    const pair = new Uint8Array(4 + length + words.length(word + 1));
    new DataView(pair.buffer).setUint32(0, length);
    pair.set(bytes.subarray(words.start(word), words.end(word)), 4);
    pair.set(bytes.subarray(words.start(word + 1), words.end(word + 1)), 4 + length);
    sha1(pair, 0, pair.length, one);
    for (let i = 0; i < SHA1_BYTES; i++) sum[i] += one[i];
  }
  return sum;
}

/** XCFGSET key [IDMP-DURATION seconds] [IDMP-MAXSIZE count] */
export function xcfgset(call: Call): void {
  const { arguments: words, reply, keyspace } = call;
  let duration = -1;
  let size = -1;
  for (let index = 2; index < words.count; index += 2) {
    const value =
      index + 1 < words.count
        ? parseInteger(words.bytes, words.start(index + 1), words.end(index + 1))
        : Number.NaN;
    if (words.is(index, 'idmp-duration') && index + 1 < words.count) {
      if (!(value >= 1 && value <= DURATION_MAX))
        return reply.error(`ERR IDMP-DURATION must be between 1 and ${DURATION_MAX} seconds`);
      duration = value;
    } else if (words.is(index, 'idmp-maxsize') && index + 1 < words.count) {
      if (!(value >= 1 && value <= SIZE_MAX))
        return reply.error(`ERR IDMP-MAXSIZE must be between 1 and ${SIZE_MAX} entries`);
      size = value;
    } else {
      return reply.error(SYNTAX);
    }
  }
  if (duration < 0 && size < 0) return reply.error('ERR At least one parameter must be specified');
  const root = writeStream(call, 1);
  if (root === REFUSED) return;
  if (root === 0) return reply.error(NO_SUCH_KEY);
  const { idempotency } = streamsOf(call);
  idempotency.open(root);
  idempotency.configure(duration < 0 ? idempotency.duration : duration, size < 0 ? idempotency.size : size);
  keyspace.dirty++;
  reply.ok();
}

/** XIDMPRECORD key producer id entry-id: notes what was added before; for replicas and the append-only file. */
export function xidmprecord(call: Call): void {
  const { arguments: words, reply, keyspace, database } = call;
  const id = new WideId();
  if (words.length(2) === 0 || words.length(3) === 0)
    return reply.error('ERR producer ID and idempotent ID must not be empty');
  if (!idArgument(call, 4, id)) return;
  const root = writeStream(call, 1);
  if (root === REFUSED) return;
  if (root === 0) return reply.error(NO_SUCH_KEY);
  const { idempotency, stream } = streamsOf(call);
  if (!stream.cursor.find(id)) return reply.error('ERR no such entry in the stream');
  producer = words.copy(2);
  iid = words.copy(3);
  hash = hashOf(call);
  idempotency.open(root);
  if (idempotency.find(producer, iid, hash, recorded)) {
    if (compareIds(recorded, id) === 0) return reply.ok();
    return reply.error('ERR the idempotent ID already stands for another entry');
  }
  idempotency.prepare(producer.length + iid.length + RECORD_BYTES_MAX);
  recordProduced(call, id);
  keyspace.changed(database, XADD, words.bytes, words.start(1), words.end(1));
  reply.ok();
}
