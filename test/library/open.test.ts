import { expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, open } from '../../src/index.ts';

test('runs commands without a port', async () => {
  const cinnabar = await open();
  expect(cinnabar.port).toBe(0);
  expect(await cinnabar.command('SET', 'greeting', 'hello')).toBe('OK');
  expect(await cinnabar.command('GET', 'greeting')).toBe('hello');
  expect(await cinnabar.command('MGET', 'greeting', 'nothing')).toEqual(['hello', null]);
  expect(await cinnabar.command('INCRBY', 'counter', '9007199254740993')).toBe(9007199254740993n);
  expect(cinnabar.command('NONSENSE')).rejects.toThrow(CommandError);
  expect(cinnabar.command('INCR', 'greeting')).rejects.toThrow('ERR value is not an integer');
  await cinnabar.close();
});

test('serves a port that the system picks, beside commands of its own', async () => {
  const cinnabar = await open({ port: 'any' });
  expect(cinnabar.port).toBeGreaterThan(0);
  await cinnabar.command('SET', 'shared', 'value');
  const reply = await new Promise<string>((resolve, reject) => {
    const socket = connect(cinnabar.port, '127.0.0.1', () => socket.write('GET shared\r\nQUIT\r\n'));
    let received = '';
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
  expect(reply).toBe('$5\r\nvalue\r\n+OK\r\n');
  await cinnabar.close();
});

test('several instances share nothing', async () => {
  const first = await open();
  const second = await open();
  await first.command('SET', 'key', 'first');
  expect(await second.command('GET', 'key')).toBe(null);
  await first.close();
  expect(await second.command('PING')).toBe('PONG');
  await second.close();
});

test('keeps data in a directory that it was given, and touches no other', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cinnabar-test-library-'));
  try {
    const first = await open({ config: { dir, save: '3600 1' } });
    await first.command('SET', 'key', 'kept');
    await first.close();
    expect(readdirSync(dir)).toEqual(['dump.rdb']);
    const second = await open({ config: { dir } });
    expect(await second.command('GET', 'key')).toBe('kept');
    await second.command('SET', 'key', 'changed');
    await second.close();
    const third = await open({ config: { dir } });
    expect(await third.command('GET', 'key')).toBe('kept');
    await third.close();
    const elsewhere = await open();
    await expect(elsewhere.command('SAVE')).rejects.toThrow('ERR');
    await elsewhere.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('refuses options that are none, or wrong', () => {
  expect(open({ config: { maxmemory: 'much' } })).rejects.toThrow('maxmemory');
});
