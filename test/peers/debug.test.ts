/** DEBUG beside Redis 8: the same requests get the same replies, where the inside is not what they tell of. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Argument, Connection } from './connection.ts';
import { Connection as OpenConnection } from './connection.ts';
import { type Peer, startCinnabar, startPeer } from './peer.ts';

let servers: Peer[];
let ours: Connection;
let theirs: Connection;

beforeAll(async () => {
  const args = ['--enable-debug-command', 'yes'];
  servers = await Promise.all([startCinnabar({ args }), startPeer('redis8', { args })]);
  [ours, theirs] = await Promise.all(servers.map((server) => server.connect()));
});

afterAll(async () => {
  await Promise.all([ours?.close(), theirs?.close()]);
  await Promise.all((servers ?? []).map((server) => server.stop()));
});

beforeEach(() => same('FLUSHALL'));

/** Splits at spaces; '' stands for an empty word. */
function wordsOf(line: string): string[] {
  return line.split(' ').map((word) => (word === "''" ? '' : word));
}

async function raw(words: readonly Argument[]): Promise<[own: string, expected: string]> {
  const replies = await Promise.all([ours.raw(...words), theirs.raw(...words)]);
  return replies.map((reply) => reply.toString('latin1')) as [string, string];
}

async function same(...words: Argument[]): Promise<void> {
  const [own, expected] = await raw(words);
  expect(own, words.join(' ')).toBe(expected);
}

async function sameLines(...lines: string[]): Promise<void> {
  for (const line of lines) await same(...wordsOf(line));
}

const KINDS = 'string integer double bignum null array set map attrib verbatim true false PUSH x';

describe('DEBUG', () => {
  test.each([
    ...['nosuch', 'sleep', 'sleep 0 1', 'sleep 0.01', 'sleep abc', 'sleep -1', "sleep ''", 'HELP x'],
    ...['object', 'object a b', 'object nokey', 'sdslen', 'sdslen nokey', 'sdslen a b'],
    ...['set-active-expire', 'set-active-expire 0', 'set-active-expire x', 'SET-ACTIVE-EXPIRE 1'],
    ...['quicklist-packed-threshold', 'quicklist-packed-threshold 1', 'quicklist-packed-threshold 100b'],
    ...['quicklist-packed-threshold 4gb', 'quicklist-packed-threshold 0', 'quicklist-packed-threshold -1'],
    ...['quicklist-packed-threshold x', 'quicklist-packed-threshold 1gb', 'quicklist-packed-threshold 1 2'],
    ...['stringmatch-len 10 a*', 'stringmatch-test x', 'change-repl-id', 'change-repl-id x', 'jmap'],
    ...['reload x', 'reload NOSAVE y', 'loadaof', 'loadaof x', 'digest', 'digest x', 'digest-value'],
    ...['digest-value a b', 'protocol', 'protocol string x', 'listpack', 'listpack nokey', 'listpack a b'],
    ...['quicklist', 'quicklist nokey', 'quicklist a b', 'quicklist a b c', 'ziplist a'],
    ...['htstats', 'htstats 0', 'htstats 0 full', 'htstats 0 x', 'htstats 99', 'htstats -1', 'htstats x'],
    ...['htstats-key', 'htstats-key nokey', 'htstats-key nokey full'],
    ...['populate', 'populate x', 'populate -1', 'populate 0', 'populate 2 a x', 'populate 2 a -1'],
    ...['populate 2 a 1 b', 'populate 99999999999999999999'],
    ...['replybuffer', 'replybuffer resizing', 'replybuffer resizing 0', 'replybuffer resizing x'],
    ...['replybuffer peak-reset-time never', 'replybuffer PEAK-RESET-TIME Reset'],
    ...['replybuffer peak-reset-time 10', 'replybuffer peak-reset-time x', 'replybuffer x 1'],
    ...['pause-cron', 'pause-cron 1', 'pause-cron 0', 'pause-cron x', 'pause-cron 1 2'],
    ...['error', 'error abc', 'error abc def', "error ''", 'error a\nb\n', 'error \r\n'],
    ...['log', 'log hello', 'log a b', 'dict-resizing', 'dict-resizing 0', 'dict-resizing 1'],
    ...['dict-resizing 1 2', 'leak', 'leak x', 'aof-flush-sleep 0', 'set-disable-deny-scripts 0'],
    ...['set-skip-checksum-validation', 'set-skip-checksum-validation 1', 'set-skip-checksum-validation 0'],
    ...['drop-cluster-packet-filter', 'drop-cluster-packet-filter 1', 'mark-internal-client unmark'],
    ...['mark-internal-client a b', 'restart x', 'crash-and-recover x', 'config-rewrite-force-all'],
    ...['config-rewrite-force-all x', 'replicate', 'replicate SET a b'],
  ])('%j', (line) => same('DEBUG', ...wordsOf(line)));

  test('without a subcommand, and with a long one', async () => {
    await same('DEBUG');
    await same('DEBUG', 'x'.repeat(300));
    await same('DEBUG', 'a\0b');
  });

  test.each([2, 3])('PROTOCOL gives every kind in version %d', async (version) => {
    const connections = await Promise.all(servers.map((server) => server.connect()));
    const replies: string[][] = [];
    for (const connection of connections) {
      await connection.raw('HELLO', version);
      const own: string[] = [];
      for (const kind of KINDS.split(' ')) {
        if (version === 3 && kind === 'PUSH') continue;
        own.push((await connection.raw('DEBUG', 'PROTOCOL', kind)).toString('latin1'));
      }
      replies.push(own);
      await connection.close();
    }
    expect(replies[0]).toEqual(replies[1]);
  });

  test('PROTOCOL sends a push behind its reply in version 3', async () => {
    const seen: string[] = [];
    for (const server of servers) {
      const connection = await server.connect();
      await connection.raw('HELLO', 3);
      const replies = [await connection.raw('DEBUG', 'PROTOCOL', 'push'), await connection.nextPush()];
      seen.push(replies.map((reply) => reply.toString('latin1')).join(''));
      await connection.close();
    }
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]).toEndWith('>2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n');
  });

  test('STRINGMATCH-TEST comes to its end', async () => {
    // Redis takes some seconds over it, and says the same.
    const reply = await ours.call('DEBUG', 'STRINGMATCH-TEST');
    expect(reply).toBe('Apparently Redis did not crash: test passed');
  });

  test('wrong types are refused', async () => {
    await sameLines(
      'SET s hello',
      'SET n 12',
      'DEBUG LISTPACK s',
      'DEBUG QUICKLIST s',
      'DEBUG HTSTATS-KEY s',
    );
    await sameLines('DEBUG SDSLEN n', 'DEBUG QUICKLIST n 1');
  });

  test('digests are equal for equal data', async () => {
    await sameLines('SET a hello', 'SET b 12', 'SET c x PX 100000', 'SELECT 5', 'SET a other', 'APPEND d de');
    await same('SET', 'long', 'x'.repeat(20_000));
    await sameLines('DEBUG DIGEST', 'DEBUG DIGEST-VALUE a d long c', 'SELECT 0', 'DEBUG DIGEST-VALUE a b c');
    await sameLines('DEL a', 'DEBUG DIGEST');
  });

  test('POPULATE adds keys and leaves those that are there', async () => {
    await sameLines('SET key:1 mine', 'DEBUG POPULATE 3', 'MGET key:0 key:1 key:2 key:3', 'DBSIZE');
    await sameLines(
      'DEBUG POPULATE 12 foo 10',
      'GET foo:0',
      'GET foo:11',
      'DEBUG POPULATE 2 bar 3',
      'GET bar:1',
    );
    await sameLines(
      "DEBUG POPULATE 1 '' 60",
      'GET :0',
      'DEBUG POPULATE 1 zero 0',
      'GET zero:0',
      'DEBUG DIGEST',
    );
    await sameLines('OBJECT ENCODING key:0', 'OBJECT ENCODING :0', 'DEBUG POPULATE 1 last 1', 'GET last:0');
  });

  test('values of several elements are told of alike, and go through a file', async () => {
    await sameLines('SADD ints 1 2 3', 'SADD set a b c', 'HSET hash a 1 b 2', 'SADD more a b c d e f');
    const limits = ['set-max-listpack-entries', 'hash-max-listpack-entries'];
    for (const limit of limits) await same('CONFIG', 'SET', limit, 1);
    await sameLines('SADD large a b c', 'HSET table a 1 b 2 c 3 d 4 e 5');
    const names = ['ints', 'set', 'hash', 'large', 'table'];
    for (const name of names) {
      await sameLines(`DEBUG LISTPACK ${name}`, `DEBUG QUICKLIST ${name}`, `DEBUG SDSLEN ${name}`);
      await sameLines(`DEBUG HTSTATS-KEY ${name}`, `DEBUG DIGEST-VALUE ${name}`, `OBJECT ENCODING ${name}`);
      const [own, expected] = await raw(['DEBUG', 'OBJECT', name]);
      const plain = (reply: string): string => reply.replace(/at:0x[0-9a-f]+| lru:.*/gs, '');
      expect(plain(own)).toBe(plain(expected));
    }
    await sameLines('DEBUG DIGEST', 'DEBUG RELOAD', 'DEBUG DIGEST', 'DBSIZE');
    for (const name of names) await same('OBJECT', 'ENCODING', name);
    for (const limit of limits) await same('CONFIG', 'SET', limit, 128);
  });

  test('expired keys stay while nobody looks for them', async () => {
    await sameLines('DEBUG SET-ACTIVE-EXPIRE 0', 'SET e 1 PX 1', 'DEBUG SLEEP 0.01', 'DBSIZE');
    await sameLines('DEBUG DIGEST-VALUE e', 'GET e', 'DBSIZE', 'DEBUG SET-ACTIVE-EXPIRE 1');
  });

  test('OBJECT tells refcount, encoding and serialized length alike', async () => {
    const values = ['hello', '12345', '5', '-70000', '', 'x'.repeat(20), '0123456789abcdefghijk'];
    for (const [index, value] of values.entries()) await same('SET', `v${index}`, value);
    await sameLines('APPEND raw abc', 'APPEND raw def');
    const plain = (reply: string): string => reply.replace(/at:0x[0-9a-f]+/, '').replace(/ lru:.*/s, '');
    for (const name of [...values.keys()].map((index) => `v${index}`).concat('raw')) {
      const [own, expected] = await raw(['DEBUG', 'OBJECT', name]);
      expect(plain(own), name).toBe(plain(expected));
      expect(own).toMatch(/^\+Value at:0x[0-9a-f]+ .* lru:\d+ lru_seconds_idle:\d+\r\n$/);
    }
  });

  test('SDSLEN tells lengths alike', async () => {
    await sameLines('SET a hello', 'APPEND longer abc', 'APPEND longer def');
    await same('SET', 'k'.repeat(300), 'x'.repeat(9000));
    const lengths = (reply: string): string[] => reply.match(/\w+_len:\d+/g) ?? [];
    for (const name of ['a', 'longer', 'k'.repeat(300)]) {
      const [own, expected] = await raw(['DEBUG', 'SDSLEN', name]);
      expect(lengths(own)).toEqual(lengths(expected));
      expect(own.replace(/\d+/g, '9')).toBe(expected.replace(/\d+/g, '9'));
    }
  });

  test('HTSTATS has the same lines', async () => {
    await sameLines('DEBUG POPULATE 5', 'SET e 1 EX 1000');
    const shape = (reply: string): string =>
      reply
        .replace(/^\$\d+/, '')
        // A second table is there only while Redis moves the elements over.
        .replace(/^Hash table 1 .*\n(?: .*\n)*/m, '')
        .replace(/^ +\d+: .*\n/gm, '')
        .replace(/[\d.]+/g, '9');
    for (const words of [
      ['DEBUG', 'HTSTATS', 0],
      ['DEBUG', 'HTSTATS', 0, 'full'],
    ]) {
      const [own, expected] = await raw(words);
      expect(shape(own)).toBe(shape(expected));
      expect(own).toContain(' number of elements: 6\n');
    }
  });
});

describe('DEBUG RELOAD', () => {
  test('goes through a file and changes nothing', async () => {
    await sameLines('SET a hello', 'SET n 12', 'SELECT 3', 'SET e x EX 1000');
    await same('SET', 'long', 'ab'.repeat(50_000));
    await sameLines('DEBUG RELOAD', 'DEBUG DIGEST', 'DBSIZE', 'GET e', 'SELECT 0', 'MGET a n', 'DBSIZE');
    for (const { dir } of servers) expect(existsSync(join(dir, 'dump.rdb'))).toBe(true);
  });

  test('NOSAVE takes the file as it is, MERGE lets it win', async () => {
    await sameLines('SET a 1', 'SET b 1', 'DEBUG RELOAD', 'SET a 2', 'SET new 1');
    await sameLines('DEBUG RELOAD NOSAVE NOFLUSH MERGE', 'MGET a b new', 'DBSIZE', 'DEBUG DIGEST');
    await sameLines(
      'DEBUG RELOAD nosave',
      'MGET a b new',
      'DBSIZE',
      'FLUSHALL',
      'DEBUG RELOAD NOSAVE NOFLUSH',
    );
    await sameLines('MGET a b', 'DBSIZE');
  });

  test('each reads what the other has written', async () => {
    await sameLines(
      'FLUSHALL',
      'SET a hello',
      'SET n -5',
      'SELECT 9',
      'SET e x PXAT 9999999999999',
      'SELECT 0',
    );
    await same('SET', 'long', 'abc'.repeat(10_000));
    await same('SAVE');
    const [first, second] = servers.map(({ dir }) => join(dir, 'dump.rdb'));
    const [own, expected] = [readFileSync(first), readFileSync(second)];
    writeFileSync(first, expected);
    writeFileSync(second, own);
    await sameLines('FLUSHALL', 'DEBUG RELOAD NOSAVE', 'DEBUG DIGEST', 'DBSIZE', 'STRLEN long');
  });

  test('leaves the counters as Redis does', async () => {
    const fields = /^rdb_(changes_since_last_save|saves|last_bgsave_status|last_load_keys\w*):.*$/gm;
    const told = async (connection: Connection): Promise<string[]> =>
      String(await connection.call('INFO', 'persistence')).match(fields) ?? [];
    const sameFields = async (): Promise<void> => expect(await told(ours)).toEqual(await told(theirs));
    await sameLines('SET a 1', 'SET b 1 EX 100');
    await sameFields();
    await sameLines('SAVE');
    await sameFields();
    await sameLines('SET a 2', 'DEL b', 'FLUSHALL');
    await sameFields();
    await sameLines('SET a 2', 'DEBUG RELOAD');
    await sameFields();
    await same('CONFIG', 'SET', 'save', '100000 1');
    await sameLines('SET a 3', 'FLUSHALL');
    await sameFields();
    await same('CONFIG', 'SET', 'save', '');
  });
});

test('CONFIG-REWRITE-FORCE-ALL writes a line for every option, which can be read again', async () => {
  const rewritten = async (start: (options: { config: string }) => Promise<Peer>): Promise<string> => {
    const peer = await start({ config: '# kept\nenable-debug-command yes\nhz 20\n' });
    const connection = await peer.connect();
    expect(await connection.call('DEBUG', 'CONFIG-REWRITE-FORCE-ALL')).toBe('OK');
    const path = /config_file:(.*)\r/.exec(String(await connection.call('INFO', 'server')))![1];
    const text = readFileSync(path!, 'utf8');
    await connection.close();
    await peer.stop();
    return text;
  };
  const [own, expected] = await Promise.all([
    rewritten(startCinnabar),
    rewritten((options) => startPeer('redis8', options)),
  ]);
  expect(own).toStartWith('# kept\nenable-debug-command yes\nhz 20\n');
  const names = new Set(own.split('\n').map((line) => line.split(' ')[0]));
  const missing = expected.split('\n').map((line) => line.split(' ')[0]);
  // Users have names and rules of their own.
  expect(missing.filter((name) => !names.has(name) && name !== 'user')).toEqual([]);
  const again = await startCinnabar({ config: own.replaceAll(/^(?:port|bind|dir|pidfile) .*\n/gm, '') });
  await again.stop();
});

describe('enable-debug-command', () => {
  const run = async (
    trust: string,
    start: (options: { args: string[] }) => Promise<Peer>,
  ): Promise<string[]> => {
    const peer = await start({
      args: ['--enable-debug-command', trust, '--unixsocket', 's', '--requirepass', 'p'],
    });
    const [tcp, unix] = [await peer.connect(), await OpenConnection.open(join(peer.dir, 's'))];
    const replies: Buffer[] = [];
    for (const connection of [tcp, unix]) {
      replies.push(await connection.raw('DEBUG'), await connection.raw('DEBUG', 'LOG', 'x'));
      replies.push(await connection.raw('AUTH', 'p'), await connection.raw('DEBUG', 'LOG', 'x'));
      replies.push(await connection.raw('DEBUG', 'nosuch'), await connection.raw('CONFIG', 'RESETSTAT'));
      replies.push(await connection.raw('CONFIG', 'SET', 'enable-debug-command', 'yes'));
      replies.push(await connection.raw('DEBUG', 'LOG', 'x'));
      const calls = /cmdstat_debug:calls=(\d+).*rejected_calls=(\d+),failed_calls=(\d+)/;
      const text = String(await connection.call('INFO', 'commandstats'));
      replies.push(Buffer.from(calls.exec(text)?.slice(1).join(' ') ?? 'none'));
      await connection.close();
    }
    await peer.stop();
    return replies.map((reply) => reply.toString('latin1'));
  };

  test.each(['no', 'local', 'yes'])('%s', async (trust) => {
    const [own, expected] = await Promise.all([
      run(trust, startCinnabar),
      run(trust, (options) => startPeer('redis8', options)),
    ]);
    expect(own).toEqual(expected);
  });
});
