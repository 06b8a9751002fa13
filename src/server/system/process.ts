/** Cold. What the system knows of the process that serves: its name, memory and processor time. */
import { arch, release, type as systemType, totalmem } from 'node:os';
import { memoryUsage } from './memory-usage.ts';

/** Processor time in seconds. */
export interface ProcessorTime {
  readonly user: number;
  readonly system: number;
}

export interface ProcessFacts {
  readonly id: number;
  /** Path of the program's executable. */
  readonly executable: string;
  /** "Linux 6.1.0 x86_64" */
  readonly operatingSystem: string;
  /** "bun 1.4.5" */
  readonly runtime: string;
  readonly systemMemoryBytes: number;
  /** The program that watches this one: "systemd", "upstart" or "no". */
  readonly supervisor: string;
  residentBytes(): number;
  /** Bytes that the runtime holds for JavaScript objects. */
  heapBytes(): number;
  processorTime(): ProcessorTime;
}

/** For an instance that shall not look at the process that it runs in (tests, simulation). */
export const hiddenProcess: ProcessFacts = {
  id: 1,
  executable: '',
  operatingSystem: '',
  runtime: '',
  systemMemoryBytes: 0,
  supervisor: 'no',
  residentBytes: () => 0,
  heapBytes: () => 0,
  processorTime: () => ({ user: 0, system: 0 }),
};

const bun = process.versions['bun'];

export const systemProcess: ProcessFacts = {
  id: process.pid,
  executable: process.execPath,
  operatingSystem: `${systemType()} ${release()} ${machineOf(arch())}`,
  runtime: bun === undefined ? `node ${process.versions.node}` : `bun ${bun}`,
  systemMemoryBytes: totalmem(),
  supervisor: 'no',
  residentBytes: () => memoryUsage().rss,
  heapBytes: () => memoryUsage().heapTotal,
  processorTime() {
    const { user, system } = process.cpuUsage();
    return { user: user / 1e6, system: system / 1e6 };
  },
};

/** The name that uname gives a machine. */
function machineOf(architecture: string): string {
  if (architecture === 'x64') return 'x86_64';
  return architecture === 'arm64' ? 'aarch64' : architecture;
}
