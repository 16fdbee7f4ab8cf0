/** Fetches the images that a lab needs, once each, and keeps them for the next lab. */
import { err, ok, type Result } from '../../base/result.ts';
import {
  EMPTY_MANIFEST,
  ImageBank,
  missingUserFile,
  neededImages,
  neededUserFiles,
  type ImageManifest,
} from '../../lab/images.ts';
import { faultReport, saying } from '../../scenario/fault-texts.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { fetchBytes } from '../api/host.ts';
import type { PlaceFault } from '../api/lab-api.ts';
import { readUserFile } from '../api/user-files.ts';

export class ImageLoader {
  private readonly baseUrl: string;
  private readonly kept = new Map<string, Uint8Array>();
  private manifest: ImageManifest = EMPTY_MANIFEST;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
  }

  /** The catalogue of the site; empty when it has none. */
  async loadManifest(): Promise<ImageManifest> {
    try {
      const response = await fetch(new URL('images/manifest.json', this.baseUrl));
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      if (response.ok && isJson) this.manifest = (await response.json()) as ImageManifest;
    } catch {
      // Offline and never fetched: bare machines still work.
    }
    return this.manifest;
  }

  /** All images of a scenario. Faults name the place in the scenario, or say that it was cancelled. */
  async load(
    scenario: Scenario,
    signal: AbortSignal,
    onProgress: (doneBytes: number, totalBytes: number, name: string) => void,
  ): Promise<Result<ImageBank, readonly PlaceFault[]>> {
    const needed = neededImages(scenario, this.manifest);
    if (!needed.ok)
      return err(
        needed.error.map(({ path, message, says }) => ({ path, message, ...(says === undefined ? {} : { says }) })),
      );
    const totalBytes = needed.value.reduce((sum, file) => sum + file.size, 0);
    let doneBytes = 0;
    for (const file of needed.value) {
      if (!this.kept.has(file.path)) {
        const before = doneBytes;
        const url = new URL(`images/${file.path}`, this.baseUrl);
        try {
          const bytes = await fetchBytes(url, signal, (done) => onProgress(before + done, totalBytes, file.path));
          if (bytes === undefined)
            return err([faultReport(`images/${file.path}`, saying('scenario.image-not-there', {}))]);
          this.kept.set(file.path, bytes);
        } catch {
          const path = `images/${file.path}`;
          if (signal.aborted) return err([{ path, message: 'stopped' }]);
          return err([faultReport(path, saying('scenario.image-unreachable', {}))]);
        }
      }
      doneBytes += file.size;
      onProgress(doneBytes, totalBytes, file.path);
    }
    const userFiles = new Map<string, Uint8Array>();
    for (const use of neededUserFiles(scenario)) {
      const bytes = await readUserFile(use.sha256);
      if (bytes === undefined) return err([missingUserFile(use, saying('scenario.file-missing.drop', {}))]);
      userFiles.set(use.sha256, bytes);
    }
    return ok(new ImageBank(this.manifest, this.kept, userFiles));
  }
}
