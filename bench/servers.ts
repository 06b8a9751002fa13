/** The servers that are measured side by side, and what the system tells about them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Peer, peerProgram, startServer } from '../test/peers/peer.ts';

export interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
}

const root = fileURLToPath(new URL('../', import.meta.url));
const executable = join(root, 'dist/bin/cinnabar-server');
/** Clock ticks a second in /proc, the same on every Linux that people use. */
const TICKS_PER_SECOND = 100;

/** Servers by "name=command"; without any, the built executable. Then the peers by name. */
export function contestants(servers: readonly string[], peers: readonly string[]): Contestant[] {
  const ours = servers.length > 0 ? servers.map(parsed) : [built()];
  const others = peers.map((name) => ({ name, command: [peerProgram(name as 'redis8', 'server')] }));
  return [...ours, ...others];
}

function parsed(text: string): Contestant {
  const [name, ...command] = text.split('=');
  return { name: name!, command: command.join('=').split(' ') };
}

function built(): Contestant {
  if (!existsSync(executable)) throw new Error('dist/bin/cinnabar-server is missing: npm run build');
  return { name: 'cinnabar', command: [executable] };
}

export function launch({ name, command }: Contestant): Promise<Peer> {
  return startServer(name, command, { args: ['--appendonly', 'no'] });
}

/** Starts all, does the work, and stops all, whatever happens. */
export async function withServers<T>(
  list: readonly Contestant[],
  work: (peers: readonly Peer[]) => Promise<T>,
): Promise<T> {
  const peers: Peer[] = [];
  try {
    for (const contestant of list) peers.push(await launch(contestant));
    return await work(peers);
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
  }
}

/** User and system time that all threads of a process have taken so far. */
export function cpuMicroseconds(pid: number): number {
  // Behind the program's name, which may hold anything, in parentheses: fields 3 and on; 14 and 15 are wanted.
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\)\s/s, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1e6;
}

export function residentBytes(pid: number): number {
  return (
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? Number.NaN) * 1024
  );
}

/** One number of INFO. */
export async function information(peer: Peer, field: string): Promise<number> {
  const connection = await peer.connect();
  const reply = String(await connection.call('INFO', 'everything'));
  await connection.close();
  return Number(new RegExp(`^${field}:([\\d.]+)`, 'm').exec(reply)?.[1] ?? Number.NaN);
}
