import { expect, test } from 'bun:test';
import { Bench } from '../commands/bench.ts';

test('what a command without effect would have propagated does not stand for the next one', () => {
  const bench = new Bench();
  bench.runLines('XGROUP CREATE s g $ MKSTREAM', 'XREADGROUP GROUP g alice STREAMS s >');
  bench.takePropagated();
  bench.runLines('XREADGROUP GROUP g alice STREAMS s >', 'SET key value');
  expect(bench.takePropagated()).toEqual(['SET key value']);
  bench.verifyEmptied();
});
