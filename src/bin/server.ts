#!/usr/bin/env bun
/** Cold. The server program. */
import { Server } from '../server/server.ts';
import { systemClock } from '../server/system/clock.ts';
import { secretWord, systemRandom } from '../server/system/random.ts';
import { openTransport, type TransportName } from '../transport/select.ts';

const argument = (name: string): string | undefined => process.argv[process.argv.indexOf(`--${name}`) + 1];
const server = new Server({
  clock: systemClock,
  random: systemRandom,
  hashKey: { word0: secretWord(), word1: secretWord() },
});
const wanted = process.argv.includes('--transport') ? (argument('transport') as TransportName) : 'auto';
const { transport } = await openTransport(wanted, server, console.log);
server.attach(transport);
const port = Number(process.argv.includes('--port') ? argument('port') : 6379);
await transport.listen({ kind: 'tcp', host: '127.0.0.1', port, backlog: 511 }, { keepAliveSeconds: 300 });
await transport.run();
