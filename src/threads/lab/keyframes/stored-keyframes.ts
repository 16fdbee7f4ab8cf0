/**
 * Keyframes that outlive the page: a link's moment opens from what this browser has stored. A file is named by a hash of all
 * that its keyframe depends on, the build included (`lab/keyframes/keyframe-name.ts`); another build finds none of them.
 */
import { reasonOf } from '../../../base/failures.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { decodeKeyframe, encodeKeyframe } from '../../../lab/keyframes/keyframe-file.ts';
import {
  isKeyframeName,
  keyframeName,
  lastKeyframeName,
  type KeyframeSubject,
} from '../../../lab/keyframes/keyframe-name.ts';
import type { PcKeyframe } from '../../../machine/keyframes/keyframe.ts';

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

export type StoredSubject = Omit<KeyframeSubject, 'build'>;

/** Why a keyframe that was there is not used. */
export type FindFault =
  /** Damaged, or not what its name says. It has been removed. */
  | { readonly kind: 'damaged' }
  /** The browser does not give it; in its own words. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export class StoredKeyframes {
  readonly build: string;
  private readonly folder: FileFolder;
  /** One did not fit its run: until the page is opened again, none is used. */
  private isDistrusted = false;

  /** `build`: what this build of the page is known by. */
  constructor(folder: FileFolder, build: string) {
    this.folder = folder;
    this.build = build;
  }

  /** The last one after one time and up to another; undefined when none was stored. */
  async find(
    subject: StoredSubject,
    aboveNs: number,
    untilNs: number,
  ): Promise<Result<PcKeyframe | undefined, FindFault>> {
    if (this.isDistrusted) return ok(undefined);
    try {
      const names = await this.folder.list();
      const last = lastKeyframeName(names, { ...subject, build: this.build }, aboveNs, untilNs);
      if (last === undefined) return ok(undefined);
      const keyframe = decodeKeyframe(await this.folder.read(last), last);
      if (keyframe.ok) return keyframe;
      await this.folder.remove(last);
      return err({ kind: 'damaged' });
    } catch (error) {
      return err({ kind: 'unreadable', reason: reasonOf(error) });
    }
  }

  /** Stores one, unless it is there. The error is the browser's reason: it denies the storage, or has no room. */
  async keep(subject: StoredSubject, keyframe: PcKeyframe): Promise<Result<undefined, string>> {
    if (this.isDistrusted) return ok(undefined);
    try {
      const name = keyframeName({ ...subject, build: this.build }, keyframe.timeNs);
      const names = await this.folder.list();
      if (names.includes(name)) return ok(undefined);
      const old = names.filter(isKeyframeName);
      for (const each of old.splice(0, Math.max(0, old.length - MAX_FILES + 1))) await this.folder.remove(each);
      const parts = encodeKeyframe(keyframe, name);
      // Where there is no room for one more, the newest takes the place of the oldest.
      for (;;) {
        const failure = await this.write(name, parts);
        if (failure === undefined) return ok(undefined);
        const oldest = old.shift();
        if (oldest === undefined) return err(failure);
        await this.folder.remove(oldest);
      }
    } catch (error) {
      return err(reasonOf(error));
    }
  }

  /** Undefined when it is written, else why not. */
  private async write(name: string, parts: readonly Uint8Array[]): Promise<string | undefined> {
    try {
      await this.folder.write(name, parts);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** One did not fit its run: none is trusted any more. */
  async clear(): Promise<void> {
    this.isDistrusted = true;
    try {
      for (const name of await this.folder.list()) if (isKeyframeName(name)) await this.folder.remove(name);
    } catch {
      // Without storage there is none, and none is used until the page is opened again.
    }
  }
}
