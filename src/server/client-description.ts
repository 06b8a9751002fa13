/** Cold. A client as CLIENT LIST, CLIENT INFO and the log show it. */
import { untilZero } from '../protocol/zero-ended.ts';
import { CLIENT_MONITOR, CLIENT_NO_TOUCH, type Client } from './client.ts';
import { clientMemory } from './client-memory.ts';
import type { Server } from './server.ts';
import type { ServerCall } from './server-call.ts';

/** A client as the caller sees it, who sees the request under way only in itself. */
export function describeForCall(call: ServerCall, client: Client): string {
  if (client !== call.client) return describeClient(call.server, client);
  const words = call.arguments;
  const end = words.end(words.count - 1);
  const first = words.start(0);
  // An inline request's words were copied, to the front of bytes of their own.
  return describeClient(call.server, client, first === 0 ? end : end - call.start, end - first);
}

/** All fields in Redis's order, without a line end. The bytes are those of the request that it is running. */
export function describeClient(server: Server, client: Client, requestBytes = 0, argumentBytes = 0): string {
  const { connection } = client;
  const { now } = server.keyspace;
  const queued = connection.pendingOutputBytes;
  const fields: (readonly [string, string | number])[] = [
    ['id', client.id],
    ['addr', connection.remoteAddress],
    ['laddr', connection.localAddress],
    ['fd', connection.descriptor],
    // Names may hold anything behind a zero byte; here it would be mistaken for a field or a line.
    ['name', untilZero(client.name)],
    ['age', secondsBetween(client.createdAt, now)],
    ['idle', secondsBetween(client.lastActiveAt, now)],
    ['flags', flagsOf(server, client)],
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
    ['cmd', client.lastCommand < 0 ? 'NULL' : server.commands.fullNames[client.lastCommand]],
    ['user', client.user],
    ['redir', -1],
    ['resp', client.version],
    ['lib-name', untilZero(client.libraryName)],
    ['lib-ver', untilZero(client.libraryVersion)],
    ['io-thread', 0],
  ];
  return fields.map(([name, value]) => `${name}=${value}`).join(' ');
}

/** The server's time may be a moment behind: it is set when there is something to do. */
function secondsBetween(earlier: number, now: number): number {
  return Math.max(0, Math.floor((now - earlier) / 1000));
}

function flagsOf(server: Server, client: Client): string {
  let flags = '';
  if ((client.gates & CLIENT_MONITOR) !== 0) flags += 'O';
  if (client.unblock !== undefined || server.pause.isHolding(client)) flags += 'b';
  if (client.closing) flags += 'c';
  if (client.connection.kind === 'unix') flags += 'U';
  if (client.noEvict) flags += 'e';
  if ((client.gates & CLIENT_NO_TOUCH) !== 0) flags += 'T';
  return flags === '' ? 'N' : flags;
}
