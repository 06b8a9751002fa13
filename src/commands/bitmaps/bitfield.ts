/** Warm. BITFIELD: integers of any width at any bit of a string. */
import { SETBIT } from '../../keyspace/events.ts';
import { readUnsigned, writeUnsigned } from '../../memory/bits.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../../memory/integers.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import { MISSING, REFUSED, viewString } from '../strings/get.ts';
import { hasGrown, writableBits } from './bit.ts';
import { fieldOffsetArgument } from './bit-arguments.ts';

const INVALID_TYPE =
  'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.';
const SIGNED_WIDTH_MAX = 64;
const UNSIGNED_WIDTH_MAX = 63;

type Overflow = 'wrap' | 'sat' | 'fail';

interface Operation {
  readonly kind: 'get' | 'set' | 'incrby';
  readonly signed: boolean;
  readonly width: number;
  readonly offset: number;
  /** What is written or added. */
  readonly value: bigint;
  readonly overflow: Overflow;
}

/** BITFIELD key [GET type offset | [OVERFLOW WRAP | SAT | FAIL] (SET type offset value | INCRBY type offset increment)] ... */
export function bitfield(call: Call): void {
  run(call, false);
}

/** BITFIELD_RO key [GET type offset] ... */
export function bitfieldRo(call: Call): void {
  run(call, true);
}

function run(call: Call, readOnly: boolean): void {
  const operations = parseOperations(call);
  if (operations === null) return;
  const { reply, view } = call;
  const writes = operations.filter(({ kind }) => kind !== 'get');
  if (writes.length === 0) {
    const outcome = viewString(call, 1);
    if (outcome === REFUSED) return;
    if (outcome === MISSING) view.end = view.start;
  } else {
    if (readOnly) return reply.error('ERR BITFIELD_RO only supports the GET subcommand');
    const start = Math.min(...writes.map(({ offset }) => offset));
    const end = Math.max(...writes.map(({ offset, width }) => offset + width));
    if (!writableBits(call, start, end)) return;
  }
  reply.array(operations.length);
  let changes = 0;
  for (const operation of operations) if (execute(call, operation)) changes++;
  const { arguments: words, keyspace, database } = call;
  if (changes === 0) {
    // The string has become longer all the same (or a key): replicas are told, and nobody else.
    if (hasGrown && writes.length > 0) keyspace.dirty++;
    return;
  }
  keyspace.changed(database, SETBIT, words.bytes, words.start(1), words.end(1));
  keyspace.dirty += changes - 1;
}

/** Runs one operation and replies; returns whether it changed the string. */
function execute(call: Call, operation: Operation): boolean {
  const { reply, view } = call;
  const { kind, offset, width, signed, value } = operation;
  const raw = readUnsigned(view.bytes, view.start, view.end, offset, width);
  const old = signed ? BigInt.asIntN(width, raw) : raw;
  if (kind === 'get') {
    reply.bigInteger(old);
    return false;
  }
  const wanted = kind === 'set' ? settable(value, signed) : old + value;
  const fresh = fit(wanted, operation);
  if (fresh === null) {
    reply.nullValue();
    return false;
  }
  reply.bigInteger(kind === 'set' ? old : fresh);
  writeUnsigned(view.bytes, view.start, offset, width, fresh);
  return hasGrown || fresh !== old;
}

/** What SET is given is 64 bits long: an unsigned field takes them for what they are without a sign. */
function settable(value: bigint, signed: boolean): bigint {
  return signed ? value : BigInt.asUintN(64, value);
}

/** The integer as the field can hold it, by the way overflows are dealt with; null if it fails. */
function fit(value: bigint, { kind, signed, width, overflow }: Operation): bigint | null {
  const minimum = signed ? -(1n << BigInt(width - 1)) : 0n;
  const maximum = signed ? (1n << BigInt(width - 1)) - 1n : (1n << BigInt(width)) - 1n;
  if (value >= minimum && value <= maximum) return value;
  if (overflow === 'fail') return null;
  // Redis finds out by the distance to the maximum, in 64 bits: the lowest integers that SET is given are too high for it.
  const isLow = value < minimum && (kind === 'incrby' || BigInt.asIntN(64, maximum - value) > 0n);
  if (overflow === 'sat') return isLow ? minimum : maximum;
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

/** All operations of the request; null after having replied with an error. */
function parseOperations(call: Call): Operation[] | null {
  const { arguments: words, reply } = call;
  const operations: Operation[] = [];
  let overflow: Overflow = 'wrap';
  for (let at = 2; at < words.count; ) {
    const left = words.count - at - 1;
    if (words.is(at, 'overflow') && left >= 1) {
      const named = overflowNamed(words.text(at + 1, 8));
      if (named === null) {
        reply.error('ERR Invalid OVERFLOW type specified');
        return null;
      }
      overflow = named;
      at += 2;
      continue;
    }
    const kind = kindAt(call, at, left);
    if (kind === null) {
      reply.error(SYNTAX);
      return null;
    }
    const operation = parseOperation(call, at, kind, overflow);
    if (operation === null) return null;
    operations.push(operation);
    at += kind === 'get' ? 3 : 4;
  }
  return operations;
}

function overflowNamed(text: string): Overflow | null {
  const name = text.toLowerCase();
  return name === 'wrap' || name === 'sat' || name === 'fail' ? name : null;
}

/** The operation that word `at` names with enough words behind it. */
function kindAt(call: Call, at: number, left: number): Operation['kind'] | null {
  const words = call.arguments;
  if (words.is(at, 'get') && left >= 2) return 'get';
  if (words.is(at, 'set') && left >= 3) return 'set';
  return words.is(at, 'incrby') && left >= 3 ? 'incrby' : null;
}

function parseOperation(
  call: Call,
  at: number,
  kind: Operation['kind'],
  overflow: Overflow,
): Operation | null {
  const { arguments: words, reply } = call;
  const type = /^([iu])([1-9]\d*)$/.exec(words.text(at + 1, 24));
  const signed = type?.[1] === 'i';
  const width = Number(type?.[2] ?? 0);
  if (width < 1 || width > (signed ? SIGNED_WIDTH_MAX : UNSIGNED_WIDTH_MAX)) {
    reply.error(INVALID_TYPE);
    return null;
  }
  const offset = fieldOffsetArgument(call, at + 2, width);
  if (offset < 0) return null;
  let value = 0n;
  if (kind !== 'get') {
    const parsed = parseInteger(words.bytes, words.start(at + 3), words.end(at + 3));
    if (Number.isNaN(parsed)) {
      reply.error(NOT_AN_INTEGER);
      return null;
    }
    value = parsed === WIDE_INTEGER ? (BigInt(int64High) << 32n) | BigInt(int64Low >>> 0) : BigInt(parsed);
  }
  return { kind, signed, width, offset, value, overflow };
}
