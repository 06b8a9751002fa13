/** RESP replies as bytes: where one ends, and what it means. Knows both versions and interprets nothing by command. */

/** What a server refused with: the whole line, code word included, without the leading "-". */
export class ErrorReply {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** A decoded reply. Bulk and simple strings are both strings; integers beyond 2^53 are bigints. */
export type Reply =
  | string
  | number
  | bigint
  | boolean
  | null
  | ErrorReply
  | Reply[]
  | Set<Reply>
  | Map<Reply, Reply>;

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;

/** Thrown when bytes are no RESP: the stream cannot be split any further. */
export class MalformedReply extends Error {}

/**
 * The position behind the reply that begins at `start`, or if it is incomplete -(the least number of bytes that
 * `bytes` must hold before it is worth asking again). An attribute belongs to the reply behind it.
 */
export function replyEnd(bytes: Uint8Array, start: number): number {
  let pending = 1;
  let at = start;
  while (pending > 0) {
    const lineEnd = endOfLine(bytes, at);
    if (lineEnd < 0) return -(bytes.length + 1);
    const kind = String.fromCharCode(bytes[at]!);
    const next = lineEnd + 2;
    pending--;
    if ('+-:_#,('.includes(kind)) at = next;
    else {
      const count = countAt(bytes, at + 1, lineEnd);
      if ('$!='.includes(kind)) at = count < 0 ? next : next + count + 2;
      else if ('*~>'.includes(kind)) pending += Math.max(count, 0);
      else if (kind === '%') pending += 2 * count;
      else if (kind === '|') pending += 2 * count + 1;
      else throw new MalformedReply(`no reply begins with ${JSON.stringify(kind)}`);
      if ('*~>%|'.includes(kind)) at = next;
    }
    if (at > bytes.length) return -at;
  }
  return at;
}

/** The meaning of one whole reply. `text` turns a bulk string's bytes into a string. */
export function decode(reply: Uint8Array, text: (bytes: Buffer) => string = utf8): Reply {
  const reader = new Reader(Buffer.from(reply.buffer, reply.byteOffset, reply.length), text);
  return reader.read();
}

/** Bytes as the characters of the same codes, so that nothing is lost. */
export function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

function utf8(bytes: Buffer): string {
  return bytes.toString('utf8');
}

function endOfLine(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    at = bytes.indexOf(CARRIAGE_RETURN, at);
    if (at < 0 || at + 1 >= bytes.length) return -1;
    if (bytes[at + 1] === LINE_FEED) return at;
    at++;
  }
}

function countAt(bytes: Uint8Array, start: number, end: number): number {
  const digits = Buffer.from(bytes.subarray(start, end)).toString('latin1');
  if (!/^-?\d+$/.test(digits)) throw new MalformedReply(`no count: ${JSON.stringify(digits)}`);
  return Number(digits);
}

class Reader {
  readonly #bytes: Buffer;
  readonly #text: (bytes: Buffer) => string;
  #at = 0;

  constructor(bytes: Buffer, text: (bytes: Buffer) => string) {
    this.#bytes = bytes;
    this.#text = text;
  }

  read(): Reply {
    const kind = String.fromCharCode(this.#bytes[this.#at]!);
    const line = this.#line();
    switch (kind) {
      case '+':
        return line;
      case '-':
        return new ErrorReply(line);
      case ':':
        return integer(line);
      case '(':
        return BigInt(line);
      case ',':
        return double(line);
      case '#':
        return line === 't';
      case '_':
        return null;
      case '|':
        this.#many(2 * Number(line));
        return this.read();
      default:
        return this.#sized(kind, Number(line));
    }
  }

  #sized(kind: string, count: number): Reply {
    if (count < 0) return null;
    switch (kind) {
      case '$':
        return this.#text(this.#take(count));
      case '!':
        return new ErrorReply(this.#take(count).toString('utf8'));
      case '=':
        return this.#text(this.#take(count).subarray('txt:'.length));
      case '%':
        return pairs(this.#many(2 * count));
      case '~':
        return new Set(this.#many(count));
      case '*':
      case '>':
        return this.#many(count);
      default:
        throw new MalformedReply(`no reply begins with ${JSON.stringify(kind)}`);
    }
  }

  #line(): string {
    const end = endOfLine(this.#bytes, this.#at);
    if (end < 0) throw new MalformedReply('a line without an end');
    const line = this.#bytes.toString('latin1', this.#at + 1, end);
    this.#at = end + 2;
    return line;
  }

  #take(count: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count + 2;
    return taken;
  }

  #many(count: number): Reply[] {
    return Array.from({ length: count }, () => this.read());
  }
}

function integer(line: string): number | bigint {
  const value = Number(line);
  return Number.isSafeInteger(value) ? value : BigInt(line);
}

function double(line: string): number {
  if (line === 'inf') return Number.POSITIVE_INFINITY;
  if (line === '-inf') return Number.NEGATIVE_INFINITY;
  return line === 'nan' || line === '-nan' ? Number.NaN : Number(line);
}

function pairs(flat: Reply[]): Map<Reply, Reply> {
  const map = new Map<Reply, Reply>();
  for (let at = 0; at < flat.length; at += 2) map.set(flat[at]!, flat[at + 1]!);
  return map;
}
