/** Cold. CLIENT subcommands about the asking connection: its name, library, replies and manners. */
import { SYNTAX } from '../../../commands/errors.ts';
import { CLIENT_NO_TOUCH, CLIENT_REPLY_OFF, CLIENT_REPLY_SKIP } from '../../client.ts';
import { describeForCall } from '../../client-description.ts';
import type { ServerCall } from '../../server-call.ts';

/** How much of an unknown option is quoted. */
const OPTION_BYTES_MAX = 1024;

/** Whether text may be a client's name: printable ASCII without spaces, up to a zero byte if there is one. */
export function validName(text: string): boolean {
  return /^[!-~]*(?:\0|$)/.test(text);
}

/** CLIENT ID */
export function clientId(call: ServerCall): void {
  call.reply.integer(call.client.id);
}

/** CLIENT INFO */
export function clientInfo(call: ServerCall): void {
  call.reply.verbatim('txt', `${describeForCall(call, call.client)}\n`);
}

/** CLIENT GETNAME */
export function clientGetname(call: ServerCall): void {
  if (call.client.name === '') call.reply.nullValue();
  else call.reply.text(call.client.name);
}

/** CLIENT SETNAME name */
export function clientSetname(call: ServerCall): void {
  const name = call.arguments.text(2);
  if (!validName(name))
    return call.reply.error('ERR Client names cannot contain spaces, newlines or special characters.');
  call.client.name = name;
  call.reply.ok();
}

/** CLIENT SETINFO LIB-NAME|LIB-VER value */
export function clientSetinfo(call: ServerCall): void {
  const { arguments: words, reply, client } = call;
  const isName = words.is(2, 'lib-name');
  if (!isName && !words.is(2, 'lib-ver'))
    return reply.error(`ERR Unrecognized option '${words.quoted(2, OPTION_BYTES_MAX)}'`);
  const value = words.text(3);
  if (!validName(value))
    return reply.error(`ERR ${words.text(2)} cannot contain spaces, newlines or special characters.`);
  if (isName) client.libraryName = value;
  else client.libraryVersion = value;
  reply.ok();
}

/** CLIENT REPLY ON|OFF|SKIP */
export function clientReply(call: ServerCall): void {
  const { arguments: words, reply, client } = call;
  if (words.is(2, 'on')) {
    client.gates &= ~(CLIENT_REPLY_OFF | CLIENT_REPLY_SKIP);
    call.speak();
    reply.ok();
  } else if (words.is(2, 'off')) {
    client.gates |= CLIENT_REPLY_OFF;
  } else if (words.is(2, 'skip')) {
    if ((client.gates & CLIENT_REPLY_OFF) === 0) client.gates |= CLIENT_REPLY_SKIP;
  } else {
    reply.error(SYNTAX);
  }
}

/** CLIENT NO-EVICT ON|OFF */
export function clientNoEvict(call: ServerCall): void {
  const enabled = onOrOff(call);
  if (enabled === undefined) return;
  call.client.noEvict = enabled;
  call.reply.ok();
}

/** CLIENT NO-TOUCH ON|OFF */
export function clientNoTouch(call: ServerCall): void {
  const enabled = onOrOff(call);
  if (enabled === undefined) return;
  if (enabled) call.client.gates |= CLIENT_NO_TOUCH;
  else call.client.gates &= ~CLIENT_NO_TOUCH;
  call.reply.ok();
}

/** Word 2 as a switch; undefined after having replied with an error. */
function onOrOff(call: ServerCall): boolean | undefined {
  if (call.arguments.is(2, 'on')) return true;
  if (call.arguments.is(2, 'off')) return false;
  call.reply.error(SYNTAX);
  return undefined;
}
