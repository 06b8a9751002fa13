/** Cold, with the few numbers that the hot path asks for. One connected client. */
import type { Progress } from '../protocol/request-parser.ts';
import type { Connection } from '../transport/transport.ts';
import type { FieldSets } from './field-sets.ts';

/** Why a client's commands need a closer look; see server/gates.ts. */
export const CLIENT_UNAUTHENTICATED = 1 << 0;
export const CLIENT_REPLY_OFF = 1 << 1;
/** The next request gets no reply. */
export const CLIENT_REPLY_SKIP = 1 << 2;
export const CLIENT_NO_TOUCH = 1 << 4;
export const CLIENT_MONITOR = 1 << 5;

export class Client {
  readonly id: number;
  readonly connection: Connection;
  /** CLIENT_ bits; 0 for the client whose requests go straight to their commands. */
  gates = 0;
  /** Index of the selected database. */
  database = 0;
  version: 2 | 3 = 2;
  /** An incomplete request's progress, kept while it is worth it. */
  progress: Progress | null = null;
  /** No further request is looked at: the client is going, or waits for something. */
  stopped = false;
  /** Milliseconds of the epoch. */
  readonly createdAt: number;
  /** Milliseconds of the epoch of the last request. */
  lastActiveAt: number;
  /** Id of the last command, -1 before the first. */
  lastCommand = -1;
  /** How many of its next pipelines are not looked at ahead; see the request loop. */
  blindPipelines = 0;
  name = '';
  libraryName = '';
  libraryVersion = '';
  user = 'default';
  noEvict = false;
  /** Fields that it has announced for hashes to come (HIMPORT). */
  fieldSets: FieldSets | undefined;
  /** Closes when what is queued has been sent. */
  closing = false;
  commands = 0;
  /** Where its last write ends among all that went to the append-only file; see `AppendWriter.offset`. */
  writeOffset = 0;
  inputBytes = 0;
  outputBytes = 0;
  /** Ends what the client waits for, with an error or as if its time were up; absent while it waits for nothing. */
  unblock: ((withError: boolean) => boolean) | undefined;
  /** When the queued output first exceeded the soft limit, in milliseconds of the epoch; 0 while it does not. */
  softLimitSince = 0;

  constructor(id: number, connection: Connection, now: number) {
    this.id = id;
    this.connection = connection;
    this.createdAt = now;
    this.lastActiveAt = now;
  }
}
