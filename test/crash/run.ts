/**
 * Crashes servers for as long as it takes.
 *
 *   npm run crash                        2000 rounds, a new seed every 100
 *   npm run crash -- --rounds 50 --seed 7
 */
import { parseArgs } from 'node:util';
import { crash } from './crash.ts';

const ROUNDS_A_SEED = 100;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
});
let left = Number(values.rounds);
let seed = Number(values.seed);
while (left > 0) {
  const rounds = Math.min(left, ROUNDS_A_SEED);
  const result = await crash({ seed, goesOn: (count) => count < rounds });
  process.stdout.write(
    `seed ${seed}: ${result.rounds} rounds, ${result.acknowledged} writes acknowledged, ${result.rewrites} rewrites, ` +
      `${result.killedWhileLoading} killed while loading\n`,
  );
  left -= rounds;
  seed++;
}
