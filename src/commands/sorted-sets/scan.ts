/** Hot. ZSCAN. */
import { formatDouble, formatSeventeenDigits } from '../../memory/doubles.ts';
import { ReferenceList } from '../../memory/reference-list.ts';
import { ENCODING_SKIPLIST } from '../../values/encoding.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { MISSING, REFUSED } from '../collections.ts';
import { INVALID_CURSOR } from '../errors.ts';
import { cursorOf, replyNothing, ScanOptions } from '../scan-options.ts';
import { openToRead, sortedSetOf } from './lookup.ts';

/** Buckets visited for each member that is wanted, before a sparse table's batch ends early. */
const BUCKETS_PER_MEMBER = 10;

const options = new ScanOptions();
const found = new ReferenceList();

/** ZSCAN key cursor [MATCH pattern] [COUNT count] [NOSCORES] */
export function zscan(call: Call): void {
  const { reply, arguments: words } = call;
  const cursor = cursorOf(words.text(2));
  if (cursor < 0) return reply.error(INVALID_CURSOR);
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  if (outcome === MISSING) return replyNothing(call);
  if (!options.read(call, 3, 'noscores')) return;
  const set = sortedSetOf(call);
  if (set.encoding === ENCODING_SKIPLIST) scanTable(call, set, cursor);
  else scanPacked(call, set);
}

function scanTable(call: Call, set: SortedSetValue, cursor: number): void {
  const { members } = set.big;
  let bucketsLeft = options.count * BUCKETS_PER_MEMBER;
  let at = cursor;
  found.clear();
  do {
    at = members.scan(at, found.add);
    bucketsLeft--;
  } while (at !== 0 && found.count < options.count && bucketsLeft > 0);
  let kept = 0;
  for (let i = 0; i < found.count; i++) {
    set.readTableEntry(found.items[i]);
    if (options.matches(set.member.bytes, set.member.start, set.member.end))
      found.items[kept++] = found.items[i];
  }
  announce(call, at, kept);
  for (let i = 0; i < kept; i++) {
    set.readTableEntry(found.items[i]);
    replyMember(call, set);
    if (!options.isBare) call.reply.text(formatSeventeenDigits(set.score));
  }
}

/** A compact sorted set is small: it is told at once. */
function scanPacked(call: Call, set: SortedSetValue): void {
  const { count } = set;
  const ranks: number[] = [];
  for (let rank = 0; rank < count; rank++) {
    set.seek(rank);
    if (options.matches(set.member.bytes, set.member.start, set.member.end)) ranks.push(rank);
  }
  announce(call, 0, ranks.length);
  for (const rank of ranks) {
    set.seek(rank);
    replyMember(call, set);
    if (!options.isBare) call.reply.text(formatDouble(set.score));
  }
}

function announce(call: Call, cursor: number, members: number): void {
  const { reply } = call;
  reply.array(2);
  reply.text(String(cursor));
  reply.array(options.isBare ? members : members * 2);
}

function replyMember(call: Call, { member }: SortedSetValue): void {
  call.reply.bulk(member.bytes, member.start, member.end);
}
