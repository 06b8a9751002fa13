/**
 * Figures beside Redis and Valkey, measured in one run on one machine. The last column is the ratio to the best peer.
 *
 *   npm run bench -- [SECTION ...] [--server NAME=COMMAND]... [--peers redis8,valkey9] [--workloads get,set]
 *                    [--pipeline 1,16] [--rounds 3] [--scale 1] [--keys 1000000] [--growth 5000000]
 *                    [--saving 5000000]
 *
 * Sections are requests, memory, growth, saving and start; all unless some are named. The server is dist/bin/cinnabar-server
 * unless --server names another one, which gets the options --port, --dir, --save and --appendonly.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureGrowth } from './growth.ts';
import { measureMemory } from './memory.ts';
import { type Row, table } from './report.ts';
import { measureRequests } from './requests.ts';
import { measureSaving } from './saving.ts';
import { contestants } from './servers.ts';
import { measureStart } from './start.ts';
import { measureMillions } from './types-millions.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string', multiple: true, default: [] },
    peers: { type: 'string', default: 'redis8,valkey9' },
    workloads: { type: 'string', default: '' },
    pipeline: { type: 'string', default: '1,16' },
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    keys: { type: 'string', default: '1000000' },
    growth: { type: 'string', default: '5000000' },
    saving: { type: 'string', default: '5000000' },
  },
});

const words = (text: string): string[] => text.split(',').filter((word) => word !== '');
const servers = contestants(values.server, words(values.peers));
const names = servers.map(({ name }) => name);
const rounds = Number(values.rounds);

const sections: Readonly<Record<string, () => Promise<void>>> = {
  start: async () => show('start', await measureStart(servers, Math.max(rounds, 5))),
  requests: async () => {
    const pipelines = words(values.pipeline).map(Number);
    const options = { rounds, pipelines, scale: Number(values.scale), only: words(values.workloads) };
    const { processor, throughput } = await measureRequests(servers, options);
    show('server CPU', processor);
    show('throughput', throughput);
  },
  millions: async () => {
    const rows = await measureMillions(servers, rounds, words(values.workloads));
    show('a million elements', rows);
  },
  memory: async () => show('memory', await measureMemory(servers, Number(values.keys))),
  saving: async () =>
    show(`saving ${values.saving} keys`, await measureSaving(servers, Number(values.saving), rounds)),
  growth: async () =>
    show(`growth to ${values.growth} keys`, await measureGrowth(servers, Number(values.growth), rounds)),
};

function show(title: string, rows: readonly Row[]): void {
  process.stdout.write(`${table(title, rows, names)}\n\n`);
}

const memory =
  Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1] ?? 0) / 2 ** 20;
process.stdout.write(
  `${cpus().length} x ${cpus()[0]?.model}, ${memory.toFixed(0)} GiB, ${process.platform}\n\n`,
);
for (const name of positionals.length > 0 ? positionals : Object.keys(sections)) {
  const section = sections[name];
  if (section === undefined)
    throw new Error(`there is no section ${name}; there are ${Object.keys(sections).join(', ')}`);
  await section();
}
