/** Cold. XGROUP. */
import {
  type KeyspaceEvent,
  XGROUP_CREATE,
  XGROUP_CREATE_CONSUMER,
  XGROUP_DELETE_CONSUMER,
  XGROUP_DESTROY,
  XGROUP_SETID,
} from '../../keyspace/events.ts';
import { setId, WideId } from '../../memory/wide-id.ts';
import { GROUP_READ, LAST_ID, setBig } from '../../values/stream/layout.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER } from '../errors.ts';
import {
  addStream,
  idArgument,
  integerAt,
  nameWord,
  openGroup,
  REFUSED,
  streamsOf,
  writeStream,
} from './access.ts';

const NEEDS_KEY =
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.';
const DOLLAR = 0x24;
const PLUS = 0x2b;
const MINUS = 0x2d;
/** Each option once. */
const CREATE_WORDS_MAX = 8;
const SETID_WORDS_MAX = 7;
const UNKNOWN_COUNT = -1n;

const id = new WideId();
let entriesRead = UNKNOWN_COUNT;
let makesStream = false;

/** XGROUP CREATE key group id|$ [MKSTREAM] [ENTRIESREAD n] */
export function xgroupCreate(call: Call): void {
  const { arguments: words, reply } = call;
  if (!readOptions(call, 'create')) return;
  const root = writeStream(call, 2);
  if (root === REFUSED) return;
  if (root === 0 && !makesStream) return reply.error(NEEDS_KEY);
  if (words.count > CREATE_WORDS_MAX) return void failUnknown(call);
  if (!readLastId(call, root, false)) return;
  const streams = streamsOf(call);
  if (root !== 0 && openGroup(call, root, 3))
    return reply.error('BUSYGROUP Consumer Group name already exists');
  const target = root === 0 ? streams.stream.create() : root;
  try {
    streams.groups.create(target, words.bytes, words.start(3), words.end(3), id, entriesRead);
    if (root === 0) addStream(call, 2);
  } catch (error) {
    if (root === 0) streams.free(0, target);
    throw error;
  }
  tell(call, XGROUP_CREATE);
  reply.ok();
}

/** XGROUP SETID key group id|$ [ENTRIESREAD n] */
export function xgroupSetid(call: Call): void {
  if (!readOptions(call, 'setid')) return;
  const root = requireGroup(call);
  if (root === REFUSED) return;
  if (call.arguments.count > SETID_WORDS_MAX) return void failUnknown(call);
  if (!readLastId(call, root, true)) return;
  const { groups, arena } = streamsOf(call);
  groups.writeLastId(id);
  setBig(arena, groups.group, GROUP_READ, entriesRead);
  tell(call, XGROUP_SETID);
  call.reply.ok();
}

/** XGROUP DESTROY key group */
export function xgroupDestroy(call: Call): void {
  const { arguments: words, reply } = call;
  const root = requireKey(call);
  if (root === REFUSED) return;
  const isGone = streamsOf(call).groups.destroy(root, words.bytes, words.start(3), words.end(3));
  if (isGone) tell(call, XGROUP_DESTROY);
  reply.flag(isGone);
}

/** XGROUP CREATECONSUMER key group consumer */
export function xgroupCreateconsumer(call: Call): void {
  const { arguments: words, reply, keyspace } = call;
  if (requireGroup(call) === REFUSED) return;
  const { groups } = streamsOf(call);
  const { bytes } = words;
  const isNew = groups.findConsumer(bytes, words.start(4), words.end(4)) === 0;
  if (isNew) {
    groups.createConsumer(bytes, words.start(4), words.end(4), keyspace.now);
    tell(call, XGROUP_CREATE_CONSUMER);
  }
  reply.flag(isNew);
}

/** XGROUP DELCONSUMER key group consumer */
export function xgroupDelconsumer(call: Call): void {
  const { arguments: words, reply } = call;
  if (requireGroup(call) === REFUSED) return;
  const pending = streamsOf(call).groups.removeConsumer(words.bytes, words.start(4), words.end(4));
  if (pending >= 0) tell(call, XGROUP_DELETE_CONSUMER);
  reply.integer(Math.max(0, pending));
}

/** Reads what follows the id. */
function readOptions(call: Call, subcommand: string): boolean {
  const { arguments: words, reply } = call;
  entriesRead = UNKNOWN_COUNT;
  makesStream = false;
  for (let index = 5; index < words.count; index++) {
    if (subcommand === 'create' && words.is(index, 'mkstream')) {
      makesStream = true;
    } else if (words.is(index, 'entriesread') && index + 1 < words.count) {
      index++;
      const value = integerAt(call, index);
      const isTooLow = value < -1;
      if (Number.isNaN(value) || isTooLow) {
        reply.error(isTooLow ? 'ERR value for ENTRIESREAD must be positive or -1' : NOT_AN_INTEGER);
        return false;
      }
      entriesRead = BigInt(words.text(index));
    } else {
      return failUnknown(call);
    }
  }
  return true;
}

function failUnknown(call: Call): false {
  const name = call.arguments.quoted(1, 128);
  call.reply.error(`ERR unknown subcommand or wrong number of arguments for '${name}'. Try XGROUP HELP.`);
  return false;
}

/** Sets `id` to what word 4 says: an id, "$" for the last one of the stream, or an end of all ids where that is taken. */
function readLastId(call: Call, root: number, takesEnds: boolean): boolean {
  const { arguments: words } = call;
  const sign = words.length(4) === 1 ? words.bytes[words.start(4)] : 0;
  if (takesEnds && (sign === PLUS || sign === MINUS)) {
    const bits = sign === PLUS ? -1 : 0;
    setId(id, bits, bits, bits, bits);
    return true;
  }
  if (sign !== DOLLAR) return idArgument(call, 4, id);
  if (root === 0) setId(id, 0, 0, 0, 0);
  else streamsOf(call).stream.readRootId(LAST_ID, id);
  return true;
}

/** The root of the stream; REFUSED after having replied with an error. */
function requireKey(call: Call): number {
  const root = writeStream(call, 2);
  if (root !== 0) return root;
  call.reply.error(NEEDS_KEY);
  return REFUSED;
}

/** As `requireKey`, with the group open. */
function requireGroup(call: Call): number {
  const root = requireKey(call);
  if (root === REFUSED || openGroup(call, root, 3)) return root;
  replyNoGroup(call);
  return REFUSED;
}

/** XGROUP and XINFO: there is no group named by word 3. */
export function replyNoGroup(call: Call): void {
  call.reply.error(
    `NOGROUP No such consumer group '${nameWord(call, 3)}' for key name '${nameWord(call, 2)}'`,
  );
}

function tell(call: Call, event: KeyspaceEvent): void {
  const { arguments: words, keyspace, database } = call;
  keyspace.changed(database, event, words.bytes, words.start(2), words.end(2));
}
