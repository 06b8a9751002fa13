import { replyText } from '../../../protocol/client/reply.ts';
import { Failure } from '../failure.ts';
import { pause } from '../pause.ts';
import type { Session } from '../session.ts';
import { humanBytes } from './human-bytes.ts';
import { requestPatiently } from './patient-request.ts';

const rowsPerHeading = 20;
const heading = `------- data ------ --------------------- load -------------------- - child -
keys       mem      clients blocked requests            connections          
`;

/** --stat: a row of the server's figures every interval, one second unless -i says otherwise. */
export async function printStat(session: Session): Promise<number> {
  await session.connectOrFail();
  const intervalMs = session.settings.intervalMs ?? 1000;
  let requestsBefore: number | undefined;
  for (let row = 0; session.settings.repeat < 0 || row < statRows(session); row++) {
    if (row > 0) await pause(intervalMs);
    const info = await fetchInfo(session);
    const requests = Number(info.get('total_commands_processed') ?? 0);
    if (row % rowsPerHeading === 0) session.output.text(heading);
    session.output.text(statRow(info, requests, requests - (requestsBefore ?? requests)));
    requestsBefore = requests;
  }
  return 0;
}

/** Rows go on for ever unless -r gives their number. */
function statRows({ settings }: Session): number {
  return settings.repeat === 1 ? Number.POSITIVE_INFINITY : settings.repeat;
}

async function fetchInfo(session: Session): Promise<Map<string, string>> {
  const reply = await requestPatiently(session, ['INFO']);
  if (reply.kind === 'error') throw new Failure(`ERROR: ${replyText(reply)}`);
  const lines = (replyText(reply) ?? '').split('\r\n');
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1)];
  });
  return new Map(fields);
}

function statRow(info: ReadonlyMap<string, string>, requests: number, newRequests: number): string {
  const field = (name: string) => info.get(name) ?? '0';
  return [
    String(keyCount(info)).padEnd(11),
    humanBytes(Number(field('used_memory'))).padEnd(9),
    field('connected_clients').padEnd(8),
    field('blocked_clients').padEnd(8),
    `${requests} (+${newRequests})`.padEnd(20),
    field('total_connections_received').padEnd(12),
    savingText(field('rdb_bgsave_in_progress') === '1', field('aof_rewrite_in_progress') === '1'),
    '\n',
  ].join('');
}

function keyCount(info: ReadonlyMap<string, string>): number {
  let sum = 0;
  for (const [name, value] of info) {
    const keys = /^db\d+$/.test(name) ? /^keys=(\d+)/.exec(value)?.[1] : undefined;
    sum += Number(keys ?? 0);
  }
  return sum;
}

function savingText(snapshot: boolean, rewrite: boolean): string {
  if (snapshot && rewrite) return 'SAVE+AOF';
  if (snapshot) return 'SAVE';
  return rewrite ? 'AOF' : '';
}
