/** Cold. INFO's section about the program and the machine. */
import { addresses } from '../config/kinds/lists.ts';
import type { Server } from '../server.ts';
import { CINNABAR_VERSION, REDIS_VERSION } from '../version.ts';
import type { Field, Section } from './fields.ts';

export const serverSection: Section = {
  title: 'Server',
  shown: 'default',
  fields(server) {
    const { host, identity, keyspace, cron, configuration, clock } = server;
    const uptime = Math.floor((clock.milliseconds() - identity.startedAt) / 1000);
    return [
      ['redis_version', REDIS_VERSION],
      ['redis_git_sha1', '00000000'],
      ['redis_git_dirty', 0],
      ['redis_build_id', '0000000000000000'],
      ['redis_mode', 'standalone'],
      ['os', host.operatingSystem],
      ['arch_bits', 64],
      ['monotonic_clock', 'performance.now'],
      ['multiplexing_api', server.transportName],
      ['atomicvar_api', 'none'],
      ['gcc_version', '0.0.0'],
      ['process_id', host.id],
      ['process_supervised', host.supervisor],
      ['run_id', identity.runId],
      ['tcp_port', server.listeners?.port ?? 0],
      ['server_time_usec', clock.wallMicroseconds()],
      ['uptime_in_seconds', uptime],
      ['uptime_in_days', Math.floor(uptime / 86400)],
      ['hz', cron.hz],
      ['configured_hz', configuration.number('hz')],
      ['lru_clock', keyspace.lruNow],
      ['executable', host.executable],
      ['config_file', server.configFile?.path ?? ''],
      ['io_threads_active', 0],
      ...listenerFields(server),
      ['cinnabar_version', CINNABAR_VERSION],
      ['javascript_runtime', host.runtime],
    ];
  },
};

/** A field for each kind of socket, with the addresses as the option names them. */
function listenerFields(server: Server): Field[] {
  const { configuration, listeners } = server;
  const values: string[] = [];
  const kinds = new Set(listeners?.addresses.map((address) => address.kind));
  if (kinds.has('tcp')) {
    const names = configuration.value('bind', addresses).map((name) => `bind=${name}`);
    values.push(`name=tcp,${names.join(',')},port=${listeners?.port}`);
  }
  if (kinds.has('unix')) values.push(`name=unix,bind=${configuration.text('unixsocket')}`);
  return values.map((value, index) => [`listener${index}`, value]);
}
