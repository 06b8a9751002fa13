/** Some crashes; `npm run crash` goes on for longer. */
import { expect, test } from 'bun:test';
import { crash } from './crash.ts';

const ROUNDS = 16;

test('what is promised survives SIGKILL at any moment', async () => {
  const result = await crash({ seed: 20_261_124, goesOn: (rounds) => rounds < ROUNDS });
  expect(result.rounds).toBe(ROUNDS);
  expect(result.acknowledged).toBeGreaterThan(500);
  expect(result.rewrites).toBeGreaterThan(ROUNDS / 2);
  expect(result.killedWhileLoading).toBeGreaterThan(0);
}, 120_000);
