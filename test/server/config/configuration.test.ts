import { describe, expect, test } from 'bun:test';
import { Configuration } from '../../../src/server/config/configuration.ts';
import { bufferLimits } from '../../../src/server/config/kinds/buffer-limits.ts';
import { percentiles } from '../../../src/server/config/kinds/lists.ts';
import { primaryAddress } from '../../../src/server/config/kinds/primary-address.ts';
import { savePoints } from '../../../src/server/config/kinds/save-points.ts';
import { noFiles } from './real-files.ts';

const stranger = { local: false };

function fresh(): Configuration {
  return new Configuration(noFiles);
}

describe('reading', () => {
  test('values come in the types of their kinds', () => {
    const configuration = fresh();
    expect(configuration.number('port')).toBe(6379);
    expect(configuration.number('slave-priority')).toBe(100);
    expect(configuration.boolean('appendonly')).toBe(false);
    expect(configuration.text('loglevel')).toBe('notice');
    expect(configuration.value('save', savePoints)).toContainEqual({ seconds: 300n, changes: 100 });
    expect(configuration.value('client-output-buffer-limit', bufferLimits).replica.softSeconds).toBe(60);
    expect(configuration.value('replicaof', primaryAddress)).toBeUndefined();
    expect(configuration.directory).toBe('/nowhere');
  });

  test('what the program gets wrong is thrown', () => {
    const configuration = fresh();
    expect(() => configuration.number('prot')).toThrow('no option is called prot');
    expect(() => configuration.number('loglevel')).toThrow('not a number');
    expect(() => configuration.boolean('port')).toThrow('not yes or no');
    expect(() => configuration.text('port')).toThrow('not a text');
    expect(() => configuration.value('save', percentiles)).toThrow('another kind');
  });

  test('secrets are known as such', () => {
    const configuration = fresh();
    expect(configuration.isSensitive('RequirePass')).toBe(true);
    expect(configuration.isSensitive('primaryauth')).toBe(true);
    expect(configuration.isSensitive('port')).toBe(false);
    expect(configuration.isSensitive('nothing')).toBe(false);
  });
});

describe('CONFIG GET', () => {
  test('finds by pattern, in any letter case, each name once', () => {
    expect(fresh().get(['hz', 'H?', '[h]z'])).toEqual([['hz', '10']]);
    expect(fresh().get(['*-priority'])).toEqual([
      ['replica-priority', '100'],
      ['slave-priority', '100'],
    ]);
  });

  test('spells an exact name as it was asked', () => {
    expect(fresh().get(['DIR', 'dir'])).toEqual([['DIR', '/nowhere']]);
  });

  test('shows hidden options only by their exact names', () => {
    expect(fresh().get(['watchdog*', 'trans*', 'log-f*', 'primary*'])).toEqual([]);
    expect(fresh().get(['watchdog-period', 'transport', 'log-format', 'primaryuser'])).toEqual([
      ['watchdog-period', '0'],
      ['transport', 'auto'],
      ['log-format', 'legacy'],
      ['primaryuser', ''],
    ]);
  });

  test('finds nothing by unknown names', () => expect(fresh().get(['nothing', ''])).toEqual([]));
});

describe('CONFIG SET', () => {
  test('shows an unknown name as far as a zero byte', () => {
    const told = (name: string) => fresh().set([[name, 'x']], stranger);
    expect(told('no\0pe')).toBe("Unknown option or number of arguments for CONFIG SET - 'no'");
    expect(told('\0')).toBe("Unknown option or number of arguments for CONFIG SET - ''");
  });

  test('sets all or nothing', () => {
    const configuration = fresh();
    expect(
      configuration.set(
        [
          ['hz', '20'],
          ['maxmemory', '1gb'],
        ],
        stranger,
      ),
    ).toBeUndefined();
    expect(configuration.number('maxmemory')).toBe(2 ** 30);
    const failure = configuration.set(
      [
        ['hz', '30'],
        ['timeout', 'x'],
        ['maxmemory', '1'],
      ],
      stranger,
    );
    expect(failure).toBe(
      "CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer",
    );
    expect(configuration.get(['hz', 'timeout', 'maxmemory']).map(([, value]) => value)).toEqual([
      '20',
      '0',
      '1073741824',
    ]);
  });

  test('looks at all names before any value', () => {
    const set = (...pairs: [string, string][]) => fresh().set(pairs, stranger)?.replace(/.* - /, '');
    expect(set(['hz', 'x'], ['daemonize', 'yes'])).toBe("can't set immutable config");
    expect(set(['hz', 'x'], ['dir', '/'])).toBe("can't set protected config");
    expect(set(['hz', 'x'], ['HZ', '1'])).toBe('duplicate parameter');
    expect(set(['hz', 'x'], ['nothing', '1'])).toBe("'nothing'");
  });

  test('trusts local clients with protected options when told so', () => {
    const configuration = fresh();
    const rename = (local: boolean) => configuration.set([['dbfilename', 'x.rdb']], { local });
    configuration.assign('enable-protected-configs', ['local']);
    expect(rename(false)).toEndWith("can't set protected config");
    expect(rename(true)).toBeUndefined();
    configuration.assign('enable-protected-configs', ['yes']);
    expect(rename(false)).toBeUndefined();
  });

  test('replaces what accumulates in files', () => {
    const configuration = fresh();
    configuration.assign('save', ['60', '1']);
    configuration.assign('save', ['30 2']);
    expect(configuration.print('save')).toBe('60 1 30 2');
    configuration.set([['save', '5 5']], stranger);
    expect(configuration.print('save')).toBe('5 5');
    configuration.set([['save', '']], stranger);
    expect(configuration.print('save')).toBe('');
  });
});

describe('hooks and listeners', () => {
  test('a hook is called once for all its options, and not when nothing changes', () => {
    const configuration = fresh();
    let calls = 0;
    configuration.onApply(['port', 'bind'], () => {
      calls++;
      return undefined;
    });
    configuration.set(
      [
        ['port', '1'],
        ['bind', '127.0.0.1'],
        ['hz', '20'],
      ],
      stranger,
    );
    expect(calls).toBe(1);
    configuration.set([['port', '1']], stranger);
    expect(calls).toBe(1);
  });

  test('a refusal brings all old values back and applies them again; nobody is told', () => {
    const configuration = fresh();
    const seen: number[] = [];
    let told = 0;
    configuration.onApply(['timeout'], () => {
      seen.push(configuration.number('timeout'));
      return undefined;
    });
    configuration.onApply(['maxclients'], () => {
      seen.push(configuration.number('maxclients'));
      return configuration.number('maxclients') > 20000 ? 'too many' : undefined;
    });
    configuration.onChange('timeout', () => told++);
    const failure = configuration.set(
      [
        ['timeout', '5'],
        ['MaxClients', '99999'],
        ['hz', '50'],
      ],
      stranger,
    );
    expect(failure).toBe("CONFIG SET failed (possibly related to argument 'maxclients') - too many");
    expect(seen).toEqual([5, 99999, 0, 10000]);
    expect(told).toBe(0);
    expect(configuration.number('hz')).toBe(10);
  });

  test('listeners hear of each change, after the hooks', () => {
    const configuration = fresh();
    const heard: string[] = [];
    configuration.follow('hz', () => heard.push(`hz ${configuration.number('hz')}`));
    configuration.onApply(['hz'], () => {
      heard.push('hook');
      return undefined;
    });
    configuration.set([['hz', '20']], stranger);
    configuration.assign('hz', ['30']);
    configuration.reset('hz');
    expect(heard).toEqual(['hz 10', 'hook', 'hz 20', 'hz 30', 'hz 10']);
  });
});
