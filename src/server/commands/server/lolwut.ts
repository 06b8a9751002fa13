/** Cold. LOLWUT: a picture, and the version. */
import { NOT_AN_INTEGER } from '../../../commands/errors.ts';
import type { Random } from '../../../keyspace/keyspace.ts';
import { parseInteger } from '../../../memory/integers.ts';
import type { ServerCall } from '../../server-call.ts';
import { CINNABAR_VERSION, REDIS_VERSION } from '../../version.ts';

const COLUMNS = 64;
const ROWS = 12;
const GRAINS = 700;
/** A site of the pile keeps less than this many grains. */
const STABLE_GRAINS_MAX = 4;
const SHADES = [' ', '.', 'o', '#'];

/** LOLWUT [VERSION version [argument ...]]: the version is anybody's wish, the picture always ours. */
export function lolwut(call: ServerCall): void {
  const { arguments: words, reply, keyspace } = call;
  if (words.count > 2 && words.is(1, 'version')) {
    for (let i = 2; i < words.count; i++) {
      if (Number.isNaN(parseInteger(words.bytes, words.start(i), words.end(i))))
        return reply.error(NOT_AN_INTEGER);
    }
  }
  const caption = 'A pile of cinnabar, grain by grain (Bak, Tang and Wiesenfeld, 1987).';
  reply.verbatim(
    'txt',
    `${pile(keyspace.random)}\n${caption} Cinnabar ver. ${CINNABAR_VERSION}\nRedis ver. ${REDIS_VERSION}\n`,
  );
}

/** Drops grains near the middle of a flat ground; where four lie on each other they slide to the four sides. */
function pile(random: Random): string {
  const grains = Array.from({ length: ROWS }, () => new Int32Array(COLUMNS));
  for (let i = 0; i < GRAINS; i++) {
    const column = Math.floor(COLUMNS / 4) + random.below(COLUMNS / 2);
    drop(grains, Math.floor(ROWS / 3) + random.below(ROWS / 3), column);
  }
  return grains
    .map((row) => `${Array.from(row, (count) => SHADES[count]).join('')}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

function drop(grains: Int32Array[], row: number, column: number): void {
  const falling: [row: number, column: number][] = [[row, column]];
  for (let next = falling.pop(); next !== undefined; next = falling.pop()) {
    const [y, x] = next;
    // What slides over the edge is gone.
    if (y < 0 || y >= ROWS || x < 0 || x >= COLUMNS) continue;
    grains[y][x]++;
    if (grains[y][x] < STABLE_GRAINS_MAX) continue;
    grains[y][x] -= STABLE_GRAINS_MAX;
    falling.push([y - 1, x], [y + 1, x], [y, x - 1], [y, x + 1]);
  }
}
