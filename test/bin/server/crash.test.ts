/** Ends that nobody wanted: what the log says of them, and how the process ends. */
import { afterEach, describe, expect, test } from 'bun:test';
import { Connection } from '../../peers/connection.ts';
import { type CinnabarOptions, type Peer, startCinnabar } from '../../peers/peer.ts';
import { ending, until } from './invocation.ts';

let server: Peer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function begin(...args: string[]): Promise<Peer> {
  const options: CinnabarOptions = { args: ['--enable-debug-command', 'yes', ...args] };
  server = await startCinnabar(options);
  return server;
}

/** Sends a command that ends the server; returns how it ended, and its log. */
async function crash(peer: Peer, ...words: string[]) {
  const connection = await peer.connect();
  connection.send(Buffer.from(`CLIENT SETNAME victim\r\n${words.join(' ')}\r\n`));
  await connection.closed;
  return { ...(await ending(peer)), log: peer.log() };
}

/** The part of a report under a heading. */
function section(log: string, heading: string): string {
  const [, behind = ''] = log.split(`\n------ ${heading} ------\n`);
  return behind.split(/\n(?:------|===) /)[0];
}

describe('a crash', () => {
  test.each([
    ['PANIC', 'SIGABRT', /# Guru Meditation: DEBUG PANIC called at Unix time \d+\n/],
    ['ASSERT', 'SIGABRT', /# === ASSERTION FAILED ===\n.*# ==> '1 == 2' is not true\n/],
    ['OOM', 'SIGABRT', /# Guru Meditation: Redis aborting for OUT OF MEMORY/],
    ['SEGFAULT', 'SIGSEGV', /# Redis [\d.]+ crashed by signal: 11 /],
  ])('by DEBUG %s is reported and ends by %s', async (what, expected, head) => {
    const { code, signal, log } = await crash(await begin(), 'DEBUG', what, 'secret');
    expect([code, signal]).toEqual([null, expected]);
    const [, report = ''] = log.split(/\n=== REDIS BUG REPORT START: .*===\n/);
    expect(report).toMatch(head);
    expect(report).toMatch(/\n=== REDIS BUG REPORT END\. .*===\n$/);
    expect(section(report, 'STACK TRACE')).toMatch(/\bat /);
    expect(section(report, 'INFO OUTPUT')).toContain('# Server\r\nredis_version:');
    expect(section(report, 'CLIENT LIST OUTPUT')).toContain('name=victim');
    const current = section(report, 'CURRENT CLIENT INFO');
    expect(current).toContain('name=victim');
    expect(current).toContain(`argc: 3\nargv[0]: "DEBUG"\nargv[1]: "${what}"\nargv[2]: "secret"\n`);
  });

  test('ends with an exit code where no core is wanted', async () => {
    const { code, signal, log } = await crash(await begin('--use-exit-on-panic', 'yes'), 'DEBUG', 'PANIC');
    expect([code, signal]).toEqual([1, null]);
    expect(log).toContain('Guru Meditation');
  });

  test('is reported in short where no report is wanted', async () => {
    const panic = await crash(await begin('--crash-log-enabled', 'no'), 'DEBUG', 'PANIC');
    expect(panic.signal).toBe('SIGABRT');
    expect(panic.log).toContain('Guru Meditation');
    expect(panic.log).not.toContain('STACK TRACE');
    await server?.stop();
    const fault = await crash(await begin('--crash-log-enabled', 'no'), 'DEBUG', 'SEGFAULT');
    expect(fault.signal).toBe('SIGSEGV');
    expect(fault.log).not.toContain('BUG REPORT');
  });

  test('by SIGABRT from outside is reported', async () => {
    const peer = await begin();
    peer.process.kill('SIGABRT');
    expect(await ending(peer)).toEqual({ code: null, signal: 'SIGABRT' });
    expect(peer.log()).toMatch(/# Redis [\d.]+ crashed by signal: 6 /);
    expect(peer.log()).toContain('=== REDIS BUG REPORT END');
  });

  test('is not what SIGALRM means', async () => {
    const peer = await begin();
    peer.process.kill('SIGALRM');
    await until(() => peer.log().includes('Received SIGALRM\n'));
    const connection = await peer.connect();
    expect(await connection.call('PING')).toBe('PONG');
    await connection.close();
    expect(section(peer.log(), 'STACK TRACE')).toMatch(/\bat /);
  });

  test('keeps what clients said out of the log where that is wanted', async () => {
    const { log } = await crash(
      await begin('--hide-user-data-from-log', 'yes'),
      ...['DEBUG', 'PANIC', 'secret'],
    );
    expect(log).toContain('argc: 3\n');
    expect(log).not.toContain('secret');
  });
});

describe('DEBUG RESTART and CRASH-AND-RECOVER', () => {
  const runIdOf = async (port: number): Promise<string> => {
    const connection = await Connection.open(port);
    const text = String(await connection.call('INFO', 'server'));
    await connection.close();
    return /run_id:(\w+)/.exec(text)?.[1] ?? '';
  };

  test.each([
    ['RESTART', 'kept'],
    ['CRASH-AND-RECOVER', null],
  ])('%s starts the same process again', async (what, value) => {
    const peer = await begin('--save', '3600 1');
    const before = await runIdOf(peer.port);
    const connection = await peer.connect();
    await connection.call('SET', 'key', 'kept');
    connection.send(Buffer.from(`DEBUG ${what} 10\r\n`));
    await connection.closed;
    let after = before;
    await until(async () => {
      after = await runIdOf(peer.port).catch(() => before);
      return after !== before;
    });
    const again = await peer.connect();
    expect(await again.call('GET', 'key')).toBe(value);
    expect(String(await again.call('INFO', 'server'))).toContain(`process_id:${peer.pid}\r\n`);
    await again.close();
  });
});
