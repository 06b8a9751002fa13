/** Cold. INFO's sections about the processor and what was loaded into the process. */
import type { Section } from './fields.ts';

export const processorSection: Section = {
  title: 'CPU',
  shown: 'default',
  fields({ host }) {
    const { user, system } = host.processorTime();
    return [
      ['used_cpu_sys', system.toFixed(6)],
      ['used_cpu_user', user.toFixed(6)],
      ['used_cpu_sys_children', '0.000000'],
      ['used_cpu_user_children', '0.000000'],
      // The runtime does not tell threads apart; its own (compiler, collector) work for the main one.
      ['used_cpu_sys_main_thread', system.toFixed(6)],
      ['used_cpu_user_main_thread', user.toFixed(6)],
    ];
  },
};

/** Nothing can be loaded. */
export const modulesSection: Section = { title: 'Modules', shown: 'default', fields: () => [] };
