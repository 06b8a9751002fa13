/** Clients that wait, as others see them and as their own connections do, beside Redis 8. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Connection } from '../../peers/connection.ts';
import { type Peer, startCinnabar, startPeer } from '../../peers/peer.ts';

const transports = ['epoll', 'node'] as const;
const servers = new Map<string, Peer>();

beforeAll(async () => {
  const [theirs, ...ours] = await Promise.all([
    startPeer('redis8'),
    ...transports.map((transport) => startCinnabar({ transport })),
  ]);
  servers.set('redis8', theirs);
  for (const [index, transport] of transports.entries()) servers.set(transport, ours[index]!);
});
afterAll(() => Promise.all([...servers.values()].map((server) => server.stop())));

/** What a scenario is given: connections, the first of which never waits, and the place for what it sees. */
interface Stage {
  readonly main: Connection;
  readonly a: Connection;
  readonly b: Connection;
  /** Ids of `a` and `b`. */
  readonly ids: readonly number[];
  /** Keeps replies, in order. */
  see(...replies: (Promise<Buffer> | Promise<Buffer[]>)[]): Promise<void>;
  /** Keeps text. */
  note(text: string): void;
  /** Until so many clients wait. */
  waiting(count: number): Promise<void>;
}

type Scenario = (stage: Stage) => Promise<void>;

const scenarios: Readonly<Record<string, Scenario>> = {
  'what is sent behind is served when the waiting is over': async ({ main, a, see, waiting }) => {
    const replies = a.pipeline([
      ['PING', '1'],
      ['BLPOP', 'x', 'y', 0],
      ['RPUSH', 'z', 'behind'],
      ['BRPOP', 'y', 0],
      ['PING', '2'],
    ]);
    await waiting(1);
    await see(main.raw('EXISTS', 'z'), main.raw('RPUSH', 'x', '1'));
    await waiting(1);
    await see(main.raw('EXISTS', 'z'), main.raw('RPUSH', 'y', '2'), replies);
  },
  'one pipeline serves several, each at once': async ({ main, a, b, see, waiting }) => {
    const first = a.raw('BLPOP', 'x', 'y', 0);
    await waiting(1);
    const second = b.raw('BLPOP', 'y', 'x', 0);
    await waiting(2);
    const pushes = [
      ['RPUSH', 'y', '1', '2'],
      ['LLEN', 'y'],
      ['RPUSH', 'x', '3'],
      ['EXISTS', 'x', 'y'],
    ];
    await see(main.pipeline(pushes), first, second);
  },
  'replies come behind those of earlier commands': async ({ main, a, see, waiting }) => {
    const replies = a.pipeline([
      ['ECHO', 'e'.repeat(100_000)],
      ['BLPOP', 'x', 0],
      ['ECHO', 'f'],
    ]);
    await waiting(1);
    await see(main.raw('RPUSH', 'x', 'v'.repeat(200_000)), replies);
  },
  'a client that is killed gets nothing': async ({ main, a, b, ids, see, waiting }) => {
    void a.raw('BLPOP', 'x', 0).catch(() => undefined);
    await waiting(1);
    const second = b.raw('BLPOP', 'x', 0);
    await waiting(2);
    const kill = [
      ['CLIENT', 'KILL', 'ID', ids[0]!],
      ['RPUSH', 'x', '1', '2'],
      ['LRANGE', 'x', 0, -1],
    ];
    await see(main.pipeline(kill), second);
    await a.closed;
  },
  'a client that closes or resets gets nothing': async ({ main, a, b, see, waiting }) => {
    void a.raw('BLPOP', 'x', 0).catch(() => undefined);
    void b.raw('BLPOP', 'x', 0).catch(() => undefined);
    await waiting(2);
    a.end();
    await waiting(1);
    await b.reset();
    await waiting(0);
    await see(main.raw('RPUSH', 'x', '1'), main.raw('LLEN', 'x'));
  },
  'CLIENT LIST and INFO tell who waits': async ({ main, a, b, ids, see, note, waiting }) => {
    void a.raw('BLPOP', 'x', 'y', 0).catch(() => undefined);
    void b.raw('BLMOVE', 'x', 'z', 'LEFT', 'LEFT', 0).catch(() => undefined);
    await waiting(2);
    for (const id of ids) note(field(await main.raw('CLIENT', 'LIST', 'ID', id), / (?:flags|cmd)=\S+/g));
    note(field(await main.raw('INFO', 'clients'), /^(?:blocked_clients|total_blocking.*?):\d+/gm));
    await see(main.raw('CLIENT', 'UNBLOCK', ids[0]!), main.raw('CLIENT', 'UNBLOCK', ids[0]!));
    await see(main.raw('CLIENT', 'UNBLOCK', 999_999), main.raw('CLIENT', 'UNBLOCK', ids[1]!, 'OTHER'));
    note(field(await main.raw('CLIENT', 'LIST', 'ID', ids[0]!), / (?:flags|cmd)=\S+/g));
  },
  'a command is counted once, when it is done': async ({ main, a, b, ids, note, waiting }) => {
    const noteCalls = async (): Promise<void> => {
      for (const name of ['blpop', 'blmove', 'brpop', 'rpush'])
        note(field(await main.raw('INFO', 'commandstats'), countsOf(name)));
      note(field(await main.raw('INFO', 'errorstats'), /^errorstat_\w+:count=\d+/gm));
    };
    await main.raw('CONFIG', 'RESETSTAT');
    const first = a.raw('BLPOP', 'x', 'z', 0);
    const second = b.raw('BLMOVE', 'y', 'x', 'LEFT', 'LEFT', 0);
    await waiting(2);
    await noteCalls();
    await main.raw('RPUSH', 'y', '1');
    await Promise.all([first, second]);
    await noteCalls();
    const third = a.raw('BLPOP', 'x', 0);
    const fourth = b.raw('BRPOP', 'x', '0.001');
    await fourth;
    await noteCalls();
    await main.raw('CLIENT', 'UNBLOCK', ids[0]!, 'ERROR');
    await third;
    await noteCalls();
  },
  'the slow log has a command when it is done': async ({ main, a, see, note, waiting }) => {
    await see(main.raw('CONFIG', 'SET', 'slowlog-log-slower-than', 0));
    const first = a.raw('BLPOP', 'x', 'y', 0);
    await waiting(1);
    await see(main.raw('SLOWLOG', 'RESET'), main.raw('RPUSH', 'y', '1'), first);
    note(field(await main.raw('SLOWLOG', 'GET', -1), /\b(?:BLPOP|RPUSH|[xy])\b/g));
    await see(main.raw('CONFIG', 'SET', 'slowlog-log-slower-than', 10_000));
  },
  'wanted and unwanted replies': async ({ main, a, see, waiting }) => {
    const replies = a.pipeline([['PING', '1']]);
    a.send('CLIENT REPLY SKIP\r\nBLPOP x 0\r\nPING 2\r\n');
    await waiting(1);
    await see(main.raw('RPUSH', 'x', '1'), replies, a.nextReply(), main.raw('EXISTS', 'x'));
  },
  'RESTORE and RENAMENX make keys ready': async ({ main, a, b, see, waiting }) => {
    await see(main.raw('RPUSH', 'l', '1', '2', '3'));
    const dump = await main.raw('DUMP', 'l');
    const payload = dump.subarray(dump.indexOf('\n') + 1, -2);
    const first = a.raw('BLPOP', 'x', 0);
    const second = b.raw('BLMPOP', 0, 1, 'y', 'RIGHT', 'COUNT', 2);
    await waiting(2);
    await see(main.raw('RESTORE', 'x', 0, payload), first, main.raw('LRANGE', 'x', 0, -1));
    await see(main.raw('RENAMENX', 'l', 'y'), second, main.raw('LRANGE', 'y', 0, -1));
  },
  'keys that come as another type, or go': async ({ main, a, see, waiting }) => {
    const reply = a.raw('BLPOP', 'x', 0);
    await waiting(1);
    const changes = [
      ['SET', 'x', 'text'],
      ['APPEND', 'x', 'more'],
      ['DEL', 'x'],
      ['SADD', 's', '1'],
      ['RENAME', 's', 'x'],
      ['FLUSHDB'],
      ['HSET', 'x', 'f', 'v'],
      ['PEXPIREAT', 'x', '1'],
      ['RPUSH', 'x', '1', '2'],
      ['LRANGE', 'x', '0', '-1'],
    ];
    await see(main.pipeline(changes), reply);
  },
  'SORT and moves between databases': async ({ main, a, b, see, waiting }) => {
    await see(b.raw('SELECT', 1), main.raw('RPUSH', 'l', '3', '1'));
    const first = a.raw('BLPOP', 'x', 0);
    const second = b.raw('BRPOP', 'l', 0);
    await waiting(2);
    await see(main.raw('SORT', 'l', 'STORE', 'x'), first, main.raw('MOVE', 'l', 1), second);
    await see(main.raw('DBSIZE'), b.raw('LRANGE', 'l', 0, -1));
  },
  'far timeouts and ones close by': async ({ main, a, b, ids, see, waiting }) => {
    const first = a.raw('BLPOP', 'x', '9000000000000000');
    const second = b.raw('BRPOP', 'x', '2147483.648');
    await waiting(2);
    await see(main.raw('CLIENT', 'UNBLOCK', ids[0]!), first, main.raw('RPUSH', 'x', '1'), second);
    await see(a.raw('BLPOP', 'x', '0.0001'), a.raw('BLPOP', 'x', '1e-3'), a.raw('BLPOP', 'x', '0x0.01'));
  },
  'a key is waited for by lists and sorted sets': async ({ main, a, b, see, waiting }) => {
    const first = a.raw('BZPOPMIN', 'x', 'y', 0);
    const second = b.raw('BLPOP', 'x', 0);
    await waiting(2);
    const changes = [
      ['RPUSH', 'x', '1', '2'],
      ['DEL', 'x'],
      ['ZADD', 'x', '1', 'member'],
      ['EXISTS', 'x'],
    ];
    await see(main.pipeline(changes), first, second);
  },
};

/** What a scenario sees on a server. */
async function run(peer: Peer, scenario: Scenario): Promise<string[]> {
  const [main, a, b] = await Promise.all([peer.connect(), peer.connect(), peer.connect()]);
  await main.raw('FLUSHALL');
  const ids = [Number(await a.call('CLIENT', 'ID')), Number(await b.call('CLIENT', 'ID'))];
  const seen: string[] = [];
  const waiting = async (count: number): Promise<void> => {
    while (field(await main.raw('INFO', 'clients'), /^blocked_clients:\d+/gm) !== `blocked_clients:${count}`);
  };
  const see = async (...replies: (Promise<Buffer> | Promise<Buffer[]>)[]): Promise<void> => {
    for (const reply of replies) {
      const got = await reply;
      seen.push(...(Array.isArray(got) ? got : [got]).map((bytes) => bytes.toString('latin1')));
    }
  };
  const note = (text: string): void => {
    seen.push(text);
  };
  try {
    await scenario({ main, a, b, ids, waiting, see, note });
  } finally {
    await Promise.all([a.close(), b.close()]);
    await waiting(0);
    await main.close();
  }
  return seen;
}

/** How often INFO says that a command was called, refused, and failed. */
function countsOf(command: string): RegExp {
  return new RegExp(
    `cmdstat_${command}:calls=\\d+|(?<=cmdstat_${command}:.*)(?:rejected|failed)_calls=\\d+`,
    'g',
  );
}

/** The parts of a text that match. */
function field(text: Buffer, pattern: RegExp): string {
  return (text.toString('latin1').match(pattern) ?? []).join('');
}

describe.each(transports)('%s: clients that wait', (transport) => {
  test.each(Object.entries(scenarios))('%s', async (_, scenario) => {
    const expected = await run(servers.get('redis8')!, scenario);
    expect(await run(servers.get(transport)!, scenario)).toEqual(expected);
  });
});
