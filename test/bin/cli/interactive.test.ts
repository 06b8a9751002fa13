import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completionsFor } from '../../../src/bin/cli/interactive/completion.ts';
import {
  type CommandDocumentation,
  loadDocumentation,
} from '../../../src/bin/cli/interactive/documentation.ts';
import { helpTopics } from '../../../src/bin/cli/interactive/help.ts';
import { hintFor } from '../../../src/bin/cli/interactive/hints.ts';
import { HistoryFile, isSensitive } from '../../../src/bin/cli/interactive/history.ts';
import { promptText } from '../../../src/bin/cli/interactive/prompt.ts';
import { Output } from '../../../src/bin/cli/output.ts';
import { Session } from '../../../src/bin/cli/session.ts';
import { defaultSettings } from '../../../src/bin/cli/settings.ts';
import { bunProgram, type Peer, peerProgram, startPeer } from '../../peers/peer.ts';
import { runCli, runProgram, runRedisCli } from './run.ts';

let peer: Peer;
let commands: CommandDocumentation[];

beforeAll(async () => {
  peer = await startPeer('redis8');
  const session = newSession(peer.port);
  await session.connect();
  commands = await loadDocumentation(session);
  session.disconnect();
});

afterAll(() => peer.stop());

function newSession(port: number): Session {
  const settings = defaultSettings({ outputIsTerminal: false, environment: {} });
  settings.target.port = port;
  const nowhere = { write: () => {} };
  return new Session(settings, new Output(settings, nowhere, nowhere));
}

describe('hints', () => {
  test.each([
    [
      'SET',
      ' key value [NX|XX] [GET] [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]',
    ],
    ['set k v EX 10 ', '[NX|XX] [GET]'],
    [
      'set k v nx',
      ' [GET] [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]',
    ],
    ['ZADD k ', '[NX|XX] [GT|LT] [CH] [INCR] score member [score member ...]'],
    ['ZADD k XX 1 a ', '[GT|LT] [CH] [INCR] [score member [score member ...]]'],
    ['config get ', 'parameter [parameter ...]'],
    ['DEL a ', '[key [key ...]]'],
    ['get k', ''],
    ['get k extra words', ''],
    ['nosuch ', ''],
    ['set "open', ''],
    ['', ''],
  ])('%j', (line, hint) => {
    expect(hintFor(line, commands)).toBe(hint);
  });
});

describe('completion', () => {
  test.each([
    ['zad', ['zadd']],
    ['ZINTER', ['ZINTER', 'ZINTERCARD', 'ZINTERSTORE']],
    ['memory s', ['memory stats']],
    ['help @hyp', ['help @hyperloglog']],
    ['HELP zca', ['HELP zcard']],
    ['nosuch', []],
  ])('%j', (line, completions) => {
    expect(completionsFor(line, commands)).toEqual(completions);
  });
});

describe('help', () => {
  const visible = (text: string) =>
    text
      .replaceAll(/\u001b\[\d+m/g, '')
      .replaceAll('\r', '')
      .split('\n')
      .map((line) => line.replace(/\(null\)$/, '').trimEnd());

  test('every command is described as redis-cli does', async () => {
    const groups = helpTopics(commands).filter((topic) => topic.startsWith('@') && topic !== '@module');
    expect(groups.length).toBeGreaterThan(14);
    for (const group of groups) {
      const args = ['-p', String(peer.port), 'help', group];
      expect(visible((await runCli(args)).output)).toEqual(visible((await runRedisCli(args)).output));
    }
  });

  test.each(['get', 'xinfo', 'CONFIG SET', 'nosuch'])('help %s', async (topic) => {
    const args = ['-p', String(peer.port), 'help', ...topic.split(' ')];
    expect(visible((await runCli(args)).output)).toEqual(visible((await runRedisCli(args)).output));
  });
});

test('prompts', () => {
  const session = newSession(1);
  expect(promptText(session)).toBe('not connected> ');
});

describe('history', () => {
  test('is kept in a file of one’s own, newest first', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cinnabar-history-'));
    const path = join(directory, 'history');
    const history = new HistoryFile({ CINNABAR_CLI_HISTFILE: path });
    expect(history.load()).toEqual([]);
    history.append('GET a');
    history.append('GET b');
    expect(history.load()).toEqual(['GET b', 'GET a']);
    expect(readFileSync(path, 'utf8')).toBe('GET a\nGET b\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    history.append('GET b');
    new HistoryFile({ CINNABAR_CLI_HISTFILE: path }).append('GET c');
    expect(readFileSync(path, 'utf8')).toBe('GET a\nGET b\nGET c\n');
    const lines = Array.from({ length: 3000 }, (_, i) => `GET ${i}`);
    writeFileSync(path, `${lines.join('\n')}\n`);
    expect(history.load()).toEqual(lines.slice(2000).reverse());
    expect(readFileSync(path, 'utf8')).toBe(`${lines.slice(2000).join('\n')}\n`);
    rmSync(directory, { recursive: true });
  });

  test('is off with /dev/null, and no matter where it cannot be written', () => {
    const off = new HistoryFile({ REDISCLI_HISTFILE: '/dev/null' });
    off.append('GET a');
    expect(off.load()).toEqual([]);
    const lost = new HistoryFile({ REDISCLI_HISTFILE: '/dev/null/history' });
    lost.append('GET a');
    expect(lost.load()).toEqual([]);
  });

  test.each([
    ['AUTH x', true],
    ['2 auth x', true],
    ['config get requirepass', false],
    ['hello 3 AUTH u p', true],
    ['hello 3', false],
    ['config set requirepass x', true],
    ['config set maxmemory 1', false],
    ['CONFIG SET maxmemory 1 MasterAuth x', true],
    ['acl setuser a >b', true],
    ['acl list', false],
    ['migrate h 1 k 0 1 AUTH x', true],
    ['sentinel set m auth-pass x', true],
    ['set auth x', false],
    ['', false],
  ])('%s: sensitive %p', (line, sensitive) => {
    expect(isSensitive(line.split(' '))).toBe(sensitive);
  });
});

describe('on a terminal', () => {
  test('a conversation', async () => {
    const typed = [
      'set a "x y"',
      'get a',
      'select 3',
      'multi',
      'exec',
      'hello 3',
      'config get port',
      'subscribe c',
      'quit',
    ];
    const output = await converse(typed.map((line) => [prompt, `${line}\r`]));
    const address = `127.0.0.1:${peer.port}`;
    for (const part of [
      '"x y"\r\n',
      `${address}[3]> `,
      `${address}[3](TX)> `,
      '(empty array)\r\n',
      '1# "server" => "redis"\r\n',
      `1# "port" => "${peer.port}"\r\n`,
      '1) "subscribe"\r\n2) "c"\r\n3) (integer) 1\r\n',
      `${address}[3](subscribed mode)> `,
    ]) {
      expect(output).toContain(part);
    }
  });

  test('hints, completion, and a line taken back', async () => {
    const output = await converse([
      [prompt, 'get '],
      [/\x1b\[90mkey\x1b\[0m/, '\x15zcar'],
      [/zcar/, '\t'],
      [/^d/, '\x15exists nothing\r'],
      [/\(integer\) 0\r\n/, ''],
      [prompt, '\x03'],
    ]);
    expect(output).toContain('(integer) 0\r\n');
  });

  test.each(['\x03', '\x04'])('leaving with %j ends the line', async (key) => {
    expect(await converse([[prompt, key]])).toMatch(/> (?:\x1b\[\w+)*\r\n$/);
  });

  test('messages that come while nothing is typed, and Ctrl-C to end them', async () => {
    const publish = () => runRedisCli(['-p', String(peer.port), 'publish', 'c', 'hello']);
    const output = await converse([
      [prompt, 'subscribe c\r'],
      [prompt, publish],
      [/"hello"\r\n/, '\x03'],
      [prompt, 'monitor\r'],
      [/OK\r\n/, '\x03'],
      [prompt, 'blpop nothing 0\r'],
      [/\r\n$/, '\x03'],
      [prompt, 'exit\r'],
    ]);
    expect(output).toContain('1) "message"\r\n2) "c"\r\n3) "hello"\r\n');
  });

  test('a line typed right behind the Ctrl-C that ends subscriptions waits for the new connection', async () => {
    const output = await converse([
      [prompt, 'subscribe c\r'],
      [prompt, '\x03echo again\r'],
      [/"again"\r\n/, ''],
      [prompt, 'exit\r'],
    ]);
    expect(output).not.toContain('Error');
  });

  test.each(['-3 hgetall h', '-2 lrange l 0 -1', 'get nosuch', 'bad', '-3 config get port'])(
    'one command looks the same: %s',
    async (args) => {
      await runRedisCli(['-p', String(peer.port)], { input: 'hset h a 1 b "\\x00"\nrpush l 1 2\n' });
      const run = async (program: string) =>
        (await runProgram('script', ['-qec', `${program} -p ${peer.port} ${args}`, '/dev/null'])).output;
      expect(await run(`${bunProgram()} src/bin/cli.ts`)).toBe(await run(peerProgram('redis8', 'cli')));
    },
  );
});

const prompt = /:\d+\S*(?: mode\))?> (?:\x1b\[\d+G)?$/;

/** What is waited for since the step before, and what is typed or done then. */
type Step = readonly [awaited: RegExp, reaction: string | (() => unknown)];

/** Talks to the CLI on a terminal of its own; returns all that the terminal showed. */
function converse(steps: readonly Step[]): Promise<string> {
  const environment = {
    ...process.env,
    CINNABAR_CLI_HISTFILE: '/dev/null',
    CINNABAR_CLI_RCFILE: '/nonexistent',
  };
  const command = `${bunProgram()} src/bin/cli.ts -p ${peer.port}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: environment });
  const waiting = [...steps];
  let output = '';
  let answered = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('latin1');
    while (waiting[0]?.[0].test(output.slice(answered)) === true) {
      const [, reaction] = waiting.shift()!;
      if (reaction !== '') answered = output.length;
      if (typeof reaction === 'string') child.stdin.write(reaction);
      else reaction();
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}
