import { describe, expect, test } from 'bun:test';
import type { Database } from '../../../src/keyspace/database.ts';
import { Keyspace } from '../../../src/keyspace/keyspace.ts';
import { NO_EXPIRY, setString } from '../../../src/keyspace/string-value.ts';
import { KeySizeSurvey } from '../../../src/server/information/key-size-survey.ts';

const random = { fraction: () => 0, below: () => 0 };

function filled(lengths: readonly number[]): Database {
  const keyspace = new Keyspace({ hashKey: { word0: 1, word1: 2 }, random, databases: 1 });
  const database = keyspace.databases[0];
  for (const [index, length] of lengths.entries()) {
    const key = Buffer.from(`key${index}`);
    const record = database.write(key, 0, key.length);
    setString(database, record, key, 0, key.length, Buffer.alloc(length, 'x'), 0, length, NO_EXPIRY);
  }
  return database;
}

describe('the survey of key sizes', () => {
  test('counts a small database exactly', () => {
    const survey = new KeySizeSurvey(filled([0, 1, 2, 3, 4, 7, 8, 1023, 1024, 9000]));
    expect([...survey.ask(0).entries()].filter(([, count]) => count > 0)).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
      [3, 2],
      [4, 1],
      [10, 1],
      [11, 1],
      [14, 1],
    ]);
  });

  test('estimates a large one at first, and knows it exactly after some ticks', () => {
    const lengths = Array.from({ length: 30_000 }, (_, index) => (index % 3 === 0 ? 100 : 10));
    const survey = new KeySizeSurvey(filled([...lengths, 20_000]));
    const estimate = survey.ask(1000);
    expect(estimate[7] / 10_000).toBeGreaterThan(0.9);
    expect(estimate[7] / 10_000).toBeLessThan(1.1);
    for (let tick = 0; tick < 10; tick++) survey.tick(1000 + tick * 100);
    const exact = survey.ask(2000);
    expect([exact[4], exact[7], exact[15]]).toEqual([20_000, 10_000, 1]);
  });

  test('stops counting when nobody has asked for a minute', () => {
    const survey = new KeySizeSurvey(
      filled(Array.from({ length: 20_001 }, (_, index) => (index % 3 === 0 ? 100 : 10))),
    );
    const estimate = survey.ask(1000);
    survey.tick(61_001);
    expect(survey.ask(61_002)).toEqual(estimate);
    survey.tick(61_003);
    expect(survey.ask(61_004)).not.toEqual(estimate);
  });
});
