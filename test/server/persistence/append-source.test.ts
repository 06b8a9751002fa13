import { describe, expect, test } from 'bun:test';
import { Stage } from './stage.ts';

const FOLDER = 'appendonlydir';
const INCREMENTAL = `${FOLDER}/appendonly.aof.1.incr.aof`;
const MANIFEST = `${FOLDER}/appendonly.aof.manifest`;

/** A command as it stands in the file. */
function command(line: string): string {
  const words = line.split(' ');
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** An instance that was killed after a command, with bytes added to its incremental file. */
async function killed(added: string): Promise<Stage> {
  const stage = new Stage();
  await stage.runLines('SET a 1', 'SET b 2');
  const bytes = stage.files.files.get(INCREMENTAL) ?? Buffer.alloc(0);
  stage.files.files.set(INCREMENTAL, Buffer.concat([bytes, Buffer.from(added, 'latin1')]));
  return stage;
}

test('an end that is cut anywhere is cut off, and writing goes on behind it', async () => {
  const added = command('SET c 3');
  for (let length = 1; length < added.length; length++) {
    const again = (await killed(added.slice(0, length))).again();
    expect([length, again.hasFailed, await again.run('DBSIZE')]).toEqual([length, false, '2']);
    expect(again.lines).toContain(
      'AOF appendonly.aof.1.incr.aof loaded anyway because aof-load-truncated is enabled',
    );
    await again.run('SET d 4');
    expect(await again.again().run('MGET a b c d')).toBe('1 2 nil 4');
  }
});

test('a transaction counts as a whole or not at all', async () => {
  const parts = [command('MULTI'), command('SET c 3'), command('SET d 4'), command('EXEC')];
  const whole = (await killed(parts.join(''))).again();
  expect(await whole.run('MGET c d')).toBe('3 4');
  for (let count = 1; count < parts.length; count++) {
    const again = (await killed(parts.slice(0, count).join(''))).again();
    expect(await again.run('MGET a b c d')).toBe('1 2 nil nil');
    expect(again.lines).toContain(
      'Revert incomplete MULTI/EXEC transaction in AOF file appendonly.aof.1.incr.aof',
    );
    expect(again.incremental(1)).not.toContain('MULTI');
  }
});

test('commands for keys that have expired since find them as they were', async () => {
  const stage = new Stage();
  await stage.runLines('RPUSH l 1', 'PEXPIRE l 1000', 'SET k 1 PX 1000', 'BGREWRITEAOF');
  await stage.settle();
  await stage.runLines('RPUSH l 2', 'PERSIST l', 'APPEND k 2', 'PERSIST k');
  await stage.settle();
  stage.now += 5000;
  const again = stage.again();
  expect(await again.run('LRANGE l 0 -1')).toBe('1 2');
  expect(await again.run('GET k')).toBe('12');
});

describe('loading fails', () => {
  const refused: [string, string, string, Record<string, string>?][] = [
    [
      'when an end that is cut is not wanted',
      command('SET c 3').slice(0, 20),
      'Unexpected end of file reading the append only file appendonly.aof.1.incr.aof. You can: 1) Make a backup of your ' +
        'AOF file, then use ./redis-check-aof --fix <filename.manifest>. 2) Alternatively you can set the ' +
        "'aof-load-truncated' configuration option to yes and restart the server.",
      { 'aof-load-truncated': 'no' },
    ],
    [
      'at damage',
      `nonsense\r\n${command('SET c 3')}`,
      'Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup of your AOF file, then use ' +
        './redis-check-aof --fix <filename.manifest>',
    ],
    [
      'at a command that there is not',
      command('NOSUCH thing'),
      "Unknown command 'NOSUCH' reading the append only file appendonly.aof.1.incr.aof",
    ],
  ];
  test.each(refused)('%s', async (_, added, line, config) => {
    const again = (await killed(added)).again(config);
    expect(again.hasFailed).toBe(true);
    expect(again.lines.at(-1)).toBe(line);
  });

  test('when a file is missing', async () => {
    const stage = await killed('');
    stage.files.files.delete(INCREMENTAL);
    const again = stage.again();
    expect(again.hasFailed).toBe(true);
    expect(again.lines).toEqual([
      'Unable to obtain the AOF file appendonly.aof.1.incr.aof length. stat: No such file or directory',
    ]);
  });

  test('when the manifest is damaged', async () => {
    const stage = await killed('');
    stage.files.files.set(MANIFEST, Buffer.from('file a seq 1 type x\n'));
    const again = stage.again();
    expect(again.hasFailed).toBe(true);
    expect(again.lines).toEqual([
      '*** FATAL AOF MANIFEST FILE ERROR ***',
      'Reading the manifest file, at line 1',
      ">>> 'file a seq 1 type x'",
      'Unknown AOF file type',
    ]);
  });

  test('when a file before the last one is cut', async () => {
    const stage = await killed('*3\r\n');
    await stage.run('BGREWRITEAOF');
    expect(stage.again().lines.at(-1)).toBe('Fatal error: the truncated file is not the last file');
  });
});

describe('the single file of old', () => {
  test('becomes the base', async () => {
    const stage = new Stage({ config: { appendonly: 'no' } });
    stage.files.files.set('appendonly.aof', Buffer.from(command('SET a 1') + command('SET b 2')));
    const again = stage.again();
    expect(again.lines).toContain(
      'Successfully migrated an old-style AOF file (appendonly.aof) into the AOF directory (appendonlydir).',
    );
    await again.run('SET c 3');
    expect(await again.again().run('DBSIZE')).toBe('3');
  });

  test('may begin as a snapshot', async () => {
    const stage = new Stage({ config: { appendonly: 'no' } });
    await stage.runLines('SET a 1', 'SAVE');
    const snapshot = stage.files.files.get('dump.rdb') ?? Buffer.alloc(0);
    stage.files.files.set('appendonly.aof', Buffer.concat([snapshot, Buffer.from(command('SET b 2'))]));
    const again = stage.again();
    expect(await again.run('MGET a b')).toBe('1 2');
    expect(again.lines).toContain('Reading RDB preamble from AOF file...');
    expect(again.lines).toContain('Reading the remaining AOF tail...');
  });
});

test('a snapshot beside it is not looked at', async () => {
  const stage = new Stage({ config: { appendonly: 'no' } });
  await stage.runLines('SET a 1', 'SAVE');
  const again = stage.again();
  expect(await again.run('DBSIZE')).toBe('0');
});

test('DEBUG LOADAOF reads what was written', async () => {
  const stage = new Stage();
  await stage.runLines('SET a 1', 'BGREWRITEAOF', 'SET b 2');
  await stage.settle();
  const digest = stage.digest();
  expect(await stage.run('DEBUG LOADAOF')).toBe('OK');
  expect(stage.digest()).toBe(digest);
  await stage.run('SET c 3');
  expect(stage.again().digest()).toBe(stage.digest());
});
