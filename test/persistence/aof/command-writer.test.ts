import { describe, expect, test } from 'bun:test';
import { Bench } from '../../commands/bench.ts';
import { Random } from '../../peers/generators/random.ts';
import { groups } from '../../peers/groups.ts';
import { asCommands, replay } from './commands.ts';

/** What commands cannot say goes without: nothing may wait here, flush, or switch the protocol. */
const dataGroups = Object.entries(groups)
  .filter(([name]) => !['connection', 'authentication', 'server', 'protocol'].includes(name))
  .map(([, group]) => group);

function digest(bench: Bench): string {
  bench.server.configuration.assign('enable-debug-command', ['yes']);
  return bench.run('DEBUG', 'DIGEST');
}

function fill(bench: Bench, seed: number): void {
  const random = new Random(seed);
  for (let round = 0; round < 120; round++) {
    bench.run('SELECT', random.below(3));
    for (const step of random.pick(dataGroups).sequence(random, true)) {
      if (!('words' in step) || ['FLUSHALL', 'FLUSHDB', 'HELLO'].includes(String(step.words[0]))) continue;
      // Expiries that are no safe integers are not kept exactly.
      if (step.words.some((word) => /^\d{16}/.test(String(word)))) continue;
      bench.run(...step.words.map((word) => (word instanceof Buffer ? new Uint8Array(word) : word)));
    }
  }
}

/** The commands of one key. */
function written(...lines: string[]): string {
  const bench = new Bench();
  bench.runLines(...lines);
  const words = asCommands(bench).toString('latin1').split('\r\n');
  const commands: string[][] = [];
  for (let at = 0; at < words.length - 1; ) {
    const count = Number(words[at].slice(1));
    commands.push(words.slice(at + 1, at + 1 + count * 2).filter((_, index) => index % 2 === 1));
    at += 1 + count * 2;
  }
  return commands.map((command) => command.join(' ')).join('\n');
}

describe('data as commands', () => {
  test('make the same data again', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const bench = new Bench({ checked: false });
      fill(bench, seed);
      const other = new Bench({ checked: false });
      expect(replay(other, asCommands(bench))).toEqual([]);
      expect(digest(other)).toBe(digest(bench));
    }
  });

  test('large values come in batches of 64', () => {
    const bench = new Bench({ checked: false });
    for (let i = 0; i < 1000; i++) {
      bench.run('RPUSH', 'list', `element ${i}`);
      bench.run('SADD', 'set', `member ${i}`);
      bench.run('ZADD', 'sorted', i / 3, `member ${i}`);
      bench.run('HSET', 'hash', `field ${i}`, i);
      if (i % 5 === 0) bench.run('HPEXPIREAT', 'hash', bench.now + 1000 + i, 'FIELDS', 1, `field ${i}`);
    }
    const text = asCommands(bench).toString('latin1');
    expect(text.match(/RPUSH|SADD|ZADD|HMSET/g)).toHaveLength(4 * Math.ceil(1000 / 64));
    expect(text.match(/HPEXPIREAT/g)).toHaveLength(200);
    const other = new Bench({ checked: false });
    expect(replay(other, Buffer.from(text, 'latin1'))).toEqual([]);
    expect(digest(other)).toBe(digest(bench));
  });

  test('are those that Redis writes', () => {
    expect(written('SELECT 3', 'SET s 1 PXAT 4000000000000')).toBe(
      'SELECT 3\nSET s 1\nPEXPIREAT s 4000000000000',
    );
    expect(written('RPUSH l a 5')).toBe('SELECT 0\nRPUSH l a 5');
    expect(written('SADD s 1 2')).toBe('SELECT 0\nSADD s 1 2');
    expect(written('ZADD z 1.5 a 3 b inf c')).toBe('SELECT 0\nZADD z 1.5 a 3 b inf c');
    expect(written('HSET h a 1', 'HPEXPIREAT h 4000000000000 FIELDS 1 a')).toBe(
      'SELECT 0\nHMSET h a 1\nHPEXPIREAT h 4000000000000 FIELDS 1 a',
    );
  });

  test('of streams keep groups and who has what', () => {
    const bench = new Bench();
    bench.runLines(
      'XADD st 5-1 f v',
      'XADD st 5-2 f v g w',
      'XADD st 6-0 x y',
      'XDEL st 6-0',
      'XGROUP CREATE st g 0',
      'XGROUP CREATECONSUMER st g lonely',
      'XREADGROUP GROUP g busy STREAMS st >',
      'XNACK st g SILENT IDS 1 5-2',
    );
    const text = asCommands(bench);
    expect(
      text
        .toString('latin1')
        .replace(/\r\n[*$]\d+|^\*\d+/g, '')
        .replace(/\r\n/g, ' ')
        .trim(),
    ).toBe(
      'SELECT 0 XADD st 5-1 f v XADD st 5-2 f v g w XSETID st 6-0 ENTRIESADDED 3 MAXDELETEDID 6-0 ' +
        'XGROUP CREATE st g 5-2 ENTRIESREAD -1 XGROUP CREATECONSUMER st g lonely ' +
        `XCLAIM st g busy 0 5-1 TIME ${bench.now} RETRYCOUNT 1 JUSTID FORCE ` +
        'XNACK st g SILENT IDS 1 5-2 RETRYCOUNT 0 FORCE',
    );
    const other = new Bench();
    expect(replay(other, text)).toEqual([]);
    for (const question of [
      ['XINFO', 'STREAM', 'st'],
      ['XINFO', 'GROUPS', 'st'],
      ['XPENDING', 'st', 'g'],
      ['XPENDING', 'st', 'g', '-', '+', 10],
    ])
      expect(other.run(...question)).toBe(bench.run(...question));
  });

  test('of a stream without entries', () => {
    expect(written('XADD e 1-1 a b', 'XTRIM e MAXLEN 0', 'XGROUP CREATE e g $')).toBe(
      'SELECT 0\nXADD e MAXLEN 0 0-1 x y\nXSETID e 1-1 ENTRIESADDED 1 MAXDELETEDID 0-0\n' +
        'XGROUP CREATE e g 1-1 ENTRIESREAD -1',
    );
  });

  test('begin with the libraries of functions', () => {
    const code = "#!lua name=l\nredis.register_function('f', function() return 1 end)";
    expect(asCommands(new Bench(), [code]).toString()).toBe(
      `*3\r\n$8\r\nFUNCTION\r\n$4\r\nLOAD\r\n$${code.length}\r\n${code}\r\n`,
    );
  });
});
