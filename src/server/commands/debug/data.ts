/** Cold. DEBUG subcommands on all data: writing and reading them, and making many of them. */
import { OUT_OF_MEMORY } from '../../../commands/errors.ts';
import { flushAll } from '../../../keyspace/flush.ts';
import { NO_EXPIRY, setBytes } from '../../../keyspace/string-value.ts';
import { parseInteger } from '../../../memory/integers.ts';
import { LOADING_DATA } from '../../gates.ts';
import { openSnapshot } from '../../persistence/snapshot-source.ts';
import type { ServerCall } from '../../server-call.ts';
import { ANY_NUMBER, type DebugSubcommand } from './subcommand.ts';

const VALUE_BYTES_MAX = 2 ** 31 - 1;

/** RELOAD [MERGE] [NOFLUSH] [NOSAVE] */
function reload(call: ServerCall): void {
  const { arguments: words, reply, server, keyspace } = call;
  const options = new Set<string>();
  for (let i = 2; i < words.count; i++) options.add(words.text(i).toLowerCase());
  if ([...options].some((option) => !['merge', 'noflush', 'nosave'].includes(option)))
    return reply.error('ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.');
  const { snapshots, loading, log } = server;
  if (loading.progress !== undefined) return reply.error(LOADING_DATA);
  if (!options.has('nosave') && !snapshots.save()) return reply.error('ERR');
  // Nothing of this is a change: it neither counts nor goes to replicas.
  if (!options.has('noflush')) flushAll(keyspace, false);
  if (loading.load(() => openSnapshot(server, server.files, options.has('merge'))) !== 'loaded')
    return reply.error('ERR Error trying to load the RDB dump, check server logs.');
  log.notice('DB reloaded by DEBUG RELOAD');
  reply.ok();
}

/** LOADAOF */
function loadAof({ keyspace, reply, server }: ServerCall): void {
  const { appendOnly, loading, snapshots, log } = server;
  if (loading.progress !== undefined) return reply.error(LOADING_DATA);
  appendOnly.writer.flush(true);
  // Nothing of this is a change: it neither counts nor goes to replicas.
  flushAll(keyspace, false);
  const outcome = loading.load(() => appendOnly.open());
  if (outcome === 'failed' || appendOnly.directory.manifest.isEmpty)
    return reply.error('ERR Error trying to load the AOF files, check server logs.');
  snapshots.markClean();
  log.notice('Append Only File loaded by DEBUG LOADAOF');
  reply.ok();
}

/** POPULATE count [prefix] [size]: keys that are there already stay as they are. */
function populate(call: ServerCall): void {
  const { arguments: words, reply, database } = call;
  const count = naturalNumber(call, 2);
  if (count < 0) return;
  const prefix = words.count > 3 ? words.text(3) : 'key';
  const size = words.count > 4 ? naturalNumber(call, 4) : 0;
  if (size < 0) return;
  if (size > VALUE_BYTES_MAX) return reply.error(OUT_OF_MEMORY);
  for (let i = 0; i < count; i++) {
    const key = Buffer.from(`${prefix}:${i}`, 'latin1');
    if (database.write(key, 0, key.length) !== 0) continue;
    const text = Buffer.from(`value:${i}`);
    const value = size === 0 ? text : new Uint8Array(size);
    if (size > 0) value.set(text.subarray(0, size));
    setBytes(database, 0, key, 0, key.length, value, 0, value.length, NO_EXPIRY);
  }
  reply.ok();
}

/** Word `index` as an integer of 0 or more; -1 after having replied with an error. */
function naturalNumber({ arguments: words, reply }: ServerCall, index: number): number {
  const value = parseInteger(words.bytes, words.start(index), words.end(index));
  if (Number.isSafeInteger(value) && value >= 0) return value;
  reply.error('ERR value is out of range, must be positive');
  return -1;
}

export const dataSubcommands: readonly DebugSubcommand[] = [
  {
    name: 'loadaof',
    words: [2, ANY_NUMBER],
    help: ['Replace the data by what the append-only file holds.'],
    run: loadAof,
  },
  {
    name: 'populate',
    words: [3, 5],
    syntax: '<count> [<prefix>] [<size>]',
    help: [
      'Add as many keys "key:N", or with another prefix; their values are "value:N",',
      'cut or filled with zero bytes to the size. Nobody else gets to know.',
    ],
    run: populate,
  },
  {
    name: 'reload',
    words: [2, ANY_NUMBER],
    syntax: '[option ...]',
    help: [
      'Save all data to the RDB file, and load them from there. Options:',
      '* MERGE: keys of the file replace those that are there.',
      '* NOFLUSH: the data are not deleted before; without MERGE, a key that is there already is an error.',
      '* NOSAVE: load from the file as it is.',
    ],
    run: reload,
  },
];
