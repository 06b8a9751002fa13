/** Bytes that are requests, nearly requests or no requests, cut anywhere: every byte and every ending as of Redis 8. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type Connection, request } from './connection.ts';
import { exchange } from './exchange.ts';
import { protocolChunks } from './generators/protocol.ts';
import { Random } from './generators/random.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

interface Side {
  readonly peer: Peer;
  readonly control: Connection;
}

async function startBoth(...args: string[]): Promise<Side[]> {
  const peers = await Promise.all([startCinnabar({ args }), startPeer('redis8', { args })]);
  return Promise.all(
    peers.map(async (peer) => {
      const control = await peer.connect();
      if (args.includes('--requirepass')) await control.call('AUTH', 'secret');
      return { peer, control };
    }),
  );
}

async function stopBoth(sides: readonly Side[]): Promise<void> {
  for (const { control, peer } of sides ?? []) {
    await control.close();
    await peer.stop();
  }
}

/** The replies may tell a client's id, which is chance. */
function comparable(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/\$2\r\nid\r\n:\d+\r\n/g, '');
}

/** Sends the streams to both servers and compares all that comes back. */
async function compare(sides: readonly Side[], streams: readonly (readonly Uint8Array[])[]): Promise<void> {
  const [ours, theirs] = await Promise.all(
    sides.map(async ({ peer, control }) => {
      await control.call('FLUSHALL');
      return exchange(peer, control, streams);
    }),
  );
  for (const [at, stream] of streams.entries()) {
    const shown = stream.map((piece) => Buffer.from(piece).toString('latin1').slice(0, 200));
    const seen = ({ bytes, closedAfter }: (typeof ours)[number]) => ({
      shown,
      replies: comparable(bytes),
      closedAfter,
    });
    expect(seen(ours![at]!)).toEqual(seen(theirs![at]!));
  }
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const set = '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nvalue\r\n';
const long = 'x'.repeat(70_000);

const errors = [
  ...['*1\r\n$-1\r\n', '*1\r\n$x\r\n', '*1\r\n$\r\n', '*1\r\n$536870913\r\n', '*1\r\n:4\r\nPING\r\n'],
  ...[
    '*1\r\n\r\n',
    '*1\r\n\n',
    '*2\r\n$4\r\nPING\r\nabc\r\n',
    '*x\r\n',
    '*2147483648\r\n',
    '*-9\r\nPING\r\n',
  ],
  ...['*9223372036854775808\r\n', '* 1\r\n', '*+1\r\n', '*01\r\n', '*\r\nPING\r\n', '*0\r\nPING\r\n'],
  ...[
    'SET "a\r\n',
    `SET 'a\r\n`,
    'SET "a"b c\r\n',
    '"\r\n',
    '\r\n\r\nPING\r\n',
    '\n\nPING\n',
    ' \r\nPING\r\n',
  ],
  ...[
    'PING\r\n*1\r\n$x\r\nPING\r\n',
    `${set}*x\r\n${set}`,
    'QUIT\r\nPING\r\n',
    '*1\r\n$4\r\nQUIT\r\nPING\r\n',
  ],
];

describe('streams in pieces', () => {
  let sides: Side[];
  beforeAll(async () => {
    sides = await startBoth('--databases', '100');
  });
  afterAll(() => stopBoth(sides));

  test('errors, whole and byte by byte', async () => {
    const whole = errors.map((stream) => [text(stream)]);
    await compare(sides, whole);
    await compare(
      sides,
      whole.map(([stream]) => Array.from(stream!, (byte) => Buffer.of(byte))),
    );
  }, 60_000);

  test('valid requests, cut at every place', async () => {
    const stream = text(
      `${set}GET k\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*0\r\nSET "a b" 'c d'\n*1\r\n$4\r\nPING\r\n`,
    );
    await compare(
      sides,
      Array.from({ length: stream.length + 1 }, (_, at) => [stream.subarray(0, at), stream.subarray(at)]),
    );
  }, 60_000);

  test('lines that do not end', async () => {
    const lines = [
      long,
      `*${long}`,
      `*1\r\n$${long}`,
      `*1\r\n${long}`,
      `PING ${'y'.repeat(60_000)}\r\nPING\r\n`,
    ];
    const cut = lines.map((line) => [text(line.slice(0, 50_000)), text(line.slice(50_000))]);
    await compare(sides, cut);
  }, 60_000);

  test('whatever the generator makes, in pieces of any size', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = new Random(20_261_100 + seed);
      await compare(
        sides,
        Array.from({ length: 60 }, (_, at) => [
          // Each has keys of its own, because who comes first in a turn is chance.
          text(`SELECT ${at + 1}\r\n`),
          ...piecesOf(random, Buffer.concat(protocolChunks(random))),
        ]),
      );
    }
  }, 120_000);

  test('POST and Host: end the connection without a word', async () => {
    const streams = [
      'POST / HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\n\r\nSET k v\r\n',
      'PING\r\npost\r\nPING\r\n',
      '*2\r\n$4\r\nPost\r\n$1\r\nx\r\n',
      '*1\r\n$5\r\nhost:\r\n',
      'Host:x\r\nPING\r\n',
      'POSTS\r\n',
    ];
    await compare(
      sides,
      streams.map((stream) => [text(stream)]),
    );
    for (const { peer, control } of sides) {
      expect(peer.log().match(/Possible SECURITY ATTACK detected.*127\.0\.0\.1:\d+ aborted\./g)).toHaveLength(
        1,
      );
      expect(await control.call('EXISTS', 'k')).toBe(0);
    }
  }, 60_000);
});

describe('before authentication', () => {
  let sides: Side[];
  beforeAll(async () => {
    sides = await startBoth('--requirepass', 'secret');
  });
  afterAll(() => stopBoth(sides));

  test('requests have to be small', async () => {
    const words = (count: number): Buffer => request(Array.from({ length: count }, () => 'PING'));
    const streams = [
      [words(10)],
      [words(11)],
      [text('*11\r\n')],
      [text('*10\r\n'), text('PING\r\n')],
      [text('*1\r\n$16384\r\n'), text(`${'x'.repeat(16384)}\r\nPING\r\n`)],
      [text('*1\r\n$16385\r\n')],
      [text('*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n'), words(11), text('*1\r\n$16385\r\n')],
      [request(['AUTH', 'wrong']), words(11)],
      [text('POST\r\n')],
    ];
    await compare(sides, streams);
  }, 60_000);
});

describe('limits of buffers', () => {
  let sides: Side[];
  beforeAll(async () => {
    sides = await startBoth(
      ...['--client-query-buffer-limit', '1mb', '--client-output-buffer-limit', 'normal 2mb 0 0'],
    );
  });
  afterAll(() => stopBoth(sides));

  test.each([0, 1])(
    'server %d closes whose request is too long',
    async (index) => {
      const { peer, control } = sides[index]!;
      // Redis counts a long word only; Cinnabar all of a request, so that many short ones are no way around the limit.
      const starts = ['*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$9000000\r\n', '*2\r\n$3\r\nGET\r\n$5000000\r\n'];
      if (index === 0) starts.push('*2000000\r\n');
      for (const start of starts) {
        const client = await peer.connect();
        client.send(start);
        const filler = start.startsWith('*2000000') ? '$1\r\nx\r\n'.repeat(14_000) : 'x'.repeat(98_000);
        for (let sent = 0; sent < 40 && !client.isClosed; sent++) {
          client.send(filler);
          await control.call('PING');
        }
        await client.closed;
      }
      expect(await figure(control, 'client_query_buffer_limit_disconnections')).toBe(starts.length);
    },
    15_000,
  );

  test.each([0, 1])(
    'server %d closes who does not read',
    async (index) => {
      const { peer, control } = sides[index]!;
      await control.call('SET', 'large', 'x'.repeat(500_000));
      const client = await Bun.connect({
        hostname: '127.0.0.1',
        port: peer.port,
        socket: { data: () => undefined, error: () => undefined },
      });
      client.pause();
      for (let sent = 0; sent < 100; sent++) client.write('GET large\r\n');
      for (let tries = 0; tries < 200; tries++) {
        if ((await figure(control, 'client_output_buffer_limit_disconnections')) > 0) break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(await figure(control, 'client_output_buffer_limit_disconnections')).toBe(1);
      expect(await figure(control, 'connected_clients')).toBe(1);
      client.terminate();
    },
    60_000,
  );

  test.each([0, 1])(
    'server %d takes no memory for what is only announced',
    async (index) => {
      const { peer, control } = sides[index]!;
      const before = await figure(control, 'used_memory_rss');
      const clients = await Promise.all(Array.from({ length: 60 }, () => peer.connect()));
      for (const [at, client] of clients.entries())
        client.send(['*2147483647\r\n', '*1048576\r\n$3\r\n', '*1\r\n$536870912\r\n'][at % 3]!);
      expect(await control.call('PING')).toBe('PONG');
      expect((await figure(control, 'used_memory_rss')) - before).toBeLessThan(64 * 2 ** 20);
      for (const client of clients) {
        expect(client.isClosed).toBe(false);
        await client.close();
      }
    },
    60_000,
  );
});

async function figure(connection: Connection, name: string): Promise<number> {
  const information = String(await connection.call('INFO', 'everything'));
  return Number(new RegExp(`^${name}:(\\d+)\r$`, 'm').exec(information)?.[1]);
}

function piecesOf(random: Random, stream: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < stream.length; ) {
    const size = random.chance(0.5) ? 1 + random.below(4) : 1 + random.below(stream.length);
    pieces.push(stream.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
