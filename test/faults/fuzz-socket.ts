/**
 * Attacks running servers for as long as one likes.
 *
 *   bun test/faults/fuzz-socket.ts [--seed N] [--seconds S] [--transport NAME]
 *
 * Without --transport, all that work here take turns. Ends with code 1 at the first failure.
 */
import { parseArgs } from 'node:util';
import { workingTransports } from '../transport/working.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    transport: { type: 'string' },
  },
});

const transports = values.transport === undefined ? await workingTransports() : [values.transport];
const seed = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed);
const share = (Number(values.seconds) * 1000) / transports.length;

for (const transport of transports) {
  const until = performance.now() + share;
  const result = await soak({ transport, seed, goesOn: () => performance.now() < until });
  process.stdout.write(
    `${transport}, seed ${seed}: ${result.rounds} rounds, ${result.connectionsOpened} connections, ` +
      `${result.bytesSent} bytes sent, memory grew by ${result.grownBytes} bytes\n`,
  );
}
