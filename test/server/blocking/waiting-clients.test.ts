/** What waiting clients mean for the rest of the server; what they get is compared in the other tests. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import type { Client } from '../../../src/server/client.ts';
import { Bench, type Word } from '../../commands/bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.call.waiting = bench.server.waiting;
});
afterEach(() => bench.verifyEmptied());

/** A client that runs a command, and whose later replies are collected in `replies`. */
function start(replies: string[], ...words: Word[]): Client {
  const connection = {
    ...bench.client.connection,
    write: (bytes: Uint8Array, from: number, end: number): void => {
      replies.push(Buffer.from(bytes.subarray(from, end)).toString('latin1'));
    },
  };
  const client = bench.server.clients.add(connection, bench.now);
  bench.call.client = client;
  expect(bench.run(...words)).toBe('');
  bench.call.client = bench.client;
  return client;
}

test('a served command is propagated and told behind the one that served it', () => {
  const replies: string[] = [];
  start(replies, 'BLMOVE', 'x', 'y', 'LEFT', 'RIGHT', 0);
  start(replies, 'BLPOP', 'y', 0);
  bench.runLines('RPUSH x a');
  expect(replies).toEqual(['$1\r\na\r\n', '*2\r\n$1\r\ny\r\n$1\r\na\r\n']);
  expect(bench.takePropagated()).toEqual(['RPUSH x a', 'LMOVE x y LEFT RIGHT', 'LPOP y']);
  expect(bench.takeEvents()).toEqual(['rpush x', 'rpush y', 'lpop x', 'del x', 'lpop y', 'del y']);
});

test('nobody listens any more when nobody waits', () => {
  const { keyspace, server } = bench;
  const before = keyspace.listener;
  const replies: string[] = [];
  const client = start(replies, 'BLPOP', 'x', 'y', 'x', 0);
  expect(server.waiting.keyCounts).toEqual({ all: 2, withoutKey: 0 });
  expect(keyspace.listener).not.toBe(before);
  expect(client.unblock?.(true)).toBe(true);
  expect(client.unblock).toBeUndefined();
  expect(server.waiting.keyCounts).toEqual({ all: 0, withoutKey: 0 });
  expect(keyspace.listener).toBe(before);
  expect(replies).toEqual(['-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n']);
});

test('waiting is no idleness', () => {
  const client = start([], 'BLPOP', 'x', 0);
  expect(client.stopped).toBe(true);
  bench.now += 100_000;
  bench.runLines('RPUSH x a');
  expect(client.stopped).toBe(false);
  expect(client.lastActiveAt).toBe(bench.now);
});

test('a client that has gone, or is being closed, is served nothing', () => {
  const replies: string[] = [];
  const gone = start(replies, 'BLPOP', 'x', 0);
  const closing = start(replies, 'BLPOP', 'x', 0);
  bench.server.waiting.forget(gone);
  closing.closing = true;
  bench.runLines('RPUSH x a');
  expect(bench.runLines('LLEN x')).toBe(':1\r\n');
  expect(replies).toEqual([]);
  bench.server.waiting.forget(closing);
});

test('the words are kept, not the buffer that they came in', () => {
  const replies: string[] = [];
  const words = ['BLPOP', 'key', '0'].map((word) => Buffer.from(word));
  start(replies, ...words);
  for (const word of words) word.fill(0);
  bench.call.arguments.bytes.fill(0);
  bench.runLines('RPUSH key a b');
  expect(replies).toEqual(['*2\r\n$3\r\nkey\r\n$1\r\na\r\n']);
});

test('a command that has waited is refused when there is no memory for it', () => {
  const replies: string[] = [];
  start(replies, 'BLMOVE', 'x', 'y', 'LEFT', 'RIGHT', 0);
  start(replies, 'BLPOP', 'x', 0);
  const { server } = bench;
  // The push fits; afterwards nothing does.
  bench.run('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', server.memory.used + 50);
  bench.run('RPUSH', 'x', 'v'.repeat(40));
  expect(replies).toEqual([
    "-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    `*2\r\n$1\r\nx\r\n$40\r\n${'v'.repeat(40)}\r\n`,
  ]);
  bench.run('CONFIG', 'SET', 'maxmemory', 0);
});
