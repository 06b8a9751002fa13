/** Cold. Puts the options in force: each is connected to the field that the parts of the server read. */
import type { Configuration } from './config/configuration.ts';
import { bufferLimits } from './config/kinds/buffer-limits.ts';
import type { LogLevel } from './log.ts';
import type { Server } from './server.ts';

const HZ_MAX = 500;

/** Sets every field from the configuration, now and at each change. */
export function connectSettings(server: Server, configuration: Configuration): void {
  const number = (name: string, set: (value: number) => void): void =>
    configuration.follow(name, () => set(configuration.number(name)));
  const text = (name: string, set: (value: string) => void): void =>
    configuration.follow(name, () => set(configuration.text(name)));
  const flag = (name: string, set: (isOn: boolean) => void): void =>
    configuration.follow(name, () => set(configuration.boolean(name)));
  const { keyspace, authentication, cron, log } = server;
  text('requirepass', (password) => authentication.setPassword(password));
  text('loglevel', (level) => {
    log.level = level as LogLevel | 'nothing';
  });
  number('hz', (hz) => {
    cron.hz = Math.max(1, Math.min(hz, HZ_MAX));
  });
  number('maxmemory', (bytes) => server.memory.setMaximum(bytes));
  text('maxmemory-policy', (policy) => server.memory.setPolicy(policy));
  number('maxmemory-samples', (samples) => {
    server.memory.eviction.samples = samples;
  });
  number('maxmemory-eviction-tenacity', (tenacity) => server.memory.setTenacity(tenacity));
  number('active-expire-effort', (effort) => {
    server.background.expiry.effort = effort;
  });
  const { lazyFree } = keyspace;
  flag('lazyfree-lazy-user-flush', (isOn) => {
    lazyFree.byDefault = isOn;
  });
  flag('lazyfree-lazy-expire', (isOn) => {
    lazyFree.unlinksExpired = isOn;
  });
  flag('lazyfree-lazy-eviction', (isOn) => {
    lazyFree.unlinksEvicted = isOn;
  });
  flag('lazyfree-lazy-server-del', (isOn) => {
    lazyFree.unlinksEmptied = isOn;
  });
  number('lfu-log-factor', (factor) => {
    keyspace.lfuLogFactor = factor;
  });
  number('lfu-decay-time', (minutes) => {
    keyspace.lfuDecayMinutes = minutes;
  });
  number('proto-max-bulk-len', (bytes) => {
    server.requestLimits.wordBytesMax = bytes;
    keyspace.stringBytesMax = bytes;
  });
  number('hll-sparse-max-bytes', (bytes) => {
    keyspace.hyperLogLogSparseBytesMax = bytes;
  });
  connectEncodings(server, configuration);
  number('client-query-buffer-limit', (bytes) => {
    server.limits.inputBytesMax = bytes;
  });
  number('maxclients', (count) => {
    server.limits.clientsMax = count;
  });
  number('timeout', (seconds) => {
    server.limits.idleSeconds = seconds;
  });
  configuration.follow('protected-mode', () => {
    server.limits.protectedMode = configuration.boolean('protected-mode');
  });
  configuration.follow('latency-tracking', () => {
    server.statistics.tracking = configuration.boolean('latency-tracking');
  });
  number('stream-node-max-bytes', (bytes) => {
    keyspace.structures.streams.stream.nodeBytesMax = bytes;
  });
  number('stream-node-max-entries', (entries) => {
    keyspace.structures.streams.stream.nodeEntriesMax = entries;
  });
  connectOutputLimits(server, configuration);
}

function connectOutputLimits(server: Server, configuration: Configuration): void {
  const name = 'client-output-buffer-limit';
  configuration.follow(name, () => {
    const limits = configuration.value(name, bufferLimits);
    for (const kind of ['normal', 'replica'] as const) {
      const { hardBytes, softBytes, softSeconds } = limits[kind];
      server.limits.setOutput(kind, {
        hardBytes: Number(hardBytes),
        softBytes: Number(softBytes),
        softSeconds,
      });
    }
  });
}

/** Up to which size values keep their compact forms. */
function connectEncodings(server: Server, configuration: Configuration): void {
  const number = (name: string, set: (value: number) => void): void =>
    configuration.follow(name, () => set(configuration.number(name)));
  const hashes = server.keyspace.structures.hashes.hash.limits;
  const lists = server.keyspace.structures.lists.list.limits;
  const sets = server.keyspace.structures.sets.set.limits;
  const sortedSets = server.keyspace.structures.sortedSets.sortedSet.limits;
  number('hash-max-listpack-entries', (fields) => {
    hashes.packedFieldsMax = fields;
  });
  number('hash-max-listpack-value', (bytes) => {
    hashes.packedBytesMax = bytes;
  });
  number('list-max-listpack-size', (size) => {
    lists.maxSize = size === 0 ? 1 : size;
  });
  number('list-compress-depth', (nodes) => {
    lists.compressDepth = nodes;
  });
  number('set-max-intset-entries', (members) => {
    sets.integersMax = members;
  });
  number('set-max-listpack-entries', (members) => {
    sets.packedMembersMax = members;
  });
  number('set-max-listpack-value', (bytes) => {
    sets.packedBytesMax = bytes;
  });
  number('zset-max-listpack-entries', (members) => {
    sortedSets.packedMembersMax = members;
  });
  number('zset-max-listpack-value', (bytes) => {
    sortedSets.packedBytesMax = bytes;
  });
}
