/** Strings with expiry in a plain Map: what an instance must answer. */
import { array, bulk, NIL, OK, type Word } from '../bench.ts';

interface Entry {
  readonly value: string;
  /** Milliseconds of the epoch; Infinity for none. */
  readonly expiry: number;
}

const NOT_AN_INTEGER = '-ERR value is not an integer or out of range\r\n';
const OVERFLOW = '-ERR increment or decrement would overflow\r\n';
const INT64 = /^(?:0|-?[1-9]\d{0,18})$/;

export class StringModel {
  now: number;
  readonly #entries = new Map<string, Entry>();

  constructor(now: number) {
    this.now = now;
  }

  /** The reply to a command, which is carried out. */
  run(command: readonly Word[]): string {
    const [name, ...words] = command.map(String);
    const [key = '', first = '', second = ''] = words;
    switch (name) {
      case 'SET':
        this.#put(key, first, second === '' ? Number.POSITIVE_INFINITY : this.#moment(second, words[3]!));
        return OK;
      case 'GET':
        return this.#bulk(key);
      case 'STRLEN':
        return integer(this.#value(key).length);
      case 'GETRANGE':
        return bulk(range(this.#value(key), Number(first), Number(second)));
      case 'GETSET':
        return this.#after(key, () => this.#put(key, first));
      case 'GETDEL':
        return this.#after(key, () => this.#entries.delete(key));
      case 'GETEX':
        return this.#after(key, () => this.#expire(key, first, second));
      case 'SETNX':
      case 'MSETNX':
        return this.#setIfNone(words);
      case 'MSET':
        this.#putAll(words);
        return OK;
      case 'MGET':
        return array(...words.map((word) => this.#bulk(word)));
      case 'APPEND':
        return this.#extend(key, this.#value(key) + first);
      case 'SETRANGE':
        if (second === '') return integer(this.#value(key).length);
        return this.#extend(key, overwritten(this.#value(key), Number(first), second));
      case 'INCRBY':
        return this.#add(key, BigInt(first));
      case 'PEXPIRETIME':
        return integer(this.#expiryOf(key));
      default:
        throw new Error(`The model does not know ${name}`);
    }
  }

  #get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expiry >= this.now ? entry : undefined;
  }

  #value(key: string): string {
    return this.#get(key)?.value ?? '';
  }

  #bulk(key: string): string {
    const entry = this.#get(key);
    return entry === undefined ? NIL : bulk(entry.value);
  }

  #put(key: string, value: string, expiry = Number.POSITIVE_INFINITY): void {
    this.#entries.set(key, { value, expiry });
  }

  #putAll(words: readonly string[]): void {
    for (let i = 0; i < words.length; i += 2) this.#put(words[i]!, words[i + 1]!);
  }

  #moment(option: string, time: string): number {
    if (option === 'KEEPTTL' || option === 'PERSIST') return Number.POSITIVE_INFINITY;
    return this.now + Number(time) * (option === 'EX' ? 1000 : 1);
  }

  #after(key: string, change: () => void): string {
    const reply = this.#bulk(key);
    change();
    return reply;
  }

  #expire(key: string, option: string, time: string): void {
    const entry = this.#get(key);
    if (entry !== undefined && option !== '') this.#put(key, entry.value, this.#moment(option, time));
  }

  #expiryOf(key: string): number {
    const expiry = this.#get(key)?.expiry ?? -2;
    return expiry === Number.POSITIVE_INFINITY ? -1 : expiry;
  }

  #setIfNone(words: readonly string[]): string {
    const sets = words.every((word, index) => index % 2 === 1 || this.#get(word) === undefined);
    if (sets) this.#putAll(words);
    return integer(Number(sets));
  }

  #extend(key: string, value: string): string {
    this.#put(key, value, this.#get(key)?.expiry);
    return integer(value.length);
  }

  #add(key: string, amount: bigint): string {
    const old = this.#get(key);
    const text = old?.value ?? '0';
    if (!INT64.test(text) || BigInt.asIntN(64, BigInt(text)) !== BigInt(text)) return NOT_AN_INTEGER;
    const sum = BigInt(text) + amount;
    if (BigInt.asIntN(64, sum) !== sum) return OVERFLOW;
    this.#put(key, String(sum), old?.expiry);
    return integer(sum);
  }
}

function integer(value: number | bigint): string {
  return `:${value}\r\n`;
}

function range(value: string, first: number, last: number): string {
  if (first < 0 && last < 0 && first > last) return '';
  const start = first < 0 ? Math.max(0, first + value.length) : first;
  const end = last < 0 ? Math.max(0, last + value.length) : last;
  return value.slice(start, end + 1);
}

function overwritten(value: string, offset: number, bytes: string): string {
  return value.slice(0, offset).padEnd(offset, '\0') + bytes + value.slice(offset + bytes.length);
}
