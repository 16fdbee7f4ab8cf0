/** What two runs are compared by: all that the guest and its devices are made of. */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../base/bytes.ts';
import type { Board } from './powered.ts';
import { runAs, saveDevices, type EmulatorHost } from './v86/host.ts';

/** SHA-256 of all guest memory and device state. Takes a second for 128 MiB. */
export function hashState({ emulator, memory }: Board, host: EmulatorHost): string {
  const hash = sha256.create();
  hash.update(runAs(host, () => saveDevices(emulator)));
  hash.update(memory.view());
  return toHex(hash.digest());
}
