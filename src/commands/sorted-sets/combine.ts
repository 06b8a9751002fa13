/** Hot. Unions, intersections and differences. */
import { type KeyspaceEvent, ZDIFFSTORE, ZINTERSTORE, ZUNIONSTORE } from '../../keyspace/events.ts';
import type { Structures } from '../../keyspace/structures.ts';
import { parseDouble } from '../../memory/double-parse.ts';
import { int64High, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import { scoreOf } from '../../values/sorted-set/scored-entry.ts';
import type { SortedSetValue } from '../../values/sorted-set/sorted-set-value.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import { replySpan } from './reply-span.ts';
import { Source } from './source.ts';
import { resultOf, store } from './store.ts';

const SUM = 0;
const MIN = 1;
const MAX = 2;
/** The number of sets that hold a member, each by its weight. */
const COUNT = 3;

const sources: Source[] = [];
/** Sources are used again, by the same instance. */
let pool: Source[] = [];
let poolOwner: Structures | null = null;
let aggregate = SUM;
let withScores = false;
let limit = 0;
let longest = 0;

type Combine = (made: SortedSetValue) => void;

/** What a command allows behind its keys. */
interface Form {
  readonly weights: boolean;
  readonly scores: boolean;
  readonly limit: boolean;
}

const READING: Form = { weights: true, scores: true, limit: false };
const STORING: Form = { weights: true, scores: false, limit: false };
const READING_DIFFERENCE: Form = { weights: false, scores: true, limit: false };
const STORING_DIFFERENCE: Form = { weights: false, scores: false, limit: false };
const COUNTING: Form = { weights: false, scores: false, limit: true };

/** ZUNION numkeys key [key ...] [WEIGHTS weight ...] [AGGREGATE SUM | MIN | MAX | COUNT] [WITHSCORES] */
export function zunion(call: Call): void {
  if (readRequest(call, 1, 'zunion', READING)) reply(call, unite);
}

/** ZINTER numkeys key [key ...] [WEIGHTS weight ...] [AGGREGATE SUM | MIN | MAX | COUNT] [WITHSCORES] */
export function zinter(call: Call): void {
  if (readRequest(call, 1, 'zinter', READING)) reply(call, intersect);
}

/** ZDIFF numkeys key [key ...] [WITHSCORES] */
export function zdiff(call: Call): void {
  if (readRequest(call, 1, 'zdiff', READING_DIFFERENCE)) reply(call, subtract);
}

/** ZUNIONSTORE destination numkeys key [key ...] [WEIGHTS weight ...] [AGGREGATE SUM | MIN | MAX | COUNT] */
export function zunionstore(call: Call): void {
  if (readRequest(call, 2, 'zunionstore', STORING)) keep(call, unite, ZUNIONSTORE);
}

/** ZINTERSTORE destination numkeys key [key ...] [WEIGHTS weight ...] [AGGREGATE SUM | MIN | MAX | COUNT] */
export function zinterstore(call: Call): void {
  if (readRequest(call, 2, 'zinterstore', STORING)) keep(call, intersect, ZINTERSTORE);
}

/** ZDIFFSTORE destination numkeys key [key ...] */
export function zdiffstore(call: Call): void {
  if (readRequest(call, 2, 'zdiffstore', STORING_DIFFERENCE)) keep(call, subtract, ZDIFFSTORE);
}

/** ZINTERCARD numkeys key [key ...] [LIMIT limit] */
export function zintercard(call: Call): void {
  if (!readRequest(call, 1, 'zintercard', COUNTING)) return;
  bySize();
  const [first] = sources;
  let count = 0;
  first.begin();
  while ((limit === 0 || count < limit) && first.next()) if (isInAll(first)) count++;
  call.reply.integer(count);
}

function isInAll(first: Source): boolean {
  const { member } = first;
  for (let i = 1; i < sources.length; i++)
    if (!sources[i].find(member.bytes, member.start, member.end)) return false;
  return true;
}

function reply(call: Call, combine: Combine): void {
  const made = build(call, combine);
  replySpan(call, made, 0, made.count, false, withScores);
  made.free();
}

function keep(call: Call, combine: Combine, event: KeyspaceEvent): void {
  const made = build(call, combine);
  try {
    made.compact(longest);
  } catch (error) {
    made.free();
    throw error;
  }
  store(call, made, event);
}

/** The result, as a sorted set that belongs to no key. May throw OutOfMemory; then nothing was kept. */
function build(call: Call, combine: Combine): SortedSetValue {
  const made = resultOf(call, 1);
  longest = 0;
  made.createBig();
  try {
    combine(made);
    made.big.orderAll();
  } catch (error) {
    made.free();
    throw error;
  }
  return made;
}

function unite(made: SortedSetValue): void {
  bySize();
  const { big, arena } = made;
  for (const source of sources) {
    source.begin();
    while (source.next()) {
      const { member } = source;
      const score = weighted(source);
      const entry = big.find(member.bytes, member.start, member.end);
      if (entry === 0) add(made, source, score);
      else big.scoreUnordered(entry, aggregated(scoreOf(arena, entry), score));
    }
  }
}

function intersect(made: SortedSetValue): void {
  bySize();
  const [first] = sources;
  first.begin();
  while (first.next()) {
    const { member } = first;
    let score = weighted(first);
    let at = 1;
    for (; at < sources.length; at++) {
      const source = sources[at];
      if (!source.find(member.bytes, member.start, member.end)) break;
      score = aggregated(score, source.weight * (aggregate === COUNT ? 1 : source.score));
    }
    if (at < sources.length) continue;
    made.big.find(member.bytes, member.start, member.end);
    add(made, first, score);
  }
}

function subtract(made: SortedSetValue): void {
  const [first] = sources;
  first.begin();
  while (first.next()) {
    const { member } = first;
    let at = 1;
    while (at < sources.length && !sources[at].find(member.bytes, member.start, member.end)) at++;
    if (at < sources.length) continue;
    made.big.find(member.bytes, member.start, member.end);
    add(made, first, first.score);
  }
}

/** The smallest first; of equal ones, the first named. */
function bySize(): void {
  sources.sort((left, right) => left.count - right.count);
}

function add(made: SortedSetValue, source: Source, score: number): void {
  const { member } = source;
  longest = Math.max(longest, member.end - member.start);
  made.big.addUnordered(score, member.bytes, member.start, member.end);
}

function weighted(source: Source): number {
  const score = source.weight * (aggregate === COUNT ? 1 : source.score);
  return Number.isNaN(score) ? 0 : score;
}

/** What is no number comes out as 0 of a sum, and is left out otherwise: Math.min would give it. */
function aggregated(score: number, other: number): number {
  if (aggregate === SUM || aggregate === COUNT) {
    const sum = score + other;
    return Number.isNaN(sum) ? 0 : sum;
  }
  const isBetter = aggregate === MIN ? other < score : other > score;
  return isBetter ? other : score;
}

/** Reads the request from the number of keys, word `index`, on; returns false after having replied with an error. */
function readRequest(call: Call, index: number, name: string, form: Form): boolean {
  const { arguments: words, reply: out } = call;
  const keys = parseInteger(words.bytes, words.start(index), words.end(index));
  if (Number.isNaN(keys)) {
    out.error(NOT_AN_INTEGER);
    return false;
  }
  if (keys < 1 || (keys === WIDE_INTEGER && int64High < 0)) {
    out.error(`ERR at least 1 input key is needed for '${name}' command`);
    return false;
  }
  if (keys > words.count - index - 1) {
    out.error(SYNTAX);
    return false;
  }
  const { structures } = call.keyspace;
  const { sets, sortedSets } = structures;
  if (poolOwner !== structures) pool = [];
  poolOwner = structures;
  sources.length = 0;
  for (let i = 0; i < keys; i++) {
    pool[i] ??= new Source(sortedSets.another(i + 1), sets.source(i));
    if (!pool[i].open(call, index + 1 + i)) return false;
    sources.push(pool[i]);
  }
  return readOptions(call, index + 1 + keys, form);
}

function readOptions(call: Call, first: number, form: Form): boolean {
  const { arguments: words, reply: out } = call;
  aggregate = SUM;
  withScores = false;
  limit = 0;
  for (let i = first; i < words.count; i++) {
    const left = words.count - i;
    if (form.weights && left > sources.length && words.is(i, 'weights')) {
      if (!readWeights(call, i + 1)) return false;
      i += sources.length;
    } else if (form.weights && left >= 2 && words.is(i, 'aggregate') && readAggregate(call, i + 1)) {
      i++;
    } else if (form.scores && words.is(i, 'withscores')) {
      withScores = true;
    } else if (form.limit && left >= 2 && words.is(i, 'limit')) {
      limit = parseInteger(words.bytes, words.start(i + 1), words.end(i + 1));
      if (!(limit >= 0) || (limit === WIDE_INTEGER && int64High < 0)) {
        out.error("ERR LIMIT can't be negative");
        return false;
      }
      i++;
    } else {
      out.error(SYNTAX);
      return false;
    }
  }
  return true;
}

function readWeights(call: Call, first: number): boolean {
  const words = call.arguments;
  for (const [i, source] of sources.entries()) {
    source.weight = parseDouble(words.bytes, words.start(first + i), words.end(first + i));
    if (!Number.isNaN(source.weight)) continue;
    call.reply.error('ERR weight value is not a float');
    return false;
  }
  return true;
}

function readAggregate(call: Call, index: number): boolean {
  const words = call.arguments;
  if (words.is(index, 'sum')) aggregate = SUM;
  else if (words.is(index, 'min')) aggregate = MIN;
  else if (words.is(index, 'max')) aggregate = MAX;
  else if (words.is(index, 'count')) aggregate = COUNT;
  else return false;
  return true;
}
