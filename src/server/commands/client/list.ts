/** Cold. CLIENT LIST and CLIENT KILL: which clients, by what. */
import { NOT_AN_INTEGER, SYNTAX, wrongSubcommand } from '../../../commands/errors.ts';
import { parseOrder } from '../../../memory/integers.ts';
import type { Client } from '../../client.ts';
import { describeForCall } from '../../client-description.ts';
import type { ServerCall } from '../../server-call.ts';

/** What a client must be to be listed or killed. */
type Condition = (client: Client) => boolean;

const TYPES = ['normal', 'master', 'slave', 'replica', 'pubsub'];

/** CLIENT LIST [TYPE type] [ID id ...] */
export function clientList(call: ServerCall): void {
  const { arguments: words, reply } = call;
  let clients = [...call.server.clients.byId.values()];
  if (words.count > 2 && words.is(2, 'type') && words.count === 4) {
    const condition = ofType(call, 3);
    if (condition === undefined) return;
    clients = clients.filter(condition);
  } else if (words.count > 3 && words.is(2, 'id')) {
    const ids: number[] = [];
    for (let i = 3; i < words.count; i++) {
      const id = parseOrder(words.bytes, words.start(i), words.end(i));
      if (Number.isNaN(id)) return reply.error('ERR Invalid client ID');
      ids.push(id);
    }
    clients = ids.flatMap((id) => call.server.clients.byId.get(id) ?? []);
  } else if (words.count > 2) {
    return reply.error(SYNTAX);
  }
  reply.verbatim('txt', clients.map((client) => `${describeForCall(call, client)}\n`).join(''));
}

/** CLIENT KILL address, or CLIENT KILL filter value [filter value ...] */
export function clientKill(call: ServerCall): void {
  const { arguments: words, reply, server } = call;
  if (words.count === 3) {
    const address = words.text(2);
    const found = [...server.clients.byId.values()].find(
      (client) => client.connection.remoteAddress === address,
    );
    if (found === undefined) return reply.error('ERR No such client');
    reply.ok();
    kill(call, found);
    return;
  }
  const filters = parseFilters(call);
  if (filters === undefined) return;
  const victims = [...server.clients.byId.values()].filter(
    (client) =>
      !(filters.skipMe && client === call.client) && filters.conditions.every((holds) => holds(client)),
  );
  reply.integer(victims.length);
  for (const victim of victims) kill(call, victim);
}

interface Filters {
  readonly conditions: readonly Condition[];
  readonly skipMe: boolean;
}

/** The filters from word 2 on; undefined after having replied with an error. */
function parseFilters(call: ServerCall): Filters | undefined {
  const { arguments: words, reply } = call;
  const conditions: Condition[] = [];
  let skipMe = true;
  for (let i = 2; i < words.count; i += 2) {
    if (i + 1 >= words.count) {
      reply.error(SYNTAX);
      return undefined;
    }
    if (words.is(i, 'skipme')) {
      if (!words.is(i + 1, 'yes') && !words.is(i + 1, 'no')) {
        reply.error(SYNTAX);
        return undefined;
      }
      skipMe = words.is(i + 1, 'yes');
      continue;
    }
    const condition = parseFilter(call, i);
    if (condition === undefined) return undefined;
    conditions.push(condition);
  }
  return { conditions, skipMe };
}

function parseFilter(call: ServerCall, at: number): Condition | undefined {
  const { arguments: words, reply, keyspace } = call;
  const value = words.text(at + 1);
  if (words.is(at, 'id')) {
    const id = parseOrder(words.bytes, words.start(at + 1), words.end(at + 1));
    if (id >= 1) return (client) => client.id === id;
    reply.error('ERR client-id should be greater than 0');
  } else if (words.is(at, 'type')) {
    return ofType(call, at + 1);
  } else if (words.is(at, 'addr')) {
    return (client) => client.connection.remoteAddress === value;
  } else if (words.is(at, 'laddr')) {
    return (client) => client.connection.localAddress === value;
  } else if (words.is(at, 'user')) {
    if (value === 'default') return (client) => client.user === value;
    reply.error(`ERR No such user '${value}'`);
  } else if (words.is(at, 'maxage')) {
    const age = parseOrder(words.bytes, words.start(at + 1), words.end(at + 1));
    if (age >= 1) return (client) => Math.floor((keyspace.now - client.createdAt) / 1000) >= age;
    reply.error(
      Number.isNaN(age)
        ? 'ERR maxage is not an integer or out of range'
        : 'ERR maxage should be greater than 0',
    );
  } else {
    reply.error(SYNTAX);
  }
  return undefined;
}

/** The condition of the type that word `index` names; undefined after having replied with an error. */
function ofType(call: ServerCall, index: number): Condition | undefined {
  const type = call.arguments.text(index).toLowerCase();
  if (!TYPES.includes(type)) {
    call.reply.error(`ERR Unknown client type '${call.arguments.text(index)}'`);
    return undefined;
  }
  return () => type === 'normal';
}

/** A client that kills itself still gets the reply. */
function kill(call: ServerCall, client: Client): void {
  if (client === call.client) call.server.clients.closeAfterReply(client);
  else call.server.clients.close(client);
}

/** CLIENT UNBLOCK id [TIMEOUT|ERROR] */
export function clientUnblock(call: ServerCall): void {
  const { arguments: words, reply } = call;
  if (words.count > 4) return reply.error(wrongSubcommand('CLIENT', words.text(1)));
  if (words.count > 3 && !words.is(3, 'timeout') && !words.is(3, 'error'))
    return reply.error('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR');
  const id = parseOrder(words.bytes, words.start(2), words.end(2));
  if (Number.isNaN(id)) return reply.error(NOT_AN_INTEGER);
  const client = call.server.clients.byId.get(id);
  reply.flag(client?.unblock?.(words.count > 3 && words.is(3, 'error')) ?? false);
}
