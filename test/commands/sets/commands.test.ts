import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { array, Bench, bulk, NIL, WRONG_TYPE } from '../bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.verifyEmptied());

function members(reply: string): string[] {
  return [...reply.matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map(([, member]) => member ?? '').sort();
}

describe('sets', () => {
  test('are changed and read, and tell so', () => {
    expect(bench.run('SADD', 's', '1', '2', '1')).toBe(':2\r\n');
    expect(bench.run('SADD', 's', '1')).toBe(':0\r\n');
    expect(bench.run('SMISMEMBER', 's', '1', '3')).toBe(array(':1\r\n', ':0\r\n'));
    expect(bench.run('SMOVE', 's', 't', '1')).toBe(':1\r\n');
    expect(bench.run('SMOVE', 's', 't', '2')).toBe(':1\r\n');
    expect(bench.run('SREM', 't', '1', '7')).toBe(':1\r\n');
    expect(bench.takeEvents()).toEqual([
      ...['sadd s', 'srem s', 'sadd t', 'srem s', 'del s', 'sadd t', 'srem t'],
    ]);
    expect(bench.takePropagated()).toEqual(['SADD s 1 2 1', 'SMOVE s t 1', 'SMOVE s t 2', 'SREM t 1 7']);
  });

  test('refuse other types, and are refused as such', () => {
    bench.runLines('SET string x', 'SADD s a');
    for (const line of [
      ...[
        'SADD string a',
        'SREM string a',
        'SCARD string',
        'SMEMBERS string',
        'SPOP string',
        'SPOP string 1',
      ],
      ...[
        'SMOVE s string a',
        'SINTER s string',
        'SUNION none string',
        'SDIFFSTORE d s string',
        'SSCAN string 0',
      ],
    ])
      expect(bench.runLines(line)).toBe(WRONG_TYPE);
    expect(bench.run('SMEMBERS', 's')).toBe(array(bulk('a')));
    expect(bench.runLines('GET s')).toBe(WRONG_TYPE);
  });

  test('tell replicas which members were popped', () => {
    bench.runLines('SADD s a b c d');
    bench.takePropagated();
    bench.takeEvents();
    const one = members(bench.run('SPOP', 's'))[0];
    const two = members(bench.run('SPOP', 's', '2'));
    const [first, second] = bench.takePropagated();
    expect(first).toBe(`SREM s ${one}`);
    expect(second?.split(' ').slice(2).sort()).toEqual(two);
    bench.run('SPOP', 's', '5');
    expect(bench.takePropagated()).toEqual(['DEL s']);
    expect(bench.takeEvents()).toEqual(['spop s', 'spop s', 'spop s', 'del s']);
    expect(bench.run('SPOP', 's')).toBe(NIL);
  });

  test('that are stored have the encodings that Redis gives them', () => {
    bench.run('CONFIG', 'SET', 'set-max-intset-entries', '8');
    bench.run('CONFIG', 'SET', 'set-max-listpack-entries', '16');
    bench.runLines(
      'SADD many 1 2 3 4 5 6 7 8 9',
      'SADD few 1 2 3',
      'SADD texts 1 2 a',
      'SADD more 11 12 13 14 15 16',
    );
    const encodings = {
      'SINTERSTORE d many': 'listpack',
      'SINTERSTORE d many few': 'intset',
      'SINTERSTORE d texts texts': 'listpack',
      'SINTERSTORE d texts many': 'intset',
      'SUNIONSTORE d many': 'hashtable',
      'SUNIONSTORE d few more': 'hashtable',
      'SUNIONSTORE d texts more': 'listpack',
      'SDIFFSTORE d many': 'hashtable',
      'SDIFFSTORE d many few': 'intset',
    };
    for (const [line, encoding] of Object.entries(encodings)) {
      bench.runLines(line);
      expect([line, bench.run('OBJECT', 'ENCODING', 'd')]).toEqual([line, bulk(encoding)]);
    }
  });

  test('are combined like sets when they have thousands of members, and small ones', () => {
    const ranges = { a: [0, 3000], b: [1500, 5200], c: [2900, 2990], d: [2000, 4000] } as const;
    const contents = Object.entries(ranges).map(([key, [from, to]]) => {
      const prefix = key === 'c' ? '' : 'm';
      const set = Array.from({ length: to - from }, (_, i) => `${i % 3 === 0 ? prefix : ''}${from + i}`);
      bench.run('SADD', key, ...set);
      return [key, set] as const;
    });
    for (const order of [
      contents,
      contents.toReversed(),
      [contents[2]!, contents[0]!],
      contents.slice(0, 2),
    ]) {
      const [first, ...others] = order.map(([, set]) => new Set(set));
      const keys = order.map(([key]) => key);
      const union = [...new Set(order.flatMap(([, set]) => set))].sort();
      const common = [...first!].filter((member) => others.every((other) => other.has(member))).sort();
      const rest = [...first!].filter((member) => !others.some((other) => other.has(member))).sort();
      expect(members(bench.run('SINTER', ...keys))).toEqual(common);
      expect(members(bench.run('SUNION', ...keys))).toEqual(union);
      expect(members(bench.run('SDIFF', ...keys))).toEqual(rest);
      expect(bench.run('SUNIONSTORE', 'union', ...keys)).toBe(`:${union.length}\r\n`);
      expect(members(bench.run('SMEMBERS', 'union'))).toEqual(union);
    }
    while (bench.keyspace.lazyFree.runOnce());
  });

  test('are combined like sets, whatever their encodings', () => {
    const contents = fc.uniqueArray(fc.oneof(fc.nat(30).map(String), fc.constantFrom('a', 'b', 'c', 'd')));
    bench.run('CONFIG', 'SET', 'set-max-intset-entries', '5');
    bench.run('CONFIG', 'SET', 'set-max-listpack-entries', '10');
    fc.assert(
      fc.property(fc.array(contents, { minLength: 1, maxLength: 4 }), (sets) => {
        bench.run('FLUSHALL');
        const keys = sets.map((_, index) => `s${index}`);
        sets.forEach((set, index) => {
          if (set.length > 0) bench.run('SADD', keys[index]!, ...set);
        });
        const [first, ...others] = sets.map((set) => new Set(set));
        const expected = {
          SINTER: [...first!].filter((member) => others.every((other) => other.has(member))),
          SUNION: [...new Set(sets.flat())],
          SDIFF: [...first!].filter((member) => !others.some((other) => other.has(member))),
        };
        for (const [command, result] of Object.entries(expected)) {
          result.sort();
          expect(members(bench.run(command, ...keys))).toEqual(result);
          expect(bench.run(`${command}CARD`, keys.length, ...keys)).toBe(`:${result.length}\r\n`);
          const limited = Math.min(2, result.length);
          expect(bench.run(`${command}CARD`, keys.length, ...keys, 'LIMIT', '2')).toBe(`:${limited}\r\n`);
          expect(bench.run(`${command}STORE`, 's0', ...keys)).toBe(`:${result.length}\r\n`);
          expect(members(bench.run('SMEMBERS', 's0'))).toEqual(result);
          bench.run('DEL', 's0');
          if (sets[0]!.length > 0) bench.run('SADD', 's0', ...sets[0]!);
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test('are scanned completely while they grow and shrink', () => {
    for (let i = 0; i < 2000; i++) bench.run('SADD', 's', `stays${i}`);
    const seen = new Set<string>();
    let cursor = '0';
    let round = 0;
    do {
      const reply = bench.run('SSCAN', 's', cursor, 'COUNT', '20');
      const texts = [...reply.matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map(([, text]) => text ?? '');
      cursor = texts.shift() ?? '0';
      for (const text of texts) seen.add(text);
      round++;
      for (let i = 0; i < 40; i++) bench.run('SADD', 's', `comes${round}.${i}`);
      if (round > 30) for (let i = 0; i < 40; i++) bench.run('SREM', 's', `comes${round - 30}.${i}`);
    } while (cursor !== '0');
    expect([...seen].filter((name) => name.startsWith('stays')).length).toBe(2000);
  });

  test('of many members give each at random, without repeating', () => {
    for (let i = 0; i < 1000; i++) bench.run('SADD', 's', `m${i}`);
    for (const count of [5, 900, 2000]) {
      const found = members(bench.run('SRANDMEMBER', 's', String(count)));
      expect(found.length).toBe(Math.min(count, 1000));
      expect(new Set(found).size).toBe(found.length);
    }
    expect(members(bench.run('SPOP', 's', '400')).length).toBe(400);
    expect(bench.run('SCARD', 's')).toBe(':600\r\n');
  });

  test('are sets in RESP3', () => {
    bench.runLines('SADD s a', 'HELLO 3');
    for (const line of ['SMEMBERS s', 'SINTER s', 'SUNION s', 'SDIFF s', 'SPOP s 1'])
      expect(bench.runLines(line)).toBe(`~1\r\n${bulk('a')}`);
    expect(bench.runLines('SMEMBERS none')).toBe('~0\r\n');
  });
});
