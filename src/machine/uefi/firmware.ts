/** UEFI firmware as a machine takes it: made from the files of the image catalogue. */
import { err, ok, type Result } from '../../base/result.ts';
import type { Nvram } from './nvram.ts';
import { SECFV, VOLUMES } from './layout.ts';
import { findSecEntry } from './sec-entry.ts';
import { makeStub } from './stub.ts';

export interface UefiFirmware {
  /** By path in the image catalogue. */
  readonly volumes: ReadonlyMap<string, Uint8Array>;
  /** In the place of the BIOS. */
  readonly firstCode: Uint8Array;
  /** More files of the configuration device, such as SMBIOS tables. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The machine's, which keeps them when the power goes. */
  readonly nvram: Nvram;
}

/** The error says which file is not what it should be. */
export function makeUefiFirmware(
  image: (path: string) => Uint8Array | undefined,
  { files, nvram }: Pick<UefiFirmware, 'files' | 'nvram'>,
): Result<UefiFirmware, string> {
  const volumes = new Map<string, Uint8Array>();
  for (const place of VOLUMES) {
    const bytes = image(place.image);
    if (bytes === undefined || bytes.length > place.bytes)
      return err(`${place.image}: it has not the size of its place`);
    volumes.set(place.image, bytes);
  }
  const entry = findSecEntry(volumes.get(SECFV.image) ?? new Uint8Array(0));
  if (!entry.ok) return err(`${SECFV.image}: ${entry.error}`);
  return ok({
    volumes,
    firstCode: makeStub({ volume: SECFV.address, entry: SECFV.address + entry.value }),
    files,
    nvram,
  });
}
