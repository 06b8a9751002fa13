/** What Redis 8.10 has, which the installed peers do not know. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { array, Bench, bulk, NIL, OK, WRONG_TYPE } from '../bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.verifyEmptied());

const NO_SUCH_SET = '-ERR no such fieldset\r\n';

test('HIMPORT SET writes a hash of the fields that were announced', () => {
  expect(bench.runLines('HIMPORT PREPARE user name email')).toBe(OK);
  expect(bench.runLines('HIMPORT SET u:1 user ann a@b.c')).toBe(OK);
  expect(bench.runLines('HGETALL u:1')).toBe(array(...['name', 'ann', 'email', 'a@b.c'].map(bulk)));
  expect(bench.takeEvents()).toEqual(['hset u:1']);
  expect(bench.takePropagated()).toEqual(['HSET u:1 name ann email a@b.c']);
});

test('it replaces a hash with its expiry, and nothing else', () => {
  bench.runLines('HIMPORT PREPARE f a b', 'HSET h a 1 z 2', 'EXPIRE h 100', 'SET s x');
  bench.takePropagated();
  expect(bench.runLines('HIMPORT SET h f 3 4')).toBe(OK);
  expect(bench.runLines('HMGET h a b z')).toBe(array(bulk('3'), bulk('4'), NIL));
  expect(bench.runLines('TTL h')).toBe(':-1\r\n');
  expect(bench.takePropagated()).toEqual(['DEL h', 'HSET h a 3 b 4']);
  expect(bench.runLines('HIMPORT SET s f 3 4')).toBe(WRONG_TYPE);
  expect(bench.runLines('GET s')).toBe(bulk('x'));
});

test('a set of fields can be replaced and forgotten', () => {
  bench.runLines('HIMPORT PREPARE f a b', 'HIMPORT PREPARE g a', 'HIMPORT PREPARE f x y z');
  expect(bench.runLines('HIMPORT SET h f 1 2')).toBe('-ERR value count does not match the fieldset\r\n');
  expect(bench.runLines('HIMPORT SET h f 1 2 3')).toBe(OK);
  expect(bench.runLines('HIMPORT DISCARD f')).toBe(':1\r\n');
  expect(bench.runLines('HIMPORT DISCARD f')).toBe(':0\r\n');
  expect(bench.runLines('HIMPORT SET h f 1 2 3')).toBe(NO_SUCH_SET);
  expect(bench.runLines('HIMPORT PREPARE i a')).toBe(OK);
  expect(bench.runLines('HIMPORT DISCARDALL')).toBe(':2\r\n');
  expect(bench.runLines('HIMPORT DISCARDALL')).toBe(':0\r\n');
});

test('names may be empty but not double', () => {
  expect(bench.runLines('HIMPORT PREPARE f a b a')).toBe('-ERR duplicate field name in fieldset\r\n');
  expect(bench.runLines('HIMPORT SET h f 1 2 3')).toBe(NO_SUCH_SET);
  expect(bench.run('HIMPORT', 'PREPARE', '', '')).toBe(OK);
  expect(bench.run('HIMPORT', 'SET', 'h', '', 'value')).toBe(OK);
  expect(bench.run('HGET', 'h', '')).toBe(bulk('value'));
});

test('RESET forgets all of them, and they count as memory of the client', () => {
  const before = bench.server.clientMemory.total;
  bench.run('HIMPORT', 'PREPARE', 'f', 'a'.repeat(1000));
  expect(bench.server.clientMemory.total).toBeGreaterThan(before + 1000);
  bench.runLines('RESET');
  expect(bench.server.clientMemory.total).toBe(before);
  expect(bench.runLines('HIMPORT SET h f 1')).toBe(NO_SUCH_SET);
});
