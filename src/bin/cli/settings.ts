/** How replies are printed. */
export type OutputFormat = 'plain' | 'raw' | 'csv' | 'json' | 'quoted-json';

/** What the program does besides sending commands. At most one mode is in effect, the first of this list. */
export type Mode =
  | 'latency'
  | 'latency-history'
  | 'latency-distribution'
  | 'snapshot'
  | 'pipe'
  | 'big-keys'
  | 'memory-keys'
  | 'key-statistics'
  | 'hot-keys'
  | 'stat'
  | 'scan'
  | 'lru-test'
  | 'intrinsic-latency'
  | 'version'
  | 'help';

/** Where the server is, and who wants to use it. */
export interface Target {
  host: string;
  port: number;
  /** Path of a UNIX socket; used instead of host and port. */
  socketPath: string | undefined;
  /** 0 lets the resolver choose. */
  addressFamily: 0 | 4 | 6;
  /** 0 waits for ever. */
  connectTimeoutMs: number;
  database: number;
  user: string | undefined;
  password: string | undefined;
}

/** Everything that the command line and the environment say. */
export interface Settings {
  readonly target: Target;
  format: OutputFormat;
  modes: Set<Mode>;
  /** 2 and 3 when asked for by option; undefined leaves the choice to the output format. */
  protocol: 2 | 3 | undefined;
  /** A negative number repeats for ever. */
  repeat: number;
  /** undefined when not given: each mode then has its own. */
  intervalMs: number | undefined;
  elementDelimiter: string;
  replyDelimiter: string;
  showPushes: boolean;
  errorsFail: boolean;
  followRedirections: boolean;
  quotedInput: boolean;
  lastArgumentFromInput: boolean;
  argumentTagFromInput: string | undefined;
  askPassword: boolean;
  warnAboutPassword: boolean;
  passwordOnCommandLine: boolean;
  verbose: boolean;
  scriptPath: string | undefined;
  /** Where --rdb and --functions-rdb write to. */
  snapshotPath: string;
  /** Whether the snapshot is to hold the functions and nothing else. */
  onlyFunctions: boolean;
  pipeTimeoutSeconds: number;
  /** A byte string. */
  pattern: string | undefined;
  scanCount: number;
  scanType: string | undefined;
  scanCursor: string;
  memorySamples: number | undefined;
  topCount: number;
  lruTestKeys: number;
  intrinsicLatencySeconds: number;
}

/** What of the surroundings decides defaults. */
export interface Surroundings {
  readonly outputIsTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function defaultSettings({ outputIsTerminal, environment }: Surroundings): Settings {
  return {
    target: {
      host: '127.0.0.1',
      port: 6379,
      socketPath: undefined,
      addressFamily: 0,
      connectTimeoutMs: 0,
      database: 0,
      user: undefined,
      password: environment['CINNABAR_CLI_AUTH'] ?? environment['REDISCLI_AUTH'],
    },
    format: outputIsTerminal || environment['FAKETTY'] !== undefined ? 'plain' : 'raw',
    modes: new Set(),
    protocol: undefined,
    repeat: 1,
    intervalMs: undefined,
    elementDelimiter: '\n',
    replyDelimiter: '\n',
    showPushes: outputIsTerminal,
    errorsFail: false,
    followRedirections: false,
    quotedInput: false,
    lastArgumentFromInput: false,
    argumentTagFromInput: undefined,
    askPassword: false,
    warnAboutPassword: true,
    passwordOnCommandLine: false,
    verbose: false,
    scriptPath: undefined,
    snapshotPath: '',
    onlyFunctions: false,
    pipeTimeoutSeconds: 30,
    pattern: undefined,
    scanCount: 10,
    scanType: undefined,
    scanCursor: '0',
    memorySamples: undefined,
    topCount: 10,
    lruTestKeys: 0,
    intrinsicLatencySeconds: 0,
  };
}
