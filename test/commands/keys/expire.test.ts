import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { BENCH_START, Bench, OK } from '../bench.ts';

const yes = ':1\r\n';
const no = ':0\r\n';

describe('EXPIRE and its like', () => {
  test('set an expiry that TTL and its like tell', () => {
    const bench = new Bench();
    bench.runLines('SET a 1', 'EXPIRE a 100');
    bench.now += 600;
    expect(['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME'].map((command) => bench.run(command, 'a'))).toEqual([
      ':99\r\n',
      ':99400\r\n',
      `:${BENCH_START / 1000 + 100}\r\n`,
      `:${BENCH_START + 100_000}\r\n`,
    ]);
    expect(bench.runLines('PEXPIRE a 1500', 'TTL a')).toBe(':2\r\n');
    expect(bench.runLines('SET b 1', 'TTL b')).toBe(':-1\r\n');
    expect(bench.run('PEXPIRETIME', 'none')).toBe(':-2\r\n');
    expect(bench.run('EXPIRE', 'none', 10)).toBe(no);
    bench.verifyEmptied();
  });

  test('conditions compare with the expiry that is there, none being later than any', () => {
    const condition = fc.constantFrom('', 'NX', 'XX', 'GT', 'LT', 'XX GT', 'LT XX', 'NX NX');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), condition), { maxLength: 20 }),
        (steps) => {
          const bench = new Bench();
          bench.run('SET', 'key', 'v');
          let expiry = Number.POSITIVE_INFINITY;
          for (const [seconds, words] of steps) {
            const has = expiry !== Number.POSITIVE_INFINITY;
            const holds =
              !(words.includes('NX') && has) &&
              !(words.includes('XX') && !has) &&
              !(words.includes('GT') && seconds <= expiry) &&
              !(words.includes('LT') && seconds >= expiry);
            expect(bench.runLines(`EXPIRE key ${seconds} ${words}`.trim())).toBe(holds ? yes : no);
            if (holds) expiry = seconds;
            expect(bench.run('TTL', 'key')).toBe(
              expiry === Number.POSITIVE_INFINITY ? ':-1\r\n' : `:${expiry}\r\n`,
            );
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('delete the key when the moment is not in the future', () => {
    for (const command of [
      'EXPIRE a 0',
      'EXPIRE a -1',
      'PEXPIRE a -9223372036854775808',
      'EXPIREAT a 1',
      'PEXPIREAT a 0',
    ]) {
      const bench = new Bench();
      bench.run('SET', 'a', 1);
      bench.takeEvents();
      bench.takePropagated();
      expect(bench.runLines(command)).toBe(yes);
      expect([bench.takeEvents(), bench.takePropagated()]).toEqual([['del a'], ['DEL a']]);
      expect(bench.run('EXISTS', 'a')).toBe(no);
      bench.verifyEmptied();
    }
  });

  test('go to replicas as moments', () => {
    const bench = new Bench();
    bench.run('SET', 'a', 1);
    bench.takePropagated();
    bench.takeEvents();
    bench.runLines(
      'EXPIRE a 100',
      'EXPIRE a 200 GT',
      'EXPIRE a 50 GT',
      'PEXPIREAT a 1800000000000',
      'PERSIST a',
      'PERSIST a',
    );
    expect(bench.takePropagated()).toEqual([
      `PEXPIREAT a ${BENCH_START + 100_000}`,
      `PEXPIREAT a ${BENCH_START + 200_000} GT`,
      'PEXPIREAT a 1800000000000',
      'PERSIST a',
    ]);
    expect(bench.takeEvents()).toEqual(['expire a', 'expire a', 'expire a', 'persist a']);
  });

  test('hold moments of 64 bits exactly', () => {
    const bench = new Bench();
    bench.run('SET', 'a', 1);
    const largest = 2n ** 63n - 1n;
    expect(bench.run('PEXPIREAT', 'a', largest)).toBe(yes);
    expect(bench.run('PEXPIRETIME', 'a')).toBe(`:${largest}\r\n`);
    expect(bench.run('EXPIRETIME', 'a')).toBe(':9223372036854776\r\n');
    expect(bench.run('PTTL', 'a')).toBe(`:${largest - BigInt(BENCH_START)}\r\n`);
    expect(bench.run('PEXPIREAT', 'a', largest, 'GT')).toBe(no);
    expect(bench.run('PEXPIREAT', 'a', largest - 1n, 'LT')).toBe(yes);
    bench.run('RENAME', 'a', 'a longer name than before');
    expect(bench.run('PEXPIRETIME', 'a longer name than before')).toBe(`:${largest - 1n}\r\n`);
    expect(bench.run('PEXPIRE', 'a', largest)).toBe("-ERR invalid expire time in 'pexpire' command\r\n");
    expect(bench.run('EXPIRE', 'a', largest)).toBe("-ERR invalid expire time in 'expire' command\r\n");
    expect(bench.run('EXPIREAT', 'a', -(2n ** 63n))).toBe(
      "-ERR invalid expire time in 'expireat' command\r\n",
    );
  });

  test('refuse what makes no sense, options first', () => {
    const bench = new Bench();
    expect(bench.runLines('EXPIRE a abc FOO')).toBe('-ERR Unsupported option FOO\r\n');
    expect(bench.runLines('EXPIRE a abc')).toBe('-ERR value is not an integer or out of range\r\n');
    expect(bench.runLines('EXPIRE a 10 NX GT')).toBe(
      '-ERR NX and XX, GT or LT options at the same time are not compatible\r\n',
    );
    expect(bench.runLines('EXPIRE a 10 GT LT')).toBe(
      '-ERR GT and LT options at the same time are not compatible\r\n',
    );
  });

  test('set what lies in the past where deleting is left to others', () => {
    const bench = new Bench();
    bench.run('SET', 'a', 1);
    bench.keyspace.deletesExpired = false;
    expect(bench.runLines('EXPIRE a -5')).toBe(yes);
    expect(bench.run('DBSIZE')).toBe(yes);
    expect(bench.run('GET', 'a')).toBe('$-1\r\n');
    expect(bench.run('SET', 'a', 2)).toBe(OK);
    expect(bench.run('TTL', 'a')).toBe(':-1\r\n');
    bench.verifyEmptied();
  });
});
