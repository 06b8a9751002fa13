import { describe, expect, test } from 'bun:test';
import { Bench, bulk, NIL, OK } from '../bench.ts';

describe('HyperLogLogs', () => {
  test('become dense when they are long, and keep their expiry', () => {
    const bench = new Bench();
    bench.runLines('PFADD h a', 'EXPIRE h 100');
    expect(bench.runLines('PFDEBUG ENCODING h')).toBe('+sparse\r\n');
    for (let i = 0; i < 5000; i += 50)
      bench.run('PFADD', 'h', ...Array.from({ length: 50 }, (_, k) => `element:${i + k}`));
    expect(bench.runLines('PFDEBUG ENCODING h')).toBe('+dense\r\n');
    expect(bench.runLines('TTL h')).toBe(':100\r\n');
    const count = Number(bench.runLines('PFCOUNT h').slice(1));
    expect(Math.abs(count - 5001)).toBeLessThan(5001 * 0.0244);
    expect(bench.runLines('PFCOUNT h')).toBe(`:${count}\r\n`);
    expect(bench.runLines('PFCOUNT h missing')).toBe(`:${count}\r\n`);
    bench.verifyEmptied();
  });

  test('tell of changes only', () => {
    const bench = new Bench();
    expect(bench.runLines('PFADD h a')).toBe(':1\r\n');
    expect(bench.runLines('PFADD h a')).toBe(':0\r\n');
    bench.runLines('PFCOUNT h', 'PFCOUNT h', 'PFMERGE to h');
    expect(bench.takeEvents()).toEqual(['pfadd h', 'pfadd to']);
    // A count that was remembered has to reach the replicas, whose bytes are to be the same.
    expect(bench.takePropagated()).toEqual(['PFADD h a', 'PFCOUNT h', 'PFMERGE to h']);
  });

  test('refuse other strings', () => {
    const bench = new Bench();
    const refused = '-WRONGTYPE Key is not a valid HyperLogLog string value.\r\n';
    bench.runLines('SET s text', 'SET n 12');
    for (const line of ['PFADD s a', 'PFCOUNT s', 'PFCOUNT n s', 'PFMERGE to s', 'PFDEBUG ENCODING n'])
      expect(bench.runLines(line)).toBe(refused);
    expect(bench.runLines('GET to')).toBe(NIL);
    bench.runLines('PFADD h a', 'APPEND h xyz');
    expect(bench.runLines('PFCOUNT h')).toBe('-INVALIDOBJ Corrupted HLL object detected\r\n');
  });

  test('pass their own test', () => {
    const bench = new Bench();
    expect(bench.runLines('PFSELFTEST')).toBe(OK);
    bench.runLines('PFADD h a b c');
    expect(bench.runLines('PFDEBUG DECODE h')).toBe(bulk('Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603'));
    expect(bench.runLines('PFDEBUG TODENSE h')).toBe(':1\r\n');
    expect(bench.runLines('PFDEBUG TODENSE h')).toBe(':0\r\n');
    expect(
      bench
        .runLines('PFDEBUG GETREG h')
        .split('\r\n')
        .filter((line) => line === ':0').length,
    ).toBe(16_381);
    expect(bench.runLines('PFDEBUG SIMD maybe')).toBe('-ERR Argument must be ON or OFF\r\n');
  });
});
