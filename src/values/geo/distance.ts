/** Hot. Distances on a sphere, in meters; coordinates in degrees. */
export const EARTH_RADIUS_METERS = 6372797.560856;
const RADIANS = Math.PI / 180;

export function radians(degrees: number): number {
  return degrees * RADIANS;
}

export function degrees(angle: number): number {
  return angle / RADIANS;
}

/** By the haversine formula. */
export function distance(east1: number, north1: number, east2: number, north2: number): number {
  const v = Math.sin((radians(east2) - radians(east1)) / 2);
  if (v === 0) return latitudeDistance(north1, north2);
  const angle1 = radians(north1);
  const angle2 = radians(north2);
  const u = Math.sin((angle2 - angle1) / 2);
  const a = u * u + Math.cos(angle1) * Math.cos(angle2) * v * v;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(a));
}

export function latitudeDistance(north1: number, north2: number): number {
  return EARTH_RADIUS_METERS * Math.abs(radians(north2) - radians(north1));
}
