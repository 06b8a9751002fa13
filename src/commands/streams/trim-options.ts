/** Hot. The options that XADD and XTRIM share. */
import { WideId } from '../../memory/wide-id.ts';
import { parseId, SEQUENCE_GIVEN, SEQUENCE_MISSING } from '../../values/stream/id-text.ts';
import { ACKNOWLEDGED_ONLY, DELETE_REFERENCES, KEEP_REFERENCES } from '../../values/stream/references.ts';
import { NO_TRIMMING, TO_ID, TO_LENGTH, TrimRequest } from '../../values/stream/trim.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import { INVALID_ID, idArgument, integerAt } from './access.ts';

const STAR = 0x2a;
const TILDE = 0x7e;
const EQUALS = 0x3d;
/** Without LIMIT, an approximate trim goes through this many full nodes, and entries, at most. */
const NODES_MAX = 100;
const LIMIT_WITHOUT_NODES = 10_000;
const LIMIT_MAX = 1_000_000;
const NOT_GIVEN = -1;

/** A flyweight: what the options of one request say. */
export class TrimOptions {
  readonly request = new TrimRequest();
  /** The word of the threshold; the one before is the operator if `hasOperator`. */
  threshold = 0;
  hasOperator = false;
  limitWord = 0;
  makesNoStream = false;
  /** Words of the producer and its idempotent id; 0 if not given. */
  producer = 0;
  idempotentId = 0;
  /** XADD: the word of the id, 0 if there is none; what it says; and one of SEQUENCE_, 0 for "*". */
  idWord = 0;
  readonly id = new WideId();
  sequence = 0;
  #limit = NOT_GIVEN;

  /** Reads the options of XADD up to the id, from word 2 on. Returns false after having replied with an error. */
  readForAdd(call: Call): boolean {
    return this.#read(call, true);
  }

  /** Reads the options of XTRIM. Returns false after having replied with an error. */
  readForTrim(call: Call): boolean {
    return this.#read(call, false);
  }

  #clear(): void {
    const { request } = this;
    request.strategy = NO_TRIMMING;
    request.approximate = false;
    request.limit = 0;
    request.references = KEEP_REFERENCES;
    this.hasOperator = false;
    this.limitWord = 0;
    this.makesNoStream = false;
    this.producer = 0;
    this.idempotentId = 0;
    this.idWord = 0;
    this.sequence = 0;
    this.#limit = NOT_GIVEN;
  }

  #read(call: Call, isAdd: boolean): boolean {
    const { arguments: words } = call;
    this.#clear();
    for (let index = 2; index < words.count; index++) {
      if (isAdd && words.length(index) === 1 && words.bytes[words.start(index)] === STAR) {
        this.idWord = index;
        break;
      }
      const last = this.#readOption(call, index, isAdd);
      if (last < 0) return false;
      if (this.idWord !== 0) break;
      index = last;
    }
    return this.#settle(call, isAdd);
  }

  /** Reads the option at a word; returns the last word that belongs to it, -1 after having replied with an error. */
  #readOption(call: Call, index: number, isAdd: boolean): number {
    const { arguments: words } = call;
    const hasMore = index < words.count - 1;
    if (hasMore && words.is(index, 'maxlen')) return this.#readStrategy(call, index, TO_LENGTH);
    if (hasMore && words.is(index, 'minid')) return this.#readStrategy(call, index, TO_ID);
    if (hasMore && words.is(index, 'limit')) return this.#readLimit(call, index + 1);
    if (isAdd && words.is(index, 'nomkstream')) {
      this.makesNoStream = true;
      return index;
    }
    const references = referencesAt(call, index);
    if (references >= 0) {
      this.request.references = references;
      return index;
    }
    if (!isAdd) return fail(call, SYNTAX);
    if (words.is(index, 'idmpauto') && index + 1 < words.count) return this.#readProducer(call, index, 1);
    if (words.is(index, 'idmp') && index + 2 < words.count) return this.#readProducer(call, index, 2);
    this.sequence = parseId(words.bytes, words.start(index), words.end(index), this.id, true);
    if (this.sequence === 0) return fail(call, INVALID_ID);
    this.idWord = index;
    return index;
  }

  #readStrategy(call: Call, index: number, strategy: number): number {
    const { arguments: words } = call;
    const { request } = this;
    if (request.strategy !== NO_TRIMMING)
      return fail(call, 'ERR syntax error, MAXLEN and MINID options at the same time are not compatible');
    let at = index + 1;
    const operator = words.length(at) === 1 && at < words.count - 1 ? words.bytes[words.start(at)] : 0;
    this.hasOperator = operator === TILDE || operator === EQUALS;
    request.approximate = operator === TILDE;
    if (this.hasOperator) at++;
    if (strategy === TO_ID) {
      if (!idArgument(call, at, request.id)) return -1;
    } else {
      const length = naturalArgument(call, at, 'ERR The MAXLEN argument must be >= 0.');
      if (length < 0) return -1;
      request.length = length;
    }
    request.strategy = strategy;
    this.threshold = at;
    return at;
  }

  #readLimit(call: Call, index: number): number {
    this.#limit = naturalArgument(call, index, 'ERR The LIMIT argument must be >= 0.');
    this.limitWord = index;
    return this.#limit < 0 ? -1 : index;
  }

  #readProducer(call: Call, index: number, count: number): number {
    if (this.producer !== 0)
      return fail(call, 'ERR syntax error, IDMPAUTO and IDMP options at the same time are not compatible');
    for (let word = index + 1; word <= index + count; word++)
      if (call.arguments.length(word) === 0)
        return fail(
          call,
          `ERR syntax error, ${count === 1 ? 'IDMPAUTO' : 'IDMP'} requires a non-empty ${word === index + 1 ? 'producer' : 'idempotent'} ID`,
        );
    this.producer = index + 1;
    this.idempotentId = count === 2 ? index + 2 : 0;
    return index + count;
  }

  /** Checks what must go together, and finds the limit. */
  #settle(call: Call, isAdd: boolean): boolean {
    const { request } = this;
    if (this.#limit !== NOT_GIVEN && request.strategy === NO_TRIMMING)
      return fail(call, 'ERR syntax error, LIMIT cannot be used without specifying a trimming strategy') > 0;
    if (!isAdd && request.strategy === NO_TRIMMING)
      return fail(call, 'ERR syntax error, XTRIM must be called with a trimming strategy') > 0;
    if (this.#limit !== NOT_GIVEN && !request.approximate)
      return fail(call, 'ERR syntax error, LIMIT cannot be used without the special ~ option') > 0;
    if (this.producer !== 0 && this.idWord !== 0 && this.sequence !== 0)
      return fail(call, 'ERR syntax error, IDMPAUTO/IDMP can be used only with auto-generated IDs') > 0;
    request.limit = this.#limit;
    if (this.#limit !== NOT_GIVEN) return true;
    request.limit = request.approximate ? limitOf(call.keyspace.structures.streams.stream.nodeEntriesMax) : 0;
    return true;
  }

  /** Whether the id was given as it is to be. */
  get isIdComplete(): boolean {
    return this.sequence === SEQUENCE_GIVEN || this.sequence === SEQUENCE_MISSING;
  }
}

/** What a word says about references, -1 if nothing. */
export function referencesAt(call: Call, index: number): number {
  const { arguments: words } = call;
  if (words.is(index, 'keepref')) return KEEP_REFERENCES;
  if (words.is(index, 'delref')) return DELETE_REFERENCES;
  return words.is(index, 'acked') ? ACKNOWLEDGED_ONLY : -1;
}

function limitOf(entriesPerNode: number): number {
  const limit = entriesPerNode * NODES_MAX;
  return limit <= 0 ? LIMIT_WITHOUT_NODES : Math.min(limit, LIMIT_MAX);
}

/** A number of 0 or more; -1 after having replied with an error. */
function naturalArgument(call: Call, index: number, negative: string): number {
  const value = integerAt(call, index);
  if (Number.isNaN(value)) return fail(call, NOT_AN_INTEGER);
  if (value < 0) return fail(call, negative);
  return value;
}

function fail(call: Call, error: string): -1 {
  call.reply.error(error);
  return -1;
}
