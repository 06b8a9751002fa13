/** Cold. Every option, in the order in which CONFIG GET lists them. */
import type { OptionDeclaration } from '../declaration.ts';
import { accessOptions } from './access.ts';
import { clientsOptions } from './clients.ts';
import { clusterOptions } from './cluster.ts';
import { encodingsOptions } from './encodings.ts';
import { executionOptions } from './execution.ts';
import { loggingOptions } from './logging.ts';
import { memoryOptions } from './memory.ts';
import { monitoringOptions } from './monitoring.ts';
import { networkOptions } from './network.ts';
import { ownOptions } from './own.ts';
import { persistenceOptions } from './persistence.ts';
import { processOptions } from './process.ts';
import { replicationOptions } from './replication.ts';
import { tlsOptions } from './tls.ts';
import { valkeyOptions } from './valkey.ts';

export const allOptions: readonly OptionDeclaration[] = [
  ...networkOptions,
  ...clientsOptions,
  ...accessOptions,
  ...memoryOptions,
  ...encodingsOptions,
  ...persistenceOptions,
  ...replicationOptions,
  ...clusterOptions,
  ...tlsOptions,
  ...processOptions,
  ...loggingOptions,
  ...monitoringOptions,
  ...executionOptions,
  ...valkeyOptions,
  ...ownOptions,
];
