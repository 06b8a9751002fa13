import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { writeDocumentationOf, writeInformationOf } from '../../src/server/commands/command/about.ts';
import { replyTo, table } from './command-table.ts';
import type { Connection } from './connection.ts';
import { type Peer, startPeer } from './peer.ts';
import { decode, type Reply } from './reply.ts';

let peer: Peer;
let connection: Connection;

beforeAll(async () => {
  peer = await startPeer('redis8');
  connection = await peer.connect();
  await connection.call('HELLO', '3');
});

afterAll(() => peer.stop());

const names = table.topLevel().map((id) => table.fullNames[id]);

/** Not those that Redis 8.0 does not have. */
const isKnown = (name: string) => !isNewer(table.declarations[table.fullNames.indexOf(name)]!.since);
const known = names.filter(isKnown);
const allNames = table.fullNames.filter(isKnown);

type Plain = string | number | boolean | null | Plain[] | { [name: string]: Plain };

/** Maps become objects and sets arrays, so that a difference is printed well. */
function plain(reply: Reply): Plain {
  if (reply instanceof Map)
    return Object.fromEntries([...reply].map(([key, value]) => [String(key), plain(value)]));
  if (reply instanceof Set) return [...reply].map(plain);
  if (Array.isArray(reply)) return reply.map(plain);
  return reply as Plain;
}

async function information(name: string): Promise<Plain[][]> {
  const ours = decode(replyTo(['COMMAND', 'INFO', name], writeInformationOf));
  const theirs = await connection.call('COMMAND', 'INFO', name);
  return [ours, theirs].map((reply) => plain((reply as Reply[])[0]) as Plain[]);
}

/** Prose is our own: of notes only that there are some counts. */
function withoutNotes(specifications: Plain): Plain {
  return (specifications as { [name: string]: Plain }[]).map((each) =>
    'notes' in each ? { ...each, notes: '' } : each,
  );
}

describe('COMMAND INFO', () => {
  test.each(allNames)('%s', async (name) => {
    const [ours, theirs] = await information(name);
    expect(ours.slice(0, 8)).toEqual(theirs.slice(0, 8));
    expect(withoutNotes(ours[8])).toEqual(withoutNotes(theirs[8]));
    const theirNames = (theirs[9] as Plain[][]).map((subcommand) => subcommand[0]);
    for (const subcommand of ours[9] as Plain[][]) expect(theirNames).toContain(subcommand[0] as Plain);
  });

  test('unknown names are null in both protocols, an empty list of subcommands is a set', async () => {
    for (const version of [2, 3] as const) {
      await connection.call('HELLO', version);
      for (const words of [
        ['nosuch'],
        ['get|x', 'config|'],
        ['CONFIG|GET', 'a|b|c'],
        ['PING', 'nosuch', 'Ping'],
      ]) {
        const request = ['COMMAND', 'INFO', ...words];
        expect(replyTo(request, writeInformationOf, version)).toEqual(await connection.raw(...request));
      }
    }
  });
});

describe('COMMAND INFO of what Valkey has and Redis 8.0 has not', () => {
  test('msetex, delifeq', async () => {
    const valkey = await startPeer('valkey9');
    try {
      const other = await valkey.connect();
      const request = ['COMMAND', 'INFO', 'msetex', 'delifeq'];
      expect(replyTo(request, writeInformationOf, 2)).toEqual(await other.raw(...request));
    } finally {
      await valkey.stop();
    }
  });
});

interface Documented {
  readonly summary?: string;
  readonly complexity?: string;
  readonly replaced_by?: string;
  readonly since?: string;
  readonly history?: readonly (readonly [string, string])[];
  readonly arguments?: readonly Documented[];
  readonly subcommands?: { readonly [name: string]: Documented };
  readonly [name: string]: unknown;
}

function isNewer(since: string | undefined): boolean {
  const [major, minor] = (since ?? '0.0').split('.').map(Number);
  return major > 8 || (major === 8 && minor > 0);
}

/** Options that Valkey alone has since its version 8.0. */
const valkeyOptions: readonly unknown[] = ['noscores'];

/** Documentation less what is prose or newer than Redis 8.0. */
function facts(documented: Documented): Record<string, unknown> {
  const {
    summary,
    complexity,
    history,
    replaced_by,
    arguments: members,
    subcommands,
    ...others
  } = documented;
  const kept: Record<string, unknown> = { ...others, hasSummary: summary !== '' };
  if (complexity !== undefined) kept['complexity'] = /O\([^)]*\)/.exec(complexity)?.[0];
  if (replaced_by !== undefined) kept['replaced_by'] = /`[A-Z]+`/.exec(replaced_by)?.[0];
  if (history !== undefined)
    kept['history'] = history.map(([since]) => since).filter((since) => !isNewer(since));
  if (members !== undefined)
    kept['arguments'] = members
      .filter(({ since, name }) => !isNewer(since) && !valkeyOptions.includes(name))
      .map(facts);
  return kept;
}

describe('COMMAND DOCS', () => {
  test.each(allNames)('%s', async (name) => {
    const request = ['COMMAND', 'DOCS', name.toUpperCase()];
    const ours = plain(decode(replyTo(request, writeDocumentationOf))) as Record<string, Documented>;
    const theirs = plain(await connection.call(...request)) as Record<string, Documented>;
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    expect(Object.keys(ours[name])).toEqual(Object.keys(theirs[name]));
    expect(facts(ours[name])).toEqual(facts(theirs[name]));
  });

  test('of all commands and of unknown ones', async () => {
    const ours = plain(decode(replyTo(['COMMAND', 'DOCS'], writeDocumentationOf))) as Record<
      string,
      Documented
    >;
    expect(Object.keys(ours)).toEqual(names);
    const request = ['COMMAND', 'DOCS', 'nosuch', 'get|', 'a|b|c'];
    expect(replyTo(request, writeDocumentationOf)).toEqual(await connection.raw(...request));
  });

  test('every command has words of its own', async () => {
    const theirs = plain(await connection.call('COMMAND', 'DOCS')) as Record<string, Documented>;
    for (const name of known) {
      expect(table.declarations[table.findByName(name)].summary).not.toBe(theirs[name].summary ?? '');
    }
  });
});
