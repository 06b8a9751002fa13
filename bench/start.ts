/** Time from the start of the process to the answer to its first PING, and what it occupies when nobody asks anything. */
import { type Row, record, rowOf } from './report.ts';
import { type Contestant, launch, residentBytes } from './servers.ts';

const SETTLE_MS = 500;

export async function measureStart(list: readonly Contestant[], rounds: number): Promise<Row[]> {
  const rows = { ready: rowOf('ready', 'ms'), idle: rowOf('idle, resident', 'MB') };
  for (let round = 0; round < rounds; round++) {
    for (const contestant of list) {
      const start = performance.now();
      const peer = await launch(contestant);
      try {
        record(rows.ready, peer.name, performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
        record(rows.idle, peer.name, residentBytes(peer.pid) / 1e6);
      } finally {
        await peer.stop();
      }
    }
  }
  return Object.values(rows);
}
