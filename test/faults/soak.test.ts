/** A short attack on every transport that works here; `npm run soak` goes on for longer. */
import { expect, test } from 'bun:test';
import { workingTransports } from '../transport/working.ts';
import { soak } from './soak.ts';

const ROUNDS = 60;

test.each(await workingTransports())(
  '%s survives hostile clients',
  async (transport) => {
    const result = await soak({ transport, seed: 20_261_123, goesOn: (rounds) => rounds < ROUNDS });
    expect(result.rounds).toBe(ROUNDS);
    expect(result.connectionsOpened).toBeGreaterThan(ROUNDS);
  },
  60_000,
);
