/**
 * When two servers' replies to the same command agree. Bytes have to be equal, except where the answer is undefined (the
 * time, an order, a random key) or tells of the one process (ids, memory, statistics): there, what can be said is compared.
 */
import type { Argument } from './connection.ts';
import { decode, ErrorReply, latin1, type Reply } from './reply.ts';

const ARRAY = 0x2a;
/** The form of sets, element by element, in dumps. */
const FORM_SET = '\u0002';

type Comparator = (left: Reply, right: Reply, words: readonly string[]) => boolean;

/** Servers receive the same command some milliseconds apart, and round. */
const CLOCK_TOLERANCE_MS = 2000;

/** Parameters that belong to one process, or whose default differs by what the system offers. */
const ownParameters =
  /^(?:port|dir|pidfile|bind|logfile|unixsocket|enable-debug-command|enable-module-command|locale-collate|bio_cpulist|bgsave_cpulist|.*transport.*)$/;

/** Whether the replies to `command` agree. */
export function repliesAgree(command: readonly Argument[], left: Buffer, right: Buffer): boolean {
  if (left.equals(right)) return true;
  const words = (isHello(left) ? ['hello'] : command).map((word) => String(word).toLowerCase());
  if (beyondPeers[words[0] ?? '']?.(words)) return true;
  const comparator = comparators[`${words[0]} ${words[1]}`] ?? comparators[words[0] ?? ''];
  // Errors are compared by their bytes, and only they begin so.
  if (words[1] === 'help' && words.length === 2 && left[0] === ARRAY) return areHelpTexts(left, right);
  if (comparator === undefined || left[0] !== right[0] || left[0] === 0x2d /* - */) return false;
  return comparator(decode(left, latin1), decode(right, latin1), words);
}

/** Words of no meaning can come to mean HELLO. */
function isHello(reply: Buffer): boolean {
  return /^[*%]\d+\r\n\$6\r\nserver\r\n/.test(reply.toString('latin1', 0, 20));
}

/** What we understand and Redis 8.0 refuses: forms that other servers, or later versions, brought. */
const beyondPeers: Readonly<Record<string, (words: readonly string[]) => boolean>> = {
  bitcount: (words) => words.length === 3,
  digest: () => true,
  hsetex: (words) => words.slice(2, words.indexOf('fields')).some((word) => word === 'nx' || word === 'xx'),
};

const comparators: Readonly<Record<string, Comparator>> = {
  time: sameShape,
  lastsave: sameShape,
  randomkey: sameShape,
  dump: dumpsAgree,
  sort: sortsAgree,
  sort_ro: sortsAgree,
  keys: sameElements,
  scan: scansAgree,
  ttl: within(CLOCK_TOLERANCE_MS / 1000),
  pttl: within(CLOCK_TOLERANCE_MS),
  expiretime: within(CLOCK_TOLERANCE_MS / 1000),
  pexpiretime: within(CLOCK_TOLERANCE_MS),
  'object idletime': idleTimesAgree,
  'object freq': sameShape,
  // A small integer is shared or not depending on which command wrote it.
  'object refcount': sameShape,
  'memory usage': sameShape,
  hgetall: samePairs,
  hkeys: sameElements,
  hvals: sameElements,
  hscan: scansAgree,
  hrandfield: sameShape,
  httl: allWithin(CLOCK_TOLERANCE_MS / 1000),
  hpttl: allWithin(CLOCK_TOLERANCE_MS),
  hexpiretime: allWithin(CLOCK_TOLERANCE_MS / 1000),
  hpexpiretime: allWithin(CLOCK_TOLERANCE_MS),
  smembers: sameElements,
  spop: sameElements,
  srandmember: sameShape,
  sinter: sameElements,
  sunion: sameElements,
  sdiff: sameElements,
  sscan: scansAgree,
  zscan: scansAgree,
  zrandmember: sameShape,
  xpending: timesAgree,
  'xinfo consumers': timesAgree,
  'xinfo stream': timesAgree,
  'client id': sameShape,
  'client info': sameFieldNames,
  'client list': (left, right, words) =>
    // Who has which id is chance.
    words[2] === 'id' ? sameShape(left, right) : sameFieldNames(left, right),
  // What else it tells has tests of its own; all commands come in any order, the named ones in theirs.
  'command info': (left, right, words) =>
    words.length === 2 || Bun.deepEquals(namesAndArities(left), namesAndArities(right)),
  'command list': sameShape,
  'command count': sameShape,
  command: sameShape,
  'config get': parametersAgree,
  'debug object': sameFieldNames,
  'debug digest': sameShape,
  'debug digest-value': sameShape,
  'slowlog get': () => true,
  'slowlog len': sameShape,
  'latency reset': sameShape,
  'latency latest': () => true,
  hello: hellosAgree,
  info: sameShape,
};

/** Our help has words of its own: status lines, all of them. */
function areHelpTexts(left: Buffer, right: Buffer): boolean {
  return [left, right].every((reply) => /^\*\d+\r\n(?:\+[^\r\n]*\r\n)+$/.test(reply.toString('latin1')));
}

/** The same but for times of streams: moments; and how long ago, behind a name or as third of an entry's four parts. */
function timesAgree(left: Reply, right: Reply): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) {
    if (left instanceof Map && right instanceof Map) return timesAgree([...left].flat(), [...right].flat());
    const isMoment = Number(left) > 1e12 && Number(right) > 1e12;
    return (
      Bun.deepEquals(left, right) || (isMoment && Math.abs(Number(left) - Number(right)) < CLOCK_TOLERANCE_MS)
    );
  }
  if (left.length !== right.length) return false;
  return left.every((part, at) => {
    const isAgo = /^(?:idle|inactive)$/.test(String(left[at - 1])) || (left.length === 4 && at === 2);
    return (isAgo && within(CLOCK_TOLERANCE_MS)(part, right[at]!, [])) || timesAgree(part, right[at]!);
  });
}

/** The same kind of answer, nil or not. */
function sameShape(left: Reply, right: Reply): boolean {
  if (Array.isArray(left) && Array.isArray(right)) return (left.length === 0) === (right.length === 0);
  return typeof left === typeof right && (left === null) === (right === null);
}

function within(tolerance: number): Comparator {
  // What means "no key" or "no expiry" is negative and exact.
  return (left, right) => {
    const [ours, theirs] = [Number(left), Number(right)];
    return ours >= 0 && theirs >= 0 && Math.abs(ours - theirs) <= tolerance;
  };
}

/** Redis counts the idle time of small integers that it shares from the zero of its clock of 24 bits. */
function idleTimesAgree(left: Reply, right: Reply, words: readonly string[]): boolean {
  const isClose = within(CLOCK_TOLERANCE_MS / 1000);
  return isClose(left, right, words) || isClose(Math.floor(Date.now() / 1000) % 2 ** 24, right, words);
}

/** Behind the value stand the writer's version and a checksum. Large sets come in each server's own order. */
function dumpsAgree(left: Reply, right: Reply): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return left === right;
  const [ours, theirs] = [left.slice(0, -10), right.slice(0, -10)];
  const sorted = (text: string): string => [...text].sort().join('');
  return ours === theirs || (ours[0] === FORM_SET && sorted(ours) === sorted(theirs));
}

/** The same times, element by element. */
function allWithin(tolerance: number): Comparator {
  const near = within(tolerance);
  return (left, right, words) =>
    Array.isArray(left) &&
    Array.isArray(right) &&
    left.length === right.length &&
    left.every((time, at) => time === right[at] || near(time, right[at]!, words));
}

/** The order of a set's members is each server's own; texts that differ behind a zero byte are equal to Redis's ALPHA. */
function sortsAgree(left: Reply, right: Reply, words: readonly string[]): boolean {
  if (words[1] === 'set' && words.includes('by')) return sameShape(left, right);
  return words.includes('alpha') && sameElements(left, right);
}

function sameElements(left: Reply, right: Reply): boolean {
  const elements = (reply: Reply): Reply[] => (reply instanceof Set ? [...reply] : (reply as Reply[]));
  const areLists = [left, right].every((reply) => Array.isArray(reply) || reply instanceof Set);
  return (
    areLists &&
    left instanceof Set === right instanceof Set &&
    elements(left).map(String).sort().join() === elements(right).map(String).sort().join()
  );
}

/** The same fields with the same values, as a map or as a list. */
function samePairs(left: Reply, right: Reply): boolean {
  const pairs = (reply: Reply): string[] => {
    if (reply instanceof Map) return [...reply].map((pair) => JSON.stringify(pair)).sort();
    const list = reply as Reply[];
    return list.flatMap((name, at) => (at % 2 === 0 ? [JSON.stringify([name, list[at + 1]])] : [])).sort();
  };
  return left instanceof Map === right instanceof Map && pairs(left).join() === pairs(right).join();
}

/** A scan that visits all keys at once returns the same; of others only the form is known. */
function scansAgree(left: Reply, right: Reply, words: readonly string[]): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return false;
  const [leftCursor, leftKeys] = left;
  const [rightCursor, rightKeys] = right;
  if (words[1] === '0' && words.at(words.lastIndexOf('count') + 1) === '10000') {
    return leftCursor === rightCursor && sameElements(leftKeys!, rightKeys!);
  }
  const wellFormed = (cursor: Reply, keys: Reply): boolean =>
    /^\d+$/.test(String(cursor)) && Array.isArray(keys);
  return wellFormed(leftCursor!, leftKeys!) && wellFormed(rightCursor!, rightKeys!);
}

/** Lines of "name=value" or "name:value" with the same names in the same order; values are each server's own. */
function sameFieldNames(left: Reply, right: Reply): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  const names = (text: string): string =>
    [...text.matchAll(/(?:^| )([\w-]+)[=:]/g)].map(([, name]) => name).join();
  return names(left.split('\n')[0]!) === names(right.split('\n')[0]!);
}

/** The name, arity and key positions of every command. */
function namesAndArities(reply: Reply): Reply {
  if (!Array.isArray(reply)) return reply;
  return reply.map((command) =>
    Array.isArray(command) ? [command[0]!, command[1]!, ...command.slice(3, 6)] : command,
  );
}

/** Every parameter that the right server has, the left one has with the same value. It may have more. */
function parametersAgree(left: Reply, right: Reply): boolean {
  const ours = parameters(left);
  return [...parameters(right)].every(
    ([name, value]) => ours.get(name) === value || (ours.has(name) && ownParameters.test(name)),
  );
}

function parameters(reply: Reply): Map<string, Reply> {
  const found = new Map<string, Reply>();
  if (reply instanceof Map) for (const [name, value] of reply) found.set(String(name), value);
  if (Array.isArray(reply))
    for (let at = 0; at < reply.length; at += 2) found.set(String(reply[at]), reply[at + 1]!);
  return found;
}

/** Everything but which process, version and modules these are. */
function hellosAgree(left: Reply, right: Reply): boolean {
  const own = ['id', 'version', 'modules'];
  const fixed = (reply: Reply): [string, Reply][] =>
    [...parameters(reply)].filter(([name]) => !own.includes(name));
  return JSON.stringify(fixed(left)) === JSON.stringify(fixed(right));
}

/** One reply, or several, as a reader sees them. */
export function showReply(reply: Buffer): string {
  const text = JSON.stringify(latin1(reply));
  const meaning = decode(reply, latin1);
  return meaning instanceof ErrorReply || text.length < 400
    ? text
    : `${text.slice(0, 400)}... (${reply.length} bytes)`;
}
