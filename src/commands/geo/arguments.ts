/** Warm. Places, distances and units in requests and replies. */
import { parseDouble } from '../../memory/double-parse.ts';
import { writeInteger } from '../../memory/integers.ts';
import { LATITUDE_MAX, LONGITUDE_MAX } from '../../values/geo/geohash.ts';
import type { Call } from '../call.ts';
import { NOT_A_FLOAT } from '../errors.ts';

const POINT = 0x2e;
const ZERO = 0x30;
const distanceText = new Uint8Array(32);

/** What `readPlace` has read. */
export const place = { longitude: 0, latitude: 0 };

/** Reads longitude and latitude from word `index` on; returns false after having replied that they are none. */
export function readPlace(call: Call, index: number): boolean {
  place.longitude = numberAt(call, index);
  place.latitude = Number.isNaN(place.longitude) ? Number.NaN : numberAt(call, index + 1);
  if (Number.isNaN(place.latitude)) {
    call.reply.error(NOT_A_FLOAT);
    return false;
  }
  if (Math.abs(place.longitude) <= LONGITUDE_MAX && Math.abs(place.latitude) <= LATITUDE_MAX) return true;
  call.reply.error(
    `ERR invalid longitude,latitude pair ${sixDecimals(place.longitude)},${sixDecimals(place.latitude)}`,
  );
  return false;
}

/** As printf's %f. */
function sixDecimals(value: number): string {
  if (Object.is(value, -0)) return '-0.000000';
  if (Math.abs(value) < 1e21) return value.toFixed(6);
  return Number.isFinite(value) ? `${BigInt(value)}.000000` : value < 0 ? '-inf' : 'inf';
}

export function numberAt(call: Call, index: number): number {
  const words = call.arguments;
  return parseDouble(words.bytes, words.start(index), words.end(index));
}

/** Meters in the unit that word `index` names; 0 after having replied that there is no such unit. */
export function readUnit(call: Call, index: number): number {
  const words = call.arguments;
  if (words.is(index, 'm')) return 1;
  if (words.is(index, 'km')) return 1000;
  if (words.is(index, 'ft')) return 0.3048;
  if (words.is(index, 'mi')) return 1609.34;
  call.reply.error('ERR unsupported unit provided. please use M, KM, FT, MI');
  return 0;
}

/** A distance, with four decimals. */
export function replyDistance(call: Call, units: number): void {
  const scaled = Math.round(units * 10_000);
  const whole = Math.floor(scaled / 10_000);
  let end = writeInteger(whole, distanceText, 0);
  distanceText[end++] = POINT;
  let rest = scaled - whole * 10_000;
  for (let unit = 1000; unit >= 1; unit /= 10) {
    const digit = Math.floor(rest / unit);
    distanceText[end++] = ZERO + digit;
    rest -= digit * unit;
  }
  call.reply.bulk(distanceText, 0, end);
}
