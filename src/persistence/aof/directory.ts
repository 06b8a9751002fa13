/** Cold. Where the append-only file lies: a folder with a manifest and the files that it names. */
import type { DataFiles, ReadableFile } from '../files.ts';
import { formatManifest, type Manifest, manifestName } from './manifest.ts';
import { parseManifest } from './manifest-parser.ts';

/** The options appenddirname and appendfilename. */
export interface AofPlace {
  readonly folder: string;
  readonly prefix: string;
}

const TEMPORARY = 'temp-';
/** A manifest is a few lines; what is longer than this is none. */
const MANIFEST_BYTES_MAX = 1 << 26;

/** What has failed with a file of the append-only file; the system's error is the cause. */
export class AofFileFailure extends Error {
  /** What was to be done, to which file, in words that the reason follows. */
  constructor(what: string, cause: unknown) {
    super(what, { cause });
  }
}

/** A file of the folder as DataFiles names it. */
export function pathIn({ folder }: AofPlace, name: string): string {
  return `${folder}/${name}`;
}

/** The name of the incremental file that is written while the first base is. It is in no manifest. */
export function temporaryIncrementalName({ prefix }: AofPlace): string {
  return `${TEMPORARY}${prefix}.incr`;
}

/** Reads the manifest; null if there is none. Throws ManifestError and AofFileFailure. */
export function loadManifest(files: DataFiles, place: AofPlace): Manifest | null {
  const name = manifestName(place.prefix);
  const text = attempt(`Fatal error: can't open the AOF manifest file ${name} for reading`, () =>
    readText(files, pathIn(place, name)),
  );
  return text === null ? null : parseManifest(text);
}

/**
 * Puts a manifest in the place of the old one: at every moment, whatever happens to the machine, one of the two is there.
 * Throws AofFileFailure; if only the last step has failed, the new one may be there already. REQUIRES: the folder is there.
 */
export function saveManifest(files: DataFiles, place: AofPlace, manifest: Manifest): void {
  const name = manifestName(place.prefix);
  const temporary = TEMPORARY + name;
  const bytes = Uint8Array.from(formatManifest(manifest), (character) => character.charCodeAt(0));
  attempt(`Error trying to write the temporary AOF manifest file ${name}`, () => {
    const file = files.create(pathIn(place, temporary));
    try {
      file.write(bytes, bytes.length);
      file.sync();
    } finally {
      file.close();
    }
  });
  attempt(`Error trying to rename the temporary AOF manifest file ${temporary} into ${name}`, () =>
    files.rename(pathIn(place, temporary), pathIn(place, name)),
  );
  attempt(`Fail to fsync AOF directory ${place.folder}`, () => files.sync(place.folder));
}

/** The names, in the folder, of what an interrupted run has left: temporary files, and history. Throws AofFileFailure. */
export function leftovers(files: DataFiles, place: AofPlace, manifest: Manifest): string[] {
  const history = new Set(manifest.history.map(({ name }) => name));
  const names = attempt(`Can't read the append-only dir ${place.folder}`, () => files.list(place.folder));
  return names.filter((name) => history.has(name) || name.startsWith(TEMPORARY + place.prefix));
}

function readText(files: DataFiles, path: string): string | null {
  const file = files.open(path);
  if (file === null) return null;
  try {
    return readWhole(file);
  } finally {
    file.close();
  }
}

/** All of a file that may be a manifest, one character a byte. */
export function readWhole(file: ReadableFile): string {
  let text = '';
  const chunk = new Uint8Array(4096);
  for (let length = file.read(chunk); length > 0; length = file.read(chunk)) {
    for (let at = 0; at < length; at++) text += String.fromCharCode(chunk[at]);
    if (text.length > MANIFEST_BYTES_MAX) throw new Error('it is too long for a manifest');
  }
  return text;
}

export function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new AofFileFailure(what, error);
  }
}
