/** What the commands for lists tell others, and what they refuse. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { OutOfMemory } from '../../../src/memory/arena.ts';
import { array, Bench, bulk, NIL, OK, WRONG_TYPE } from '../bench.ts';

const NONE = '*-1\r\n';
const SYNTAX = '-ERR syntax error\r\n';
const NOT_AN_INTEGER = '-ERR value is not an integer or out of range\r\n';

let bench: Bench;
beforeEach(() => {
  bench = new Bench({ segmentsMax: 1 });
});
afterEach(() => bench.verifyEmptied());

describe('changes', () => {
  test('are told as Redis names them', () => {
    bench.runLines(
      'RPUSH l a b c a',
      'LPUSH l z',
      'LPOP l',
      'RPOP l 1',
      'LINSERT l BEFORE b x',
      'LSET l 0 y',
    );
    bench.runLines('LREM l 1 x', 'LTRIM l 1 1', 'RPOPLPUSH l m', 'LMOVE m m LEFT RIGHT', 'LMPOP 2 l m LEFT');
    expect(bench.takeEvents()).toEqual([
      ...['rpush l', 'lpush l', 'lpop l', 'rpop l', 'linsert l', 'lset l', 'lrem l', 'ltrim l'],
      ...['lpush m', 'rpop l', 'del l', 'rpush m', 'lpop m', 'lpop m', 'del m'],
    ]);
  });

  test('that remove the last element remove the key', () => {
    for (const line of [
      'LPOP l',
      'RPOP l 5',
      'LREM l 0 a',
      'LTRIM l 1 0',
      'LMOVE l m LEFT LEFT',
      'BLPOP l 0',
    ]) {
      bench.runLines('RPUSH l a');
      bench.takeEvents();
      bench.runLines(line);
      expect(bench.takeEvents().at(-1)).toBe('del l');
      expect(bench.runLines('EXISTS l')).toBe(':0\r\n');
    }
  });

  test('that change nothing are not propagated, and LTRIM tells of them all the same', () => {
    bench.runLines('RPUSH l a b');
    bench.takeEvents();
    bench.takePropagated();
    bench.runLines(
      'LTRIM l 0 -1',
      'LREM l 0 x',
      'LINSERT l AFTER x y',
      'LSET l 2 x',
      'LPOP l 0',
      'LPUSHX m a',
    );
    bench.runLines('LMOVE m l LEFT LEFT', 'LMPOP 1 m LEFT', 'BLPOP m 0', 'BLMPOP 0 1 m LEFT', 'LTRIM m 0 0');
    expect(bench.takeEvents()).toEqual(['ltrim l']);
    expect(bench.takePropagated()).toEqual([]);
  });

  test('of commands that wait are propagated as those that do not', () => {
    bench.runLines('RPUSH l 1 2 3 4 5 6 7 8 9');
    bench.takePropagated();
    bench.runLines('BLPOP none l 0', 'BRPOP l 1.5', 'BLMOVE l m left right 0', 'BRPOPLPUSH l m 0');
    bench.runLines('BLMPOP 0 2 none l RIGHT COUNT 2', 'LMPOP 1 l LEFT COUNT 100', 'LMOVE m m LEFT RIGHT');
    expect(bench.takePropagated()).toEqual([
      ...['LPOP l', 'RPOP l', 'LMOVE l m left right', 'RPOPLPUSH l m', 'RPOP l 2', 'LPOP l 3'],
      'LMOVE m m LEFT RIGHT',
    ]);
  });
});

describe('refusals', () => {
  test('of other types', () => {
    bench.runLines('SET s text', 'RPUSH l a');
    for (const line of [
      ...[
        'LPUSH s a',
        'RPUSHX s a',
        'LPOP s',
        'RPOP s 1',
        'LLEN s',
        'LRANGE s 0 -1',
        'LINDEX s 0',
        'LPOS s a',
      ],
      ...['LSET s 0 a', 'LINSERT s BEFORE a b', 'LREM s 0 a', 'LTRIM s 0 1', 'LMOVE s l LEFT LEFT'],
      ...['LMOVE l s LEFT LEFT', 'RPOPLPUSH l s', 'LMPOP 2 none s LEFT', 'BLPOP none s 0', 'BRPOP s l 0'],
      ...['BLMOVE l s LEFT LEFT 0', 'BRPOPLPUSH s l 0', 'BLMPOP 0 1 s LEFT'],
    ])
      expect(`${line} ${bench.runLines(line)}`).toBe(`${line} ${WRONG_TYPE}`);
    for (const line of ['GET l', 'SADD l a', 'HGET l f', 'ZADD l 1 a'])
      expect(bench.runLines(line)).toBe(WRONG_TYPE);
    expect(bench.runLines('LRANGE l 0 -1')).toBe(array(bulk('a')));
  });

  test('of words', () => {
    const refused: Record<string, string> = {
      'LPOP l x': '-ERR value is out of range, must be positive\r\n',
      'LPOP l -1': '-ERR value is out of range, must be positive\r\n',
      'RPOP l 1 2': "-ERR wrong number of arguments for 'rpop' command\r\n",
      'LRANGE l x 0': NOT_AN_INTEGER,
      'LTRIM none 0 x': NOT_AN_INTEGER,
      'LINDEX l 1.5': NOT_AN_INTEGER,
      'LSET l x y': NOT_AN_INTEGER,
      'LSET none x y': '-ERR no such key\r\n',
      'LSET l 1 y': '-ERR index out of range\r\n',
      'LINSERT l BESIDE a b': SYNTAX,
      'LMOVE l l LEFT DOWN': SYNTAX,
      'LMPOP 0 l LEFT': '-ERR numkeys should be greater than 0\r\n',
      'LMPOP 2 l LEFT': SYNTAX,
      'LMPOP 1 l LEFT COUNT': SYNTAX,
      'LMPOP 1 l LEFT COUNT 0': '-ERR count should be greater than 0\r\n',
      'LMPOP 1 l LEFT COUNT 1 COUNT 1': SYNTAX,
      'LPOS l a COUNT -1': "-ERR COUNT can't be negative\r\n",
      'LPOS l a MAXLEN x': "-ERR MAXLEN can't be negative\r\n",
      'LPOS l a RANK x': NOT_AN_INTEGER,
      'LPOS l a COUNT': SYNTAX,
      'BLPOP l x': '-ERR timeout is not a float or out of range\r\n',
      'BLPOP l -1': '-ERR timeout is negative\r\n',
      'BLPOP l 1e300': '-ERR timeout is out of range\r\n',
      'BLMPOP x 0 l LEFT': '-ERR numkeys should be greater than 0\r\n',
      'BLMOVE l l LEFT DOWN x': SYNTAX,
    };
    bench.runLines('RPUSH l a');
    for (const [line, reply] of Object.entries(refused))
      expect(`${line} ${bench.runLines(line)}`).toBe(`${line} ${reply}`);
    expect(bench.runLines('LPOS l a RANK 0')).toStartWith("-ERR RANK can't be zero");
    expect(bench.runLines('LLEN l')).toBe(':1\r\n');
  });
});

describe('lookups', () => {
  test('LPOS counts from either end', () => {
    bench.runLines('RPUSH l a b c 1 a b c 1 a');
    const found = (line: string): string => bench.runLines(`LPOS l ${line}`).replaceAll('\r\n', ' ').trim();
    expect(found('a')).toBe(':0');
    expect(found('1 RANK 2')).toBe(':7');
    expect(found('a RANK -1')).toBe(':8');
    expect(found('a RANK 4')).toBe('$-1');
    expect(found('a COUNT 0')).toBe('*3 :0 :4 :8');
    expect(found('a COUNT 2 RANK -1')).toBe('*2 :8 :4');
    expect(found('a COUNT 0 MAXLEN 4')).toBe('*1 :0');
    expect(found('a COUNT 0 RANK -2 MAXLEN 5')).toBe('*1 :4');
    expect(found('x COUNT 3')).toBe('*0');
    expect(bench.runLines('LPOS none a')).toBe(NIL);
    expect(bench.runLines('LPOS none a COUNT 1')).toBe('*0\r\n');
  });

  test('indexes beyond any list are none, but LSET looks at 32 bits of them, as Redis does', () => {
    bench.runLines('RPUSH l a b c');
    for (const index of ['4294967296', '9223372036854775807', '-9223372036854775808', '3', '-4'])
      expect(bench.run('LINDEX', 'l', index)).toBe(NIL);
    expect(bench.run('LSET', 'l', '4294967297', 'x')).toBe(OK);
    expect(bench.run('LSET', 'l', '9223372036854775807', 'y')).toBe(OK);
    const all = array(bulk('a'), bulk('x'), bulk('y'));
    expect(bench.run('LRANGE', 'l', '-9223372036854775808', '9223372036854775807')).toBe(all);
    expect(bench.run('LRANGE', 'l', '9223372036854775807', '-9223372036854775808')).toBe('*0\r\n');
  });

  test('what is not there has no elements', () => {
    for (const [line, reply] of Object.entries({
      ...{
        'LLEN n': ':0\r\n',
        'LRANGE n 0 -1': '*0\r\n',
        'LINDEX n x': NIL,
        'LPOP n': NIL,
        'LPOP n 0': NONE,
      },
      ...{
        'LREM n 0 a': ':0\r\n',
        'LTRIM n 0 0': OK,
        'LINSERT n AFTER a b': ':0\r\n',
        'LMPOP 1 n LEFT': NONE,
      },
      ...{
        'BLPOP n 0': NONE,
        'BLMPOP 0 1 n LEFT': NONE,
        'BLMOVE n m LEFT LEFT 0': NIL,
        'BRPOPLPUSH n m 0': NIL,
      },
    }))
      expect(`${line} ${bench.runLines(line)}`).toBe(`${line} ${reply}`);
  });
});

describe('memory', () => {
  test('that is not there refuses elements, and lists stay as they are', () => {
    bench.runLines('RPUSH l a b');
    const giveBack = exhaust(bench);
    for (const words of [
      ...[
        ['RPUSH', 'l', 'c'],
        ['LPUSH', 'm', 'c'],
        ['LSET', 'l', 0, 'c'],
        ['LINSERT', 'l', 'AFTER', 'a', 'c'],
      ],
      ...[
        ['LMOVE', 'l', 'm', 'RIGHT', 'LEFT'],
        ['BRPOPLPUSH', 'l', 'l', 0],
      ],
    ])
      expect(bench.run(...words)).toStartWith('-OOM');
    expect(bench.runLines('LRANGE l 0 -1')).toBe(array(bulk('a'), bulk('b')));
    expect(bench.runLines('DBSIZE')).toBe(':1\r\n');
    expect(bench.runLines('LPOP l')).toBe(bulk('a'));
    giveBack();
    expect(bench.runLines('LMOVE l m LEFT LEFT')).toBe(bulk('b'));
  });
});

/** Takes all of the memory; gives it back when called. */
function exhaust({ keyspace: { arena } }: Bench): () => void {
  const taken: number[] = [];
  for (let bytes = 2 ** 28; bytes >= 2 ** 12; bytes /= 2) {
    try {
      for (;;) taken.push(arena.allocate(bytes));
    } catch (error) {
      if (!(error instanceof OutOfMemory)) throw error;
    }
  }
  return () => {
    for (const block of taken) arena.free(block);
  };
}
