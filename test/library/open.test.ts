import { expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

test('saves nowhere without a directory, and ends nonetheless', async () => {
  await expect(open({ config: { save: '60 1' } })).rejects.toThrow('need the option dir');
  await expect(open({ config: { appendonly: 'yes' } })).rejects.toThrow('need the option dir');
  const cinnabar = await open();
  await cinnabar.command('CONFIG', 'SET', 'save', '60 1');
  await cinnabar.command('SET', 'key', 'value');
  await cinnabar.close();
});

test('refuses options that are none, or wrong', () => {
  expect(open({ config: { maxmemory: 'much' } })).rejects.toThrow('maxmemory');
});

test('a request that is none leaves the replies after it where they belong', async () => {
  const cinnabar = await open();
  const send = (...words: unknown[]) => cinnabar.command(...(words as string[]));
  const none = [[], [null], ['GET', undefined], ['GET', {}], ['GET', ['a']], ['SET', 'a', true]];
  for (const words of none) await expect(send(...words)).rejects.toThrow(TypeError);
  await expect(send('SET', 'a', new Uint16Array(2))).rejects.toThrow(TypeError);
  for (const name of ['MONITOR', 'sync', 'PSYNC', Buffer.from('monitor')])
    await expect(send(name, '?', '-1')).rejects.toThrow('needs a client with a socket');
  await expect(send('CLIENT', 'REPLY', 'OFF')).rejects.toThrow('needs a client with a socket');
  await expect(send('')).rejects.toThrow(CommandError);
  expect(await send('ECHO', 'one')).toBe('one');
  expect(await send('ECHO', 2n)).toBe('2');
  await cinnabar.close();
});

test('goes on after its own connection was closed', async () => {
  const cinnabar = await open();
  await cinnabar.command('QUIT');
  expect(await cinnabar.command('PING')).toBe('PONG');
  await cinnabar.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no');
  expect(await cinnabar.command('PING')).toBe('PONG');
  await cinnabar.close();
  await expect(cinnabar.command('PING')).rejects.toThrow('closed');
});

test('SHUTDOWN ends what waits for replies', async () => {
  const cinnabar = await open();
  const waiting = cinnabar.command('SHUTDOWN', 'NOSAVE').catch((error: Error) => error.message);
  expect(await waiting).toBe('ERR the connection was closed');
  await cinnabar.close();
});

test('an instance that cannot be opened says why, and gives its port back', async () => {
  const first = await open({ port: 'any' });
  const { port } = first;
  await expect(open({ port })).rejects.toThrow(`127.0.0.1:${port}: Address already in use`);
  await first.close();
  const dir = mkdtempSync(join(tmpdir(), 'cinnabar-test-library-'));
  try {
    writeFileSync(join(dir, 'dump.rdb'), 'no snapshot');
    await expect(open({ port, config: { dir } })).rejects.toThrow('cannot load the data');
    const second = await open({ port });
    await second.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
