import type { CommandDocumentation } from './documentation.ts';
import { helpTopics } from './help.ts';

/** What a typed line may be completed to: whole lines, in the case of what was typed. */
export function completionsFor(line: string, commands: readonly CommandDocumentation[]): string[] {
  const help = /^(help\s+)(.*)$/i.exec(line);
  const prefix = help?.[1] ?? '';
  const typed = help?.[2] ?? line;
  const candidates = help === null ? commands.map(({ name }) => name) : helpTopics(commands);
  const matching = candidates.filter((name) => name.toUpperCase().startsWith(typed.toUpperCase()));
  return matching.map(
    (name) => prefix + (typed !== '' && typed === typed.toLowerCase() ? name.toLowerCase() : name),
  );
}
