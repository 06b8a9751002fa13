/**
 * Clients that write in a known order, each data of its own, and remember what was acknowledged. Everything a writer does is
 * numbered from 1: its data tell up to which number it is there.
 */
import { type Connection, ConnectionClosed, request } from '../peers/connection.ts';
import type { Random } from '../peers/generators/random.ts';
import { decode, latin1 } from '../peers/reply.ts';

const BATCH_MAX = 12;
/** Values are as long as this at most. */
const VALUE_BYTES_MAX = 3000;

type Words = readonly (string | number)[];

/** What one kind of writer does, and how its data are read. */
interface Kind {
  readonly name: string;
  /** Before number 1. */
  prepare(key: string): Words[];
  /** The commands that number `count` consists of. The last one's reply acknowledges it. */
  write(key: string, count: number): Words[];
  /** Up to which number the data are there. Throws what is wrong with them. */
  read(key: string, ask: (...words: Words) => Promise<unknown>): Promise<number>;
}

const kinds: readonly Kind[] = [
  {
    name: 'list',
    prepare: () => [],
    write: (key, count) => [['RPUSH', key, count]],
    async read(key, ask) {
      const elements = (await ask('LRANGE', key, 0, -1)) as string[];
      for (const [index, element] of elements.entries())
        expectSame(`${key}[${index}]`, element, String(index + 1));
      return elements.length;
    },
  },
  {
    name: 'value',
    prepare: () => [],
    write: (key, count) => [['SET', key, valueAt(count)]],
    async read(key, ask) {
      const value = (await ask('GET', key)) as string | null;
      if (value === null) return 0;
      const count = Number(/^\d+/.exec(value)?.[0]);
      expectSame(key, value, valueAt(count));
      return count;
    },
  },
  {
    name: 'counter',
    prepare: () => [],
    write: (key) => [['INCR', key]],
    read: async (key, ask) => Number((await ask('GET', key)) ?? 0),
  },
  {
    name: 'hash',
    prepare: () => [],
    write: (key, count) => [['HSET', key, `field ${count % 50}`, count, 'last', count]],
    async read(key, ask) {
      const count = Number((await ask('HGET', key, 'last')) ?? 0);
      if (count > 0) expectSame(key, await ask('HGET', key, `field ${count % 50}`), String(count));
      return count;
    },
  },
  {
    // A command that stands for several, and all of them have to be there.
    name: 'group',
    prepare: (key) => [['XGROUP', 'CREATE', key, 'group', 0, 'MKSTREAM']],
    write: (key, count) => [
      ['XADD', key, `${count}-1`, 'f', 'v'],
      ['XREADGROUP', 'GROUP', 'group', 'alice', 'COUNT', 1, 'STREAMS', key, '>'],
    ],
    async read(key, ask) {
      if ((await ask('EXISTS', key)) === 0) return 0;
      const [group] = (await ask('XINFO', 'GROUPS', key)) as unknown[][];
      if (group === undefined) return 0;
      const fields = new Map(
        Array.from({ length: group.length >> 1 }, (_, i) => [group[2 * i], group[2 * i + 1]]),
      );
      const count = Number(fields.get('pending'));
      expectSame(`${key}'s last entry`, fields.get('last-delivered-id'), count === 0 ? '0-0' : `${count}-1`);
      return count;
    },
  },
];

export class Writer {
  readonly #kind: Kind;
  readonly #random: Random;
  /** Each time that the writer begins anew, its key is another. */
  #key: string;
  #generation = 0;
  #sent = 0;
  #acknowledged = 0;
  #isPrepared = false;

  constructor(index: number, random: Random) {
    this.#kind = kinds[index % kinds.length];
    this.#random = random;
    this.#key = `${this.#kind.name}:${index}`;
  }

  /** Writes until the server is gone. Returns how many numbers were acknowledged. */
  async run(connection: Connection): Promise<number> {
    const before = this.#acknowledged;
    try {
      await this.#prepare(connection);
      for (;;) await this.#writeBatch(connection);
    } catch (error) {
      if (!(error instanceof ConnectionClosed)) throw error;
    }
    return this.#acknowledged - before;
  }

  /**
   * Looks at what is there after a crash, and goes on from it. Throws when something is there that was never written, or,
   * if what was acknowledged was `promised` to be there, when it is not.
   */
  async verify(connection: Connection, promised: boolean): Promise<void> {
    const ask = async (...words: Words): Promise<unknown> => decode(await connection.raw(...words), latin1);
    const count = await this.#kind.read(this.#key, ask);
    const least = promised ? this.#acknowledged : 0;
    if (count < least || count > this.#sent)
      throw new Error(`${this.#key}: ${count} of at least ${least} and at most ${this.#sent}`);
    this.#sent = count;
    this.#acknowledged = count;
    this.#isPrepared = count > 0;
    if (count > 3000) await this.#beginAnew(ask);
  }

  async #beginAnew(ask: (...words: Words) => Promise<unknown>): Promise<void> {
    await ask('DEL', this.#key);
    this.#key = this.#key.replace(/(?:\/\d+)?$/, `/${++this.#generation}`);
    this.#sent = 0;
    this.#acknowledged = 0;
    this.#isPrepared = false;
  }

  async #prepare(connection: Connection): Promise<void> {
    // It may have happened already; then this is refused.
    if (!this.#isPrepared) await connection.pipeline(this.#kind.prepare(this.#key));
    this.#isPrepared = true;
  }

  /** Sends some numbers at once, and takes their replies. */
  async #writeBatch(connection: Connection): Promise<void> {
    const batch = Array.from({ length: 1 + this.#random.below(BATCH_MAX) }, (_, i) =>
      this.#kind.write(this.#key, this.#sent + 1 + i),
    );
    this.#sent += batch.length;
    connection.send(Buffer.concat(batch.flat().map(request)));
    for (const commands of batch) {
      let reply = '';
      for (const _ of commands) reply = (await connection.nextReply()).toString('latin1');
      if (reply.startsWith('-')) throw new Error(`${this.#key}: ${reply}`);
      this.#acknowledged++;
    }
  }
}

/** How many writers there should be so that each kind comes twice. */
export const WRITERS = kinds.length * 2;

function valueAt(count: number): string {
  const length = Math.imul(count, 0x9e3779b1) >>> 0;
  return `${count} ${'abcdefghij'.repeat((length % VALUE_BYTES_MAX) / 10)}`;
}

function expectSame(what: string, found: unknown, expected: string): void {
  if (found !== expected)
    throw new Error(`${what} is ${String(found).slice(0, 80)}, not ${expected.slice(0, 80)}`);
}
