/** Hot. A polygon on the map: its vertices, its middle, and what lies inside. */
import { degrees, distance, radians } from './distance.ts';

/**
 * Edges are straight lines between degrees, as on a plain map, and do not cross the date line. Where edges cross each other,
 * a place is inside if a line from it to the east crosses an odd number of edges. The middle is where the sum of
 * the vertices, as vectors from the center of the globe, points to.
 */
export class Polygon {
  readonly #longitudes: Float64Array;
  readonly #latitudes: Float64Array;
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
  readonly longitude: number;
  readonly latitude: number;
  /** No place inside is farther from the middle, in meters. */
  readonly reach: number;

  /** REQUIRES: three vertices or more. */
  constructor(longitudes: readonly number[], latitudes: readonly number[]) {
    this.#longitudes = Float64Array.from(longitudes);
    this.#latitudes = Float64Array.from(latitudes);
    this.west = Math.min(...longitudes);
    this.east = Math.max(...longitudes);
    this.south = Math.min(...latitudes);
    this.north = Math.max(...latitudes);
    let x = 0;
    let y = 0;
    let z = 0;
    for (const [index, longitude] of longitudes.entries()) {
      const eastward = radians(longitude);
      const northward = radians(latitudes[index]);
      x += Math.cos(northward) * Math.cos(eastward);
      y += Math.cos(northward) * Math.sin(eastward);
      z += Math.sin(northward);
    }
    this.longitude = degrees(Math.atan2(y, x));
    this.latitude = degrees(Math.atan2(z, Math.sqrt(x * x + y * y)));
    this.reach = this.#farthest();
  }

  /** Whether a place lies inside. */
  contains(longitude: number, latitude: number): boolean {
    const longitudes = this.#longitudes;
    const latitudes = this.#latitudes;
    let isInside = false;
    let before = longitudes.length - 1;
    for (let i = 0; i < longitudes.length; i++) {
      const north = latitudes[i];
      const east = longitudes[i];
      if (north > latitude !== latitudes[before] > latitude) {
        const slope = (longitudes[before] - east) / (latitudes[before] - north);
        if (longitude < slope * (latitude - north) + east) isInside = !isInside;
      }
      before = i;
    }
    return isInside;
  }

  /** The distance from the middle to the farthest corner of the box around the vertices. */
  #farthest(): number {
    const { longitude, latitude, west, east, south, north } = this;
    const corners = [
      [west, south],
      [west, north],
      [east, south],
      [east, north],
    ];
    return Math.max(...corners.map(([x, y]) => distance(longitude, latitude, x, y)));
  }
}
