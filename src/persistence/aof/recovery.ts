/** Cold. What there is of an append-only file at the start, and what of it is to be loaded. */
import type { DataFiles } from '../files.ts';
import { type AofPlace, attempt, leftovers, loadManifest, pathIn, saveManifest } from './directory.ts';
import { type AofFile, Manifest, withoutHistory } from './manifest.ts';

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
    const size = sizeOf(files, place, file);
    if (size === null)
      tell(`Unable to obtain the AOF file ${file.name} length. stat: No such file or directory`);
    bytes += size ?? 0;
  }
  return bytes;
}

/**
 * Removes what counts no longer: history, and what an interrupted run has left in the folder. Returns the manifest without
 * them, which has been saved. What cannot be removed stays in the manifest. Throws AofFileFailure.
 */
export function removeLeftovers(files: DataFiles, place: AofPlace, manifest: Manifest, tell: Tell): Manifest {
  const gone = leftovers(files, place, manifest).filter((name) => {
    try {
      files.remove(pathIn(place, name));
    } catch {
      // It does no harm, and is tried again at the next start.
      tell(`The AOF file ${name} counts no longer, but cannot be removed`);
      return false;
    }
    tell(`Removing the ${kindOf(manifest, name)} file ${name} in the background`);
    return true;
  });
  if (manifest.history.length === 0) return manifest;
  if (gone.length === 0 && leftovers(files, place, manifest).length > 0) return manifest;
  const rest = new Set(files.list(place.folder));
  const kept = manifest.history.filter(({ name }) => rest.has(name));
  const cleaned = new Manifest({ ...withoutHistory(manifest), history: kept });
  saveManifest(files, place, cleaned);
  return cleaned;
}

function kindOf({ history }: Manifest, name: string): string {
  return history.some((file) => file.name === name) ? 'history' : 'temporary';
}

function sizeOf(files: DataFiles, place: AofPlace, { name }: AofFile): number | null {
  const file = files.open(pathIn(place, name));
  if (file === null) return null;
  file.close();
  return file.sizeBytes;
}

/**
 * Whether the old single file is there and stands for the data: nothing else does, or migrating it was interrupted when the
 * manifest was saved and the file not yet moved.
 */
function mustMigrate(files: DataFiles, place: AofPlace, manifest: Manifest): boolean {
  const isThere = (name: string): boolean => {
    const file = files.open(name);
    file?.close();
    return file !== null;
  };
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
