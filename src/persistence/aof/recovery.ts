/** Cold. What there is of an append-only file at the start, and what of it is to be loaded. */
import type { DataFiles } from '../files.ts';
import {
  AofFileFailure,
  type AofPlace,
  attempt,
  leftovers,
  loadManifest,
  pathIn,
  saveManifest,
} from './directory.ts';
import { type AofFile, Manifest } from './manifest.ts';

/** Takes what has been done, as Redis's log has it. */
export type Tell = (line: string) => void;

/**
 * Finds out which files are the data; an empty manifest if there are none. A single file as Redis before version 7 wrote it
 * is made the base. Throws ManifestError and AofFileFailure; then the data must not be taken for empty.
 */
export function recoverManifest(files: DataFiles, place: AofPlace, tell: Tell): Manifest {
  const manifest = loadManifest(files, place) ?? new Manifest();
  return mustMigrate(files, place, manifest) ? migrate(files, place, tell) : manifest;
}

/**
 * What all files measure that are to be loaded. A file that the manifest names and that is not there counts nothing, and
 * `tell` is told.
 */
export function liveBytes(files: DataFiles, place: AofPlace, manifest: Manifest, tell: Tell): number {
  let bytes = 0;
  for (const file of manifest.live) {
    const size = sizeOf(files, pathIn(place, file.name));
    if (size === null)
      tell(`Unable to obtain the AOF file ${file.name} length. stat: No such file or directory`);
    bytes += size ?? 0;
  }
  return bytes;
}

/**
 * Removes what an interrupted run has left in the folder, and history, unless that is to be kept. Returns the manifest then.
 * Nothing of this is needed: what cannot be removed stays in the manifest, and is tried again the next time.
 */
export function removeLeftovers(
  files: DataFiles,
  place: AofPlace,
  manifest: Manifest,
  keepsHistory: boolean,
  tell: Tell,
): Manifest {
  try {
    const isHistory = (name: string): boolean => manifest.history.some((file) => file.name === name);
    const names = leftovers(files, place, manifest).filter((name) => !(keepsHistory && isHistory(name)));
    for (const name of names) {
      tell(`Removing the ${isHistory(name) ? 'history' : 'temporary'} file ${name} in the background`);
      attempt(`Can't remove ${name}`, () => files.remove(pathIn(place, name)));
    }
    if (keepsHistory || manifest.history.length === 0) return manifest;
    const cleaned = new Manifest({ ...manifest, history: [] });
    saveManifest(files, place, cleaned);
    return cleaned;
  } catch (error) {
    if (!(error instanceof AofFileFailure)) throw error;
    tell(error.message);
    return manifest;
  }
}

function sizeOf(files: DataFiles, path: string): number | null {
  const file = attempt(`Can't open the append-only file ${path}`, () => files.open(path));
  file?.close();
  return file?.sizeBytes ?? null;
}

/**
 * Whether the old single file is there and stands for the data: nothing else does, or migrating it was interrupted when the
 * manifest was saved and the file not yet moved.
 */
function mustMigrate(files: DataFiles, place: AofPlace, manifest: Manifest): boolean {
  const isThere = (name: string): boolean => sizeOf(files, name) !== null;
  if (!isThere(place.prefix)) return false;
  if (manifest.isEmpty) return true;
  const { base, incremental } = manifest;
  const isInterrupted = incremental.length === 0 && base?.name === place.prefix;
  return isInterrupted && !isThere(pathIn(place, place.prefix));
}

function migrate(files: DataFiles, place: AofPlace, tell: Tell): Manifest {
  const { folder, prefix } = place;
  const base: AofFile = { name: prefix, sequence: 1, type: 'base' };
  const manifest = new Manifest({ base });
  attempt(`Can't open or create append-only dir ${folder}`, () => files.makeFolder(folder));
  saveManifest(files, place, manifest);
  attempt(`Error trying to move the old AOF file ${prefix} into dir ${folder}`, () => {
    files.rename(prefix, pathIn(place, prefix));
    files.sync(folder);
    files.sync();
  });
  tell(`Successfully migrated an old-style AOF file (${prefix}) into the AOF directory (${folder}).`);
  return manifest;
}
