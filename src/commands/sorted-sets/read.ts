/** Hot. Reading members one by one: scores, ranks, how many there are. */
import type { Call } from '../call.ts';
import { FOUND, MISSING, REFUSED } from '../collections.ts';
import { SYNTAX, wrongArity } from '../errors.ts';
import { openToRead, sortedSetOf } from './lookup.ts';

/** ZCARD key */
export function zcard(call: Call): void {
  const outcome = openToRead(call, 1);
  if (outcome !== REFUSED) call.reply.integer(outcome === MISSING ? 0 : sortedSetOf(call).count);
}

/** ZSCORE key member */
export function zscore(call: Call): void {
  const { arguments: words, reply } = call;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  const set = sortedSetOf(call);
  if (outcome === FOUND && set.find(words.bytes, words.start(2), words.end(2))) reply.double(set.score);
  else reply.nullValue();
}

/** ZMSCORE key member [member ...] */
export function zmscore(call: Call): void {
  const { arguments: words, reply } = call;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  const set = sortedSetOf(call);
  reply.array(words.count - 2);
  for (let i = 2; i < words.count; i++) {
    if (outcome === FOUND && set.find(words.bytes, words.start(i), words.end(i))) reply.double(set.score);
    else reply.nullValue();
  }
}

/** ZRANK key member [WITHSCORE] */
export function zrank(call: Call): void {
  replyRank(call, 'zrank', false);
}

/** ZREVRANK key member [WITHSCORE] */
export function zrevrank(call: Call): void {
  replyRank(call, 'zrevrank', true);
}

function replyRank(call: Call, name: string, backwards: boolean): void {
  const { arguments: words, reply } = call;
  if (words.count > 4) return reply.error(wrongArity(name));
  if (words.count === 4 && !words.is(3, 'withscore')) return reply.error(SYNTAX);
  const withScore = words.count === 4;
  const outcome = openToRead(call, 1);
  if (outcome === REFUSED) return;
  const set = sortedSetOf(call);
  const { bytes } = words;
  const start = words.start(2);
  const end = words.end(2);
  if (outcome === MISSING || !set.find(bytes, start, end)) {
    if (withScore) reply.nullArray();
    else reply.nullValue();
    return;
  }
  const { score } = set;
  const rank = set.rankFound(bytes, start, end);
  if (withScore) reply.array(2);
  reply.integer(backwards ? set.count - 1 - rank : rank);
  if (withScore) reply.double(score);
}
