/** Cold. Commands that change what a connection is: HELLO, AUTH, SELECT, RESET, QUIT. */
import { DATABASE_OUT_OF_RANGE, NOT_AN_INTEGER, SYNTAX } from '../../../commands/errors.ts';
import { parseInteger } from '../../../memory/integers.ts';
import {
  CLIENT_NO_TOUCH,
  CLIENT_REPLY_OFF,
  CLIENT_REPLY_SKIP,
  CLIENT_UNAUTHENTICATED,
} from '../../client.ts';
import type { ServerCall } from '../../server-call.ts';
import { REDIS_VERSION } from '../../version.ts';
import { validName } from '../client/attributes.ts';

const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.';
const NO_PASSWORD_SET =
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?';
const HELLO_UNAUTHENTICATED =
  'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time';
const BAD_NAME = 'ERR Client names cannot contain spaces, newlines or special characters.';
const INT_MAX = 2147483647;

/** HELLO [protocol [AUTH user password] [SETNAME name]] */
export function hello(call: ServerCall): void {
  const { arguments: words, reply, client, server } = call;
  let version = client.version;
  let credentials = 0;
  let name: string | undefined;
  if (words.count > 1) {
    const wanted = parseInteger(words.bytes, words.start(1), words.end(1));
    if (Number.isNaN(wanted)) return reply.error('ERR Protocol version is not an integer or out of range');
    if (wanted !== 2 && wanted !== 3) return reply.error('NOPROTO unsupported protocol version');
    version = wanted;
  }
  for (let i = 2; i < words.count; i++) {
    if (words.is(i, 'auth') && i + 2 < words.count) {
      call.redact(i + 1);
      call.redact(i + 2);
      credentials = i + 1;
      i += 2;
    } else if (words.is(i, 'setname') && i + 1 < words.count) {
      name = words.text(++i);
      if (!validName(name)) return reply.error(BAD_NAME);
    } else {
      return reply.error(`ERR Syntax error in HELLO option '${words.text(i)}'`);
    }
  }
  if (credentials > 0) {
    const user = words.text(credentials);
    const password = words.text(credentials + 1);
    if (!server.authentication.authenticate(client, user, password)) return reply.error(WRONG_PASSWORD);
  }
  if ((client.gates & CLIENT_UNAUTHENTICATED) !== 0) return reply.error(HELLO_UNAUTHENTICATED);
  if (name !== undefined) client.name = name;
  client.version = version;
  reply.version = version;
  describe(call);
}

function describe(call: ServerCall): void {
  const { reply, client } = call;
  reply.map(7);
  reply.text('server');
  reply.text('redis');
  reply.text('version');
  reply.text(REDIS_VERSION);
  reply.text('proto');
  reply.integer(client.version);
  reply.text('id');
  reply.integer(client.id);
  reply.text('mode');
  reply.text('standalone');
  reply.text('role');
  reply.text('master');
  reply.text('modules');
  reply.array(0);
}

/** AUTH [user] password */
export function auth(call: ServerCall): void {
  const { arguments: words, reply, client, server } = call;
  if (words.count > 3) return reply.error(SYNTAX);
  for (let i = 1; i < words.count; i++) call.redact(i);
  if (words.count === 2 && server.authentication.password === '') return reply.error(NO_PASSWORD_SET);
  const user = words.count === 2 ? 'default' : words.text(1);
  if (!server.authentication.authenticate(client, user, words.text(words.count - 1)))
    return reply.error(WRONG_PASSWORD);
  reply.ok();
}

/** SELECT index */
export function select(call: ServerCall): void {
  const { arguments: words, reply, client, keyspace } = call;
  const index = parseInteger(words.bytes, words.start(1), words.end(1));
  if (Number.isNaN(index)) return reply.error(NOT_AN_INTEGER);
  if (index > INT_MAX || index < -INT_MAX - 1)
    return reply.error('ERR value is out of range, value must between -2147483648 and 2147483647');
  if (index < 0 || index >= keyspace.databases.length) return reply.error(DATABASE_OUT_OF_RANGE);
  client.database = index;
  call.database = keyspace.databases[index];
  reply.ok();
}

/** RESET: the connection is as new again. */
export function reset(call: ServerCall): void {
  const { reply, client, server, keyspace } = call;
  server.monitors.remove(client);
  client.gates &= ~(CLIENT_NO_TOUCH | CLIENT_REPLY_OFF | CLIENT_REPLY_SKIP);
  client.noEvict = false;
  client.name = '';
  client.fieldSets = undefined;
  client.database = 0;
  call.database = keyspace.databases[0];
  client.version = 2;
  reply.version = 2;
  server.authentication.greet(client);
  call.speak();
  reply.simple('RESET');
}

/** QUIT */
export function quit(call: ServerCall): void {
  call.reply.ok();
  call.server.clients.closeAfterReply(call.client);
}
