import type { RequestArgument } from '../../../protocol/client/encoder.ts';
import { replyText } from '../../../protocol/client/reply.ts';
import type { Session } from '../session.ts';
import { requestAll } from './key-scan.ts';

/** How the size of a type's values is asked for, and in what it is counted. */
export interface KeyType {
  readonly name: string;
  /** undefined for types of modules, whose size has no command. */
  readonly lengthCommand: string | undefined;
  readonly unit: string;
}

export const knownKeyTypes: readonly KeyType[] = [
  { name: 'string', lengthCommand: 'STRLEN', unit: 'bytes' },
  { name: 'list', lengthCommand: 'LLEN', unit: 'items' },
  { name: 'set', lengthCommand: 'SCARD', unit: 'members' },
  { name: 'hash', lengthCommand: 'HLEN', unit: 'fields' },
  { name: 'zset', lengthCommand: 'ZCARD', unit: 'members' },
  { name: 'stream', lengthCommand: 'XLEN', unit: 'entries' },
];

export function keyTypeNamed(name: string): KeyType {
  return knownKeyTypes.find((type) => type.name === name) ?? { name, lengthCommand: undefined, unit: '?' };
}

/** The type of each key; undefined for keys that are gone by now. */
export async function typesOf(
  session: Session,
  keys: readonly Uint8Array[],
): Promise<(string | undefined)[]> {
  const replies = await requestAll(
    session,
    keys.map((key) => ['TYPE', key]),
  );
  return replies.map((reply) => {
    const name = reply.kind === 'status' ? replyText(reply) : undefined;
    return name === 'none' ? undefined : name;
  });
}

/** The number of elements of each key; 0 where there is no such number. */
export function lengthsOf(
  session: Session,
  keys: readonly Uint8Array[],
  types: readonly (string | undefined)[],
): Promise<number[]> {
  return integers(
    session,
    keys.map((key, i) => {
      const command = types[i] === undefined ? undefined : keyTypeNamed(types[i]).lengthCommand;
      return command === undefined ? undefined : [command, key];
    }),
  );
}

/** The bytes of memory that each key uses. */
export function memoryOf(
  session: Session,
  keys: readonly Uint8Array[],
  types: readonly (string | undefined)[],
): Promise<number[]> {
  const { memorySamples } = session.settings;
  const samples = memorySamples === undefined ? [] : ['SAMPLES', memorySamples];
  return integers(
    session,
    keys.map((key, i) => (types[i] === undefined ? undefined : ['MEMORY', 'USAGE', key, ...samples])),
  );
}

async function integers(
  session: Session,
  requests: readonly (readonly RequestArgument[] | undefined)[],
): Promise<number[]> {
  const asked = requests.filter((request) => request !== undefined);
  const replies = await requestAll(session, asked);
  let next = 0;
  return requests.map((request) => {
    if (request === undefined) return 0;
    const reply = replies[next++]!;
    return reply.kind === 'integer' ? Number(reply.value) : 0;
  });
}
