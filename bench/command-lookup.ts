/** How long finding a command by its name's bytes takes. Run: bun bench/command-lookup.ts */

import { keyCommands } from '../src/commands/keys/declarations.ts';
import { findName, NameLookup } from '../src/commands/lookup.ts';
import { stringCommands } from '../src/commands/strings/declarations.ts';

const names = [...stringCommands, ...keyCommands].map((command) => command.name);
const lookup = new NameLookup(names.map((name, id) => [name, id]));
const mixes = {
  'GET and SET': ['GET', 'SET'],
  'all names': names.map((name, at) => (at % 2 ? name : name.toUpperCase())),
  'names that do not exist': ['nosuch', 'GETS', 'expireatt', 'X', 'lpush', 'incrbyfloaty'],
};

for (const [label, words] of Object.entries(mixes)) {
  const buffer = Buffer.from(words.join('\r\n'));
  const bounds = Int32Array.from(
    words.flatMap((word, at) => {
      const start = words.slice(0, at).reduce((sum, earlier) => sum + earlier.length + 2, 0);
      return [start, start + word.length];
    }),
  );
  for (let warmUp = 0; warmUp < 3; warmUp++) measure(buffer, bounds, 1_000_000);
  const rounds = 20_000_000;
  const nanoseconds = (measure(buffer, bounds, rounds) * 1e6) / rounds;
  console.log(`${label}: ${nanoseconds.toFixed(2)} ns a lookup`);
}

/** Milliseconds that so many lookups take, the words one after the other. */
function measure(buffer: Uint8Array, bounds: Int32Array, rounds: number): number {
  const start = performance.now();
  let found = 0;
  let word = 0;
  for (let round = 0; round < rounds; round++) {
    found += findName(lookup, buffer, bounds[word], bounds[word + 1]);
    word += 2;
    if (word === bounds.length) word = 0;
  }
  if (found === 0) throw new Error('nothing found');
  return performance.now() - start;
}
