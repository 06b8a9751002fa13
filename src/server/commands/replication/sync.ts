/** Cold. SYNC and REPLCONF, as far as they fetch a snapshot. */
import { NOT_AN_INTEGER, SYNTAX } from '../../../commands/errors.ts';
import type { ServerCall } from '../../server-call.ts';

const SNAPSHOT_ONLY =
  'ERR SYNC is for clients that want a snapshot only and find its end: REPLCONF rdb-only 1 capa eof';

/** REPLCONF option value [option value ...] */
export function replconf(call: ServerCall): void {
  const { arguments: words, reply } = call;
  if (words.count % 2 === 0) return reply.error(SYNTAX);
  for (let index = 1; index < words.count; index += 2) {
    const complaint = note(call, words.text(index).toLowerCase(), words.text(index + 1));
    if (complaint !== undefined) return reply.error(complaint);
  }
  reply.ok();
}

/** Takes note of an option; returns what is wrong with it. */
function note({ server, client }: ServerCall, option: string, value: string): string | undefined {
  const wishes = server.transfers.wishesOf(client);
  switch (option) {
    case 'capa':
      if (value.toLowerCase() === 'eof') wishes.findsEnd = true;
      return undefined;
    case 'rdb-only':
      if (!/^-?\d+$/.test(value)) return NOT_AN_INTEGER;
      wishes.snapshotOnly = value === '1';
      return undefined;
    case 'rdb-filter-only':
      if (value !== '' && value !== 'functions') return `ERR Unsupported rdb-filter-only option: ${value}`;
      wishes.functionsOnly = value === 'functions';
      return undefined;
    case 'listening-port':
      return /^-?\d+$/.test(value) ? undefined : NOT_AN_INTEGER;
    case 'ip-address':
      return undefined;
    default:
      return `ERR Unrecognized REPLCONF option: ${option}`;
  }
}

/** SYNC: the answer is no reply, but a snapshot between two marks. */
export function sync({ server, client, reply }: ServerCall): void {
  const { snapshotOnly, findsEnd } = server.transfers.wishesOf(client);
  if (!snapshotOnly || !findsEnd) return reply.error(SNAPSHOT_ONLY);
  server.transfers.add(client);
}
