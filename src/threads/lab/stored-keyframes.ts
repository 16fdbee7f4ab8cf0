/**
 * Keyframes that outlive the page: a link's moment opens from what this browser has stored. The name of a file is a hash of
 * all that the keyframe depends on, the build included; another build finds none of them.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../../base/bytes.ts';
import { decodeKeyframe, encodeKeyframe } from '../../lab/keyframes/keyframe-file.ts';
import { runKey } from '../../lab/keyframes/run-key.ts';
import type { PcKeyframe } from '../../machine/keyframes/keyframe.ts';
import type { Scenario } from '../../scenario/schema.ts';

/** A folder of files. Errors are thrown: storage may be denied, or full. */
export interface FileFolder {
  /** Names of the files that are whole, the oldest first. */
  list(): Promise<readonly string[]>;
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  write(name: string, parts: readonly Uint8Array[]): Promise<void>;
  /** Another tab may have removed it before. */
  remove(name: string): Promise<void>;
}

/** So many keyframes are stored, of 100 to 300 MB each. */
const MAX_FILES = 3;

const FILE_NAME = /^([0-9a-f]{32})-(\d{1,16})\.keyframe$/;

export class StoredKeyframes {
  private readonly folder: FileFolder;
  private readonly build: string;
  /** One did not fit its run: until the page is opened again, none is used. */
  private isDistrusted = false;

  /** `build`: what this build of the page is known by. */
  constructor(folder: FileFolder, build: string) {
    this.folder = folder;
    this.build = build;
  }

  /** The last one up to a time for a machine of a lab; undefined when none was stored. */
  async find(lab: StoredLab, machine: string, untilNs: number): Promise<PcKeyframe | undefined> {
    if (this.isDistrusted) return undefined;
    try {
      const names = (await this.folder.list()).filter((name) => {
        const [, key, time] = FILE_NAME.exec(name) ?? [];
        return time !== undefined && Number(time) <= untilNs && key === this.key(lab, machine, Number(time));
      });
      const last = names.sort((a, b) => timeOf(a) - timeOf(b)).at(-1);
      if (last === undefined) return undefined;
      const keyframe = decodeKeyframe(await this.folder.read(last));
      // The page was closed while it was written.
      if (keyframe === undefined) await this.folder.remove(last);
      return keyframe;
    } catch {
      // Without storage the lab is run in full.
      return undefined;
    }
  }

  /** Stores one, unless it is there. False when the browser denies the storage, or has no room. */
  async keep(lab: StoredLab, machine: string, keyframe: PcKeyframe): Promise<boolean> {
    if (this.isDistrusted) return true;
    try {
      const name = `${this.key(lab, machine, keyframe.timeNs)}-${keyframe.timeNs}.keyframe`;
      const names = await this.folder.list();
      if (names.includes(name)) return true;
      const old = names.filter((each) => FILE_NAME.test(each));
      for (const each of old.splice(0, Math.max(0, old.length - MAX_FILES + 1))) await this.folder.remove(each);
      const parts = encodeKeyframe(keyframe);
      // Where there is no room for one more, the newest takes the place of the oldest.
      while (!(await this.isWritten(name, parts))) {
        const oldest = old.shift();
        if (oldest === undefined) return false;
        await this.folder.remove(oldest);
      }
      return true;
    } catch {
      return false;
    }
  }

  private async isWritten(name: string, parts: readonly Uint8Array[]): Promise<boolean> {
    try {
      await this.folder.write(name, parts);
      return true;
    } catch {
      return false;
    }
  }

  /** One did not fit its run: none is trusted any more. */
  async clear(): Promise<void> {
    this.isDistrusted = true;
    try {
      for (const name of await this.folder.list()) if (FILE_NAME.test(name)) await this.folder.remove(name);
    } catch {
      // Without storage there is none.
    }
  }

  private key({ scenario, images }: StoredLab, machine: string, timeNs: number): string {
    const parts = JSON.stringify([this.build, images, machine, runKey(scenario, timeNs)]);
    return toHex(sha256(new TextEncoder().encode(parts))).slice(0, 32);
  }
}

/** A lab with all that its machines are made from. */
export interface StoredLab {
  readonly scenario: Scenario;
  /** Hashes of the images of the catalogue; the user's own files are in the scenario by theirs. */
  readonly images: readonly string[];
}

function timeOf(name: string): number {
  return Number(FILE_NAME.exec(name)?.[2] ?? 0);
}
