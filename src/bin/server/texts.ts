/** Cold. What the program prints besides its log. */
import { CINNABAR_VERSION, REDIS_VERSION } from '../../server/version.ts';

/** For --version, in the shape that scripts parse. */
export function versionLine(): string {
  return `Redis server v=${REDIS_VERSION} sha=00000000:0 malloc=arena bits=64 build=cinnabar-${CINNABAR_VERSION}`;
}

export function usage(): string {
  return `Usage: cinnabar-server [/path/to/redis.conf] [options] [-]
       cinnabar-server - (options from standard input)
       cinnabar-server -v or --version
       cinnabar-server -h or --help
       cinnabar-server --test-memory <megabytes>
       cinnabar-server --check-system

Options are those of redis.conf with "--" before the name, and override the file:
       cinnabar-server --port 7777 --maxmemory 1gb --maxmemory-policy allkeys-lru
       cinnabar-server /etc/redis.conf --loglevel verbose -
       cinnabar-server --transport auto|node|epoll|io_uring
`;
}

export function memoryTestUsage(): string {
  return `Please specify the amount of memory to test in megabytes.
Example: cinnabar-server --test-memory 4096

`;
}

/** The start-up picture; scripts look for its " PID: " line. */
export function logo(port: number, pid: number): string {
  return `
        .-------.
       / \\     / \\        Cinnabar ${CINNABAR_VERSION}, speaking Redis ${REDIS_VERSION}
      /   \\   /   \\
     |     \\ /     |      Running in standalone mode
     |------*------|      Port: ${port}
     |     / \\     |      PID: ${pid}
      \\   /   \\   /
       \\ /     \\ /
        '-------'

`;
}
