/** Cold. What happens to keys, for those who listen: WATCH, notifications, client tracking, blocked clients, replication. */
import type { Database } from './database.ts';

/** Classes of notify-keyspace-events; the letters of the option. */
export const EVENT_GENERIC = 'g';
export const EVENT_STRING = '$';
export const EVENT_LIST = 'l';
export const EVENT_SET = 's';
export const EVENT_HASH = 'h';
export const EVENT_SORTED_SET = 'z';
export const EVENT_STREAM = 't';

/** A change as notifications name it. */
export interface KeyspaceEvent {
  readonly class: string;
  readonly name: string;
}

export interface KeyspaceListener {
  /** A command changed, created or deleted bytes[start, end). */
  changed(database: Database, event: KeyspaceEvent, bytes: Uint8Array, start: number, end: number): void;
  /** A command that reads did not find bytes[start, end). */
  missed(database: Database, bytes: Uint8Array, start: number, end: number): void;
  /** A key was deleted because its time had come. */
  expired(database: Database, key: Uint8Array): void;
  /** A key was deleted to make room. */
  evicted(database: Database, key: Uint8Array): void;
  /** All keys of a database (or of all, -1) are gone, or two databases were swapped. */
  flushed(index: number): void;
}

/** Told of what goes by itself, and so by no command that replicas and the append-only file could be told of. */
export interface RemovalListener {
  /** A key's time had come. */
  keyExpired(database: Database, key: Uint8Array): void;
  /** A key had to make room. */
  keyEvicted(database: Database, key: Uint8Array): void;
  /** The time of elements (fields of a hash) had come; a value without elements is gone. */
  elementsExpired(database: Database, key: Uint8Array, elements: readonly Uint8Array[]): void;
}

export const SET: KeyspaceEvent = { class: EVENT_STRING, name: 'set' };
export const APPEND: KeyspaceEvent = { class: EVENT_STRING, name: 'append' };
export const SETRANGE: KeyspaceEvent = { class: EVENT_STRING, name: 'setrange' };
export const SETBIT: KeyspaceEvent = { class: EVENT_STRING, name: 'setbit' };
export const PFADD: KeyspaceEvent = { class: EVENT_STRING, name: 'pfadd' };
export const INCRBY: KeyspaceEvent = { class: EVENT_STRING, name: 'incrby' };
export const INCRBYFLOAT: KeyspaceEvent = { class: EVENT_STRING, name: 'incrbyfloat' };
export const DEL: KeyspaceEvent = { class: EVENT_GENERIC, name: 'del' };
export const EXPIRE: KeyspaceEvent = { class: EVENT_GENERIC, name: 'expire' };
export const PERSIST: KeyspaceEvent = { class: EVENT_GENERIC, name: 'persist' };
export const RENAME_FROM: KeyspaceEvent = { class: EVENT_GENERIC, name: 'rename_from' };
export const RENAME_TO: KeyspaceEvent = { class: EVENT_GENERIC, name: 'rename_to' };
export const MOVE_FROM: KeyspaceEvent = { class: EVENT_GENERIC, name: 'move_from' };
export const MOVE_TO: KeyspaceEvent = { class: EVENT_GENERIC, name: 'move_to' };
export const RESTORE: KeyspaceEvent = { class: EVENT_GENERIC, name: 'restore' };
export const COPY_TO: KeyspaceEvent = { class: EVENT_GENERIC, name: 'copy_to' };
export const HSET: KeyspaceEvent = { class: EVENT_HASH, name: 'hset' };
export const HDEL: KeyspaceEvent = { class: EVENT_HASH, name: 'hdel' };
export const HINCRBY: KeyspaceEvent = { class: EVENT_HASH, name: 'hincrby' };
export const HINCRBYFLOAT: KeyspaceEvent = { class: EVENT_HASH, name: 'hincrbyfloat' };
export const HEXPIRE: KeyspaceEvent = { class: EVENT_HASH, name: 'hexpire' };
export const HEXPIRED: KeyspaceEvent = { class: EVENT_HASH, name: 'hexpired' };
export const HPERSIST: KeyspaceEvent = { class: EVENT_HASH, name: 'hpersist' };
export const LPUSH: KeyspaceEvent = { class: EVENT_LIST, name: 'lpush' };
export const RPUSH: KeyspaceEvent = { class: EVENT_LIST, name: 'rpush' };
export const LPOP: KeyspaceEvent = { class: EVENT_LIST, name: 'lpop' };
export const RPOP: KeyspaceEvent = { class: EVENT_LIST, name: 'rpop' };
export const LINSERT: KeyspaceEvent = { class: EVENT_LIST, name: 'linsert' };
export const LSET: KeyspaceEvent = { class: EVENT_LIST, name: 'lset' };
export const LREM: KeyspaceEvent = { class: EVENT_LIST, name: 'lrem' };
export const LTRIM: KeyspaceEvent = { class: EVENT_LIST, name: 'ltrim' };
export const SADD: KeyspaceEvent = { class: EVENT_SET, name: 'sadd' };
export const SREM: KeyspaceEvent = { class: EVENT_SET, name: 'srem' };
export const SPOP: KeyspaceEvent = { class: EVENT_SET, name: 'spop' };
export const SINTERSTORE: KeyspaceEvent = { class: EVENT_SET, name: 'sinterstore' };
export const SUNIONSTORE: KeyspaceEvent = { class: EVENT_SET, name: 'sunionstore' };
export const SDIFFSTORE: KeyspaceEvent = { class: EVENT_SET, name: 'sdiffstore' };
export const XADD: KeyspaceEvent = { class: EVENT_STREAM, name: 'xadd' };
export const XDEL: KeyspaceEvent = { class: EVENT_STREAM, name: 'xdel' };
export const XTRIM: KeyspaceEvent = { class: EVENT_STREAM, name: 'xtrim' };
export const XSETID: KeyspaceEvent = { class: EVENT_STREAM, name: 'xsetid' };
export const XGROUP_CREATE: KeyspaceEvent = { class: EVENT_STREAM, name: 'xgroup-create' };
export const XGROUP_SETID: KeyspaceEvent = { class: EVENT_STREAM, name: 'xgroup-setid' };
export const XGROUP_DESTROY: KeyspaceEvent = { class: EVENT_STREAM, name: 'xgroup-destroy' };
export const XGROUP_CREATE_CONSUMER: KeyspaceEvent = { class: EVENT_STREAM, name: 'xgroup-createconsumer' };
export const XGROUP_DELETE_CONSUMER: KeyspaceEvent = { class: EVENT_STREAM, name: 'xgroup-delconsumer' };
export const ZADD: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zadd' };
export const ZINCR: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zincr' };
export const ZREM: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zrem' };
export const ZREM_RANGE_BY_RANK: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zremrangebyrank' };
export const ZREM_RANGE_BY_SCORE: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zremrangebyscore' };
export const ZREM_RANGE_BY_LEX: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zremrangebylex' };
export const ZPOPMIN: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zpopmin' };
export const ZPOPMAX: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zpopmax' };
export const ZUNIONSTORE: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zunionstore' };
export const ZINTERSTORE: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zinterstore' };
export const ZDIFFSTORE: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zdiffstore' };
export const ZRANGESTORE: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'zrangestore' };
export const GEORADIUSSTORE: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'georadiusstore' };
export const GEOSEARCHSTORE: KeyspaceEvent = { class: EVENT_SORTED_SET, name: 'geosearchstore' };
export const SORTSTORE: KeyspaceEvent = { class: EVENT_LIST, name: 'sortstore' };
