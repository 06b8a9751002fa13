/** What the system's log receives. */
import { expect, test } from 'bun:test';
import { openSystemLog } from '../../../src/server/system/system-log.ts';
import { receiverAt } from './receiver.ts';

const time = new Date(2026, 10, 3, 4, 5, 6);

test('a line has its priority, its time, and who writes', async () => {
  const socket = `@cinnabar-test-log-${process.pid}`;
  const receiver = await receiverAt(socket);
  const local = await openSystemLog({ ident: 'redis', facility: 'local3', socket });
  expect(local!('warning', 'a line', time)).toBe(true);
  expect(receiver.take()).toBe(`<156>Nov  3 04:05:06 redis[${process.pid}]: a line`);
  const user = await openSystemLog({ ident: 'me', facility: 'user', socket });
  expect(user!('verbose', '100 %s of ü', time)).toBe(true);
  expect(receiver.take()).toBe(`<14>Nov  3 04:05:06 me[${process.pid}]: 100 %s of ü`);
  receiver.close();
});

test('nobody there is told', async () => {
  const log = await openSystemLog({ ident: 'x', facility: 'user', socket: '/nonexistent/log' });
  expect(log!('notice', 'a line', time)).toBe(false);
});
