import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ByteString } from '../bytes.ts';

/** Lines kept from earlier runs. */
export const historyLinesMax = 1000;

/** The lines typed before, in a file that only its owner can read. Lines that name passwords are not kept. */
export class HistoryFile {
  readonly #path: string | undefined;
  /** A line that is repeated is kept once. */
  #last: string | undefined;

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
      const all = readFileSync(this.#path, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      const lines = all.slice(-historyLinesMax);
      // Only appended to while it is in use, or two programs that share it would lose lines of each other.
      if (all.length > 2 * historyLinesMax)
        writeFileSync(this.#path, `${lines.join('\n')}\n`, { mode: 0o600 });
      this.#last = lines.at(-1);
      return lines.reverse();
    } catch {
      return [];
    }
  }

  append(line: string): void {
    if (this.#path === undefined || line === this.#last) return;
    this.#last = line;
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

/** True of commands that carry passwords, also if they are to be repeated. */
export function isSensitive(words: readonly ByteString[]): boolean {
  const command = words.length > 1 && /^[+-]?\d+$/.test(words[0]!) ? words.slice(1) : words;
  const [name, subcommand, ...rest] = command.map((word) => word.toLowerCase());
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
      return subcommand === 'set' && rest.some((word) => secretOptions.test(word));
    default:
      return false;
  }
}
