/** The behaviour of every transport that works on this machine. */
import { expect, test } from 'bun:test';
import { openTransport } from '../../src/transport/select.ts';
import { describeAddresses } from './addresses.ts';
import { describeBehaviour } from './behaviour.ts';
import { Stage } from './stage.ts';
import { workingTransports } from './working.ts';

const names = await workingTransports();
for (const name of names) {
  const timed = (title: string, body: () => Promise<void>): void => test(title, body, 30_000);
  describeBehaviour(timed, name);
  describeAddresses(timed, name);
}

test('the fastest transport that works is taken', async () => {
  const stage = new Stage();
  const opened = await openTransport('auto', stage, () => {});
  stage.transport = opened.transport;
  const shown = { 'node:net': 'node', epoll: 'epoll', io_uring: 'io_uring' }[opened.transport.name];
  await stage.stop();
  expect(shown).toBe(names.at(-1)!);
  expect(opened.declined).toHaveLength(3 - names.length);
});
