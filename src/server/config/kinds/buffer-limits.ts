/** Cold. How much unsent output a client may have, by the class that it belongs to. */
import type { Kind } from '../declaration.ts';
import { Rejection } from '../rejection.ts';
import { parseLong, toInt } from './c-numbers.ts';
import { parseMemory, writeMemory } from './number.ts';

export interface BufferLimit {
  /** Bytes that close the connection at once; 0: no limit. */
  readonly hardBytes: bigint;
  /** Bytes that close it when exceeded for `softSeconds` without a break; 0: no limit. */
  readonly softBytes: bigint;
  readonly softSeconds: number;
}

export interface BufferLimits {
  readonly normal: BufferLimit;
  readonly replica: BufferLimit;
  readonly pubsub: BufferLimit;
}

const UNLIMITED: BufferLimit = { hardBytes: 0n, softBytes: 0n, softSeconds: 0 };
const CLASSES: Readonly<Record<string, keyof BufferLimits>> = {
  normal: 'normal',
  slave: 'replica',
  replica: 'replica',
  pubsub: 'pubsub',
};
const WORDS_PER_CLASS = 4;

export const bufferLimits: Kind<BufferLimits> = {
  empty: { normal: UNLIMITED, replica: UNLIMITED, pubsub: UNLIMITED },
  severalWords: true,
  parse(words, current) {
    if (words.length % WORDS_PER_CLASS !== 0) {
      return new Rejection('Wrong number of arguments in buffer limit configuration.');
    }
    const limits: Record<keyof BufferLimits, BufferLimit> = { ...current };
    for (let i = 0; i < words.length; i += WORDS_PER_CLASS) {
      const name = words[i].toLowerCase();
      if (!Object.hasOwn(CLASSES, name)) {
        return new Rejection('Invalid client class specified in buffer limit configuration.');
      }
      const limit = parseLimit(words[i + 1], words[i + 2], words[i + 3]);
      if (limit instanceof Rejection) return limit;
      limits[CLASSES[name]] = limit;
    }
    return limits;
  },
  print: ({ normal, replica, pubsub }) =>
    `normal ${print(normal)} slave ${print(replica)} pubsub ${print(pubsub)}`,
  lines: (value, initial) =>
    (['normal', 'replica', 'pubsub'] as const).map((name) => ({
      text: `${name} ${write(value[name])}`,
      needed: print(value[name]) !== print(initial[name]),
    })),
};

function parseLimit(hard: string, soft: string, seconds: string): BufferLimit | Rejection {
  const hardBytes = parseMemory(hard);
  const softBytes = parseMemory(soft);
  const softSeconds = toInt(parseLong(seconds) ?? -1n);
  if (hardBytes === undefined || softBytes === undefined || softSeconds < 0) {
    return new Rejection('Error in hard, soft or soft_seconds setting in buffer limit configuration.');
  }
  return { hardBytes, softBytes, softSeconds };
}

function print(limit: BufferLimit): string {
  return `${limit.hardBytes} ${limit.softBytes} ${limit.softSeconds}`;
}

function write(limit: BufferLimit): string {
  return `${writeMemory(limit.hardBytes)} ${writeMemory(limit.softBytes)} ${limit.softSeconds}`;
}
