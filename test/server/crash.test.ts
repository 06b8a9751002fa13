import { describe, expect, test } from 'bun:test';
import { Crashed } from '../../src/server/crash.ts';
import { Log } from '../../src/server/log.ts';
import { Server } from '../../src/server/server.ts';
import { runtimesGarbage } from '../../src/server/system/garbage.ts';
import type { FatalSignal } from '../../src/server/system/process-control.ts';
import { freeThreads } from '../../src/server/system/runtime-threads.ts';

const clock = { milliseconds: () => 1_700_000_000_000, wallMicroseconds: () => 0, microseconds: () => 0 };
const random = { fraction: () => 0.5, below: () => 0 };
const hashKey = { word0: 1, word1: 2 };

/** An instance whose process is only asked to end, with its log. */
function stage(own: boolean): { server: Server; done: string[]; text: () => string } {
  const done: string[] = [];
  let text = '';
  const log = new Log(clock, 1, (more) => {
    text += more;
  });
  const control = {
    sleep: () => {},
    exit: (code: number) => void done.push(`exit ${code}`),
    raise: (signal: FatalSignal) => void done.push(signal),
    canRestart: false,
    restart: () => {},
    setTitle: () => {},
    releaseCode: () => {},
    runtimeThreads: freeThreads,
    garbage: runtimesGarbage,
  };
  const server = new Server({ clock, random, hashKey, log, ...(own ? { control } : {}) });
  server.crash.lastWork = () => void done.push('last work');
  return { server, done, text: () => text };
}

describe('a crash', () => {
  test('by an error that nobody caught names it, with its stack', () => {
    const { server, done, text } = stage(true);
    const error = new TypeError('x is not a function');
    expect(() => server.crash.uncaught(error)).toThrow(Crashed);
    expect(text()).toContain('Guru Meditation: uncaught error: x is not a function\n');
    expect(text()).toContain(`------ STACK TRACE ------\n${error.stack}\n`);
    expect(done).toEqual(['last work', 'SIGABRT']);
  });

  test('by something else that was thrown is told as well', () => {
    const { server, text } = stage(true);
    expect(() => server.crash.uncaught('no error at all')).toThrow(Crashed);
    expect(text()).toContain('Guru Meditation: uncaught error: no error at all\n');
  });

  test('in a process that belongs to somebody else is an error there', () => {
    const { server, text } = stage(false);
    expect(() => server.crash.panic('broken', undefined)).toThrow(new Crashed('Guru Meditation: broken'));
    expect(text()).toContain('=== REDIS BUG REPORT END');
  });

  test('while one is reported does not hide the first', () => {
    const { server, done, text } = stage(true);
    Object.defineProperty(server.clients, 'byId', {
      get: () => server.crash.panic('the second', undefined),
    });
    expect(() => server.crash.panic('the first', undefined)).toThrow(Crashed);
    expect(text()).toContain('the first');
    expect(text()).not.toContain('the second');
    expect(done[1]).toBe('SIGABRT');
  });
});
