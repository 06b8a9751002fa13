/** Streams beside Redis 8: waiting for entries, and values that go both ways. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Argument, Connection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

const FAR = '99999999999999';

let ours: Peer;
let theirs: Peer;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([startCinnabar(), startPeer('redis8')]);
});
afterAll(() => Promise.all([ours.stop(), theirs.stop()]));

/** What one waits for, and what then happens. */
interface Wait {
  readonly before?: readonly (readonly Argument[])[];
  readonly wait: readonly Argument[];
  readonly event: readonly Argument[];
}

const waits: readonly Wait[] = [
  { wait: ['XREAD', 'BLOCK', 0, 'STREAMS', 's', 't', '$', '$'], event: ['XADD', 't', '5-0', 'f', 'v'] },
  { wait: ['XREAD', 'BLOCK', 0, 'COUNT', 1, 'STREAMS', 't', '+'], event: ['XADD', 't', '5-0', 'f', 'v'] },
  {
    before: [['XADD', 's', '1-0', 'f', 'v']],
    wait: ['XREAD', 'BLOCK', 60_000, 'STREAMS', 's', '$'],
    event: ['XADD', 's', '2-0', 'f', 'v', 'g', 'w'],
  },
  {
    before: [['XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM']],
    wait: ['XREADGROUP', 'GROUP', 'g', 'alice', 'BLOCK', 0, 'STREAMS', 's', '>'],
    event: ['XADD', 's', '6-0', 'f', 'v'],
  },
  {
    before: [['XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM']],
    wait: ['XREADGROUP', 'GROUP', 'g', 'alice', 'BLOCK', 0, 'STREAMS', 's', '>'],
    event: ['XGROUP', 'DESTROY', 's', 'g'],
  },
  {
    before: [['XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM']],
    wait: ['XREADGROUP', 'GROUP', 'g', 'alice', 'BLOCK', 0, 'STREAMS', 's', '>'],
    event: ['DEL', 's'],
  },
  {
    before: [['XGROUP', 'CREATE', 's', 'g', '$', 'MKSTREAM']],
    wait: ['XREADGROUP', 'GROUP', 'g', 'alice', 'BLOCK', 0, 'STREAMS', 's', '>'],
    event: ['SET', 's', 'x'],
  },
  {
    before: [['XADD', 'u', '1-0', 'f', 'v']],
    wait: ['XREAD', 'BLOCK', 0, 'STREAMS', 's', 0],
    event: ['RENAME', 'u', 's'],
  },
  { wait: ['XREAD', 'BLOCK', 1, 'STREAMS', 's', '$'], event: ['PING'] },
];

/** The replies to whoever waits and to whoever ends it; they come from one server. */
async function outcome(peer: Peer, { before = [], wait, event }: Wait): Promise<string[]> {
  const [waiting, other] = await Promise.all([peer.connect(), peer.connect()]);
  await other.raw('FLUSHALL');
  for (const command of before) await other.raw(...command);
  const reply = waiting.raw(...wait);
  await untilBlocked(other, reply);
  const replies = [(await other.raw(...event)).toString('latin1'), (await reply).toString('latin1')];
  waiting.close();
  other.close();
  return replies;
}

/** Until the server says that somebody waits, or the reply is there. */
async function untilBlocked(connection: Connection, reply: Promise<Buffer>): Promise<void> {
  let isThere = false;
  void reply.then(() => {
    isThere = true;
  });
  while (!isThere) {
    const clients = (await connection.raw('INFO', 'clients')).toString('latin1');
    if (/blocked_clients:[1-9]/.test(clients)) return;
  }
}

describe('whoever waits gets what Redis gives', () => {
  test.each(waits.map((one) => [`${one.wait.join(' ')}, then ${one.event.join(' ')}`, one] as const))(
    '%s',
    async (_, one) => {
      expect(await outcome(ours, one)).toEqual(await outcome(theirs, one));
    },
  );
});

test('payloads of DUMP go both ways', async () => {
  const [left, right] = await Promise.all([ours.connect(), theirs.connect()]);
  for (const connection of [left, right]) {
    await connection.raw('FLUSHALL');
    for (let i = 0; i < 1000; i++) {
      const fields =
        i % 7 === 0 ? ['other', 'x'.repeat(i), 'more', i * 1000] : ['field', i, 'text', `value ${i}`];
      await connection.raw('XADD', 's', `${i >> 2}-${(i & 3) + 1}`, ...fields);
    }
    await connection.raw('XDEL', 's', '3-1', '100-2', '249-4');
    await connection.raw('XGROUP', 'CREATE', 's', 'g', '5-1');
    await connection.raw('XGROUP', 'CREATE', 's', 'empty', '$');
    await connection.raw('XREADGROUP', 'GROUP', 'g', 'alice', 'COUNT', 300, 'STREAMS', 's', '>');
    await connection.raw('XREADGROUP', 'GROUP', 'g', 'bob', 'COUNT', 5, 'STREAMS', 's', '>');
    await connection.raw('XADD', 's', `${FAR}-18446744073709551615`, 'f', '9223372036854775807');
  }
  const questions = [
    ['XRANGE', 's', '-', '+'],
    ['XINFO', 'GROUPS', 's'],
    ['XPENDING', 's', 'g'],
    ['XINFO', 'STREAM', 's'],
  ];
  const answers = async (connection: Connection) =>
    Promise.all(questions.map(async (words) => (await connection.raw(...words)).toString('latin1')));
  const before = await answers(right);
  expect(await answers(left)).toEqual(before);
  const dumps = await Promise.all([payload(left), payload(right)]);
  for (const connection of [left, right]) {
    for (const dump of dumps) {
      expect((await connection.raw('RESTORE', 's', 0, dump, 'REPLACE')).toString()).toBe('+OK\r\n');
      expect(await answers(connection)).toEqual(before);
    }
  }
  left.close();
  right.close();
});

async function payload(connection: Connection): Promise<Buffer> {
  const reply = await connection.raw('DUMP', 's');
  return reply.subarray(reply.indexOf('\n') + 1, -2);
}
