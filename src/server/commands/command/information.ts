/** Cold. What COMMAND and COMMAND INFO say of a command. */
import { shownCategoryNames, shownFlagNames } from '../../../commands/flags.ts';
import {
  type BeginSearch,
  type FindKeys,
  type KeySpecification,
  parseKeyFlags,
  shownKeyFlagNames,
} from '../../../commands/key-specification.ts';
import type { CommandTable } from '../../../commands/registry.ts';
import type { Reply } from '../../../protocol/reply.ts';

const elementCount = 10;

/** Writes one command with its subcommands. */
export function writeInformation(table: CommandTable<never>, id: number, reply: Reply): void {
  const declaration = table.declarations[id];
  const subcommands = table.subcommandsOf(id);
  reply.array(elementCount);
  reply.text(table.fullNames[id]);
  reply.integer(table.arities[id]);
  writeNames(shownFlagNames(table.flags[id]), reply);
  reply.integer(table.firstKeys[id]);
  reply.integer(table.lastKeys[id]);
  reply.integer(table.keySteps[id]);
  writeNames(shownCategoryNames(table.categories[id]), reply);
  writeTips(declaration.tips ?? [], reply);
  writeKeySpecifications(declaration.keys ?? [], reply);
  writeSubcommands(table, subcommands, reply);
}

/** Names go out as a set of simple strings, as clients expect flags. */
export function writeNames(names: readonly string[], reply: Reply): void {
  reply.set(names.length);
  for (const name of names) reply.simple(name);
}

function writeTips(tips: readonly string[], reply: Reply): void {
  reply.set(tips.length);
  for (const tip of tips) reply.text(tip);
}

/** An array, but an empty set where there are none: so does Redis. */
function writeSubcommands(table: CommandTable<never>, subcommands: readonly number[], reply: Reply): void {
  if (subcommands.length === 0) {
    reply.set(0);
    return;
  }
  reply.array(subcommands.length);
  for (const subcommand of subcommands) writeInformation(table, subcommand, reply);
}

function writeKeySpecifications(specifications: readonly KeySpecification[], reply: Reply): void {
  reply.set(specifications.length);
  for (const { notes, flags, begin, find } of specifications) {
    reply.map(notes === undefined ? 3 : 4);
    if (notes !== undefined) {
      reply.text('notes');
      reply.text(notes);
    }
    reply.text('flags');
    writeNames(shownKeyFlagNames(parseKeyFlags(flags)), reply);
    reply.text('begin_search');
    writeSearch(begin.type, beginNumbers(begin), reply);
    reply.text('find_keys');
    writeSearch(find.type, findNumbers(find), reply);
  }
}

function writeSearch(
  type: string,
  values: readonly (readonly [string, string | number])[],
  reply: Reply,
): void {
  reply.map(2);
  reply.text('type');
  reply.text(type);
  reply.text('spec');
  reply.map(values.length);
  for (const [name, value] of values) {
    reply.text(name);
    if (typeof value === 'number') reply.integer(value);
    else reply.text(value);
  }
}

function beginNumbers(begin: BeginSearch): readonly (readonly [string, string | number])[] {
  if (begin.type === 'index') return [['index', begin.index]];
  if (begin.type === 'unknown') return [];
  return [
    ['keyword', begin.keyword],
    ['startfrom', begin.startFrom],
  ];
}

function findNumbers(find: FindKeys): readonly (readonly [string, number])[] {
  if (find.type === 'unknown') return [];
  if (find.type === 'range') {
    return [
      ['lastkey', find.lastKey],
      ['keystep', find.step],
      ['limit', find.limit],
    ];
  }
  return [
    ['keynumidx', find.keyNumberIndex],
    ['firstkey', find.firstKey],
    ['keystep', find.step],
  ];
}
