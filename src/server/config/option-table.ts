/** Cold. Options by their names. */
import type { OptionDeclaration } from './declaration.ts';
import { allOptions } from './options/all.ts';

/** A name under which an option is known. */
export interface OptionName {
  readonly name: string;
  readonly option: OptionDeclaration;
  /** Whether patterns find it. */
  readonly listed: boolean;
}

function namesOf(option: OptionDeclaration): OptionName[] {
  const listed = option.hidden !== true;
  return [
    ...[option.name, ...(option.aliases ?? [])].map((name) => ({ name, option, listed })),
    ...(option.hiddenAliases ?? []).map((name) => ({ name, option, listed: false })),
  ];
}

/** In the order in which CONFIG GET lists them. */
export const optionNames: readonly OptionName[] = allOptions.flatMap(namesOf);

const byName: ReadonlyMap<string, OptionName> = new Map(optionNames.map((entry) => [entry.name, entry]));

/** Finds a name in any letter case. */
export function findOption(name: string): OptionName | undefined {
  return byName.get(name.toLowerCase());
}
