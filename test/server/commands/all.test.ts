import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { writeHelp } from '../../../src/commands/help.ts';
import { CommandTable } from '../../../src/commands/registry.ts';
import { parseSyntax, type SyntaxArgument } from '../../../src/commands/syntax.ts';
import { Arguments } from '../../../src/protocol/arguments.ts';
import { Reply } from '../../../src/protocol/reply.ts';
import { allCommands } from '../../../src/server/commands/all.ts';
import { Output } from '../../../src/transport/output.ts';

const table = new CommandTable(allCommands);
const ids = Array.from({ length: table.count }, (_, id) => id);
const topLevel = table.topLevel();

function find(name: string): number {
  const bytes = Buffer.from(`*1\r\n${name}\r\n`, 'latin1');
  return table.find(bytes, 4, bytes.length - 2);
}

function keyArguments(members: readonly SyntaxArgument[]): SyntaxArgument[] {
  return members.flatMap((member) =>
    member.keySpecification === undefined ? keyArguments(member.arguments) : [member],
  );
}

describe('all commands', () => {
  test('are found in any letter case, and nothing that differs by one letter is', () => {
    const letter = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
    const id = fc.constantFrom(...topLevel);
    fc.assert(
      fc.property(id, fc.nat(), fc.nat({ max: 20 }), letter, (wanted, upper, place, other) => {
        const name = table.fullNames[wanted];
        const mixed = [...name].map((each, at) => ((upper >> at) & 1 ? each.toUpperCase() : each)).join('');
        expect(find(mixed)).toBe(wanted);
        const at = place % name.length;
        const changed = (mixed.slice(0, at) + other + mixed.slice(at + 1)).replace(/[A-Z]/g, (each) =>
          each.toLowerCase(),
        );
        expect(find(changed)).toBe(topLevel.find((each) => table.fullNames[each] === changed) ?? -1);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(ids.map((id) => [table.fullNames[id], id] as const))('%s is declared whole', (_, id) => {
    const { name, summary, arity, keys, syntax, subcommands } = table.declarations[id];
    expect(name).toMatch(/^[a-z_-]+$/);
    expect(summary).toMatch(/^[A-Z].*\.$/);
    const words = table.containers[id] < 0 ? 1 : 2;
    expect(Math.abs(arity)).toBeGreaterThanOrEqual(words);
    const members = parseSyntax(syntax ?? '');
    const mandatory = members.filter((member) => !member.optional).length;
    if (arity > 0) expect(mandatory).toBeLessThanOrEqual(arity - words);
    for (const member of keyArguments(members)) expect(keys?.[member.keySpecification ?? 0]).toBeDefined();
    if (subcommands !== undefined) expect(subcommands.map((each) => each.name)).toContain('help');
  });

  test.each(topLevel.filter((id) => table.declarations[id].subcommands !== undefined))(
    'help of container %d',
    (id) => {
      const output = new Output(16);
      const words = new Arguments();
      words.assign([Buffer.from(table.fullNames[id].toUpperCase()), Buffer.from('help')]);
      writeHelp(table, words, new Reply(output));
      const lines = Buffer.from(output.bytes.subarray(0, output.length))
        .toString()
        .split('\r\n')
        .slice(0, -1);
      const name = table.fullNames[id].toUpperCase();
      expect(lines[0]).toBe(`*${lines.length - 1}`);
      expect(lines[1]).toBe(`+${name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`);
      expect(lines.slice(-2)).toEqual(['+HELP', '+    Print this help.']);
      const others = table.subcommandsOf(id).length - 1 + (table.accepts(id, 1) ? 1 : 0);
      expect(lines.length).toBe(2 * others + 4);
    },
  );
});
