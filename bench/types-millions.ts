/**
 * Commands on values of a million elements: how long one takes, and what it costs the server. And what deleting a set of ten
 * million does to others: the longest that a client waits who asks all the time, and what memory stays behind.
 */
import { connect, type Socket } from 'node:net';
import type { Peer } from '../test/peers/peer.ts';
import { type Row, record, rowOf } from './report.ts';
import { type Contestant, cpuMicroseconds, information, launch } from './servers.ts';

const MILLION = 1_000_000;
const WORDS_A_REQUEST = 2000;
/** The server's time comes in ticks of ten milliseconds: so long a run is asked for. */
const RUN_MILLISECONDS_MIN = 1000;
const DELETED_MEMBERS = 10 * MILLION;
const SETTLE_LIMIT_MS = 60_000;
const PONG = Buffer.from('+PONG\r\n');

interface Task {
  readonly name: string;
  readonly command: readonly string[];
  readonly fill: (line: Line) => Promise<void>;
}

const number = (index: number): string => String((index * 7_919_993) % 10_000_019);
const members = (from: number): ((index: number) => string[]) => {
  return (index) => [`member:${from + index}`];
};
const scored = (from: number): ((index: number) => string[]) => {
  return (index) => [number(index), `member:${from + index}`];
};

const tasks: readonly Task[] = [
  { name: 'SINTER', command: ['SINTER', 'a', 'b'], fill: fillSets },
  { name: 'SUNION', command: ['SUNION', 'a', 'b'], fill: fillSets },
  { name: 'SDIFF', command: ['SDIFF', 'a', 'b'], fill: fillSets },
  { name: 'SUNIONSTORE', command: ['SUNIONSTORE', 'c', 'a', 'b'], fill: fillSets },
  {
    name: 'ZUNIONSTORE',
    command: ['ZUNIONSTORE', 'c', '2', 'a', 'b'],
    fill: async (line) => {
      await line.fill(['ZADD', 'a'], MILLION, scored(0));
      await line.fill(['ZADD', 'b'], MILLION, scored(MILLION / 2));
    },
  },
  { name: 'SORT', command: ['SORT', 'list'], fill: fillList },
  { name: 'SORT ALPHA', command: ['SORT', 'list', 'ALPHA'], fill: fillList },
  { name: 'LRANGE', command: ['LRANGE', 'list', '0', '-1'], fill: fillList },
  {
    name: 'KEYS *',
    command: ['KEYS', '*'],
    fill: (line) => line.fill(['MSET'], MILLION, (index) => [`key:${index}`, 'value']),
  },
];

async function fillSets(line: Line): Promise<void> {
  await line.fill(['SADD', 'a'], MILLION, members(0));
  await line.fill(['SADD', 'b'], MILLION, members(MILLION / 2));
}

function fillList(line: Line): Promise<void> {
  return line.fill(['RPUSH', 'list'], MILLION, (index) => [number(index)]);
}

/** A connection that waits for the end of replies without reading them, however long they are. */
class Line {
  readonly #socket: Socket;
  #tail = Buffer.alloc(0);
  #answered: () => void = () => {};

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk: Buffer) => {
      const end = Buffer.concat([this.#tail, chunk.subarray(-PONG.length)]);
      this.#tail = Buffer.from(end.subarray(-PONG.length));
      if (this.#tail.equals(PONG)) this.#answered();
    });
  }

  /** Sends a request; settles when its reply has come. */
  async send(words: readonly string[]): Promise<void> {
    const text = words.map((word) => `$${word.length}\r\n${word}\r\n`).join('');
    const answered = new Promise<void>((resolve) => {
      this.#answered = resolve;
    });
    this.#tail = Buffer.alloc(0);
    this.#socket.write(`*${words.length}\r\n${text}*1\r\n$4\r\nPING\r\n`);
    await answered;
  }

  /** Sends a command over and over, each time with the words of more elements. */
  async fill(command: readonly string[], count: number, wordsOf: (index: number) => string[]): Promise<void> {
    for (let index = 0; index < count; ) {
      const words = [...command];
      while (index < count && words.length < WORDS_A_REQUEST) words.push(...wordsOf(index++));
      await this.send(words);
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

export async function measureMillions(
  list: readonly Contestant[],
  rounds: number,
  only: readonly string[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const task of tasks) {
    if (only.length > 0 && !only.includes(task.name.split(' ')[0]!.toLowerCase())) continue;
    const time = rowOf(task.name, 'ms');
    const cost = rowOf(`${task.name}, server CPU`, 'ms');
    rows.push(time, cost);
    await withFilled(list, task, async (peers) => {
      for (let round = 0; round < rounds; round++)
        for (const [peer, line] of peers) await run(peer, line, task, time, cost);
    });
  }
  if (only.length === 0 || only.includes('unlink')) rows.push(...(await measureDeletion(list)));
  return rows;
}

async function withFilled(
  list: readonly Contestant[],
  task: Task,
  work: (peers: readonly (readonly [Peer, Line])[]) => Promise<void>,
): Promise<void> {
  const peers: [Peer, Line][] = [];
  try {
    for (const contestant of list) {
      const peer = await launch(contestant);
      const line = new Line(peer.port);
      peers.push([peer, line]);
      await task.fill(line);
      await line.send(task.command);
    }
    await work(peers);
  } finally {
    for (const [, line] of peers) line.close();
    await Promise.all(peers.map(([peer]) => peer.stop()));
  }
}

async function run(peer: Peer, line: Line, task: Task, time: Row, cost: Row): Promise<void> {
  const processor = cpuMicroseconds(peer.pid);
  const start = performance.now();
  let runs = 0;
  for (; performance.now() - start < RUN_MILLISECONDS_MIN; runs++) await line.send(task.command);
  record(time, peer.name, (performance.now() - start) / runs);
  record(cost, peer.name, (cpuMicroseconds(peer.pid) - processor) / 1000 / runs);
}

async function measureDeletion(list: readonly Contestant[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const command of ['DEL', 'UNLINK']) {
    const longest = rowOf(`${command} of ${DELETED_MEMBERS / MILLION} million, longest PING`, 'ms');
    const left = rowOf(`${command}, memory left`, 'bytes');
    rows.push(longest, left);
    for (const contestant of list) {
      const peer = await launch(contestant);
      try {
        const { milliseconds, bytes } = await deleted(peer, command);
        record(longest, peer.name, milliseconds);
        record(left, peer.name, bytes);
      } finally {
        await peer.stop();
      }
    }
  }
  return rows;
}

/** How long a client waited at most that did nothing but ask, and by how much more memory is used than before. */
async function deleted(peer: Peer, command: string): Promise<{ milliseconds: number; bytes: number }> {
  const line = new Line(peer.port);
  const asking = new Line(peer.port);
  await asking.send(['PING']);
  const before = await information(peer, 'used_memory');
  await line.fill(['SADD', 'set'], DELETED_MEMBERS, members(0));
  let milliseconds = 0;
  let isDone = false;
  void line.send([command, 'set']).then(() => {
    isDone = true;
  });
  const limit = performance.now() + SETTLE_LIMIT_MS;
  let pending = true;
  while ((!isDone || pending) && performance.now() < limit) {
    const start = performance.now();
    while (performance.now() - start < 200) {
      const asked = performance.now();
      await asking.send(['PING']);
      milliseconds = Math.max(milliseconds, performance.now() - asked);
    }
    pending = (await information(peer, 'lazyfree_pending_objects')) > 0;
  }
  const bytes = (await information(peer, 'used_memory')) - before;
  line.close();
  asking.close();
  return { milliseconds, bytes };
}
