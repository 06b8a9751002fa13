/** Cold. Checks all files that a manifest names. */
import { dirname } from 'node:path';
import { readWhole } from '../../persistence/aof/directory.ts';
import type { AofFile, Manifest } from '../../persistence/aof/manifest.ts';
import { ManifestError, parseManifest } from '../../persistence/aof/manifest-parser.ts';
import { FileCheck, hasSnapshot } from './file-check.ts';
import { open } from './kind.ts';
import { type CheckOptions, CheckStopped } from './report.ts';

/** Checks the files beside the manifest, in the order in which they are loaded. Throws CheckStopped. */
export function checkAll(path: string, options: CheckOptions): void {
  const { print } = options;
  const manifest = read(path, options);
  const folder = dirname(path);
  const pathOf = ({ name }: AofFile): string => `${folder}/${name}`;
  const last = manifest.live.at(-1);
  const { base, incremental } = manifest;
  if (base !== null) {
    const form = hasSnapshot(options.files, pathOf(base)) ? 'RDB' : 'RESP';
    print(`Start to check BASE AOF (${form} format).`);
    checkOne('BASE AOF', base, pathOf(base), base === last, options);
  }
  if (incremental.length > 0) print('Start to check INCR files.');
  for (const file of incremental) checkOne('INCR AOF', file, pathOf(file), file === last, options);
  print('All AOF files and manifest are valid');
}

function checkOne(
  kind: string,
  { name, type }: AofFile,
  path: string,
  isLast: boolean,
  options: CheckOptions,
): void {
  const outcome = new FileCheck({ path, name, isLast, mayHaveSnapshot: type === 'base' }, options).run();
  if (outcome === 'empty') options.print(`${kind} ${name} is empty`);
  if (outcome === 'valid') options.print(`${kind} ${name} is valid`);
}

function read(path: string, { files }: CheckOptions): Manifest {
  const file = open(files, path);
  try {
    return parseManifest(readWhole(file));
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const place =
      error.line === 0 ? '' : `Reading the manifest file, at line ${error.line}\n>>> '${error.text}'\n`;
    const title = '*** FATAL AOF MANIFEST FILE ERROR ***';
    throw new CheckStopped(`${title}\n${place}${error.message}`);
  } finally {
    file.close();
  }
}
