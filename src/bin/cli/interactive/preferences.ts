import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ByteString } from '../bytes.ts';

/** What `:set` changes. */
export interface Preferences {
  hints: boolean;
}

/** Applies a line such as `:set nohints`. Returns a complaint when it is not understood. */
export function applyPreference(preferences: Preferences, words: readonly ByteString[]): string | undefined {
  if (words[0]!.toLowerCase() !== ':set' || words.length < 2) {
    return `unknown cinnabar-cli internal command '${words[0]}'`;
  }
  const name = words[1]!.toLowerCase();
  if (name !== 'hints' && name !== 'nohints') return `unknown cinnabar-cli preference '${words[1]}'`;
  preferences.hints = name === 'hints';
  return undefined;
}

/** The preferences of the user's file; the defaults when there is none. Complaints are returned, not fatal. */
export function loadPreferences(environment: Readonly<Record<string, string | undefined>>): {
  readonly preferences: Preferences;
  readonly complaints: readonly string[];
} {
  const preferences: Preferences = { hints: true };
  const path = environment['CINNABAR_CLI_RCFILE'] ?? join(homedir(), '.cinnabar_clirc');
  const lines = readIfPresent(path)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const complaints = lines
    .map((line) => applyPreference(preferences, line.trim().split(/\s+/)))
    .filter((complaint) => complaint !== undefined);
  return { preferences, complaints: complaints.map((complaint) => `${path}: ${complaint}`) };
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
