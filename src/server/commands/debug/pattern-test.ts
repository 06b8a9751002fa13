/** Cold. DEBUG STRINGMATCH-TEST: patterns at random against texts at random. */
import { globMatches } from '../../../memory/glob.ts';
import type { ServerCall } from '../../server-call.ts';

const ROUNDS = 100_000;
const LENGTH_MAX = 32;
/** What means something in a pattern, and a little more. */
const ALPHABET = Buffer.from('*?[]^-\\ab\0\xff', 'latin1');

/** Matches until it is done; what goes wrong is a crash or never ends. */
export function testPatterns(call: ServerCall): void {
  const { random } = call.keyspace;
  const text = new Uint8Array(LENGTH_MAX);
  const pattern = new Uint8Array(LENGTH_MAX);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < LENGTH_MAX; i++) {
      text[i] = ALPHABET[random.below(ALPHABET.length)];
      pattern[i] = ALPHABET[random.below(ALPHABET.length)];
    }
    globMatches(pattern.subarray(random.below(LENGTH_MAX)), text, 0, random.below(LENGTH_MAX), false);
  }
  call.reply.simple('Apparently Redis did not crash: test passed');
}
