/** Cold. A client as CLIENT LIST and CLIENT INFO show it. */
import type { Client } from '../../client.ts';
import { CLIENT_MONITOR, CLIENT_NO_TOUCH } from '../../client.ts';
import { clientMemory } from '../../client-memory.ts';
import type { ServerCall } from '../../server-call.ts';

/** All fields in Redis's order, without a line end. */
export function describeClient(call: ServerCall, client: Client): string {
  const { connection } = client;
  const now = call.keyspace.now;
  const isCaller = client === call.client;
  const queued = connection.pendingOutputBytes;
  const words = call.arguments;
  const requestBytes = isCaller ? words.end(words.count - 1) - call.start : 0;
  const argumentBytes = isCaller ? words.end(words.count - 1) - words.start(0) : 0;
  const fields: (readonly [string, string | number])[] = [
    ['id', client.id],
    ['addr', connection.remoteAddress],
    ['laddr', connection.localAddress],
    ['fd', connection.descriptor],
    ['name', client.name],
    ['age', Math.floor((now - client.createdAt) / 1000)],
    ['idle', Math.floor((now - client.lastActiveAt) / 1000)],
    ['flags', flagsOf(client)],
    ['db', client.database],
    ['sub', 0],
    ['psub', 0],
    ['ssub', 0],
    ['multi', -1],
    ['watch', 0],
    ['qbuf', connection.pendingInputBytes + requestBytes],
    ['qbuf-free', Math.max(0, connection.inputCapacityBytes - connection.pendingInputBytes)],
    ['argv-mem', argumentBytes],
    ['multi-mem', 0],
    ['rbs', 0],
    ['rbp', 0],
    ['obl', 0],
    ['oll', queued > 0 ? 1 : 0],
    ['omem', queued],
    ['tot-mem', clientMemory(client) + argumentBytes],
    ['events', queued > 0 ? 'rw' : 'r'],
    ['cmd', client.lastCommand < 0 ? 'NULL' : call.server.commands.fullNames[client.lastCommand]],
    ['user', client.user],
    ['redir', -1],
    ['resp', client.version],
    ['lib-name', client.libraryName],
    ['lib-ver', client.libraryVersion],
    ['io-thread', 0],
  ];
  return fields.map(([name, value]) => `${name}=${value}`).join(' ');
}

function flagsOf(client: Client): string {
  let flags = '';
  if ((client.gates & CLIENT_MONITOR) !== 0) flags += 'O';
  if (client.closing) flags += 'c';
  if (client.connection.kind === 'unix') flags += 'U';
  if (client.noEvict) flags += 'e';
  if ((client.gates & CLIENT_NO_TOUCH) !== 0) flags += 'T';
  return flags === '' ? 'N' : flags;
}
