/** Hot. HSCAN. */
import { ReferenceList } from '../../memory/reference-list.ts';
import { ENCODING_HASHTABLE } from '../../values/encoding.ts';
import type { HashValue } from '../../values/hash/hash-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { INVALID_CURSOR } from '../errors.ts';
import { cursorOf, replyNothing, ScanOptions } from '../scan-options.ts';
import { hashOf, isHidden, openToRead } from './lookup.ts';

/** Buckets visited for each field that is wanted, before a sparse table's batch ends early. */
const BUCKETS_PER_FIELD = 10;

const options = new ScanOptions();
const found = new ReferenceList();

/** HSCAN key cursor [MATCH pattern] [COUNT count] [NOVALUES] */
export function hscan(call: Call): void {
  const { reply, arguments: words } = call;
  const cursor = cursorOf(words.text(2));
  if (cursor < 0) return reply.error(INVALID_CURSOR);
  const outcome = openToRead(call);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return replyNothing(call);
  if (!options.read(call, 3, 'novalues')) return;
  const hash = hashOf(call);
  found.clear();
  const next = hash.encoding === ENCODING_HASHTABLE ? scanTable(hash, cursor) : addAll(hash);
  keepMatching(call, hash);
  reply.array(2);
  reply.text(String(next));
  writeFound(call, hash);
}

function scanTable(hash: HashValue, cursor: number): number {
  let bucketsLeft = options.count * BUCKETS_PER_FIELD;
  let at = cursor;
  do {
    at = hash.big.fields.scan(at, found.add);
    bucketsLeft--;
  } while (at !== 0 && found.count < options.count && bucketsLeft > 0);
  return at;
}

/** A packed hash is small: it is told at once. */
function addAll(hash: HashValue): number {
  hash.begin();
  while (hash.next()) found.add(hash.place);
  return 0;
}

function keepMatching(call: Call, hash: HashValue): void {
  const { items, count } = found;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    hash.place = items[i];
    if (isHidden(call, hash)) continue;
    hash.readField();
    if (options.matches(hash.field.bytes, hash.field.start, hash.field.end)) items[kept++] = items[i];
  }
  found.cut(kept);
}

function writeFound(call: Call, hash: HashValue): void {
  const { reply } = call;
  reply.array(options.isBare ? found.count : found.count * 2);
  for (let i = 0; i < found.count; i++) {
    hash.place = found.items[i];
    hash.readField();
    reply.bulk(hash.field.bytes, hash.field.start, hash.field.end);
    if (options.isBare) continue;
    hash.readValue();
    reply.bulk(hash.value.bytes, hash.value.start, hash.value.end);
  }
}
