/** RDB files of real servers with small values of all types and encodings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Peer, startCinnabar, startPeer } from './peer.ts';
import { ErrorReply } from './reply.ts';

const texts = (count: number): string[] => Array.from({ length: count }, (_, at) => `text-${at}`);
const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at * 77 - 500));
const scored = (count: number): string[] => texts(count).flatMap((text, at) => [String(at / 4), text]);
const far = '4000000000000';

const commands: readonly (readonly string[])[] = [
  ['SET', 'string', 'value'],
  ['SET', 'number', '123456', 'PXAT', far],
  ['SET', 'long', 'abcd'.repeat(60)],
  ['PFADD', 'hyperloglog', ...texts(30)],
  ['RPUSH', 'list', 'a', '1', ''],
  ['RPUSH', 'nodes', ...texts(40), 'x'.repeat(300), ...texts(20)],
  ['SADD', 'intset', ...numbers(20)],
  ['SADD', 'wide', '1', '-9223372036854775808'],
  ['SADD', 'words', 'a', '1', ''],
  ['SADD', 'many-words', ...texts(40)],
  ['HSET', 'hash', ...texts(10)],
  ['HSET', 'many-fields', ...texts(80)],
  ['HSET', 'timed', 'a', '1', 'b', '2', 'c', '3'],
  ['HPEXPIREAT', 'timed', far, 'FIELDS', '2', 'a', 'b'],
  ['HSET', 'many-timed', ...texts(60)],
  ['HPEXPIREAT', 'many-timed', far, 'FIELDS', '2', 'text-0', 'text-2'],
  ['ZADD', 'zset', '1', 'a', '2.5', 'b', '-inf', 'c'],
  ['ZADD', 'many-members', ...scored(40)],
  ['XADD', 'stream', '1-1', 'a', '1', 'b', '2'],
  ['XADD', 'stream', '1-2', 'a', '1', 'b', '3'],
  ['XADD', 'stream', '5-0', 'other', 'x'],
  ['XDEL', 'stream', '1-1'],
  ['XGROUP', 'CREATE', 'stream', 'group', '0'],
  ['XREADGROUP', 'GROUP', 'group', 'consumer', 'COUNT', '1', 'STREAMS', 'stream', '>'],
  ['XGROUP', 'CREATECONSUMER', 'stream', 'group', 'idle'],
  ['SELECT', '3'],
  ['SET', 'elsewhere', 'value'],
];

/** Small limits, so that small values have the encodings of large ones. */
const limits = [
  ...['list-max-listpack-size', '16', 'set-max-intset-entries', '24', 'set-max-listpack-entries', '24'],
  ...['hash-max-listpack-entries', '20', 'zset-max-listpack-entries', '20', 'stream-node-max-entries', '2'],
];

/** Files of Redis, Valkey and Cinnabar, each with values compressed and not. */
export async function realSnapshots(): Promise<Uint8Array[]> {
  const files = await Promise.all([
    snapshots(startPeer('redis8')),
    snapshots(startPeer('valkey9')),
    snapshots(startCinnabar()),
  ]);
  return files.flat();
}

async function snapshots(starting: Promise<Peer>): Promise<Uint8Array[]> {
  const peer = await starting;
  try {
    const connection = await peer.connect();
    const call = async (...words: string[]): Promise<void> => {
      const reply = await connection.call(...words);
      if (reply instanceof ErrorReply) throw new Error(`${peer.name}: ${words[0]}: ${reply.message}`);
    };
    await call('CONFIG', 'SET', ...limits);
    for (const words of commands) await call(...words);
    const files: Uint8Array[] = [];
    for (const compression of ['yes', 'no']) {
      await call('CONFIG', 'SET', 'rdbcompression', compression);
      await call('SAVE');
      files.push(Uint8Array.from(readFileSync(join(peer.dir, 'dump.rdb'))));
    }
    return files;
  } finally {
    await peer.stop();
  }
}
