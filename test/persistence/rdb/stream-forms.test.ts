/** Streams in the forms that Redis 8.6 and later write. */
import { describe, expect, test } from 'bun:test';
import { RdbError } from '../../../src/persistence/rdb/input.ts';
import { RdbReader } from '../../../src/persistence/rdb/reader.ts';
import { SnapshotLoader } from '../../../src/persistence/rdb/snapshot-loader.ts';
import { BENCH_START, Bench } from '../../commands/bench.ts';
import { bytesOf, fileOf, keyOf, length, little, text } from './old-forms.ts';

/** Loads the stream "s", whose value this is, into an instance of its own. */
function loaded(type: number, ...value: readonly (number | readonly number[] | Uint8Array)[]): Bench {
  const bench = new Bench();
  bench.keyspace.setNow(bench.now);
  const loader = new SnapshotLoader(bench.keyspace, { replaces: false, auxiliary: () => {} });
  let file: Uint8Array | null = fileOf('REDIS0014', 0xfe, 0, keyOf(type, 's', ...value));
  const next = (): Uint8Array | null => {
    const chunk = file;
    file = null;
    return chunk;
  };
  new RdbReader({ next }, loader, { verifyChecksum: true }).readAll();
  return bench;
}

const rawId = (ms: number): Uint8Array => bytesOf(little(ms, 8).reverse(), little(0, 8));
/** No entries; the last id was 9-0; nine were added. */
const head = bytesOf(0, 0, [9, 0], [0, 0], [9, 0], 9);
/** A group that has read up to 5-0, of which 3-0 and 4-0 are pending, the second for a consumer. */
const group = bytesOf(
  [1, text('g'), 5, 0, 5],
  [2, rawId(3), little(BENCH_START, 8), 1, rawId(4), little(BENCH_START, 8), 2],
  [1, text('c'), little(BENCH_START, 8), little(BENCH_START, 8), 1, rawId(4)],
);
const recent = BENCH_START - 1000;
const producers = bytesOf(length(200), 50, 1, text('p'), 2, [
  ...[text('first'), length(recent), 0].flatMap((part) => [...bytesOf(part)]),
  ...[text('second'), length(recent), 7].flatMap((part) => [...bytesOf(part)]),
]);

function figures(bench: Bench): string {
  return bench
    .run('XINFO', 'STREAM', 's')
    .replaceAll(/\$\d+\r\n/g, '')
    .replaceAll('\r\n', ' ');
}

describe('streams', () => {
  test('with ids of producers', () => {
    const bench = loaded(26, head, group, producers, 12, 3);
    expect(figures(bench)).toContain(
      'idmp-duration :200 idmp-maxsize :50 pids-tracked :1 iids-tracked :2 iids-added :12 iids-duplicates :3',
    );
    expect(bench.run('XADD', 's', 'IDMP', 'p', 'second', '*', 'a', 'b')).toContain(`${recent}-7`);
    expect(bench.run('XADD', 's', 'IDMP', 'p', 'third', '*', 'a', 'b')).toContain(`${BENCH_START}-0`);
    bench.verifyEmptied();
  });

  test('with pending entries that nobody owns', () => {
    const bench = loaded(27, head, group, bytesOf(1, rawId(3)), length(100), length(100), 0, 0, 0);
    expect(figures(bench)).not.toContain('idmp');
    expect(
      bench
        .run('XPENDING', 's', 'g', '-', '+', '10')
        .replaceAll(/\$\d+\r\n/g, '')
        .split('\r\n'),
    ).toEqual([...['*2', '*4', '3-0', '', ':-1', ':1'], ...['*4', '4-0', 'c', ':0', ':2', '']]);
    bench.verifyEmptied();
  });

  test.each([
    [26, bytesOf(0, 1, 0, 0, 0)],
    [26, bytesOf(1, length(10_001), 0, 0, 0)],
    [26, bytesOf(9, 9, 1, text('p'), 2, text('i'), 1, 0, text('i'), 2, 0, 2, 0)],
    [27, bytesOf(1, rawId(4), 9, 9, 0, 0, 0)],
    [27, bytesOf(1, rawId(8), 9, 9, 0, 0, 0)],
  ])('of form %d with what cannot be', (form, rest) => {
    expect(() => loaded(form, head, group, rest)).toThrow(RdbError);
  });
});

describe('streams are written', () => {
  /** What a copy by way of DUMP has of groups and producers, beside the original. */
  function carried(bench: Bench): [string, string] {
    const reply = Buffer.from(bench.run('DUMP', 's'), 'latin1');
    const payload = reply.subarray(reply.indexOf('\r\n') + 2, -2);
    const before = bench.run('XINFO', 'STREAM', 's', 'FULL');
    expect(bench.run('RESTORE', 's', 0, payload, 'REPLACE')).toBe('+OK\r\n');
    return [bench.run('XINFO', 'STREAM', 's', 'FULL'), before];
  }

  test('with ids of producers, where there are any', () => {
    const bench = new Bench();
    bench.runLines('XADD s IDMP p one * f v', 'XADD s IDMP p two * f v', 'XADD s IDMP p one * f v');
    bench.runLines('XADD s IDMP q three * f v');
    const [after, before] = carried(bench);
    expect(after).toBe(before);
    expect(figures(bench)).toContain('pids-tracked :2 iids-tracked :3 iids-added :3 iids-duplicates :1');
    expect(bench.runLines('XADD s IDMP p two * f v')).toContain(`${BENCH_START}-1`);
    bench.verifyEmptied();
  });

  test('with pending entries that nobody owns, where there are any', () => {
    const bench = new Bench();
    bench.runLines('XADD s 1-0 f v', 'XADD s 2-0 f v', 'XGROUP CREATE s g 0');
    bench.runLines('XREADGROUP GROUP g alice STREAMS s >', 'XNACK s g SILENT IDS 1 1-0');
    const [after, before] = carried(bench);
    expect(after).toBe(before);
    expect(bench.runLines('XPENDING s g')).toStartWith('*4\r\n:2\r\n');
    bench.verifyEmptied();
  });

  test('in the form that older servers read, where there is nothing else', () => {
    const bench = new Bench();
    bench.runLines('XADD s 1-0 f v', 'XGROUP CREATE s g 0', 'XREADGROUP GROUP g alice STREAMS s >');
    const reply = bench.run('DUMP', 's');
    expect(reply.charCodeAt(reply.indexOf('\n') + 1)).toBe(21);
    bench.verifyEmptied();
  });
});

test('what modules know of keys is passed over', () => {
  const metadata = bytesOf(0xf3, 2, little(7, 4), 2, 5, 5, text('abc'), 0, little(8, 4), 0);
  const file = fileOf('REDIS0013', 0xfe, 0, metadata, keyOf(0, 'k', text('v')));
  const bench = new Bench();
  const loader = new SnapshotLoader(bench.keyspace, { replaces: false, auxiliary: () => {} });
  const chunks = [file];
  new RdbReader({ next: () => chunks.shift() ?? null }, loader, { verifyChecksum: true }).readAll();
  expect(bench.run('GET', 'k')).toBe('$1\r\nv\r\n');
});
