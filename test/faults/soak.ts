/**
 * Hostile connections beside honest ones. Whatever the hostile send, and however they leave, the server lives, the honest
 * get exactly their own data, and memory and connections come back when the hostile have gone.
 */
import { connect, type Socket } from 'node:net';
import { type Connection, request } from '../peers/connection.ts';
import { protocolChunks } from '../peers/generators/protocol.ts';
import { Random } from '../peers/generators/random.ts';
import { key, value } from '../peers/generators/words.ts';
import { type Peer, startCinnabar } from '../peers/peer.ts';

export interface SoakOptions {
  readonly transport: string;
  readonly seed: number;
  /** Asked before every round how many were run; false ends the soak. */
  goesOn(rounds: number): boolean;
}

export interface SoakResult {
  readonly rounds: number;
  readonly bytesSent: number;
  readonly connectionsOpened: number;
  /** What the server's resident memory grew by after the first rounds. */
  readonly grownBytes: number;
}

const HOSTILE = 40;
const HONEST = 8;
/** What a server takes once: code that is compiled, pools that are filled. */
const WARM_UP_ROUNDS = 25;
/** Garbage of the runtime comes and goes by about half of this; what leaks does not go. */
const GROWTH_BYTES_MAX = 384 * 2 ** 20;
/** Stands in everything that honest clients store and say. */
const SECRET = 'only-mine-';

/** Runs until it shall not go on; throws what went wrong, with the seed. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const server = await startCinnabar({ transport: options.transport });
  try {
    return await new Soak(server, options).run();
  } catch (error) {
    const { transport, seed } = options;
    throw new Error(`${transport}, seed ${seed}: ${(error as Error).message}\n${server.log().slice(-2000)}`, {
      cause: error,
    });
  } finally {
    await server.stop();
  }
}

class Soak {
  readonly #server: Peer;
  readonly #options: SoakOptions;
  readonly #random: Random;
  readonly #hostile: Hostile[] = [];
  #opened = 0;
  #bytes = 0;

  constructor(server: Peer, options: SoakOptions) {
    this.#server = server;
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async run(): Promise<SoakResult> {
    const honest = await Promise.all(Array.from({ length: HONEST }, () => this.#server.connect()));
    const control = honest[0]!;
    let rounds = 0;
    let resident = 0;
    while (this.#options.goesOn(rounds)) {
      await this.#attack();
      await Promise.all(honest.map((connection, index) => verify(connection, index, rounds)));
      if (rounds++ === WARM_UP_ROUNDS) resident = await figure(control, 'used_memory_rss');
    }
    for (const hostile of this.#hostile) hostile.socket.destroy();
    await gone(control, HONEST);
    const grownBytes = resident === 0 ? 0 : (await figure(control, 'used_memory_rss')) - resident;
    if (grownBytes > GROWTH_BYTES_MAX) throw new Error(`resident memory has grown by ${grownBytes} bytes`);
    for (const connection of honest) await connection.close();
    return { rounds, bytesSent: this.#bytes, connectionsOpened: this.#opened, grownBytes };
  }

  /** Every hostile connection does something; those that are gone are replaced. */
  async #attack(): Promise<void> {
    const random = this.#random;
    for (let at = 0; at < HOSTILE; at++) {
      let hostile = this.#hostile[at];
      if (hostile === undefined || hostile.isOver) {
        hostile = await Hostile.open(this.#server.port);
        this.#hostile[at] = hostile;
        this.#opened++;
      }
      const bytes = attackOf(random);
      this.#bytes += bytes.length;
      if (!hostile.socket.destroyed) hostile.socket.write(bytes);
      leaveOrNot(random, hostile.socket);
      if (hostile.failure !== undefined) throw new Error(hostile.failure);
    }
  }
}

class Hostile {
  readonly socket: Socket;
  isOver = false;
  failure: string | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    // The end of one piece, in which half a secret may stand.
    let tail = '';
    socket.on('data', (chunk) => {
      const text = tail + chunk.toString('latin1');
      if (text.includes(SECRET)) this.failure = `another client's data: ${text.slice(0, 500)}`;
      tail = text.slice(-SECRET.length);
    });
    socket.on('error', () => {
      this.isOver = true;
    });
    socket.on('close', () => {
      this.isOver = true;
    });
    socket.on('end', () => {
      this.isOver = true;
    });
  }

  static open(port: number): Promise<Hostile> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Hostile(socket));
      });
    });
  }
}

function attackOf(random: Random): Buffer {
  switch (random.below(8)) {
    case 0:
      return random.bytes(random.below(2000));
    case 1:
    case 2:
      return Buffer.concat(protocolChunks(random));
    case 3: {
      const stream = pipeline(random);
      stream[random.below(stream.length)] = random.below(256);
      return stream;
    }
    case 4: {
      const stream = pipeline(random);
      return stream.subarray(0, random.below(stream.length));
    }
    case 5:
      return Buffer.from(
        random.pick(['*1000000\r\n$3\r\nSET\r\n', '*2\r\n$3\r\nGET\r\n$500000000\r\n', '*2\r\n$100000\r\n']),
      );
    case 6:
      return Buffer.alloc(
        random.below(300_000),
        random.pick(['x', '*', '$1\r\n', '\0', '*1\r\n$4\r\nPING\r\n']),
      );
    default:
      return pipeline(random);
  }
}

function pipeline(random: Random): Buffer {
  return Buffer.concat(
    Array.from({ length: 1 + random.below(60) }, () =>
      request(
        random.pick([
          ['GET', key(random)],
          ['SET', key(random), value(random)],
          ['APPEND', 'attacked', 'x'],
          ['GETRANGE', 'attacked', '0', '-1'],
          ['DEL', key(random), 'attacked'],
          ['MGET', key(random), key(random)],
          ['NOSUCH', value(random)],
          ['PING'],
        ]),
      ),
    ),
  );
}

/** Closes, resets, ends its side, or stops or starts reading, now and then. */
function leaveOrNot(random: Random, socket: Socket): void {
  switch (random.below(16)) {
    case 0:
      socket.destroy();
      break;
    case 1:
      socket.resetAndDestroy();
      break;
    case 2:
      socket.end();
      break;
    case 3:
      socket.pause();
      break;
    case 4:
      socket.resume();
      break;
    default:
  }
}

/** An honest client asks for what is its own, in one go. */
async function verify(connection: Connection, index: number, round: number): Promise<void> {
  const name = `${SECRET}key-${index}`;
  const secret = `${SECRET}${index}-${round}-${'s'.repeat((round * 97) % 5000)}`;
  const replies = await connection.pipeline([
    ['SET', name, secret],
    ['ECHO', secret],
    ['GET', name],
    ['STRLEN', name],
    ['PING'],
  ]);
  const bulk = `$${secret.length}\r\n${secret}\r\n`;
  const expected = ['+OK\r\n', bulk, bulk, `:${secret.length}\r\n`, '+PONG\r\n'].join('');
  const received = Buffer.concat(replies).toString('latin1');
  if (received !== expected)
    throw new Error(`client ${index} got ${JSON.stringify(received.slice(0, 1000))}`);
}

/** Waits until no more than `count` clients are left. */
async function gone(control: Connection, count: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if ((await figure(control, 'connected_clients')) === count) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`clients have gone, but ${await figure(control, 'connected_clients')} are counted`);
}

async function figure(control: Connection, name: string): Promise<number> {
  return Number(
    new RegExp(`^${name}:(\\d+)\r$`, 'm').exec(String(await control.call('INFO', 'everything')))?.[1],
  );
}
