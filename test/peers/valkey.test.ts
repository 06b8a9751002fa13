/** What Cinnabar has in common with Valkey 9 alone. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { repliesAgree } from './comparators.ts';
import type { Argument, Connection } from './connection.ts';
import { Random } from './generators/random.ts';
import { groups } from './groups.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

let peers: Peer[];
let connections: Connection[];

beforeAll(async () => {
  peers = await Promise.all([startPeer('valkey9'), startCinnabar()]);
  connections = await Promise.all(peers.map((peer) => peer.connect()));
});
afterAll(() => Promise.all(peers.map((peer) => peer.stop())));

/** The replies of both servers. */
async function both(...words: string[]): Promise<string[]> {
  const replies = await Promise.all(connections.map((connection) => connection.raw(...words)));
  return replies.map((reply) => reply.toString('latin1'));
}

async function expectEqual(lines: string): Promise<void> {
  await both('FLUSHALL');
  for (const line of lines
    .split('\n')
    .map((text) => text.trim())
    .filter((text) => text !== '')) {
    const [theirs, ours] = await both(...line.split(' '));
    expect(`${line}: ${ours}`).toBe(`${line}: ${theirs}`);
  }
}

const places =
  'GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 14 37.9 middle 17.2415 38.788135 edge';
const triangle = 'BYPOLYGON 3 12 37 16 37 16 39';

describe('GEOSEARCH BYPOLYGON', () => {
  test('finds places, in order, with their distances', () =>
    expectEqual(`
      ${places}
      GEOSEARCH g ${triangle}
      GEOSEARCH g ASC ${triangle}
      GEOSEARCH g ${triangle} WITHDIST WITHHASH ASC
      GEOSEARCH g BYPOLYGON 4 12 37 16 37 16 39 12 39 WITHDIST DESC COUNT 2
      GEOSEARCH g BYPOLYGON 4 12 37 16 37 16 39 12 39 COUNT 1 ANY
      GEOSEARCH g BYPOLYGON 5 12 37 16 39 12 39 16 37 14 40 WITHDIST ASC
      GEOSEARCH g BYPOLYGON 3 13 38 13 38 13 38
      GEOSEARCH g BYPOLYGON 3 -170 -80 170 -80 0 85 WITHDIST
      GEOSEARCH g BYPOLYGON 4 13.36138933897018433 30 20 30 20 40 13.36138933897018433 40
      GEOSEARCH g ${triangle} BYPOLYGON 4 12 37 16 37 16 39 12 39 WITHDIST
      GEOSEARCH none ${triangle}
      GEOSEARCHSTORE d g ${triangle}
      ZRANGE d 0 -1 WITHSCORES
      GEOSEARCHSTORE d g ${triangle} STOREDIST
      ZRANGE d 0 -1 WITHSCORES
      GEOSEARCHSTORE d none ${triangle}
      EXISTS d
    `));

  test('refuses what is no polygon', () =>
    expectEqual(`
      ${places}
      GEOSEARCH g BYPOLYGON x 12 37 16 37 16 39
      GEOSEARCH g BYPOLYGON 3.5 12 37 16 37 16 39
      GEOSEARCH g BYPOLYGON -3 12 37 16 37 16 39
      GEOSEARCH g BYPOLYGON 2147483648 12 37 16 37 16 39
      GEOSEARCH g BYPOLYGON 99999999999999999999 12 37 16 37 16 39
      GEOSEARCH g BYPOLYGON 2 12 37 16 37 16 39
      GEOSEARCH g BYPOLYGON 4 12 37 16 37 16 39 ASC
      GEOSEARCH g BYPOLYGON 3 12 37 16 37 nan 39
      GEOSEARCH g BYPOLYGON 3 12 37 16 91 x 39
      GEOSEARCH g ${triangle} 14 38
      GEOSEARCH g FROMLONLAT 15 37 ${triangle}
      GEOSEARCH g ${triangle} FROMMEMBER Palermo
      GEOSEARCH g ${triangle} BYRADIUS 10 km
      GEOSEARCH g BYBOX 1 2 km ${triangle}
      GEOSEARCH g ${triangle} ANY
      GEOSEARCH none BYPOLYGON 3 12 x 16 37 16 39
      GEORADIUS g 15 37 10 km ${triangle}
    `));

  test('agrees on random polygons', async () => {
    const random = new Random(20_261_123);
    const coordinate = (middle: number, span: number): string =>
      (middle + (random.below(2000) / 1000 - 1) * span).toFixed(6);
    for (let round = 0; round < 40; round++) {
      const span = random.pick([0.01, 0.5, 5, 25]);
      const [east, north] = [random.below(300) - 150, random.below(80) - 40];
      const point = (): string[] => [coordinate(east, span), coordinate(north, span)];
      const members = Array.from({ length: 100 }, (_, index) => [...point(), `m${index}`]).flat();
      await both('DEL', 'g');
      await both('GEOADD', 'g', ...members);
      const vertices = Array.from({ length: 3 + random.below(6) }, point);
      const search = ['GEOSEARCH', 'g', 'BYPOLYGON', String(vertices.length), ...vertices.flat()];
      for (const options of [[], ['WITHDIST', 'ASC']]) {
        const [theirs, ours] = await both(...search, ...options);
        expect(`${search.join(' ')} ${ours}`).toBe(`${search.join(' ')} ${theirs}`);
      }
    }
  });
});

test('HSETEX has conditions for the whole hash', () =>
  expectEqual(`
    HSETEX h XX FIELDS 1 a 1
    HSETEX h NX FIELDS 1 a 1
    HSETEX h NX FIELDS 1 a 2
    HSETEX h XX FIELDS 1 a 3
    HGETALL h
    HSETEX h NX FNX FIELDS 1 z 2
    HSETEX h XX FNX FIELDS 1 z 2
    HSETEX h XX FXX FIELDS 1 z 3
    HSETEX h NX XX FIELDS 1 z 4
    HSETEX h NX NX FIELDS 1 z 4
    HSETEX h EX 100 XX FIELDS 1 z 4
    HTTL h FIELDS 2 a z
    HSETEX h XX KEEPTTL FIELDS 1 z 5
    HTTL h FIELDS 2 a z
    HSETEX none EX 0 XX FIELDS 1 a 1
    HSETEX none EX 0 NX FIELDS 1 a 1
    EXISTS none
    SET s x
    HSETEX s XX FIELDS 1 a 1
    HSETEX s NX FIELDS 1 a 1
  `));

describe('hashes with fields that expire', () => {
  const far = '4000000000000';
  const small = ['a', '1', 'b', 'x'.repeat(100), 'c', '-5'];
  const large = Array.from({ length: 1200 }, (_, index) => `word:${index}`);

  test.each([
    ['small', small],
    ['large', large],
  ])('come from Valkey by DUMP: %s', async (_, pairs) => {
    const [theirs, ours] = connections as [Connection, Connection];
    await both('FLUSHALL');
    await theirs.call('HSET', 'h', ...pairs);
    const timed = [pairs[0]!, pairs[2]!];
    await theirs.call('HPEXPIREAT', 'h', far, 'FIELDS', '2', ...timed);
    const reply = await theirs.raw('DUMP', 'h');
    const payload: Argument = reply.subarray(reply.indexOf('\r\n') + 2, -2);
    expect(await ours.call('RESTORE', 'h', '0', payload)).toBe('OK');
    for (const question of [
      ['HLEN', 'h'],
      ['HMGET', 'h', ...pairs],
      ['HPEXPIRETIME', 'h', 'FIELDS', '3', ...timed, pairs[4]!],
    ]) {
      const [left, right] = await both(...question);
      expect(right).toBe(left!);
    }
  });
});

/** Where errors are told in other words, and what servers tell of themselves. */
const ITS_OWN = /^(hello|object|xinfo|config|debug|client)$/i;
const SEQUENCES = 12;

test.each(['lists', 'sets', 'streams'])('random commands on %s have the same replies', async (group) => {
  for (let seed = 1; seed <= SEQUENCES; seed++) {
    await both('FLUSHALL', 'SYNC');
    for (const step of groups[group]!.sequence(new Random(seed), true)) {
      if (!('words' in step) || ITS_OWN.test(String(step.words[0]))) continue;
      const { words } = step;
      const [theirs, ours] = await Promise.all(connections.map((connection) => connection.raw(...words)));
      const areErrors = theirs![0] === ours![0] && ours!.toString('latin1', 0, 1) === '-';
      if (areErrors || repliesAgree(words, theirs!, ours!)) continue;
      throw new Error(`seed ${seed}: ${words.join(' ')}\nValkey: ${theirs}\nours: ${ours}`);
    }
  }
});
