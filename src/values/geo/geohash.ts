/** Hot. Places as numbers: longitude and latitude interleaved bit by bit, so that what is near is mostly near in order too. */

/**
 * A hash of step s has s bits each: odd bits, counted from 0, are of the longitude, even ones of the latitude. Scores of sorted
 * sets are hashes of step 26, which a double holds exactly.
 *
 * Source: G. Niemeyer, "Geohash" (2008); ranges as in EPSG:900913, which Redis takes.
 */
export const STEP_MAX = 26;
export const LONGITUDE_MAX = 180;
export const LATITUDE_MAX = 85.05112878;
const STANDARD_LATITUDE_MAX = 90;
const HALF_BITS = 13;
const HALF = 2 ** HALF_BITS;
const CELLS = 2 ** STEP_MAX;
const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz';
const TEXT_LENGTH = 11;
const TEXT_BITS = 5;

/** What `decode` has found: the middle of the cell. */
export let longitude = 0;
export let latitude = 0;

/** The score of a place. REQUIRES: both are in range. */
export function encode(place: { longitude: number; latitude: number }): number {
  return encodeIn(place.longitude, place.latitude, LATITUDE_MAX);
}

function encodeIn(east: number, north: number, latitudeMax: number): number {
  const column = cellOf(east, LONGITUDE_MAX, STEP_MAX);
  const row = cellOf(north, latitudeMax, STEP_MAX);
  return interleave(column, row);
}

/** In which of 2^step intervals from -max to max a coordinate lies. */
export function cellOf(coordinate: number, max: number, step: number): number {
  return Math.floor(((coordinate + max) / (max + max)) * 2 ** step);
}

/** Where interval `cell` of 2^step begins. */
export function cellStart(cell: number, max: number, step: number): number {
  return -max + (cell / 2 ** step) * (max + max);
}

/** Puts the bits of two numbers of up to 26 bits together. */
export function interleave(column: number, row: number): number {
  const high = (spread(Math.floor(column / HALF)) << 1) | spread(Math.floor(row / HALF));
  const low = (spread(column % HALF) << 1) | spread(row % HALF);
  return high * CELLS + low;
}

/** Sets `longitude` and `latitude` to the place of a score. */
export function decode(score: number): void {
  const bits = Math.trunc(score);
  const high = Math.floor(bits / CELLS);
  const low = bits - high * CELLS;
  const column = gather(high >>> 1) * HALF + gather(low >>> 1);
  const row = gather(high) * HALF + gather(low);
  longitude = middleOf(column, LONGITUDE_MAX);
  latitude = middleOf(row, LATITUDE_MAX);
}

function middleOf(cell: number, max: number): number {
  const start = -max + (cell / CELLS) * (max + max);
  const end = -max + ((cell + 1) / CELLS) * (max + max);
  return Math.max(-max, Math.min(max, (start + end) / 2));
}

/** The usual text of a place: 11 characters, the last one always 0 for lack of bits. */
export function geohashText(score: number): string {
  decode(score);
  let rest = encodeIn(longitude, latitude, STANDARD_LATITUDE_MAX);
  let unit = 2 ** (2 * STEP_MAX);
  let text = '';
  for (let i = 0; i < TEXT_LENGTH - 1; i++) {
    unit /= 2 ** TEXT_BITS;
    text += ALPHABET[Math.floor(rest / unit) % ALPHABET.length];
    rest %= unit;
  }
  return `${text}0`;
}

/** Puts a 0 before each of 13 bits. */
function spread(bits: number): number {
  let wide = (bits | (bits << 8)) & 0x00ff00ff;
  wide = (wide | (wide << 4)) & 0x0f0f0f0f;
  wide = (wide | (wide << 2)) & 0x33333333;
  return (wide | (wide << 1)) & 0x55555555;
}

/** The even bits of 26. */
function gather(wide: number): number {
  let bits = wide & 0x55555555;
  bits = (bits | (bits >>> 1)) & 0x33333333;
  bits = (bits | (bits >>> 2)) & 0x0f0f0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff00ff;
  return (bits | (bits >>> 8)) & 0xffff;
}
