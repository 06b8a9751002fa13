/** Warm. The arguments of geographical searches. */
import { parseInteger } from '../../memory/integers.ts';
import type { Area } from '../../values/geo/area.ts';
import { latitude, longitude } from '../../values/geo/geohash.ts';
import { Polygon } from '../../values/geo/polygon.ts';
import type { Call } from '../call.ts';
import { NOT_AN_INTEGER, SYNTAX } from '../errors.ts';
import { longArgument } from '../sorted-sets/ranges.ts';
import { numberAt, place, readPlace, readUnit } from './arguments.ts';
import { findPlace } from './members.ts';

const NO_MEMBER = 'ERR could not decode requested zset member';

const VERTICES_MAX = 2 ** 31 - 1;

export interface Search {
  /** GEOSEARCH or GEOSEARCHSTORE. */
  readonly isSearch: boolean;
  withDistance: boolean;
  withHash: boolean;
  withCoordinates: boolean;
  /** At most so many places; 0 for all. */
  count: number;
  /** Any places will do, if there are more than `count`. */
  any: boolean;
  /** 1 with the nearest first, -1 with the farthest, 0 as they come. */
  order: -1 | 0 | 1;
  /** The word that names the destination, 0 if nothing is stored. */
  storeWord: number;
  storesDistance: boolean;
  hasCenter: '' | 'member' | 'place' | 'vertices';
  hasShape: '' | 'circle' | 'box' | 'polygon';
}

/**
 * Reads the request of the command `name` and sets the area's middle and shape; null after having replied with an error.
 * Without a source, members that should be the middle are not looked for.
 */
export function readSearch(call: Call, name: string, area: Area, isMissing: boolean): Search | null {
  const isSearch = name.startsWith('geosearch');
  area.polygon = null;
  const search: Search = {
    isSearch,
    withDistance: false,
    withHash: false,
    withCoordinates: false,
    count: 0,
    any: false,
    order: 0,
    storeWord: name === 'geosearchstore' ? 1 : 0,
    storesDistance: false,
    hasCenter: '',
    hasShape: '',
  };
  let first = name === 'geosearchstore' ? 3 : 2;
  if (!isSearch) {
    first = readRadiusStart(call, name, area, isMissing);
    if (first === 0) return null;
  }
  const { count } = call.arguments;
  for (let i = first; i < count; ) {
    const taken = readOption(call, name, i, area, search, isMissing);
    if (taken === 0) return null;
    i += taken;
  }
  const problem = problemOf(name, search);
  if (problem === '') return search;
  call.reply.error(problem);
  return null;
}

/** Reads what GEORADIUS and GEORADIUSBYMEMBER begin with; returns the next word, 0 after having replied with an error. */
function readRadiusStart(call: Call, name: string, area: Area, isMissing: boolean): number {
  if (name.startsWith('georadiusbymember')) {
    if (isMissing) return 5;
    if (!centerOnMember(call, 2, area)) return 0;
    return readRadius(call, 3, area) ? 5 : 0;
  }
  if (!centerOnPlace(call, 2, area)) return 0;
  return readRadius(call, 4, area) ? 6 : 0;
}

/** Reads the option at word `i`; returns how many words it took, 0 after having replied with an error. */
function readOption(
  call: Call,
  name: string,
  i: number,
  area: Area,
  search: Search,
  isMissing: boolean,
): number {
  const { arguments: words, reply } = call;
  const left = words.count - i - 1;
  const { isSearch } = search;
  if (words.is(i, 'withdist')) search.withDistance = true;
  else if (words.is(i, 'withhash')) search.withHash = true;
  else if (words.is(i, 'withcoord')) search.withCoordinates = true;
  else if (words.is(i, 'any')) search.any = true;
  else if (words.is(i, 'asc')) search.order = 1;
  else if (words.is(i, 'desc')) search.order = -1;
  else if (left >= 1 && words.is(i, 'count')) return readCount(call, i + 1, search) ? 2 : 0;
  else if (
    !isSearch &&
    left >= 1 &&
    !name.endsWith('_ro') &&
    (words.is(i, 'store') || words.is(i, 'storedist'))
  ) {
    search.storeWord = i + 1;
    search.storesDistance = words.is(i, 'storedist');
    return 2;
  } else if (isSearch && words.is(i, 'storedist') && name === 'geosearchstore') {
    search.storesDistance = true;
  } else if (isSearch) {
    return readAreaOption(call, i, left, area, search, isMissing);
  } else {
    reply.error(SYNTAX);
    return 0;
  }
  return 1;
}

function readAreaOption(
  call: Call,
  i: number,
  left: number,
  area: Area,
  search: Search,
  isMissing: boolean,
): number {
  const { arguments: words, reply } = call;
  const { hasCenter, hasShape } = search;
  if (left >= 1 && words.is(i, 'frommember') && (hasCenter === '' || hasCenter === 'member')) {
    search.hasCenter = 'member';
    return isMissing || centerOnMember(call, i + 1, area) ? 2 : 0;
  }
  if (left >= 2 && words.is(i, 'fromlonlat') && (hasCenter === '' || hasCenter === 'place')) {
    search.hasCenter = 'place';
    return centerOnPlace(call, i + 1, area) ? 3 : 0;
  }
  if (left >= 2 && words.is(i, 'byradius') && (hasShape === '' || hasShape === 'circle')) {
    search.hasShape = 'circle';
    return readRadius(call, i + 1, area) ? 3 : 0;
  }
  if (left >= 3 && words.is(i, 'bybox') && (hasShape === '' || hasShape === 'box')) {
    search.hasShape = 'box';
    return readBox(call, i + 1, area) ? 4 : 0;
  }
  const isFree = hasShape === 'polygon' || (hasShape === '' && hasCenter === '');
  if (left >= 1 && words.is(i, 'bypolygon') && isFree) {
    search.hasShape = 'polygon';
    search.hasCenter = 'vertices';
    return readPolygon(call, i + 1, area);
  }
  reply.error(SYNTAX);
  return 0;
}

function readCount(call: Call, index: number, search: Search): boolean {
  const words = call.arguments;
  if (Number.isNaN(parseInteger(words.bytes, words.start(index), words.end(index)))) {
    call.reply.error(NOT_AN_INTEGER);
    return false;
  }
  search.count = longArgument(call, index);
  if (search.count > 0) return true;
  call.reply.error('ERR COUNT must be > 0');
  return false;
}

function centerOnMember(call: Call, index: number, area: Area): boolean {
  if (!findPlace(call, index)) {
    call.reply.error(NO_MEMBER);
    return false;
  }
  area.longitude = longitude;
  area.latitude = latitude;
  return true;
}

function centerOnPlace(call: Call, index: number, area: Area): boolean {
  if (!readPlace(call, index)) return false;
  area.longitude = place.longitude;
  area.latitude = place.latitude;
  return true;
}

function readRadius(call: Call, index: number, area: Area): boolean {
  const radius = numberAt(call, index);
  if (!(radius >= 0)) {
    call.reply.error(Number.isNaN(radius) ? 'ERR need numeric radius' : 'ERR radius cannot be negative');
    return false;
  }
  area.metersPerUnit = readUnit(call, index + 1);
  area.isBox = false;
  area.radius = radius;
  return area.metersPerUnit !== 0;
}

function readBox(call: Call, index: number, area: Area): boolean {
  area.isBox = true;
  area.width = numberAt(call, index);
  area.height = numberAt(call, index + 1);
  let problem = '';
  if (Number.isNaN(area.width)) problem = 'ERR need numeric width';
  else if (Number.isNaN(area.height)) problem = 'ERR need numeric height';
  else if (area.width < 0 || area.height < 0) problem = 'ERR height or width cannot be negative';
  if (problem !== '') {
    call.reply.error(problem);
    return false;
  }
  area.metersPerUnit = readUnit(call, index + 2);
  return area.metersPerUnit !== 0;
}

/** Reads vertices behind their number, which word `index` is. Returns how many words the option took, 0 after an error. */
function readPolygon(call: Call, index: number, area: Area): number {
  const { arguments: words, reply } = call;
  const count = parseInteger(words.bytes, words.start(index), words.end(index));
  if (!(Math.abs(count) <= VERTICES_MAX)) {
    reply.error('ERR invalid number of vertices');
    return 0;
  }
  if (count < 3 || words.count - index - 1 < count * 2) {
    reply.error('ERR GEOSEARCH BYPOLYGON must have at least 3 vertices');
    return 0;
  }
  const longitudes: number[] = [];
  const latitudes: number[] = [];
  for (let i = 0; i < count; i++) {
    if (!readPlace(call, index + 1 + 2 * i)) return 0;
    longitudes.push(place.longitude);
    latitudes.push(place.latitude);
  }
  const polygon = new Polygon(longitudes, latitudes);
  area.isBox = false;
  area.metersPerUnit = 1;
  area.polygon = polygon;
  area.longitude = polygon.longitude;
  area.latitude = polygon.latitude;
  return 2 + count * 2;
}

function problemOf(name: string, search: Search): string {
  const { isSearch } = search;
  if (search.storeWord !== 0 && (search.withDistance || search.withHash || search.withCoordinates)) {
    const what = isSearch ? 'GEOSEARCHSTORE' : 'STORE option in GEORADIUS';
    return `ERR ${what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`;
  }
  if (isSearch && search.hasCenter === '')
    return `ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${name}`;
  if (isSearch && search.hasShape === '')
    return `ERR exactly one of BYRADIUS and BYBOX can be specified for ${name}`;
  if (search.any && search.count === 0) return 'ERR the ANY argument requires COUNT argument';
  if (search.count > 0 && search.order === 0 && !search.any) search.order = 1;
  return '';
}
