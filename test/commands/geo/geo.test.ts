import { afterEach, beforeEach, expect, test } from 'bun:test';
import { array, Bench, bulk, NIL } from '../bench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.runLines('GEOADD sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania');
});
afterEach(() => bench.verifyEmptied());

const one = (line: string): string => bench.runLines(line);

test('places have scores, texts and distances', () => {
  expect(one('ZSCORE sicily Palermo')).toBe(bulk('3479099956230698'));
  expect(one('GEOHASH sicily Palermo Catania nosuch')).toBe(
    array(bulk('sqc8b49rny0'), bulk('sqdtr74hyu0'), NIL),
  );
  expect(one('GEODIST sicily Palermo Catania km')).toBe(bulk('166.2742'));
  expect(one('GEODIST sicily Palermo nosuch')).toBe(NIL);
  expect(one('GEOPOS sicily Palermo nosuch')).toBe(
    array(array(bulk('13.361389338970184'), bulk('38.1155563954963')), '*-1\r\n'),
  );
});

test('searches by circle and box', () => {
  expect(one('GEOSEARCH sicily FROMLONLAT 15 37 BYRADIUS 200 km DESC WITHDIST')).toBe(
    array(array(bulk('Palermo'), bulk('190.4424')), array(bulk('Catania'), bulk('56.4413'))),
  );
  expect(one('GEOSEARCH sicily FROMMEMBER Palermo BYBOX 100 100 km')).toBe(array(bulk('Palermo')));
  expect(one('GEORADIUSBYMEMBER sicily Palermo 200 km COUNT 1 DESC')).toBe(array(bulk('Catania')));
});

test('searches store hashes or distances', () => {
  expect(one('GEOSEARCHSTORE near sicily FROMLONLAT 15 37 BYRADIUS 100 km STOREDIST')).toBe(':1\r\n');
  expect(one('ZRANGE near 0 -1')).toBe(array(bulk('Catania')));
  expect(one('GEORADIUS nosuch 15 37 100 km STORE near')).toBe(':0\r\n');
  expect(one('EXISTS near')).toBe(':0\r\n');
});

test('GEOADD is propagated as ZADD', () => {
  expect(bench.takePropagated()).toEqual(['ZADD sicily 3479099956230698 Palermo 3479447370796909 Catania']);
});
