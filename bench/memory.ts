/**
 * Memory a key: what the process has more of in memory than when it was empty, and what it accounts for itself. Both times
 * it has given back what it does not need, and has answered some requests since, so that what serving takes is there.
 */

import type { Peer } from '../test/peers/peer.ts';
import { generateLoad } from './load.ts';
import { type Row, record, rowOf } from './report.ts';
import { type Contestant, information, launch, residentBytes } from './servers.ts';

/** Keys of 16 bytes. */
const kinds: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: '32-byte value', command: ['SET', 'key:__rand_int__', 'v'.repeat(32)] },
  { name: 'integer', command: ['SET', 'key:__rand_int__', '7919007919'] },
  { name: '32-byte value, TTL', command: ['SET', 'key:__rand_int__', 'v'.repeat(32), 'EX', '100000'] },
];

/** Longer than what a server does once, a second after its start. */
const SETTLE_MS = 1500;

export async function measureMemory(list: readonly Contestant[], keys: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, command } of kinds) {
    const [resident, used] = [
      rowOf(`${name}, resident`, 'bytes/key'),
      rowOf(`${name}, used_memory`, 'bytes/key'),
    ];
    rows.push(resident, used);
    for (const contestant of list) {
      const peer = await launch(contestant);
      try {
        const before = { resident: await settledBytes(peer), used: await information(peer, 'used_memory') };
        const load = { requests: keys, clients: 50, pipeline: 32, keys, sequential: true, command };
        await generateLoad(peer.port, load);
        record(resident, peer.name, ((await settledBytes(peer)) - before.resident) / keys);
        record(used, peer.name, ((await information(peer, 'used_memory')) - before.used) / keys);
      } finally {
        await peer.stop();
      }
    }
  }
  return rows;
}

async function settledBytes(peer: Peer): Promise<number> {
  const connection = await peer.connect();
  await connection.call('MEMORY', 'PURGE');
  await connection.close();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  await generateLoad(peer.port, { requests: 2000, clients: 10, pipeline: 1, keys: 1, command: ['PING'] });
  return residentBytes(peer.pid);
}
