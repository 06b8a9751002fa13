import { appendFileSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ByteString } from '../bytes.ts';

/** Lines kept from earlier runs. */
export const historyLinesMax = 1000;

/** The lines typed before, in a file that only its owner can read. Lines that name passwords are not kept. */
export class HistoryFile {
  readonly #path: string | undefined;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    const path =
      environment['CINNABAR_CLI_HISTFILE'] ??
      environment['REDISCLI_HISTFILE'] ??
      join(homedir(), '.cinnabar_cli_history');
    this.#path = path === '/dev/null' ? undefined : path;
  }

  /** The newest lines, the newest first. */
  load(): string[] {
    if (this.#path === undefined) return [];
    try {
      const lines = readFileSync(this.#path, 'utf8').split('\n');
      return lines
        .filter((line) => line !== '')
        .slice(-historyLinesMax)
        .reverse();
    } catch {
      return [];
    }
  }

  append(line: string): void {
    if (this.#path === undefined) return;
    try {
      appendFileSync(this.#path, `${line}\n`, { mode: 0o600 });
    } catch {
      // A history that cannot be written is no reason to disturb the user's work.
    }
  }
}

/** Options whose values are secrets, in CONFIG SET and SENTINEL SET. */
const secretOptions =
  /^(requirepass|masterauth|primaryauth|masteruser|primaryuser|auth-pass|auth-user|sentinel-pass|sentinel-user|tls-key-file-pass|tls-client-key-file-pass)$/;

/** True of commands that carry passwords. */
export function isSensitive(words: readonly ByteString[]): boolean {
  const [name, subcommand, ...rest] = words.map((word) => word.toLowerCase());
  switch (name) {
    case 'auth':
      return true;
    case 'acl':
      return subcommand === 'setuser' || subcommand === 'deluser' || subcommand === 'getuser';
    case 'hello':
      return rest.includes('auth');
    case 'migrate':
      return rest.includes('auth') || rest.includes('auth2');
    case 'config':
    case 'sentinel':
      return rest.some((word) => secretOptions.test(word));
    default:
      return false;
  }
}
