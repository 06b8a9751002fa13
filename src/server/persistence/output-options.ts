/** Cold. How RDB files and payloads are written, as the configuration says. */
import type { OutputOptions } from '../../persistence/rdb/output.ts';
import type { Configuration } from '../config/configuration.ts';

export function outputOptions(configuration: Configuration): Required<OutputOptions> {
  return {
    compress: configuration.boolean('rdbcompression'),
    checksum: configuration.boolean('rdbchecksum'),
    version: Number(configuration.text('rdb-version')),
  };
}
