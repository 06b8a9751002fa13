/** The real file system, as the configuration wants it. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigurationFiles } from '../../../src/server/config/files.ts';
import { Rejection } from '../../../src/server/config/rejection.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
};

function attempt<Value>(action: () => Value): Value | Rejection {
  try {
    return action();
  } catch (error) {
    return new Rejection(REASONS[(error as { code: string }).code] ?? String(error));
  }
}

export function realFiles(workingDirectory: string, standardInput = ''): ConfigurationFiles {
  return {
    workingDirectory,
    directory: (path, from) =>
      attempt(() => {
        if (path === '') return new Rejection('No such file or directory');
        const found = realpathSync(resolve(from, path));
        return statSync(found).isDirectory() ? found : new Rejection('Not a directory');
      }),
    read: (path, from) =>
      path === ''
        ? new Rejection('No such file or directory')
        : attempt(() => readFileSync(resolve(from, path), 'latin1')),
    list: (path, from) => {
      const names = attempt(() => readdirSync(resolve(from, path)));
      return names instanceof Rejection ? [] : names;
    },
    readStandardInput: () => standardInput,
  };
}

/** No files at all, for tests that need none. */
export const noFiles: ConfigurationFiles = {
  workingDirectory: '/nowhere',
  directory: () => new Rejection('No such file or directory'),
  read: () => new Rejection('No such file or directory'),
  list: () => [],
  readStandardInput: () => '',
};
