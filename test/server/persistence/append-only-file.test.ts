import { describe, expect, test } from 'bun:test';
import { RetryDelay } from '../../../src/server/persistence/rewrite-schedule.ts';
import { MemoryFiles } from '../../persistence/memory-files.ts';
import { Stage } from './stage.ts';

const MANIFEST = 'appendonlydir/appendonly.aof.manifest';

/** What was done to files since, in order: only what is named. */
function done(stage: Stage, ...operations: string[]): string[] {
  return stage.files.done.splice(0).filter((line) => operations.includes(line.split(' ')[0]));
}

describe('what is written', () => {
  test('requests as they came, and which database they are for', async () => {
    const stage = new Stage();
    stage.receive('*3\r\n$3\r\nsEt\r\n$1\r\na\r\n$1\r\n1\r\nset b 2\r\nget a\r\n');
    stage.receive('*2\r\n$6\r\nselect\r\n$1\r\n3\r\n*3\r\n$3\r\nset\r\n$1\r\nc\r\n$1\r\n3\r\n');
    expect(stage.incremental(1)).toBe(
      '*2|$6|SELECT|$1|0|*3|$3|sEt|$1|a|$1|1|*3|$3|set|$1|b|$1|2|*2|$6|SELECT|$1|3|*3|$3|set|$1|c|$1|3|',
    );
  });

  test('what a command stands for, together if it is more than one', async () => {
    const stage = new Stage();
    await stage.runLines('SET a 1 EX 100', 'SADD s 1 2 3 x', 'SPOP s 3');
    const [, ...commands] = stage
      .incremental(1)
      .split('*')
      .map((text) => text.replaceAll(/\|\$\d+\|/g, ' '));
    expect(commands[1]).toBe('5 SET a 1 PXAT 1700000100000|');
    expect(commands.slice(3).every((line) => line.startsWith('4 SREM') || line.startsWith('5 SREM'))).toBe(
      true,
    );
    await stage.runLines('HSET h a 1 b 2 c 3', 'HPEXPIRE h 50 FIELDS 2 a b');
    stage.now += 100;
    await stage.runLines('HGET h a', 'HLEN h');
    await stage.settle();
    expect(stage.again().digest()).toBe(stage.digest());
  });

  test('the time, once a second, if that is wanted', async () => {
    const stage = new Stage({ config: { 'aof-timestamp-enabled': 'yes' } });
    await stage.runLines('SET a 1', 'SET b 1');
    stage.now += 1000;
    await stage.runLines('SET c 1', 'CONFIG SET aof-timestamp-enabled no');
    stage.now += 1000;
    await stage.run('SET d 1');
    await stage.settle();
    expect(stage.incremental(1).match(/#TS:\d+\|/g)).toEqual(['#TS:1700000000|', '#TS:1700000001|']);
    expect(await stage.again().run('DBSIZE')).toBe('4');
  });
});

describe('appendfsync', () => {
  test('always: a write is durable before its reply, many with one sync', async () => {
    const stage = new Stage({ config: { appendfsync: 'always' } });
    done(stage);
    stage.receive('SET a 1\r\nSET b 1\r\nSET c 1\r\n');
    const incremental = 'appendonlydir/appendonly.aof.1.incr.aof';
    expect(done(stage, 'write', 'sync')).toEqual([`write ${incremental}`, `sync ${incremental}`]);
    stage.receive('GET a\r\n');
    expect(done(stage, 'write', 'sync')).toEqual([]);
  });

  test('everysec: written at once, durable within a second', async () => {
    const stage = new Stage();
    done(stage);
    await stage.run('SET a 1');
    expect(done(stage, 'write', 'sync').length).toBe(1);
    await stage.pass(1100);
    expect(done(stage, 'write', 'sync').length).toBe(1);
    await stage.pass(3000);
    expect(done(stage, 'write', 'sync').length).toBe(0);
  });

  test('everysec: writing waits for a sync that is under way, but not for long', async () => {
    const stage = new Stage();
    const { writer } = stage.server.appendOnly;
    await stage.pass(1000);
    await stage.run('SET a 1');
    // From here on nothing beside the loop comes to its end.
    expect(writer.pendingSyncs).toBe(1);
    const { keyspace } = stage.server;
    await stage.run('SET b 1');
    expect(writer.buffer.length).toBeGreaterThan(0);
    stage.now += 2100;
    keyspace.setNow(stage.now);
    writer.flush();
    expect([writer.buffer.length, writer.delayedSyncs]).toEqual([0, 1]);
    await stage.settle();
    expect(await stage.again().run('DBSIZE')).toBe('2');
  });

  test('no: the system may take its time', async () => {
    const stage = new Stage({ config: { appendfsync: 'no' } });
    done(stage);
    await stage.run('SET a 1');
    await stage.pass(3000);
    expect(done(stage, 'write', 'sync').length).toBe(1);
  });
});

describe('a disk that fails', () => {
  test('refuses writes until it works again, and nothing is lost', async () => {
    const stage = new Stage();
    await stage.run('SET a 1');
    stage.take();
    stage.files.isFull = true;
    expect(await stage.run('SET b 1')).toBe('OK');
    expect(stage.take()).toEqual(['Error writing to the AOF file: No space left on device']);
    expect(await stage.run('SET c 1')).toBe(
      'MISCONF Errors writing to the AOF file: No space left on device',
    );
    expect(await stage.run('GET b')).toBe('1');
    expect(await stage.run('INFO persistence')).toContain('aof_last_write_status:err');
    stage.files.isFull = false;
    await stage.pass(1000);
    expect(stage.take()).toEqual(['AOF write error looks solved. The server can write again.']);
    expect(await stage.run('SET c 1')).toBe('OK');
    expect(await stage.run('INFO persistence')).toContain('aof_last_write_status:ok');
    expect(stage.again().digest()).toBe(stage.digest());
  });

  test('is rewritten when it cannot be written, and what it lacks is not there twice', async () => {
    const stage = new Stage();
    await stage.runLines('SET a 1', 'SELECT 3', 'RPUSH l 1');
    stage.files.isFull = true;
    expect(await stage.run('INCR n')).toBe('1');
    expect(await stage.run('RPUSH l 2')).toStartWith('MISCONF');
    expect(await stage.run('BGREWRITEAOF')).toBe('Background append only file rewriting started');
    // There is room for the base.
    stage.files.isFull = false;
    expect(await stage.run('RPUSH l 2')).toStartWith('MISCONF');
    await stage.settle();
    expect(stage.read(MANIFEST)).toBe(
      'file appendonly.aof.2.base.rdb seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n',
    );
    expect(await stage.run('INFO persistence')).toContain('aof_last_write_status:ok');
    expect(await stage.run('INCR n')).toBe('2');
    expect(stage.incremental(2)).toBe('*2|$6|SELECT|$1|3|*2|$4|INCR|$1|n|');
    expect(stage.again().digest()).toBe(stage.digest());
  });

  test('is as it was when that rewrite fails as well, or is given up', async () => {
    const stage = new Stage();
    await stage.runLines('SET a 1', 'RPUSH l 1');
    stage.files.isFull = true;
    await stage.run('INCR n');
    await stage.run('BGREWRITEAOF');
    await stage.settle();
    expect(await stage.run('INFO persistence')).toContain('aof_last_bgrewrite_status:err');
    await stage.run('BGREWRITEAOF');
    stage.server.appendOnly.rewrite.cancel();
    stage.files.isFull = false;
    await stage.pass(1000);
    expect(await stage.run('INFO persistence')).toContain('aof_last_write_status:ok');
    expect(await stage.run('INCR n')).toBe('2');
    expect(stage.again().digest()).toBe(stage.digest());
  });

  test('ends the process where every reply is a promise', async () => {
    const stage = new Stage({ config: { appendfsync: 'always' } });
    stage.take();
    stage.files.failAfter(0);
    await stage.run('SET b 1');
    expect(stage.exitCode).toBe(1);
    expect(stage.take().at(-1)).toBe(
      "Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...",
    );
  });

  test('also when only the sync fails', async () => {
    const stage = new Stage({ config: { appendfsync: 'always' } });
    stage.take();
    stage.files.failAfter(1);
    await stage.run('SET b 1');
    expect(stage.exitCode).toBe(1);
    expect(stage.take()).toEqual([
      "Can't persist AOF for fsync error when the AOF fsync policy is 'always': Input/output error. Exiting...",
    ]);
  });

  test('a sync beside the loop that fails is told of, and tried again', async () => {
    const stage = new Stage();
    await stage.pass(1000);
    stage.take();
    stage.files.failAfter(1);
    await stage.run('SET a 1');
    await stage.settle();
    expect(await stage.run('SET b 1')).toBe('MISCONF Errors writing to the AOF file: Input/output error');
    await stage.pass(1100);
    expect(await stage.run('SET b 1')).toBe('OK');
    expect(stage.take()).toEqual(['Fail to fsync the AOF file: Input/output error']);
  });
});

describe('rewriting', () => {
  test('leaves a base and the commands since, and removes what was there before', async () => {
    const stage = new Stage();
    await stage.runLines('SET a 1', 'SELECT 2', 'SET b 2');
    stage.take();
    expect(await stage.run('BGREWRITEAOF')).toBe('Background append only file rewriting started');
    expect(await stage.run('BGREWRITEAOF')).toBe(
      'ERR Background append only file rewriting already in progress',
    );
    await stage.runLines('SET c 3', 'SELECT 0', 'SET d 4');
    await stage.settle();
    expect(stage.read(MANIFEST)).toBe(
      'file appendonly.aof.2.base.rdb seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n',
    );
    expect([...stage.files.files.keys()].length).toBe(3);
    expect(stage.incremental(2)).toStartWith('*2|$6|SELECT|$1|2|*3|$3|SET|$1|c|');
    expect(stage.take()).toEqual([
      'Creating AOF incr file appendonly.aof.2.incr.aof on background rewrite',
      'Background append only file rewriting started by pid 1',
      'Background AOF rewrite terminated with success',
      'Successfully renamed the temporary AOF base file temp-appendonly.aof.base into appendonly.aof.2.base.rdb',
      'Background AOF rewrite finished successfully',
      'Removing the history file appendonly.aof.1.incr.aof in the background',
      'Removing the history file appendonly.aof.1.base.rdb in the background',
    ]);
    expect(stage.again().digest()).toBe(stage.digest());
  });

  test('makes much that is not durable so beside the loop first, while writes go on', async () => {
    const stage = new Stage({ config: { appendfsync: 'no' } });
    await stage.run(`SET long ${'x'.repeat(2_000_000)}`);
    stage.files.done.length = 0;
    stage.server.beforeFlush();
    expect(await stage.run('BGREWRITEAOF')).toBe('Background append only file rewriting started');
    expect(stage.files.done.filter((operation) => operation.startsWith('sync'))).toEqual([]);
    expect(await stage.run('INFO persistence')).toContain('aof_rewrite_in_progress:1');
    expect(await stage.run('BGSAVE')).toStartWith('ERR Another child process is active (AOF?)');
    await stage.run('SET meanwhile 1');
    await stage.settle();
    expect(stage.files.done).toContain('sync appendonlydir/appendonly.aof.1.incr.aof');
    expect(await stage.run('INFO persistence')).toContain('aof_rewrite_in_progress:0');
    await stage.run('SET later 1');
    expect(stage.incremental(2)).toContain('later');
    expect(stage.again().digest()).toBe(stage.digest());
  });

  test('does not begin when that fails, or when it is given up meanwhile', async () => {
    const stage = new Stage({ config: { appendfsync: 'no' } });
    await stage.run(`SET long ${'x'.repeat(2_000_000)}`);
    stage.server.beforeFlush();
    stage.files.failAfter(0);
    await stage.run('BGREWRITEAOF');
    await stage.settle();
    expect(stage.take().at(-1)).toBe('Fail to fsync the AOF file: Input/output error');
    expect(await stage.run('INFO persistence')).toContain('aof_last_bgrewrite_status:err');
    stage.files.failAfter(undefined);
    await stage.run('BGREWRITEAOF');
    await stage.run('CONFIG SET appendonly no');
    await stage.settle();
    expect(stage.server.snapshotting.isRunning).toBe(false);
    expect(await stage.run('INFO persistence')).toContain('aof_rewrite_in_progress:0');
    await stage.run('CONFIG SET appendonly yes');
    await stage.settle();
    expect(stage.again().digest()).toBe(stage.digest());
  });

  test('keeps the old files as long as that is wanted', async () => {
    const stage = new Stage({ config: { 'aof-disable-auto-gc': 'yes' } });
    await stage.runLines('SET a 1', 'BGREWRITEAOF');
    await stage.settle();
    expect(stage.read(MANIFEST)).toContain('file appendonly.aof.1.incr.aof seq 1 type h\n');
    expect(stage.files.files.size).toBe(5);
    await stage.run('CONFIG SET aof-disable-auto-gc no');
    await stage.settle();
    expect(stage.files.files.size).toBe(3);
    expect(stage.read(MANIFEST)).not.toContain('type h');
  });

  test('writes commands where no snapshot is wanted', async () => {
    const stage = new Stage({ config: { 'aof-use-rdb-preamble': 'no', 'aof-timestamp-enabled': 'yes' } });
    const library = '#!lua\tname=one';
    stage.server.libraries.add(Buffer.from(library));
    await stage.runLines('SET a 1 PX 100000', 'RPUSH l 1 2', 'SELECT 5', 'HSET h f v', 'XADD s 1-1 f v');
    await stage.run('BGREWRITEAOF');
    await stage.settle();
    const base = 'appendonlydir/appendonly.aof.2.base.aof';
    expect(stage.read(MANIFEST)).toStartWith('file appendonly.aof.2.base.aof seq 2 type b\n');
    expect(stage.read(base)).toStartWith('#TS:1700000000|*3|$8|FUNCTION|$4|LOAD|$14|#!lua\tname=one|');
    await stage.run('SET b 2');
    const again = stage.again();
    expect(again.digest()).toBe(stage.digest());
    expect(again.server.libraries.count).toBe(1);
  });

  test('begins by itself when the file has grown, and waits for another snapshot', async () => {
    const stage = new Stage({ config: { 'auto-aof-rewrite-min-size': '2000' } });
    await stage.run(`SET a ${'x'.repeat(1500)}`);
    await stage.pass(200);
    expect(stage.server.appendOnly.rewrite.count).toBe(0);
    await stage.run(`SET a ${'x'.repeat(1600)}`);
    stage.take();
    await stage.pass(200);
    expect(stage.take()[0]).toMatch(/^Starting automatic rewriting of AOF on \d+% growth$/);
    expect(stage.server.appendOnly.rewrite.count).toBe(1);
    await stage.run('BGSAVE');
    expect(await stage.run('BGREWRITEAOF')).toBe('Background append only file rewriting scheduled');
    expect(await stage.run('INFO persistence')).toContain('aof_rewrite_scheduled:1');
    await stage.pass(200);
    expect(stage.server.appendOnly.rewrite.count).toBe(2);
    expect(await stage.run('INFO persistence')).toContain('aof_rewrite_scheduled:0');
  });

  test('waits ever longer after failures in a row', () => {
    const delay = new RetryDelay();
    const told: number[] = [];
    const mustWait = (now: number): boolean => delay.mustWait(now, (minutes) => told.push(minutes));
    for (let failure = 0; failure < 3; failure++) {
      expect(mustWait(1000)).toBe(false);
      delay.failed();
    }
    expect([mustWait(1000), mustWait(1059), mustWait(1060)]).toEqual([true, true, false]);
    delay.failed();
    expect([mustWait(1100), mustWait(1219), mustWait(1220)]).toEqual([true, true, false]);
    delay.succeeded();
    expect(mustWait(1221)).toBe(false);
    expect(told).toEqual([1, 2]);
  });
});

describe('switching', () => {
  test('on: the data are written, and every command since', async () => {
    const stage = new Stage({ config: { appendonly: 'no' } });
    await stage.run('SET a 1');
    expect(await stage.run('WAITAOF 1 0 0')).toStartWith('ERR WAITAOF cannot be used');
    expect(await stage.run('CONFIG SET appendonly yes')).toBe('OK');
    await stage.run('SET b 2');
    expect(stage.server.appendOnly.state).toBe('waiting');
    await stage.settle();
    expect(stage.server.appendOnly.state).toBe('on');
    await stage.run('SET c 3');
    expect(stage.again().digest()).toBe(stage.digest());
  });

  test('on: the files of an earlier time are replaced', async () => {
    const stage = new Stage();
    await stage.run('SET a 1');
    const later = stage.again({ appendonly: 'no' });
    expect(await later.run('DBSIZE')).toBe('0');
    await later.runLines('SET b 1', 'CONFIG SET appendonly yes');
    await later.settle();
    expect(later.read(MANIFEST)).toBe(
      'file appendonly.aof.2.base.rdb seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n',
    );
    expect([...later.files.files.keys()].length).toBe(3);
    expect(later.again().digest()).toBe(later.digest());
  });

  test('on: fails when nothing can be written, and stays off', async () => {
    const stage = new Stage({ config: { appendonly: 'no' } });
    stage.files.failAfter(0);
    expect(await stage.run('CONFIG SET appendonly yes')).toBe(
      "ERR CONFIG SET failed (possibly related to argument 'appendonly') - Unable to turn on AOF. Check server logs.",
    );
    expect(await stage.run('CONFIG GET appendonly')).toBe('appendonly no');
    expect(stage.server.propagation.isActive).toBe(false);
  });

  test('on: a base that cannot be written is tried again', async () => {
    const stage = new Stage({ config: { appendonly: 'no' } });
    await stage.run('SET a 1');
    await stage.run('CONFIG SET appendonly yes');
    stage.files.failAfter(0);
    await stage.settle();
    expect(stage.server.appendOnly.state).toBe('waiting');
    await stage.run('SET b 1');
    await stage.pass(300);
    expect(stage.server.appendOnly.state).toBe('on');
    await stage.run('SET c 1');
    expect(stage.again().digest()).toBe(stage.digest());
  });

  test('off: what was written is durable, what comes is not noted', async () => {
    const stage = new Stage();
    await stage.run('SET a 1');
    expect(await stage.run('CONFIG SET appendonly no')).toBe('OK');
    await stage.run('SET b 1');
    expect(stage.server.propagation.isActive).toBe(false);
    expect(await stage.run('INFO persistence')).toContain('aof_enabled:0');
    expect(await stage.again().run('DBSIZE')).toBe('1');
  });

  test('off, rewritten, and killed before the old files were removed: new ones get names of their own', async () => {
    const stage = new Stage({ config: { 'aof-disable-auto-gc': 'yes' } });
    await stage.runLines('SET a 1', 'CONFIG SET appendonly no', 'BGREWRITEAOF');
    await stage.settle();
    expect(stage.read(MANIFEST)).toContain('file appendonly.aof.1.incr.aof seq 1 type h\n');
    const next = stage.again();
    await next.run('SET b 1');
    expect(next.read(MANIFEST)).toContain('file appendonly.aof.2.incr.aof seq 2 type i\n');
    expect(next.again().digest()).toBe(next.digest());
  });

  test('off and on again while a rewrite is under way', async () => {
    const stage = new Stage();
    await stage.runLines('SET a 1', 'BGREWRITEAOF', 'CONFIG SET appendonly no', 'SET b 1');
    await stage.runLines('CONFIG SET appendonly yes', 'SET c 1', 'CONFIG SET appendonly no', 'SET d 1');
    await stage.runLines('CONFIG SET appendonly yes', 'SET e 1');
    await stage.settle();
    expect(stage.server.appendOnly.state).toBe('on');
    expect(stage.again().digest()).toBe(stage.digest());
  });
});

describe('WAITAOF', () => {
  test('waits until the write is durable', async () => {
    const stage = new Stage();
    expect(await stage.run('WAITAOF 1 0 0')).toBe('1 0');
    await stage.run('SET a 1');
    const reply = stage.run('WAITAOF 1 0 0');
    expect(stage.server.appendOnly.writer.syncedOffset).toBe(0);
    await stage.pass(1100);
    expect(await reply).toBe('1 0');
  });

  test('tells what there is when the time is up, or a client is unblocked, or the file is switched off', async () => {
    const stage = new Stage();
    const replicas = stage.run('WAITAOF 0 1 250');
    await stage.pass(400);
    expect(await replicas).toBe('1 0');
    await stage.run('SET a 1');
    const unblocked = stage.run('WAITAOF 1 1 0');
    const [client] = stage.server.clients.byId.values();
    expect(client.unblock?.(true)).toBe(true);
    expect(await unblocked).toBe('UNBLOCKED client unblocked via CLIENT UNBLOCK');
    await stage.run('SET a 1');
    const refused = stage.run('WAITAOF 1 0 0');
    stage.receive('CONFIG SET appendonly no\r\n');
    expect(await refused).toStartWith('ERR WAITAOF cannot be used');
  });
});

describe('a file that cannot be written at some moment', () => {
  /** What is done meanwhile. */
  async function act(stage: Stage, acknowledged: () => void = () => {}): Promise<void> {
    const run = async (...lines: string[]): Promise<void> => {
      for (const line of lines) {
        await stage.run(line);
        acknowledged();
      }
    };
    await run('SET a 2', 'BGREWRITEAOF', 'SET b 2', 'RPUSH l 1 2 3');
    await stage.settle();
    await run('SET c 2', 'BGREWRITEAOF', 'DEL a');
    await stage.pass(1200);
    await run('INCR n');
    await stage.pass(1200);
  }

  test('keeps all that was acknowledged', async () => {
    for (let operation = 0; ; operation++) {
      const stage = new Stage();
      await stage.run('SET a 1');
      const before = stage.files.done.length;
      stage.files.failAfter(operation);
      await act(stage);
      const hasFailed = stage.files.done.length - before > operation;
      stage.files.failAfter(undefined);
      await stage.pass(1200);
      const again = stage.again();
      expect([operation, again.hasFailed, again.digest()]).toEqual([operation, false, stage.digest()]);
      if (!hasFailed) break;
    }
  });

  test('keeps all that was acknowledged on a disk that is full for a while', async () => {
    for (let from = 0; from < 60; from += 4) {
      const stage = new Stage();
      await stage.run('SET a 1');
      let count = 0;
      stage.files.onOperation = () => {
        stage.files.isFull = count >= from && count < from + 1 + ((from * 7) % 25);
        count++;
      };
      await act(stage);
      stage.files.onOperation = () => {};
      stage.files.isFull = false;
      await stage.pass(1200);
      expect(stage.server.appendOnly.refusal).toBe('');
      await stage.run('INCR n');
      const again = stage.again();
      expect([from, again.hasFailed, again.digest()]).toEqual([from, false, stage.digest()]);
    }
  }, 30_000);

  test('has all that was acknowledged when it is killed', async () => {
    const stage = new Stage({ config: { appendfsync: 'always' } });
    await stage.run('SET a 1');
    let acknowledged = stage.digest();
    const moments: { files: [string, Buffer][]; allowed: string[] }[] = [];
    stage.files.onOperation = () =>
      moments.push({ files: [...stage.files.files], allowed: [acknowledged, stage.digest()] });
    await act(stage, () => {
      acknowledged = stage.digest();
    });
    expect(moments.length).toBeGreaterThan(60);
    for (const { files, allowed } of moments) {
      const left = new MemoryFiles();
      for (const [name, bytes] of files) left.files.set(name, bytes);
      const again = new Stage({ files: left });
      expect(again.hasFailed).toBe(false);
      expect(allowed).toContain(again.digest());
    }
  });
});
