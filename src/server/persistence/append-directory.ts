/** Cold. The files that the append-only file of this server consists of, and the manifest that tells which of them count. */
import {
  AofFileFailure,
  type AofPlace,
  loadManifest,
  pathIn,
  saveManifest,
  temporaryIncrementalName,
} from '../../persistence/aof/directory.ts';
import { formatManifest, Manifest } from '../../persistence/aof/manifest.ts';
import { recoverManifest, removeLeftovers, type Tell } from '../../persistence/aof/recovery.ts';
import type { DataFiles } from '../../persistence/files.ts';
import type { Configuration } from '../config/configuration.ts';

export class AppendDirectory {
  readonly #configuration: Configuration;
  readonly #files: DataFiles | undefined;
  #isKnown = false;
  #hasFolder = false;
  /** What the manifest on disk says, once it is known. */
  manifest = new Manifest();
  /** Why it is not sure that the manifest stays, whatever happens to the machine; null if it is. */
  syncFailure: unknown = null;

  constructor(configuration: Configuration, files: DataFiles | undefined) {
    this.#configuration = configuration;
    this.#files = files;
  }

  get files(): DataFiles {
    if (this.#files === undefined) throw new Error('this instance has no files');
    return this.#files;
  }

  get place(): AofPlace {
    const folder = this.#configuration.text('appenddirname');
    return { folder, prefix: this.#configuration.text('appendfilename') };
  }

  /** Where the file lies that takes the commands while the first base is written. */
  get temporaryName(): string {
    return temporaryIncrementalName(this.place);
  }

  /**
   * What a base is called while it is written. In the folder, so that a name that is given up and one that is taken cannot
   * both survive a power cut; with its prefix, so that what a crash leaves of it goes at the next start.
   */
  get temporaryBaseName(): string {
    return `temp-${this.place.prefix}.base`;
  }

  /** Where a file of the folder lies. */
  path(name: string): string {
    return pathIn(this.place, name);
  }

  /** Makes sure that the folder is there, and stays. */
  makeFolder(): void {
    if (this.#hasFolder) return;
    try {
      this.files.makeFolder(this.place.folder);
      this.files.sync();
    } catch (error) {
      throw new AofFileFailure(`Can't open or create append-only dir ${this.place.folder}`, error);
    }
    this.#hasFolder = true;
  }

  /** What one of the files measures; 0 if it is not there. */
  sizeOf(name: string): number {
    const file = this.files.open(this.path(name));
    file?.close();
    return file?.sizeBytes ?? 0;
  }

  /** Finds out which files are the data. Throws ManifestError and AofFileFailure. */
  recover(tell: Tell): void {
    this.manifest = recoverManifest(this.files, this.place, tell);
    this.#isKnown = true;
  }

  /** Reads the manifest if that has not happened: nothing was loaded from its files. Throws as `recover`. */
  know(): void {
    if (!this.#isKnown) this.manifest = loadManifest(this.files, this.place) ?? new Manifest();
    this.#isKnown = true;
  }

  /** Replaces the manifest. Throws AofFileFailure; then the old one counts. */
  save(manifest: Manifest): void {
    this.makeFolder();
    try {
      saveManifest(this.files, this.place, manifest);
    } catch (error) {
      // Whoever reads the folder now must find what we go by.
      if (!this.#isThere(manifest)) throw error;
      this.syncFailure = error;
      this.manifest = manifest;
      return;
    }
    this.syncFailure = null;
    this.manifest = manifest;
  }

  /** Tries again to make sure of the manifest. Returns whether that worked. */
  syncAgain(): boolean {
    try {
      this.files.sync(this.place.folder);
    } catch {
      return false;
    }
    this.syncFailure = null;
    return true;
  }

  #isThere(manifest: Manifest): boolean {
    try {
      const found = loadManifest(this.files, this.place);
      return found !== null && formatManifest(found) === formatManifest(manifest);
    } catch {
      return false;
    }
  }

  /** Removes what an earlier run has left. */
  tidy(tell: Tell): void {
    const keepsHistory = this.#configuration.boolean('aof-disable-auto-gc');
    this.manifest = removeLeftovers(this.files, this.place, this.manifest, keepsHistory, tell);
  }
}
