/** The server's place in the system: signals, the files that tell of it, supervisors, and how it is listed. */
import { afterEach, describe, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '../../peers/connection.ts';
import {
  type CinnabarOptions,
  cinnabarCommand,
  freePort,
  type Peer,
  startCinnabar,
  startServer,
} from '../../peers/peer.ts';
import { receiverAt } from '../../server/system/receiver.ts';
import { ending, invoke, until, withDirectory } from './invocation.ts';

let server: Peer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function begin(options: CinnabarOptions): Promise<Peer> {
  server = await startCinnabar(options);
  return server;
}

describe('signals', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it in order', async (signal) => {
    const peer = await begin({});
    peer.process.kill(signal);
    expect(await ending(peer)).toEqual({ code: 0, signal: null });
    const lines = peer.log().split('\n');
    expect(lines.some((line) => line.endsWith(`Received ${signal} scheduling shutdown...`))).toBe(true);
    expect(peer.log()).toContain('* User requested shutdown...\n');
    expect(lines.at(-2)).toEndWith('# Redis is now ready to exit, bye bye...');
  });

  test('SIGSTOP, SIGCONT and SIGHUP are survived', async () => {
    const peer = await begin({});
    const connection = await peer.connect();
    peer.process.kill('SIGHUP');
    peer.process.kill('SIGSTOP');
    peer.process.kill('SIGCONT');
    expect(await connection.call('ECHO', 'here')).toBe('here');
    await connection.close();
  });
});

describe('the pid file', () => {
  test('is there while the server runs', () =>
    withDirectory(async (dir) => {
      const file = join(dir, 'server.pid');
      const peer = await begin({ args: ['--pidfile', file] });
      await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
      expect(readFileSync(file, 'utf8')).toBe(`${peer.pid}\n`);
      peer.process.kill('SIGTERM');
      expect((await ending(peer)).code).toBe(0);
      expect(existsSync(file)).toBe(false);
      expect(peer.log()).toContain('* Removing the pid file.\n');
    }));

  test('that cannot be written is told, and no more', async () => {
    const peer = await begin({ args: ['--pidfile', '/nonexistent/server.pid'] });
    await until(() => peer.log().includes('Failed to write PID file'));
    const connection = await peer.connect();
    expect(await connection.call('PING')).toBe('PONG');
    await connection.close();
  });
});

describe('daemonize', () => {
  test.each(['words', 'standard input'])('leaves a server behind that was configured by %s', (source) =>
    withDirectory(async (dir) => {
      const port = await freePort();
      const pidFile = join(dir, 'server.pid');
      const words = [
        '--daemonize',
        'yes',
        '--pidfile',
        pidFile,
        '--save',
        '',
        '--logfile',
        'log',
        '--dir',
        dir,
      ];
      const { code } =
        source === 'words'
          ? invoke([...words, '--port', String(port)], { dir })
          : invoke([...words, '-'], { dir, input: `port ${port}\n` });
      expect(code).toBe(0);
      await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
      const pid = Number(readFileSync(pidFile, 'utf8'));
      const connection = await Connection.open(port);
      expect(String(await connection.call('INFO', 'server'))).toContain(`process_id:${pid}\r\n`);
      connection.send(Buffer.from('SHUTDOWN\r\n'));
      await connection.closed;
      await until(() => !existsSync(pidFile));
    }),
  );
});

describe('server-cpulist', () => {
  const confinement = (pid: number): string[] =>
    readdirSync(`/proc/${pid}/task`).map((thread) => {
      const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
      return /^Cpus_allowed_list:\t(.*)$/m.exec(status)?.[1] ?? '';
    });

  test('says where it runs', async () => {
    const [allowed] = confinement(process.pid);
    const first = /^\d+/.exec(allowed!)![0];
    const peer = await begin({ args: ['--server-cpulist', first] });
    expect(new Set(confinement(peer.pid))).toEqual(new Set([first]));
  });

  test.each(['x', '1000'])('%s leaves it where it is, after a line', async (list) => {
    const peer = await begin({ args: ['--server-cpulist', list] });
    expect(peer.log()).toContain(`# server-cpulist ${list} has no effect: `);
    expect(confinement(peer.pid)).toContain(confinement(process.pid)[0]!);
  });
});

test('the end takes the UNIX socket away, and says so', async () => {
  const peer = await begin({ args: ['--unixsocket', 's'] });
  expect(existsSync(join(peer.dir, 's'))).toBe(true);
  peer.process.kill('SIGTERM');
  await ending(peer);
  expect(peer.log()).toContain('* Removing the unix socket file.\n');
  expect(existsSync(join(peer.dir, 's'))).toBe(false);
});

test('syslog-enabled without such a log goes on, after a line', async () => {
  const peer = await begin({ args: ['--syslog-enabled', 'yes'] });
  const line = "# The system's log at /dev/log cannot be reached";
  expect(peer.log().split(line)).toHaveLength(existsSync('/dev/log') ? 1 : 2);
});

describe('supervised', () => {
  test.each([
    ['systemd', 'a file'],
    ['auto', 'an abstract name'],
  ])('%s tells systemd at %s', (option, place) =>
    withDirectory(async (dir) => {
      const path = place === 'a file' ? join(dir, 'notify') : `@cinnabar-test-${process.pid}`;
      const supervisor = await receiverAt(path);
      const peer = await begin({ args: ['--supervised', option], environment: { NOTIFY_SOCKET: path } });
      let told = '';
      await until(() => {
        told += supervisor.take();
        return told.includes('READY=1\n');
      });
      expect(await supervisorOf(peer)).toBe('systemd');
      peer.process.kill('SIGTERM');
      expect((await ending(peer)).code).toBe(0);
      expect(supervisor.take()).toContain('STOPPING=1\n');
      supervisor.close();
    }),
  );

  test('systemd without a socket goes on, after a line', async () => {
    const peer = await begin({ args: ['--supervised', 'systemd'], environment: { NOTIFY_SOCKET: '' } });
    expect(peer.log()).toContain('systemd supervision requested, but NOTIFY_SOCKET names no socket');
    expect(await supervisorOf(peer)).toBe('no');
  });

  test('upstart stops it once', () =>
    withDirectory(async () => {
      const starting = startCinnabar({
        args: ['--supervised', 'auto', '--proc-title-template', '{title} upstart'],
        environment: { UPSTART_JOB: 'cinnabar' },
      });
      // It answers only when somebody lets it go on.
      await until(() => continueStopped());
      server = await starting;
      expect(server.log()).toContain('supervised by upstart, will stop to signal readiness');
      expect(await supervisorOf(server)).toBe('upstart');
    }));
});

async function supervisorOf(peer: Peer): Promise<string | undefined> {
  const connection = await peer.connect();
  const text = String(await connection.call('INFO', 'server'));
  await connection.close();
  return /process_supervised:(\w+)/.exec(text)?.[1];
}

/** Lets a child of ours go on that has stopped; false if there is none. */
function continueStopped(): boolean {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  for (const pid of children.filter((text) => text !== '').map(Number)) {
    if (!/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) continue;
    process.kill(pid, 'SIGCONT');
    return true;
  }
  return false;
}

describe('lists of processes', () => {
  const titleOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'latin1').replace(/\0+$/, '');

  test('show program and address', async () => {
    const peer = await begin({});
    expect(titleOf(peer.pid)).toBe(`cinnabar-server *:${peer.port}`);
    const connection = await peer.connect();
    await connection.call('CONFIG', 'SET', 'proc-title-template', 'store {port} {{x}}');
    expect(titleOf(peer.pid)).toBe(`store ${peer.port} {x}}`);
    await connection.close();
  });

  test('show the command where no title is wanted', async () => {
    const peer = await begin({ args: ['--set-proc-title', 'no'] });
    expect(titleOf(peer.pid)).toContain('--set-proc-title');
  });
});

describe('oom-score-adj', () => {
  const scoreOf = (pid: number): number => Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'));
  const own = scoreOf(process.pid);

  test('is left alone without the option', async () => {
    expect(scoreOf((await begin({})).pid)).toBe(own);
  });

  test('is set, changed, and put back', async () => {
    const values = ['--oom-score-adj-values', '150 200 800'];
    const peer = await begin({ args: ['--oom-score-adj', 'relative', ...values] });
    expect(scoreOf(peer.pid)).toBe(Math.min(1000, own + 150));
    const connection = await peer.connect();
    await connection.call(
      'CONFIG',
      'SET',
      'oom-score-adj',
      'absolute',
      'oom-score-adj-values',
      '700 800 900',
    );
    expect(scoreOf(peer.pid)).toBe(700);
    await connection.call('CONFIG', 'SET', 'oom-score-adj', 'no');
    expect(scoreOf(peer.pid)).toBe(own);
    await connection.close();
  });
});

describe('a low limit of open files', () => {
  test('lowers maxclients, and keeps it there', () =>
    withDirectory(async (dir) => {
      const command = ['/bin/sh', '-c', 'ulimit -n 100; exec "$@"', 'sh', ...cinnabarCommand()];
      server = await startServer('cinnabar', command, { args: ['--dir', dir] });
      const connection = await server.connect();
      expect(await connection.call('CONFIG', 'GET', 'maxclients')).toEqual(['maxclients', '68']);
      expect((await connection.raw('CONFIG', 'SET', 'maxclients', 70)).toString()).toBe(
        "-ERR CONFIG SET failed (possibly related to argument 'maxclients') - The operating system is not able to handle the specified number of clients, try with 68\r\n",
      );
      expect(await connection.call('CONFIG', 'SET', 'maxclients', 60)).toBe('OK');
      expect(server.log()).toContain(
        '# Current maximum open files is 100. maxclients has been reduced to 68 ',
      );
      await connection.close();
    }));
});
