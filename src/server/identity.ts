/** Cold. What tells this run of the server apart from all others. */
import type { Random } from '../keyspace/keyspace.ts';

const ID_DIGITS = 40;

export class Identity {
  /** Of this run of the program. */
  readonly runId: string;
  /** Of the history of writes: stays with the data over a failover. */
  replicationId: string;
  /** Milliseconds of the epoch. */
  readonly startedAt: number;

  constructor(random: Random, now: number) {
    this.runId = hexadecimal(random);
    this.replicationId = hexadecimal(random);
    this.startedAt = now;
  }

  /** What follows is another history. */
  renewReplicationId(random: Random): void {
    this.replicationId = hexadecimal(random);
  }
}

function hexadecimal(random: Random): string {
  return Array.from({ length: ID_DIGITS }, () => random.below(16).toString(16)).join('');
}
