/** Cold. CONFIG GET, SET, RESETSTAT and REWRITE. */
import { SYNTAX } from '../../../commands/errors.ts';
import { isLocal } from '../../client-limits.ts';
import { deferReply } from '../../deferred-reply.ts';
import type { ServerCall } from '../../server-call.ts';
import { endpointsOf, listenAnew } from '../../start.ts';

/** Options that name sockets: putting them in force takes the system's answer. */
const SOCKET_OPTIONS = ['port', 'bind'];

/** CONFIG GET pattern [pattern ...] */
export function configGet(call: ServerCall): void {
  const { arguments: words, reply } = call;
  const patterns = Array.from({ length: words.count - 2 }, (_, index) => words.text(index + 2));
  const found = call.server.configuration.get(patterns);
  reply.map(found.length);
  for (const [name, value] of found) {
    writeLatin1(call, name);
    writeLatin1(call, value);
  }
}

/** CONFIG SET name value [name value ...] */
export function configSet(call: ServerCall): void {
  const { arguments: words, reply, server, client } = call;
  if (words.count % 2 !== 0) return reply.error(SYNTAX);
  const pairs: [string, string][] = [];
  for (let i = 2; i < words.count; i += 2) {
    pairs.push([words.text(i), words.text(i + 1)]);
    if (server.configuration.isSensitive(words.text(i))) call.redact(i + 1);
  }
  const before = server.configuration.get(pairs.map(([name]) => name));
  const socketsBefore = socketOptions(call);
  const failure = server.configuration.set(pairs, { local: isLocal(client.connection) });
  if (failure !== undefined) return reply.error(`ERR ${failure}`);
  if (server.listeners === undefined || socketsBefore === socketOptions(call)) return reply.ok();
  moveSockets(call, pairs, before);
}

/** Listens where the options now say; when the system refuses, the options go back. The client waits. */
function moveSockets(
  call: ServerCall,
  pairs: readonly [string, string][],
  before: readonly [string, string][],
): void {
  const { server } = call;
  const answer = deferReply(call);
  listenAnew(server, endpointsOf(server.configuration)).then((worked) => {
    if (worked) return answer((reply) => reply.ok());
    server.configuration.set(before, { local: true });
    const name = pairs.find(([option]) => SOCKET_OPTIONS.includes(option.toLowerCase()))?.[0] ?? 'port';
    const reason =
      name.toLowerCase() === 'bind'
        ? 'Failed to bind to specified addresses.'
        : 'Unable to listen on this port. Check server logs.';
    answer((reply) =>
      reply.error(`ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`),
    );
  });
}

function socketOptions(call: ServerCall): string {
  return JSON.stringify(call.server.configuration.get(SOCKET_OPTIONS));
}

/** CONFIG RESETSTAT */
export function configResetstat(call: ServerCall): void {
  call.server.resetStatistics();
  call.reply.ok();
}

/** CONFIG REWRITE */
export function configRewrite(call: ServerCall): void {
  const { server, reply } = call;
  if (server.configFile === undefined) return reply.error('ERR The server is running without a config file');
  const failure = server.configFile.replace((text) => server.configuration.rewrite(text, undefined));
  if (failure !== undefined) {
    server.log.warning(`CONFIG REWRITE failed: ${failure}`);
    return reply.error(`ERR Rewriting config file: ${failure}`);
  }
  server.log.notice('CONFIG REWRITE executed with success.');
  reply.ok();
}

function writeLatin1(call: ServerCall, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  call.reply.bulk(bytes, 0, bytes.length);
}
