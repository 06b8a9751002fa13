import { describe, expect, test } from 'bun:test';
import type { CommandDeclaration } from '../../src/commands/declaration.ts';
import {
  CONTAINER,
  DENYOOM,
  FAST,
  HAS_KEYS,
  MOVABLE_KEYS,
  shownCategoryNames,
  WRITE,
} from '../../src/commands/flags.ts';
import {
  countedKeysAt,
  keyAt,
  keysAfter,
  keysFrom,
  unknownKeys,
} from '../../src/commands/key-specification.ts';
import { CommandTable } from '../../src/commands/registry.ts';

function declare(name: string, more: Partial<CommandDeclaration> = {}): CommandDeclaration {
  const prose = { summary: '', since: '1.0.0', group: 'string', complexity: 'O(1)' };
  return { name, ...prose, arity: -1, flags: '', categories: '', ...more };
}

const set = declare('set', {
  arity: -3,
  flags: 'write denyoom',
  categories: 'string',
  keys: [keyAt(1, 'OW update')],
});
const container = declare('config', {
  arity: -2,
  subcommands: [declare('get', { arity: -3, flags: 'admin' }), declare('set', { arity: 4 })],
});
const ping = declare('ping', { flags: 'fast', categories: 'connection' });

function table(): CommandTable {
  return new CommandTable([set, container, ping]);
}

function find(commands: CommandTable, name: string): number {
  const bytes = Buffer.from(name);
  return commands.find(bytes, 0, bytes.length);
}

describe('command table', () => {
  test('numbers commands and subcommands', () => {
    const commands = table();
    expect(commands.count).toBe(5);
    expect(commands.fullNames).toEqual(['set', 'config', 'config|get', 'config|set', 'ping']);
    expect([...commands.containers]).toEqual([-1, -1, 1, 1, -1]);
    expect(commands.topLevel()).toEqual([0, 1, 4]);
    expect(commands.subcommandsOf(1)).toEqual([2, 3]);
    expect(commands.subcommandsOf(0)).toEqual([]);
  });

  test('finds by bytes and by name', () => {
    const commands = table();
    expect(find(commands, 'SET')).toBe(0);
    expect(find(commands, 'get')).toBe(-1);
    const word = Buffer.from('Get');
    expect(commands.findSubcommand(1, word, 0, 3)).toBe(2);
    expect(commands.findSubcommand(0, word, 0, 3)).toBe(-1);
    expect(commands.findByName('Config')).toBe(1);
    expect(commands.findByName('CONFIG|set')).toBe(3);
    for (const missing of ['config|', 'config|get|x', 'set|get', 'get', '', '|']) {
      expect(commands.findByName(missing)).toBe(-1);
    }
  });

  test('flags are bits, declared and derived', () => {
    const commands = table();
    expect(commands.flags[0]).toBe(WRITE | DENYOOM | HAS_KEYS);
    expect(commands.flags[1]).toBe(CONTAINER);
    expect(commands.flags[4]).toBe(FAST);
  });

  test('categories follow from flags', () => {
    const commands = table();
    expect(shownCategoryNames(commands.categories[0])).toEqual(['@write', '@string', '@slow']);
    expect(shownCategoryNames(commands.categories[2])).toEqual(['@admin', '@slow', '@dangerous']);
    expect(shownCategoryNames(commands.categories[4])).toEqual(['@fast', '@connection']);
  });

  test('arity', () => {
    const commands = table();
    expect([2, 3, 9].map((count) => commands.accepts(0, count))).toEqual([false, true, true]);
    expect([3, 4, 5].map((count) => commands.accepts(3, count))).toEqual([false, true, false]);
  });

  const ranges = [
    [[], [0, 0, 0], false],
    [[keyAt(2, 'RO')], [2, 2, 1], false],
    [[keysFrom(1, 'RO')], [1, -1, 1], false],
    [[keysFrom(1, 'OW', { step: 2 })], [1, -1, 2], false],
    [[keyAt(1, 'RW'), keyAt(2, 'OW')], [1, 2, 1], false],
    [[keyAt(2, 'OW'), keysFrom(3, 'RO')], [2, -1, 1], false],
    [[keyAt(1, 'OW'), countedKeysAt(2, 'RO')], [1, 1, 1], true],
    [[countedKeysAt(1, 'RO')], [0, 0, 0], true],
    [[keyAt(1, 'RO'), keysAfter('STORE', 5, 'OW', { lastKey: 0 })], [1, 1, 1], true],
    [[keyAt(1, 'RO'), keyAt(4, 'OW')], [1, 1, 1], true],
  ] as const;

  test.each(ranges)('key range of %#', (keys, expected, movable) => {
    const commands = new CommandTable([declare('x', { keys })]);
    expect([commands.firstKeys[0], commands.lastKeys[0], commands.keySteps[0]]).toEqual([...expected]);
    expect((commands.flags[0] & MOVABLE_KEYS) !== 0).toBe(movable);
  });

  test('renames and removes', () => {
    const commands = table();
    expect(commands.rename('SET', 'Put')).toBeUndefined();
    expect(find(commands, 'set')).toBe(-1);
    expect(find(commands, 'PUT')).toBe(0);
    expect(commands.fullNames[0]).toBe('set');
    expect(commands.rename('config', '')).toBeUndefined();
    expect(commands.findByName('config|get')).toBe(-1);
    expect(commands.topLevel()).toEqual([0, 4]);
    expect(commands.rename('set', 'other')).toBe('No such command in rename-command');
    expect(commands.rename('put', 'PING')).toBe('Target command name already exists');
  });

  test('refuses declarations that contradict themselves', () => {
    expect(() => new CommandTable([ping, ping])).toThrow('declared twice: ping');
    expect(() => new CommandTable([declare('x', { flags: 'quick' })])).toThrow('no such command flag: quick');
    expect(() => new CommandTable([declare('x', { categories: '@string' })])).toThrow('no such ACL category');
    expect(() => new CommandTable([declare('x', { keys: [keyAt(1, 'RX')] })])).toThrow(
      'no such key flag: RX',
    );
    expect(() => new CommandTable([declare('x', { keys: [unknownKeys('RO')] })])).toThrow('x needs findKeys');
  });
});
