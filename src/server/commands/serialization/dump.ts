/** Warm. DUMP and RESTORE: values as bytes that other servers understand. */
import { NOT_AN_INTEGER, SYNTAX } from '../../../commands/errors.ts';
import { frequencyClock, freshClock, idleClock } from '../../../keyspace/access-clock.ts';
import { DEL, RESTORE } from '../../../keyspace/events.ts';
import { confine } from '../../../keyspace/footprint.ts';
import { setClock } from '../../../keyspace/record.ts';
import { NO_EXPIRY } from '../../../keyspace/string-value.ts';
import { int64High, int64Low, parseInteger, WIDE_INTEGER } from '../../../memory/integers.ts';
import { dumpInput, dump as dumpRecord, isDump } from '../../../persistence/rdb/dump.ts';
import { RdbError, type RdbInput } from '../../../persistence/rdb/input.ts';
import { isKnownForm, readValue } from '../../../persistence/rdb/values.ts';
import { outputOptions } from '../../persistence/output-options.ts';
import type { ServerCall } from '../../server-call.ts';

const TTL = 2;
const PAYLOAD = 3;
const FIRST_OPTION = 4;
const FREQUENCY_MAX = 255;
const ABSENT = -1;

const BUSY = 'BUSYKEY Target key name already exists.';
const WRONG_FOOTER = 'ERR DUMP payload version or checksum are wrong';
const BAD_FORMAT = 'ERR Bad data format';

/** DUMP key */
export function dump(call: ServerCall): void {
  const { arguments: words, database, reply, keyspace, server } = call;
  const record = database.read(words.bytes, words.start(1), words.end(1));
  if (record === 0) return reply.nullValue();
  const payload = dumpRecord(keyspace, record, outputOptions(server.configuration));
  reply.bulk(payload, 0, payload.length);
}

interface RestoreOptions {
  replaces: boolean;
  /** Whether the time to live is a moment. */
  absolute: boolean;
  /** Seconds, or ABSENT. */
  idle: number;
  /** 0 to 255, or ABSENT. */
  frequency: number;
}

/** RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency] */
export function restore(call: ServerCall): void {
  const { arguments: words, database, reply, keyspace } = call;
  const { bytes } = words;
  const options = parseOptions(call);
  if (options === null) return;
  const start = words.start(1);
  const end = words.end(1);
  let existing = database.write(bytes, start, end);
  if (existing !== 0 && !options.replaces) return reply.error(BUSY);
  const ttl = integerWord(call, TTL);
  if (Number.isNaN(ttl)) return;
  if (ttl < 0) return reply.error('ERR Invalid TTL value, must be >= 0');
  if (!isDump(bytes, words.start(PAYLOAD), words.end(PAYLOAD))) return reply.error(WRONG_FOOTER);
  const until = ttl === 0 ? NO_EXPIRY : options.absolute ? ttl : keyspace.now + ttl;
  const isOver = until !== NO_EXPIRY && until <= keyspace.now;
  existing = database.write(bytes, start, end);
  const record = readPayload(call, existing, until);
  if (record === 0) return;
  if (isOver) return removeExpired(call, existing !== 0);
  setClock(keyspace.arena, record, clockOf(call, options));
  keyspace.changed(database, RESTORE, bytes, start, end);
  if (call.propagates && until !== NO_EXPIRY) propagate(call, until);
  reply.ok();
}

/** Reads the payload under its key. Returns the record, 0 after having replied that it is no value. */
function readPayload(call: ServerCall, existing: number, until: number): number {
  const { arguments: words, database } = call;
  const { bytes } = words;
  confine(database, existing);
  try {
    const input = dumpInput(bytes, words.start(PAYLOAD), words.end(PAYLOAD));
    const form = input.byte();
    const key = [words.start(1), words.end(1)] as const;
    const record = isKnownForm(form) ? readValue(input, form, database, existing, bytes, ...key, until) : 0;
    if (record === 0) call.reply.error(BAD_FORMAT);
    countSanitizations(call, input);
    return record;
  } catch (error) {
    if (!(error instanceof RdbError)) throw error;
    call.server.log.warning(`Bad payload of RESTORE: ${error.message}`);
    call.reply.error(BAD_FORMAT);
    return 0;
  }
}

/** Payloads are always looked through; the count tells of it if that was asked for. */
function countSanitizations({ server }: ServerCall, input: RdbInput): void {
  if (server.configuration.text('sanitize-dump-payload') !== 'no')
    server.metrics.sanitizations += input.sanitizations;
}

/** What was restored has expired already: it goes, and so does what it has replaced. */
function removeExpired(call: ServerCall, hasReplaced: boolean): void {
  const { arguments: words, database, keyspace, reply } = call;
  const start = words.start(1);
  const end = words.end(1);
  database.removeFound(database.find(words.bytes, start, end));
  if (hasReplaced) {
    keyspace.changed(database, DEL, words.bytes, start, end);
    call.propagateDeletion(1, keyspace.lazyFree.unlinksEmptied);
  }
  reply.ok();
}

/** The request with the moment in place of the time to live. */
function propagate(call: ServerCall, until: number): void {
  const copies: (Uint8Array | string)[] = call.arguments.copyAll();
  copies[TTL] = String(until);
  call.propagate(...copies, 'ABSTTL');
}

/** The access clock that the options ask for, as far as it says something under the policy of today. */
function clockOf({ keyspace }: ServerCall, { idle, frequency }: RestoreOptions): number {
  if (keyspace.policy.measure === 'lfu') {
    if (frequency !== ABSENT) return frequencyClock(keyspace, frequency);
  } else if (idle !== ABSENT) {
    return idleClock(keyspace, idle);
  }
  return freshClock(keyspace);
}

/** null after having replied with an error. */
function parseOptions(call: ServerCall): RestoreOptions | null {
  const { arguments: words, reply } = call;
  const options: RestoreOptions = { replaces: false, absolute: false, idle: ABSENT, frequency: ABSENT };
  for (let i = FIRST_OPTION; i < words.count; i++) {
    const hasValue = i + 1 < words.count;
    if (words.is(i, 'replace')) {
      options.replaces = true;
    } else if (words.is(i, 'absttl')) {
      options.absolute = true;
    } else if (words.is(i, 'idletime') && hasValue && options.frequency === ABSENT) {
      options.idle = integerWord(call, ++i);
      if (options.idle < 0) reply.error('ERR Invalid IDLETIME value, must be >= 0');
      if (!(options.idle >= 0)) return null;
    } else if (words.is(i, 'freq') && hasValue && options.idle === ABSENT) {
      options.frequency = integerWord(call, ++i);
      if (Number.isNaN(options.frequency)) return null;
      if (options.frequency >= 0 && options.frequency <= FREQUENCY_MAX) continue;
      reply.error('ERR Invalid FREQ value, must be >= 0 and <= 255');
      return null;
    } else {
      reply.error(SYNTAX);
      return null;
    }
  }
  return options;
}

/** The integer that word `index` is, rounded where no number holds it; NaN after having replied that it is none. */
function integerWord(call: ServerCall, index: number): number {
  const words = call.arguments;
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (Number.isNaN(value)) call.reply.error(NOT_AN_INTEGER);
  return value === WIDE_INTEGER ? int64High * 4294967296 + (int64Low >>> 0) : value;
}
