/** Hot. SSCAN. */
import { ReferenceList } from '../../memory/reference-list.ts';
import { ENCODING_HASHTABLE } from '../../values/encoding.ts';
import type { SetValue } from '../../values/set/set-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { INVALID_CURSOR } from '../errors.ts';
import { cursorOf, replyNothing, ScanOptions } from '../scan-options.ts';
import { openToRead, setOf } from './lookup.ts';

/** Buckets visited for each member that is wanted, before a sparse table's batch ends early. */
const BUCKETS_PER_MEMBER = 10;

const options = new ScanOptions();
const found = new ReferenceList();

/** SSCAN key cursor [MATCH pattern] [COUNT count] */
export function sscan(call: Call): void {
  const { reply, arguments: words } = call;
  const cursor = cursorOf(words.text(2));
  if (cursor < 0) return reply.error(INVALID_CURSOR);
  const set = setOf(call);
  const outcome = openToRead(call, 1, set);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return replyNothing(call);
  if (!options.read(call, 3, null)) return;
  found.clear();
  const next = set.encoding === ENCODING_HASHTABLE ? scanTable(set, cursor) : addAll(set);
  keepMatching(set);
  reply.array(2);
  reply.text(String(next));
  reply.array(found.count);
  for (let i = 0; i < found.count; i++) {
    set.place = found.items[i];
    set.readPlace();
    reply.bulk(set.member.bytes, set.member.start, set.member.end);
  }
}

function scanTable(set: SetValue, cursor: number): number {
  let bucketsLeft = options.count * BUCKETS_PER_MEMBER;
  let at = cursor;
  do {
    at = set.big.members.scan(at, found.add);
    bucketsLeft--;
  } while (at !== 0 && found.count < options.count && bucketsLeft > 0);
  return at;
}

/** A compact set is small: it is told at once. */
function addAll(set: SetValue): number {
  set.begin();
  while (set.next()) found.add(set.place);
  return 0;
}

function keepMatching(set: SetValue): void {
  const { items, count } = found;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    set.place = items[i];
    set.readPlace();
    if (options.matches(set.member.bytes, set.member.start, set.member.end)) items[kept++] = items[i];
  }
  found.cut(kept);
}
