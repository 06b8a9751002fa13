/** Hot. The part of the map that is searched: a circle, a box or a polygon, and the cells of the geohash that cover it. */
import { degrees, distance, EARTH_RADIUS_METERS, latitudeDistance, radians } from './distance.ts';
import {
  cellOf,
  cellStart,
  decode,
  interleave,
  LATITUDE_MAX,
  LONGITUDE_MAX,
  latitude,
  longitude,
  STEP_MAX,
} from './geohash.ts';
import type { Polygon } from './polygon.ts';

/** Half of the equator in the Mercator projection. */
const MERCATOR_MAX_METERS = 20037726.37;
/** Beyond these latitudes cells are narrower than one expects: larger ones are taken. */
const NARROW_LATITUDE = 66;
const NARROWER_LATITUDE = 80;

/** What is farther by this factor is farther in any case, however the sines were rounded. */
const ROUNDING = 1 + 1e-9;

/** Columns and rows from the middle cell, in the order in which cells are searched. */
const NEIGHBORS = [
  [0, 0],
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
] as const;

export class Area {
  longitude = 0;
  latitude = 0;
  isBox = false;
  /** The polygon, of which longitude and latitude are the middle; null for the other shapes. */
  polygon: Polygon | null = null;
  /** In units of `metersPerUnit`; a circle has the radius, a box the other two. */
  radius = 0;
  width = 0;
  height = 0;
  metersPerUnit = 1;
  /** How far the last place that was found inside lies from the middle, in meters. */
  meters = 0;
  /** The scores of the cells to search: from starts[i] up to ends[i], that one not included. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Where the last place was that was measured. */
  #score = Number.NaN;
  /** The middle in radians, and the cosine of its latitude. */
  #middleEast = 0;
  #middleNorth = 0;
  #cosine = 0;
  /** Only what is nearer than this counts, or as far as `#radiusMeters`. */
  #bound = Number.POSITIVE_INFINITY;
  #radiusMeters = 0;
  /** Haversines (of which the distance is a growing function) that are greater mean that a place does not count. */
  #haversineMax = 1;
  #west = 0;
  #east = 0;
  #south = 0;
  #north = 0;

  /**
   * Whether the place of a score lies inside, and nearer than what `narrow` has told; sets `meters` if it does. Where many
   * places share a cell, each is measured once.
   */
  contains(score: number): boolean {
    if (score !== this.#score) {
      this.#score = score;
      decode(score);
      if (this.isBox) this.meters = this.#metersInBox(longitude, latitude);
      else if (this.polygon === null || this.polygon.contains(longitude, latitude))
        this.meters = this.#metersTo(longitude, latitude);
      else this.meters = Number.POSITIVE_INFINITY;
    }
    return this.meters <= this.#radiusMeters && this.meters < this.#bound;
  }

  /** From now on, only places nearer than `meters` are wanted. */
  narrow(meters: number): void {
    this.#bound = meters;
    this.#haversineMax = Math.min(this.#haversineMax, haversineBeyond(meters));
  }

  /** Takes the middle and the shape as they are now. To be done before `contains`. */
  prepare(): void {
    this.#score = Number.NaN;
    this.#middleEast = radians(this.longitude);
    this.#middleNorth = radians(this.latitude);
    this.#cosine = Math.cos(this.#middleNorth);
    this.#bound = Number.POSITIVE_INFINITY;
    const isCircle = !this.isBox && this.polygon === null;
    this.#radiusMeters = isCircle ? this.radius * this.metersPerUnit : Number.MAX_VALUE;
    this.#haversineMax = haversineBeyond(this.#radiusMeters);
  }

  /** As `distance` from the middle, where that matters; infinite for what is too far. */
  #metersTo(east: number, north: number): number {
    const angle = radians(north);
    const u = Math.sin((angle - this.#middleNorth) / 2);
    if (u * u > this.#haversineMax) return Number.POSITIVE_INFINITY;
    const v = Math.sin((radians(east) - this.#middleEast) / 2);
    if (v === 0) return latitudeDistance(this.latitude, north);
    const haversine = u * u + this.#cosine * Math.cos(angle) * v * v;
    if (haversine > this.#haversineMax) return Number.POSITIVE_INFINITY;
    return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(haversine));
  }

  #metersInBox(east: number, north: number): number {
    if (latitudeDistance(north, this.latitude) > (this.height * this.metersPerUnit) / 2)
      return Number.POSITIVE_INFINITY;
    if (distance(east, north, this.longitude, north) > (this.width * this.metersPerUnit) / 2)
      return Number.POSITIVE_INFINITY;
    return this.#metersTo(east, north);
  }

  /** Finds the cells: nine at most, as small as they can be to cover the area. */
  findCells(): void {
    this.prepare();
    this.#findBounds();
    let step = this.#stepFor();
    if (step > 1 && !this.#isCovered(step)) step--;
    const column = cellOf(this.longitude, LONGITUDE_MAX, step);
    const row = cellOf(this.latitude, LATITUDE_MAX, step);
    const cells = 2 ** step;
    const size = 2 ** (2 * (STEP_MAX - step));
    this.starts.length = 0;
    this.ends.length = 0;
    let before = -1;
    for (const [right, up] of NEIGHBORS) {
      if (step >= 2 && this.#isUseless(column, row, step, right, up)) continue;
      // A middle on the very edge has a cell behind the last one, which only turns over when it moves.
      const eastward = right === 0 ? column : (column + right + cells) % cells;
      const northward = up === 0 ? row : (row + up + cells) % cells;
      const cell = interleave(eastward, northward);
      // Where there are few cells, two neighbors may be the same.
      if (cell === before && this.starts.length > 1) continue;
      before = cell;
      this.starts.push(cell * size);
      this.ends.push((cell + 1) * size);
    }
  }

  #findBounds(): void {
    if (this.polygon !== null) {
      this.#west = this.polygon.west;
      this.#east = this.polygon.east;
      this.#south = this.polygon.south;
      this.#north = this.polygon.north;
      return;
    }
    const height = this.metersPerUnit * (this.isBox ? this.height / 2 : this.radius);
    const width = this.metersPerUnit * (this.isBox ? this.width / 2 : this.radius);
    const rise = degrees(height / EARTH_RADIUS_METERS);
    const nearPole = this.latitude < 0 ? this.latitude - rise : this.latitude + rise;
    const reach = degrees(width / EARTH_RADIUS_METERS / Math.cos(radians(nearPole)));
    this.#west = this.longitude - reach;
    this.#east = this.longitude + reach;
    this.#south = this.latitude - rise;
    this.#north = this.latitude + rise;
  }

  #stepFor(): number {
    let meters = this.isBox ? Math.sqrt((this.width / 2) ** 2 + (this.height / 2) ** 2) : this.radius;
    meters = this.polygon === null ? meters * this.metersPerUnit : this.polygon.reach;
    if (meters === 0) return STEP_MAX;
    let step = -1;
    for (; meters < MERCATOR_MAX_METERS; meters *= 2) step++;
    const distanceToEquator = Math.abs(this.latitude);
    if (distanceToEquator > NARROW_LATITUDE) step--;
    if (distanceToEquator > NARROWER_LATITUDE) step--;
    return Math.max(1, Math.min(STEP_MAX, step));
  }

  /** Whether the neighbors of the middle cell reach to the bounds. */
  #isCovered(step: number): boolean {
    const cells = 2 ** step;
    const column = cellOf(this.longitude, LONGITUDE_MAX, step);
    const row = cellOf(this.latitude, LATITUDE_MAX, step);
    const behind = (cell: number): number => ((cell + 1) % cells) + 1;
    const before = (cell: number): number => (cell - 1 + cells) % cells;
    return (
      cellStart(behind(row), LATITUDE_MAX, step) >= this.#north &&
      cellStart(before(row), LATITUDE_MAX, step) <= this.#south &&
      cellStart(behind(column), LONGITUDE_MAX, step) >= this.#east &&
      cellStart(before(column), LONGITUDE_MAX, step) <= this.#west
    );
  }

  /** Whether a neighbor lies on a side on which the middle cell goes beyond the bounds already. */
  #isUseless(column: number, row: number, step: number, right: number, up: number): boolean {
    return (
      (up < 0 && cellStart(row, LATITUDE_MAX, step) < this.#south) ||
      (up > 0 && cellStart(row + 1, LATITUDE_MAX, step) > this.#north) ||
      (right < 0 && cellStart(column, LONGITUDE_MAX, step) < this.#west) ||
      (right > 0 && cellStart(column + 1, LONGITUDE_MAX, step) > this.#east)
    );
  }
}

/** A haversine that no place as near as `meters` has. */
function haversineBeyond(meters: number): number {
  const angle = meters / (2 * EARTH_RADIUS_METERS);
  return angle < Math.PI / 2 ? Math.sin(angle) ** 2 * ROUNDING : ROUNDING;
}
