import { ReplyInput } from './input.ts';
import { defaultReplyLimits, type ReplyLimits } from './limits.ts';
import type { AggregateReply, Reply, ReplyValue } from './reply.ts';
import { ReplyError } from './reply-error.ts';
import { parseBoolean, parseDouble, parseInteger, parseLength } from './scalars.ts';

/**
 * Turns the bytes of a server, RESP2 or RESP3, into replies. Feed it chunks as they come, cut anywhere:
 *
 * @example
 * const decoder = new ReplyDecoder();
 * decoder.feed(chunk);
 * for (let reply = decoder.next(); reply !== undefined; reply = decoder.next()) handle(reply);
 *
 * Invariants:
 * 1. Every byte is looked at a bounded number of times, however the stream is cut: an unfinished aggregate is kept
 *    as a frame on a stack, an unfinished line or bulk string waits in the input.
 * 2. Nothing is allocated on the word of a length alone; memory follows what was received.
 * 3. After an error the stream has no meaning: every further call throws the same error.
 *
 * RESP3's streamed strings and aggregates (`$?`, `*?`) are refused: no server sends them.
 */
export class ReplyDecoder {
  readonly #limits: ReplyLimits;
  readonly #input = new ReplyInput();
  readonly #frames: Frame[] = [];
  #attributes: readonly Reply[] | undefined;
  #elementCount = 0;
  #failure: ReplyError | undefined;

  constructor(limits: Partial<ReplyLimits> = {}) {
    this.#limits = { ...defaultReplyLimits, ...limits };
  }

  feed(chunk: Uint8Array): void {
    this.#input.append(chunk);
  }

  /**
   * The next whole reply, or undefined when more bytes are needed.
   * @throws ReplyError when the stream is not RESP, or exceeds a limit.
   */
  next(): Reply | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return this.#decode();
    } catch (error) {
      if (error instanceof ReplyError) this.#failure = error;
      throw error;
    }
  }

  /** True between replies: nothing received is waiting to be completed. */
  get idle(): boolean {
    return this.#input.length === 0 && this.#frames.length === 0 && this.#attributes === undefined;
  }

  /**
   * Takes at most `countMax` bytes as they are, for a protocol that follows the replies on the same connection
   * (a full synchronization sends an RDB file after its status).
   * REQUIRES: no reply has been begun, that is, `next()` has returned a reply or nothing was received since.
   */
  takeBytes(countMax: number): Uint8Array {
    const count = Math.min(countMax, this.#input.length);
    const bytes = this.#input.copy(0, count);
    this.#input.skip(count);
    return bytes;
  }

  #decode(): Reply | undefined {
    for (;;) {
      const value = this.#value();
      if (value === undefined) return undefined;
      if (value === opened) continue;
      const reply = this.#close(value);
      if (reply !== undefined) return reply;
    }
  }

  /** Adds a finished value to its frame and closes all frames that it fills; the reply when the outermost closed. */
  #close(value: Reply): Reply | undefined {
    let finished = value;
    for (;;) {
      const frame = this.#frames.at(-1);
      if (frame === undefined) {
        this.#elementCount = 0;
        return finished;
      }
      frame.elements.push(finished);
      if (frame.elements.length < frame.count) return undefined;
      this.#frames.pop();
      if (frame.kind === 'attribute') {
        this.#attributes = frame.elements;
        return undefined;
      }
      finished = withAttributes({ kind: frame.kind, elements: frame.elements }, frame.attributes);
    }
  }

  /** One value without elements, or the opening of an aggregate; undefined when its bytes have not all come. */
  #value(): Reply | typeof opened | undefined {
    if (this.#input.length === 0) return undefined;
    const type = this.#input.byteAt(0);
    const marker = String.fromCharCode(type);
    if (!knownMarkers.has(marker)) {
      throw new ReplyError(`Protocol error, got ${printable(type)} as reply type byte`);
    }
    const lineLength = this.#input.lineLength();
    if ((lineLength < 0 ? this.#input.length : lineLength) > this.#limits.lineBytesMax) {
      throw new ReplyError('Line length out of range');
    }
    if (lineLength < 0) return undefined;
    const aggregate = aggregateOf[marker];
    if (aggregate !== undefined) return this.#open(aggregate, lineLength);
    const value = bulkMarkers.has(marker) ? this.#bulk(marker, lineLength) : this.#line(marker, lineLength);
    return value === undefined ? undefined : this.#count(value);
  }

  #open(kind: Frame['kind'], lineLength: number): Reply | typeof opened {
    const declared = parseLength(this.#input.latin1(1, lineLength), 'multi-bulk');
    if (declared < -1) throw new ReplyError('Multi-bulk length out of range');
    this.#input.skip(lineLength + 2);
    if (declared === -1) return this.#count({ kind: 'nil', form: 'null-array' });
    const count = kind === 'map' || kind === 'attribute' ? declared * 2 : declared;
    if (count > this.#limits.elementsMax) throw new ReplyError('Multi-bulk length out of range');
    if (count === 0) return kind === 'attribute' ? opened : this.#count({ kind, elements: [] });
    if (this.#frames.length >= this.#limits.depthMax) throw new ReplyError('Reply is nested too deeply');
    this.#countOne();
    this.#frames.push({ kind, count, elements: [], attributes: this.#takeAttributes() });
    return opened;
  }

  #line(marker: string, lineLength: number): ReplyValue {
    const value = this.#lineValue(marker, lineLength);
    this.#input.skip(lineLength + 2);
    return value;
  }

  #lineValue(marker: string, lineLength: number): ReplyValue {
    if (marker === '+' || marker === '-') {
      const bytes = this.#input.copy(1, lineLength);
      if (bytes.includes(0x0d) || bytes.includes(0x0a)) throw new ReplyError('Bad simple string value');
      return { kind: marker === '+' ? 'status' : 'error', bytes };
    }
    const text = this.#input.latin1(1, lineLength);
    switch (marker) {
      case ':':
        return { kind: 'integer', value: parseInteger(text) };
      case ',':
        return { kind: 'double', value: parseDouble(text), text };
      case '#':
        return { kind: 'boolean', value: parseBoolean(text) };
      case '(':
        if (!/^[+-]?\d+$/.test(text)) throw new ReplyError('Bad bignum value');
        return { kind: 'big-number', text };
      default:
        if (text !== '') throw new ReplyError('Bad nil value');
        return { kind: 'nil', form: 'null' };
    }
  }

  #bulk(marker: string, lineLength: number): ReplyValue | undefined {
    const length = parseLength(this.#input.latin1(1, lineLength), 'bulk string');
    if (length < -1 || length > this.#limits.bulkBytesMax) {
      throw new ReplyError('Bulk string length out of range');
    }
    const from = lineLength + 2;
    if (length === -1) {
      this.#input.skip(from);
      return { kind: 'nil', form: 'null-string' };
    }
    const to = from + length;
    if (this.#input.length < to + 2) return undefined;
    if (this.#input.byteAt(to) !== 0x0d || this.#input.byteAt(to + 1) !== 0x0a) {
      throw new ReplyError('Bulk string is not followed by CR LF');
    }
    const value = this.#bulkValue(marker, from, to);
    this.#input.skip(to + 2);
    return value;
  }

  #bulkValue(marker: string, from: number, to: number): ReplyValue {
    if (marker !== '=')
      return { kind: marker === '$' ? 'string' : 'error', bytes: this.#input.copy(from, to) };
    if (to - from < 4 || this.#input.byteAt(from + 3) !== 0x3a) {
      throw new ReplyError('Verbatim string 4 bytes of content type are missing or incorrectly encoded.');
    }
    return {
      kind: 'verbatim',
      format: this.#input.latin1(from, from + 3),
      bytes: this.#input.copy(from + 4, to),
    };
  }

  #countOne(): void {
    this.#elementCount += 1;
    if (this.#elementCount > this.#limits.elementsMax) throw new ReplyError('Reply has too many elements');
  }

  #count(value: ReplyValue): Reply {
    this.#countOne();
    return withAttributes(value, this.#takeAttributes());
  }

  #takeAttributes(): readonly Reply[] | undefined {
    const attributes = this.#attributes;
    this.#attributes = undefined;
    return attributes;
  }
}

/** An aggregate whose elements have not all come. Its own attributes came before it. */
interface Frame {
  readonly kind: AggregateReply['kind'] | 'attribute';
  readonly count: number;
  readonly elements: Reply[];
  readonly attributes: readonly Reply[] | undefined;
}

const opened = Symbol('an aggregate was opened');

const aggregateOf: Record<string, Frame['kind'] | undefined> = {
  '*': 'array',
  '%': 'map',
  '~': 'set',
  '>': 'push',
  '|': 'attribute',
};
const bulkMarkers = new Set(['$', '=', '!']);
const knownMarkers = new Set([...'+-:,#(_', ...bulkMarkers, ...Object.keys(aggregateOf)]);

function withAttributes(value: ReplyValue, attributes: readonly Reply[] | undefined): Reply {
  return attributes === undefined ? value : { ...value, attributes };
}

/** A byte between quotes, so that whatever it is it can be shown in a line of text. */
function printable(byte: number): string {
  const escapes: Record<number, string> = {
    10: '\\n',
    13: '\\r',
    9: '\\t',
    7: '\\a',
    8: '\\b',
    34: '\\"',
    92: '\\\\',
  };
  const escaped = escapes[byte];
  if (escaped !== undefined) return `"${escaped}"`;
  if (byte >= 32 && byte < 127) return `"${String.fromCharCode(byte)}"`;
  return `"\\x${byte.toString(16).padStart(2, '0')}"`;
}
