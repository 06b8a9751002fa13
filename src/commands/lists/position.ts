/** Hot. LPOS. */
import type { Call } from '../call.ts';
import { SYNTAX } from '../errors.ts';
import { longArgument, readLong } from '../long-argument.ts';
import { listOf, MISSING, openToRead, REFUSED } from './lookup.ts';
import { isWord } from './match.ts';

const RANK_ZERO =
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list";
/** Without COUNT, one index is replied instead of an array. */
const UNCOUNTED = -1;

let rank = 1;
let countMax = UNCOUNTED;
let lengthMax = 0;

/** LPOS key element [RANK rank] [COUNT count] [MAXLEN length] */
export function lpos(call: Call): void {
  const { reply } = call;
  if (!readOptions(call)) return;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  if (countMax !== UNCOUNTED) return replyIndexes(call, outcome === MISSING);
  if (outcome === MISSING) return reply.nullValue();
  beginSearch(call);
  if (findMatch(call)) reply.integer(indexOfMatch(call));
  else reply.nullValue();
}

function readOptions(call: Call): boolean {
  const { arguments: words, reply } = call;
  rank = 1;
  countMax = UNCOUNTED;
  lengthMax = 0;
  for (let i = 3; i < words.count; i += 2) {
    const value = i + 1;
    if (value < words.count && words.is(i, 'rank')) {
      rank = longArgument(call, value);
      if (Number.isNaN(rank)) return false;
      if (rank === 0) return refuse(call, RANK_ZERO);
    } else if (value < words.count && words.is(i, 'count')) {
      countMax = readLong(call, value);
      if (!(countMax >= 0)) return refuse(call, "ERR COUNT can't be negative");
    } else if (value < words.count && words.is(i, 'maxlen')) {
      lengthMax = readLong(call, value);
      if (!(lengthMax >= 0)) return refuse(call, "ERR MAXLEN can't be negative");
    } else {
      reply.error(SYNTAX);
      return false;
    }
  }
  return true;
}

function refuse(call: Call, error: string): false {
  call.reply.error(error);
  return false;
}

/** Replies with the indexes of all matches that are wanted. */
function replyIndexes(call: Call, isMissing: boolean): void {
  const indexes: number[] = [];
  if (!isMissing) {
    const most = countMax === 0 ? Number.POSITIVE_INFINITY : countMax;
    beginSearch(call);
    while (indexes.length < most && findMatch(call)) indexes.push(indexOfMatch(call));
  }
  call.reply.array(indexes.length);
  for (const index of indexes) call.reply.integer(index);
}

/** Elements looked at, and whether there is one to be looked at. */
let steps = 0;
let isThere = false;
/** Matches to be passed over. */
let passed = 0;

function beginSearch(call: Call): void {
  steps = 0;
  passed = Math.abs(rank) - 1;
  isThere = listOf(call).seek(rank < 0 ? -1 : 0);
}

/** Looks for the next match. */
function findMatch(call: Call): boolean {
  const list = listOf(call);
  let found = false;
  while (isThere && !found && (lengthMax === 0 || steps < lengthMax)) {
    if (isWord(list, call, 2)) {
      found = passed === 0;
      if (!found) passed--;
    }
    steps++;
    isThere = rank < 0 ? list.previous() : list.next();
  }
  return found;
}

/** The index of the element that `findMatch` has found. */
function indexOfMatch(call: Call): number {
  return rank < 0 ? listOf(call).count - steps : steps - 1;
}
